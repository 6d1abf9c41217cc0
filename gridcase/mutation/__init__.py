"""Altering a pack one rule at a time and playing its scenarios: a change that no scenario feels is a gap.

Reads top down: `mutant` (one alteration), `routing`, `limits`, `notices`, `steps`, `readings` (which there are),
`catalogue` (all of a pack), `stage` (playing under one), `run` (who survives), `accepted` (survivors with a reason).
"""
