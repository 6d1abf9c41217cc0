"""Pages of lists: together they are the whole list, and no cursor leads into another one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.problems import Problem
from shared.web.catalogue import Catalogue
from shared.web.cursors import Cursors
from shared.web.inputs import schema_of
from shared.web.paging import Page, PageQuery, SortValues, by_id, page_limit, page_of

CURSORS = Cursors(b"a secret", Catalogue.of("shared.web"))
NOON = datetime(2026, 3, 9, 4, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Thing:
    """A row of a list."""

    id: str
    due: str = ""


class LongQuery(PageQuery):
    """A query of a list with longer pages."""

    limit = page_limit(100, most=500)


def by_due(thing: Thing) -> SortValues:
    return (thing.due, thing.id)


def query(**said: str) -> Mapping[str, Any]:
    loaded: Mapping[str, Any] = schema_of(PageQuery).load(said)
    return loaded


def read(things: list[Thing], page: Page) -> list[Thing]:
    """The list as a store would give it: after the page's place, no more than the page wants to read."""
    rest = [thing for thing in things if page.after is None or by_due(thing) > tuple(page.after)]
    return rest[: page.to_read]


@given(
    st.sets(st.tuples(st.sampled_from(["", "a", "b"]), st.text("0123", max_size=3)), max_size=12),
    st.integers(1, 5),
)
def test_pages_make_the_whole_list(keys: set[tuple[str, str]], limit: int) -> None:
    """Every row stands on one page, in the list's order, also where the first sort value is the same for many; no
    page is empty but that of an empty list, and the last one names no next."""
    things = [Thing(id_, due) for due, id_ in sorted(keys)]
    seen: list[Thing] = []
    cursor: str | None = None
    for _ in range(len(things) + 1):
        page = page_of(CURSORS, {"limit": limit, **({"cursor": cursor} if cursor else {})}, "things")
        shown, cursor = page.cut(read(things, page), by_due)
        assert 0 < len(shown) <= limit or not things
        seen += shown
        if cursor is None:
            break
    assert seen == things
    assert cursor is None


@pytest.mark.parametrize(
    ("list_", "said"),
    [
        (("things", "elm"), {"state": "closed"}),
        (("things", "elm"), {}),
        (("things", "oak"), {"state": "open"}),
        (("others", "elm"), {"state": "open"}),
        (("things", "elm", "office"), {"state": "open"}),
    ],
)
def test_a_cursor_belongs_to_its_list_and_filters(list_: tuple[str, ...], said: Mapping[str, str]) -> None:
    """Whatever the list depends on is part of it: with anything else the cursor is refused."""
    first = page_of(CURSORS, {"limit": 1, "state": "open"}, "things", "elm")
    _, cursor = first.cut([Thing("1"), Thing("2")], by_id)
    again = page_of(CURSORS, {"limit": 9, "state": "open", "cursor": cursor}, "things", "elm")
    assert again.after_id == "1"
    with pytest.raises(Problem) as no:
        page_of(CURSORS, {"limit": 1, "cursor": cursor, **said}, *list_)
    assert no.value.code == "bad-cursor"


def test_a_filter_by_instant_is_the_same_however_it_is_written() -> None:
    """Instants are compared as instants: the offset in which the client writes them does not matter."""
    _, cursor = page_of(CURSORS, {"limit": 1, "before": NOON}, "things").cut([Thing("1"), Thing("2")], by_id)
    same = datetime.fromisoformat("2026-03-09T12:00:00+08:00")
    page = page_of(CURSORS, {"limit": 1, "before": same, "cursor": cursor}, "things")
    assert page.after_id == "1"
    assert page.filters == {"before": same}


def test_an_empty_cursor_is_no_first_page() -> None:
    """Whoever means the first page names none; an empty one is a mistake, not a beginning."""
    with pytest.raises(Problem) as no:
        page_of(CURSORS, query(cursor=""), "things")
    assert no.value.code == "bad-cursor"


@pytest.mark.parametrize(("said", "limit"), [({}, 50), ({"limit": "200"}, 200), ({"limit": "1"}, 1)])
def test_a_page_has_a_size(said: Mapping[str, str], limit: int) -> None:
    """Fifty rows where the query does not say; a list may have its own measure."""
    assert page_of(CURSORS, query(**said), "things").limit == limit
    assert schema_of(LongQuery).load({})["limit"] == 100


@pytest.mark.parametrize("limit", ["0", "201", "-1", "many", "５", "1_0", "+5", " 5"])
def test_a_page_is_bounded(limit: str) -> None:
    """No page without rows, none without bound."""
    assert "limit" in schema_of(PageQuery).validate({"limit": limit})
    assert "limit" in schema_of(LongQuery).validate({"limit": "501"})
