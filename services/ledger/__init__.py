"""The ledger: what a town keeps of its people, premises, events, things and organisations, and who may read it."""
