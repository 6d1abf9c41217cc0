"""`python -m scripts.coverage`: which statement of the policies stands where, as docs/coverage.md.

Reads top down: `statements` (what the policies say), `proofs` (tests that prove a statement), `runs` (which rules
took part in which scenario, stored), `scores` (mutation scores, stored), `rows` (a state for each statement),
`page` (the document).
"""
