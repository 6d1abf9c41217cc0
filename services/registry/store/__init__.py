"""The registry's own store: tables and queries."""
