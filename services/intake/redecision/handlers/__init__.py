"""Carrying out re-decisions, and looking ahead at what one would do."""
