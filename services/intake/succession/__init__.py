"""Grids that end: from their day on their open cases move to the grid that took over (P000.4)."""
