"""The tree of jurisdictions."""

from dataclasses import dataclass
from datetime import datetime

from shared.kernel.texts import Text


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """A node of the tree: village, town, county or city.

    Args:
        suspended_at: of a town: since when it takes nothing new; None: it does.
    """

    key: str
    name: Text
    part_of: str | None
    suspended_at: datetime | None = None
