"""What the services have in common: contracts, the rule engine and the plumbing between them."""
