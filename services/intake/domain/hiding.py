"""Who may see a case that rules hide until a milestone stands (P002B.12).

Decides how the names are written into one text, '|unit|role|', so that a query can look for one of them: units
as addresses, roles by their word, 'reporter' for whoever reported it. The text without a name hides the case
from all but the operator and the grid that found it.
"""

from collections.abc import Iterable

from shared.rules.decide.parties import Recipient


def veil(viewers: Iterable[Recipient] | None) -> str | None:
    """Return the text for those who alone may see the case, None where nothing hides it."""
    if viewers is None:
        return None
    return "".join(f"|{name}" for name in sorted({one.unit or one.party for one in viewers})) + "|"
