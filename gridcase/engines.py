"""Which evaluators are at hand on this machine."""

from importlib.util import find_spec


def engine_here() -> str:
    """Return 'both', or 'reference' where durable-rules is not installed (it needs a C compiler to be built)."""
    return "both" if find_spec("durable_rules_engine") is not None else "reference"
