"""Asking the services in somebody's name."""
