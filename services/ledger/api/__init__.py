"""The ledger's window."""
