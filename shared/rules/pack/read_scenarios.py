"""The former name of `scenarios`."""

from shared.rules.pack.scenarios import load_scenarios

__all__ = ["load_scenarios"]
