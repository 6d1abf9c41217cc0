"""Decides level, lead unit, assisting units and procedure of a case, and keeps the reasons."""
