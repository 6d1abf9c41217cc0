"""Intake's routes."""
