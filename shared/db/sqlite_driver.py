"""A connection to SQLite of which somebody hears every statement, whoever runs it."""

import sqlite3
from collections.abc import Callable
from typing import Any, Self


class ToldConnection(sqlite3.Connection):
    """A connection of which somebody hears every statement before it is run.

    Attributes:
        hear: gets its text.
    """

    hear: Callable[[str], None] = staticmethod(lambda _: None)

    def cursor(self, *args: Any) -> Any:
        """Return what statements are run by."""
        return super().cursor(*args or (_ToldCursor,))


class _ToldCursor(sqlite3.Cursor):
    connection: ToldConnection

    def execute(self, statement: str, *values: Any) -> Self:
        self.connection.hear(statement)
        return super().execute(statement, *values)

    def executemany(self, statement: str, many: Any, /) -> Self:
        self.connection.hear(statement)
        return super().executemany(statement, many)
