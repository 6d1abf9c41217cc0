"""What is counted: its kinds, each with the words for it and what to do instead."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias


class Kind(Enum):
    """What can be found in a file; the value is its name in the baseline."""

    MAPPING = "mappings"  # a type that says nothing of what is in a mapping
    KEY = "keys"  # a mapping read or written by a key that is spelt out there
    ONE = "one"  # a thing called `one`

    @property
    def title(self) -> str:
        """How a sentence calls them."""
        return _WORDS[self][0]

    @property
    def remedy(self) -> str:
        """What to do instead."""
        return _WORDS[self][1]


_WORDS = {
    Kind.MAPPING: (
        "untyped mappings",
        "give it a frozen type (dataclass, NamedTuple), or values with a type; "
        "a mapping crosses one border at most and is read there into its type",
    ),
    Kind.KEY: (
        "literal keys",
        "read the mapping once, at the border, into a frozen type, and write `thing.name` for `thing['name']`",
    ),
    Kind.ONE: ("variables called `one`", "name the thing: `case`, `step`, `unit`"),
}


@dataclass(frozen=True, order=True)
class Finding:
    """A place: the file, the line, counted from 1, and what stands there."""

    path: str
    line: int
    what: str


Counts: TypeAlias = Mapping[Kind, Mapping[str, int]]  # of each kind, how many are in which file; no zeros
