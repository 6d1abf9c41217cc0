"""How fast the house is, measured beside its neighbours on the same servers in the same run."""
