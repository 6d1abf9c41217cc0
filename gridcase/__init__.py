"""The command line, the runners and the simulator: the only place that sees all services at once."""
