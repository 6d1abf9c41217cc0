"""Recorded reports of a town, sent to a simulated house at their own times: `gridcase simulate`."""
