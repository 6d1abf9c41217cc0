"""Intake's own tables and what is read from them."""
