"""The language of rule files: YAML with positions, its words in Chinese and English, its form, and its errors.

Reads from `source` (text to nodes) over `entries` (nodes to values) to `structure` (nodes held against the form that
`schema` describes). Must not know what a rule means.
"""
