"""Brokers: topology, consumers, the relay's publishing with confirms."""
