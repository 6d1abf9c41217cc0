"""What becomes of a case's clocks: when limits start, fall due, are passed and stop.

Reads top down: `case_clocks` (a case with its clocks, and what a message does to it), `advance` (the order of what a
step does), `starting`, `ending`, `extending`, `excusing`, `rebinding`, `rewinding`, `firing`, `recounting` (one
question each), `reckoning` (when a clock falls due), `clock` and `escalation` (what they are). Pure: no store, no
message, no clock of its own.
"""
