"""Conditions over declared facts, and the two evaluators that must agree on every case.

Reads top down: `facts` (what may be known), `condition` (what a rule asks), `rulebook` (rules in order),
`judge` (the one door behind which both evaluators stand), `canary` (a trial in a process of its own).
Knows no towns, units, packs or policies; a caller looks nouns up after the decision.
"""
