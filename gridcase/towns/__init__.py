"""The life of a town in a house of many: all that it has, over all services, goes out, comes in, or ends."""
