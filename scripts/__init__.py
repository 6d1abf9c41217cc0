"""What people and CI run around the project: set-up, locks, real servers. The project imports none of it."""
