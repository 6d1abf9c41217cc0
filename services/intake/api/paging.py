"""Pages of a list: one row more than shown is read, to know whether another page follows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.kernel.instants import format_instant
from shared.web.cursors import Cursors

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list.

    Args:
        filters: what the list is narrowed to, without cursor and limit.
        after: id of the last row before this page.
        about: list and filters, to which a cursor is bound.
    """

    cursors: Cursors
    filters: Mapping[str, Any]
    after: str | None
    limit: int
    about: object

    def shown(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Return the rows of this page."""
        return rows[: self.limit]

    def next_cursor(self, rows: Sequence[Row]) -> str | None:
        """Return the cursor of the next page, None on the last."""
        if len(rows) <= self.limit:
            return None
        return self.cursors.write([rows[self.limit - 1]["id"]], self.about)


def page_of(cursors: Cursors, query: Mapping[str, Any], list_: Sequence[str]) -> Page:
    """Return the page that a query asks for.

    Raises:
        Problem: `bad-cursor`.
    """
    filters = {name: value for name, value in query.items() if name not in ("cursor", "limit")}
    about = [*list_, {name: _plain(value) for name, value in filters.items()}]
    cursor = query.get("cursor")
    after = str(cursors.read(cursor, about)[0]) if cursor is not None else None
    return Page(cursors, filters, after, query["limit"], about)


def _plain(value: Any) -> Any:
    return format_instant(value) if isinstance(value, datetime) else value
