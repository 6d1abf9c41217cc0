"""Pages of lists: the same query and the same cursor for all of the registry's routes."""

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import fields, validate

from shared.web.cursors import Cursors
from shared.web.inputs import Input, PlainText

LARGEST = 500


class PageQuery(Input):
    """Where to go on, and how many to give."""

    cursor = PlainText(1000, load_default=None, allow_none=True)
    limit = fields.Integer(load_default=100, validate=validate.Range(1, LARGEST))


class Pages:
    """Cuts lists into pages."""

    def __init__(self, cursors: Cursors) -> None:
        self._cursors = cursors

    def after(self, query: Mapping[str, Any], about: object) -> list[Any] | None:
        """Return the sort values after which the page begins, None for the first.

        Raises:
            Problem: `bad-cursor`.
        """
        return self._cursors.read(query["cursor"], about) if query["cursor"] else None

    def cut(
        self, rows: Sequence[Mapping[str, Any]], query: Mapping[str, Any], about: object, by: Sequence[str]
    ) -> tuple[Sequence[Mapping[str, Any]], str | None]:
        """Return the page's rows and the cursor of the next page; `rows` hold one more when there is one."""
        if len(rows) <= query["limit"]:
            return rows, None
        page = rows[: query["limit"]]
        return page, self._cursors.write([page[-1][name] for name in by], about)
