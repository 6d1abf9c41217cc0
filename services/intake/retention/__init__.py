"""Data whose period is over: found, erased, put on record."""
