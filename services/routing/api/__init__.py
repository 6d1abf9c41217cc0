"""Routing's window: decisions and their reasons, for reading."""
