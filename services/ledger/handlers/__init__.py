"""What the ledger does when somebody asks or time passes."""
