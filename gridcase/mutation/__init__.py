"""Altering a pack one rule at a time and playing its scenarios: a change that no scenario feels is a gap.

Reads top down: `mutant` (one alteration), `routing`, `limits`, `notices`, `steps`, `readings` (which there are),
`catalogue` (all of a pack), `packs`, `stage` (playing under one), `known` (how runs go without), `order` (which run
is tried first), `run` (who survives), `crew` (several processes), `town` (all of it), `accepted` (survivors with a
reason).
"""
