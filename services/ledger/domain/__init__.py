"""What the ledger decides, without input or output."""
