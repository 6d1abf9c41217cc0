"""The tree of jurisdictions."""

from dataclasses import dataclass

from shared.kernel.texts import Text


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """A node of the tree: village, town, county or city."""

    key: str
    name: Text
    part_of: str | None
