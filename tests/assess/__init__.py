"""Figures, measures and documents: what they come to, and the service that keeps what is counted."""
