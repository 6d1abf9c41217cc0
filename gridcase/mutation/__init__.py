"""Altering a pack one rule at a time and playing its scenarios: a change that no scenario feels is a gap.

Reads top down: `mutant` (one alteration), `routing`, `limits`, `notices`, `steps`, `readings` (which there are),
`duties`, `record_forms` (what is owed again and again), `figures`, `measures`, `assessments` (what is counted),
`duty_trials` (both held against the scenarios about them), `catalogue` (all of a pack's other rules), `packs`, `stage`
(playing under one), `known` (how runs go without), `order` (which run is tried first), `run` (who survives), `crew`
(several processes), `town` (all of it), `accepted` (survivors with a reason).
"""
