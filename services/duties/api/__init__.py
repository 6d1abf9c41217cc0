"""HTTP routes of this service."""
