"""When limits start, fall due, are passed and stop: pure decisions about clocks. No store, no message, no
clock of its own.
"""
