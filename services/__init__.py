"""The services: each owns its store and speaks to the others in messages alone."""
