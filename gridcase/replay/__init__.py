"""Sending recorded reports through the door of a simulated house, at their own times."""
