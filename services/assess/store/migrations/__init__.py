"""Revisions of this store's tables, oldest first."""
