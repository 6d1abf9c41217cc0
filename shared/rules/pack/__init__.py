"""Rule packs: what an operator writes, read with positions, checked, and made into a model."""
