"""A service's own store: SQLite or PostgreSQL behind the same few words. No service, no message, no broker."""
