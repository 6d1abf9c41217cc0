"""What this service knows of subjects with clocks, in which order deadlines are fired, and what is said of both. Pure.

When limits start, fall due, are passed and stop is decided in `shared.rules.clocks`.
"""
