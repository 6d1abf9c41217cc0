"""Lists that pages want whole: read page by page, up to a bound that says where it was reached."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from services.console.handlers.client import ApiClient, Query

Row_co = TypeVar("Row_co", covariant=True)
Row = TypeVar("Row")
A_PAGE = 500
PAGES = 10


class ListedPage(Protocol[Row_co]):
    """One page of a list."""

    @property
    def items(self) -> tuple[Row_co, ...]:
        """Its rows."""
        ...

    @property
    def next(self) -> str | None:
        """Where the list goes on; None: it ends here."""
        ...


@dataclass(frozen=True, slots=True)
class WholeList(Generic[Row]):
    """A list, whole or up to the bound.

    Args:
        has_more: there is more than was read.
    """

    rows: tuple[Row, ...]
    has_more: bool = False


def whole(
    client: ApiClient,
    path: str,
    pages: Callable[..., ListedPage[Row]],
    query: Query | None = None,
    a_page: int = A_PAGE,
) -> WholeList[Row]:
    """Return a list of a service's.

    Args:
        pages: type of its pages; a_page: how many rows of it the service gives at a time.

    Raises:
        ApiRefused: the service said no.
    """
    rows: list[Row] = []
    cursor: str | None = None
    for _ in range(PAGES):
        page = client.read(path, pages, {**(query or {}), "limit": a_page, "cursor": cursor})  # type: ignore[arg-type]
        rows += page.items
        cursor = page.next
        if cursor is None:
            break
    return WholeList(tuple(rows), cursor is not None)
