"""Generated requests against a whole house: a short run with a fixed seed, and a long one with new seeds."""
