"""Pages of lists: the same query, the same cursor and the same `next` in every service.

Decides that one row more than is shown is read, which tells whether another page follows, and that a cursor belongs
to one list with its filters. Must not know what is listed, nor how it is sorted.

    class CasesQuery(PageQuery):
        state = fields.String()

    page = page_of(cursors, query, "cases", town)
    rows = list_cases(conn, page.filters, page.after_id, page.to_read)
    shown, following = page.cut(rows, by_id)
    return json_answer({"cases": [view(row) for row in shown], "next": following})
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeVar

from marshmallow import fields, validate

from shared.kernel.instants import format_instant
from shared.web.cursors import LONGEST, Cursors
from shared.web.inputs import Input, QueryNumber

Row = TypeVar("Row")
SortValues = Sequence[str | int]
NEXT = fields.String(
    allow_none=True,
    required=True,
    metadata={
        "description": "`cursor` of the next page; null on the last one. A page may show fewer than `limit`, or "
        "nothing, and be followed all the same: where few fit, one request looks no further than a bound"
    },
)


def page_limit(default: int, *, most: int) -> QueryNumber:
    """Return the field of a query that says how many rows to give.

    Args:
        default: rows where the query does not say.
        most: rows that it may ask for; more is refused, not cut down without a word.
    """
    return QueryNumber(load_default=default, validate=validate.Range(1, most))


class PageQuery(Input):
    """Which page of a list: `cursor` is the `next` of the page before; lists of other lengths state another `limit`."""

    cursor = fields.String(validate=validate.Length(max=LONGEST))
    limit = page_limit(50, most=200)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list, as a query asks for it.

    Args:
        limit: rows that are shown at most.
        filters: what the list is narrowed to: the query without `cursor` and `limit`.
        after: sort values of the last row before this page; None: it is the first page.
    """

    limit: int
    filters: Mapping[str, Any]
    after: SortValues | None
    _cursors: Cursors = field(repr=False)
    _about: object = field(repr=False)

    @property
    def to_read(self) -> int:
        """Rows to be read: one more than is shown."""
        return self.limit + 1

    @property
    def after_id(self) -> str | None:
        """The last row before this page, of a list that is sorted by one text alone; None: it is the first page."""
        return None if self.after is None else str(self.after[0])

    @staticmethod
    def place_of(key: str | None) -> SortValues | None:
        """Return the sort values of a row of a list that is sorted by one text alone; None: of no row."""
        return None if key is None else (key,)

    def cut(
        self, rows: Sequence[Row], place: Callable[[Row], SortValues], looked_to: SortValues | None = None
    ) -> tuple[Sequence[Row], str | None]:
        """Return the rows to be shown, and the cursor of the next page; None on the last.

        Args:
            rows: up to `to_read` of them, in the order of the list.
            place: gives a row's sort values, by which the list can go on after it.
            looked_to: sort values of the last row that was looked at, where the list goes on though few rows fitted;
                None: what was not read is not there.
        """
        if len(rows) <= self.limit:
            return rows, self._cursors.write(looked_to, self._about) if looked_to is not None else None
        shown = rows[: self.limit]
        return shown, self._cursors.write(place(shown[-1]), self._about)


def page_of(cursors: Cursors, query: Mapping[str, Any], *list_: str | None) -> Page:
    """Return the page that a query asks for.

    Args:
        query: as `PageQuery` or one that extends it has loaded it; what the service narrows by itself, such as a
            unit's staff to their unit, is put into it before.
        list_: name of the list and whatever else it depends on, such as the town. A cursor of another list, or of
            other filters, is refused: it would show a part of a list that the caller may not see.

    Raises:
        Problem: `bad-cursor`.
    """
    filters = {name: value for name, value in query.items() if name not in ("cursor", "limit")}
    about = [*list_, {name: _plain(value) for name, value in filters.items()}]
    cursor = query.get("cursor")
    after = None if cursor is None else cursors.read(cursor, about)
    return Page(query["limit"], filters, after, cursors, about)


class HasId(Protocol):
    """A row with an id, which sorts as the list does."""

    @property
    def id(self) -> str:
        """Its id."""
        ...


def by_id(row: HasId) -> SortValues:
    """Return the sort values of a row of a list that is sorted by ids alone."""
    return (row.id,)


def _plain(value: Any) -> Any:
    return format_instant(value) if isinstance(value, datetime) else value
