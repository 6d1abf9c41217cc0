"""This service's own store: tables and queries. What the rows mean is decided elsewhere."""
