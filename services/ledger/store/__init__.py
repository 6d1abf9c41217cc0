"""The ledger's own tables and how they are read."""
