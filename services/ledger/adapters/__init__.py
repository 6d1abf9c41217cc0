"""What the ledger uses of the outside: keys."""
