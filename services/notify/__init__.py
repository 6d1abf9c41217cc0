"""Owns notifications and deliveries: who is told what, when, over which channel."""
