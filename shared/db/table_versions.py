"""How often each table of a store in memory was written to: what tells whether an answer read from it still holds.

Decides which tables a statement reads and writes: by their names in it, rather one too many than one too few. For
stores that one process alone works on; must not know what is asked.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import sqlalchemy as sa

_WORDS = re.compile(r"\w+")
_WRITTEN = re.compile(r"\b(?:into|update|delete\s+from)\s+\"?(\w+)", re.IGNORECASE)


class TableVersions:
    """Counts the writes to each table, and notes what is read while somebody asks.

    Args:
        engine: of a store in memory: every statement goes through its one connection.
        tables: names of all tables.
    """

    def __init__(self, engine: sa.Engine, tables: Iterable[str]) -> None:
        self._writes = dict.fromkeys(tables, 0)
        self._uses: dict[str, _Use] = {}
        self._asked: list[TablesRead] = []
        with engine.connect() as conn:
            conn.connection.driver_connection.hear = self._note  # type: ignore[union-attr]

    @contextmanager
    def asking(self) -> "Iterator[TablesRead]":
        """Note which tables are read in the block; what was learnt from them holds until one of them is written to."""
        asked = TablesRead(self)
        self._asked.append(asked)
        try:
            yield asked
        finally:
            self._asked.remove(asked)
            asked.rest()

    def count(self, tables: Iterable[str]) -> int:
        """Return how often these tables were written to, all together."""
        return sum(map(self._writes.__getitem__, tables))

    def _note(self, statement: str) -> None:
        use = self._uses.get(statement) or self._learn(statement)
        for table in use.written:
            self._writes[table] += 1
        for asked in self._asked:
            asked.tables |= use.named

    def _learn(self, statement: str) -> "_Use":
        named = frozenset(_WORDS.findall(statement)) & self._writes.keys()
        use = self._uses[statement] = _Use(named, named.intersection(_WRITTEN.findall(statement)))
        return use


@dataclass(slots=True)
class TablesRead:
    """What was asked of a store: which tables were read, and how often these had been written to by then."""

    _versions: TableVersions
    tables: set[str] = field(default_factory=set)
    _count: int = 0

    def rest(self) -> None:
        """Take what was learnt for true as the tables now stand."""
        self._count = self._versions.count(self.tables)

    def holds(self) -> bool:
        """Tell whether none of the tables that were read has been written to since."""
        return self._versions.count(self.tables) == self._count


@dataclass(frozen=True, slots=True)
class _Use:
    named: frozenset[str]
    written: frozenset[str]
