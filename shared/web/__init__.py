"""How the house speaks HTTP: one application a service, the same manners in all. Knows no store, no case."""
