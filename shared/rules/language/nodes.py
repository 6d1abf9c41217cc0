"""The tree of a rule file: words, lists and mappings, each knowing where it is written.

Decides nothing. Scalars keep their text; what a text means is decided by whoever knows which type is
wanted there, so that `no`, `012` and `1:30` never turn into something that nobody wrote.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from shared.rules.language.errors import Where


@dataclass(slots=True, eq=False)
class Scalar:
    """One piece of text; `plain` says that it stands without quotes, `start` and `end` count characters."""

    text: str
    plain: bool
    file: str
    line: int
    column: int
    start: int = 0
    end: int = 0

    @property
    def where(self) -> Where:
        """Where it is written."""
        return Where(self.file, self.line, self.column)


@dataclass(slots=True, eq=False)
class Sequence:
    """A list of nodes."""

    file: str
    line: int
    column: int
    items: list["Node"] = field(default_factory=list)

    @property
    def where(self) -> Where:
        """Where it begins."""
        return Where(self.file, self.line, self.column)


@dataclass(slots=True, eq=False)
class Mapping:
    """Keys with their nodes, in the order of the file; no key stands twice."""

    file: str
    line: int
    column: int
    entries: dict[str, tuple[Scalar, "Node"]] = field(default_factory=dict)

    @property
    def where(self) -> Where:
        """Where it begins."""
        return Where(self.file, self.line, self.column)

    def __iter__(self) -> Iterator[tuple[Scalar, "Node"]]:
        return iter(self.entries.values())


Node = Scalar | Sequence | Mapping
