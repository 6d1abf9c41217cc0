"""Proving that what is shown is what happened: rules, alerts and dashboards on a real Prometheus."""
