"""Owns clocks and deadlines: which limits apply, when each falls due, what follows a breach."""
