"""`python -m scripts.ratchet`: untyped mappings, literal keys and doubled names are counted, and only count down.

Reads top down: `source` (the Python that is walked), `names` (what a name stands for), `types` (which type
expressions say nothing of their values), `mappings`, `keys` and `naming` (what is found), `rooms` (where nothing new
may come), `baseline` (what was allowed last), `judge` (what rose, what fell), `report` (the words). Beside these
`figures` measures the house. The rules and their reasons: docs/decisions/0014-untyped-mappings-count-down.md.
"""
