"""Papers as an office knows them: what one is made of, and the templates from which it is written.

Reads top down: `model` (a paper), `kinds` (which papers there are and what each knows), `template` (a text that a town
can edit), `filling` (both together), `defaults` (the platform's own templates). Knows no town, service or file format.
"""
