"""A case as rules see it, told once for all services.

Reads top down: `snapshot` (what is known of a case, as messages carry it), `situation` (the only builder of what
conditions see), `timeline` (the fold of steps into milestones, pauses and rounds), `limits` (when a limit starts, is
met, was stopped, from when it counts). Pure: no store, no message, no clock, no people.
"""
