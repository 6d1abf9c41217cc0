"""The rule engine: packs, conditions, working time, and the pure decisions that follow from them."""
