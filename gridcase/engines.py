"""Which evaluators are at hand on this machine."""

from shared.rules.logic.durable import available


def engine_here() -> str:
    """Return 'both', or 'reference' where durable-rules can't be used: not built, or of no use to this Python."""
    return "both" if available() else "reference"
