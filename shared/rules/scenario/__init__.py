"""A pack's own tests: lives of cases with what must come of them, as rule files write them."""
