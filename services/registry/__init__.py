"""Owns who, where and which rules: jurisdictions, units, people, grids, tokens, editions."""
