"""How the house speaks HTTP: one application a service, alike in all. Knows no store, no case."""
