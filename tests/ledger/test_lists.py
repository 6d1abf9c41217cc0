"""Lists of offices come in with a dry run, and come again without harm; workbooks and paper go out."""

from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from tests.ledger.house import House

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HOUSES = "门牌,地点,备注\n1,east-1,甲\n2,东村一网格,乙\n3,nowhere,丙\n"


@pytest.fixture
def house() -> House:
    """The ledger in memory."""
    return House()


def taken(answer: Any) -> tuple[int, int, int, int]:
    """Entered, changed, unchanged, refused."""
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return tuple(answer.json[name] for name in ("entered", "changed", "unchanged", "refused"))  # type: ignore[return-value]


def test_a_dry_run_shows_what_would_become_and_keeps_nothing(house: House) -> None:
    """Tried out, a list shows its first lines as they are read, with what is refused, and nothing is kept."""
    answer = house.bring("clerk", HOUSES, type="house", columns="备注=-", check="yes")
    assert taken(answer) == (2, 0, 0, 1)
    assert answer.json["kept"] is False
    assert answer.json["columns"] == {"门牌": "number", "地点": "place", "备注": "-"}
    assert answer.json["first"][1] == {
        "line": 3, "facts": {"number": "2"}, "place": "east-1", "about": None,
        "date": "2026-03-01", "source": "register",
    }  # fmt: skip
    assert [(each["line"], each["problem"]["code"]) for each in answer.json["problems"]] == [
        (4, "place-unknown")
    ]
    assert house.told("clerk", "GET", "/entries")["entries"] == []
    assert house.said() == []


def test_the_same_list_twice_changes_nothing_and_a_newer_one_adds(house: House) -> None:
    """A second import updates what its source says otherwise; what it says again is unchanged."""
    assert taken(house.bring("clerk", HOUSES, type="house", columns="备注=-")) == (2, 0, 0, 1)
    assert taken(house.bring("clerk", HOUSES, type="house", columns="备注=-")) == (0, 0, 2, 1)
    rows = "about,members,group\n{},3,独居老人\n"
    first = house.told("clerk", "GET", "/entries", text="1")["entries"][0]["id"]
    assert taken(house.bring("clerk", rows.format(first), type="household")) == (1, 0, 0, 0)
    newer = rows.format(first).replace(",3,", ",4,")
    assert taken(house.bring("clerk", newer, type="household", date="2026-03-02")) == (0, 1, 0, 0)
    household = house.told("clerk", "GET", "/entries", type="household")["entries"][0]
    assert (household["facts"]["members"]["value"], household["differs"]) == (4, [])
    assert taken(house.bring("clerk", newer, type="household", source="police")) == (0, 1, 0, 0)


def test_one_table_may_name_an_entry_twice(house: House) -> None:
    """Two rows of one table that are the same entry make one."""
    assert taken(house.bring("clerk", "number,place\n5,east-1\n5,east-1\n", type="house")) == (1, 0, 1, 0)


def test_a_workbook_is_read_like_a_table(house: House) -> None:
    """Offices send workbooks: the first sheet is read, dates and whole numbers as they are meant."""
    book, content = Workbook(), BytesIO()
    for row in (("number", "place", "date"), (8, "east-1", "2026-02-01"), ("9", "east-2", None)):
        book.active.append(row)
    book.save(content)
    answer = house.bring("clerk", content.getvalue(), XLSX, type="house")
    assert taken(answer) == (2, 0, 0, 0)
    assert answer.json["first"][0] == {
        "line": 2, "facts": {"number": "8"}, "place": "east-1", "about": None,
        "date": "2026-02-01", "source": "register",
    }  # fmt: skip


def test_lists_in_the_encoding_of_offices(house: House) -> None:
    """A list saved in GB18030 with semicolons is read without a word."""
    assert taken(house.bring("clerk", "门牌;网格\n10;东村一网格\n".encode("gb18030"), type="house")) == (
        1,
        0,
        0,
        0,
    )


@pytest.mark.parametrize(
    ("text", "query", "code"),
    [
        ("number,colour\n1,red\n", {"type": "house"}, "column-unknown"),
        ("number,门牌\n1,2\n", {"type": "house"}, "column-twice"),
        ("number\n1\n", {"type": "castle"}, "type-unknown"),
        (b"\xd0\xcf\x11\xe0old", {"type": "house"}, "broken-table"),
    ],
)
def test_what_is_wrong_with_a_table_is_said(house: House, text: str | bytes, query: Any, code: str) -> None:
    """A table that can't be read as a whole is refused with what is to be changed."""
    answer = house.bring("clerk", text, **query)
    assert (answer.status_code >= 400, answer.json["code"]) == (True, code)


def test_who_may_not_enter_may_not_import(house: House) -> None:
    """An import is no way around who enters what, nor around whose grid it is."""
    answer = house.bring("works", "number,place\n1,east-1\n", type="house")
    assert answer.json["code"] == "may-not-enter"
    assert taken(house.bring("grid", "number,place\n1,east-2\n", type="house")) == (0, 0, 0, 1)


@pytest.mark.proves("P001-06F.1", "P001-06E.2", "P001-09.2", "P000.43")
def test_a_workbook_goes_out_without_what_is_sealed(house: House) -> None:
    """The master ledger, a grid's and a line's go out as workbooks; what is sealed is in none of them."""
    household = house.household("east-1", group="alone")
    house.household("east-2")
    house.enter("clerk", "person", about=household, facts={"name": "己某某", "moved": True})
    for query, count in (({}, 5), ({"place": "east-1"}, 3), ({"class": "people"}, 3), ({"type": "house"}, 2)):
        answer = house.client.get(
            "/v1/towns/t-more/ledger.xlsx", query_string=query, headers={"Authorization": "Bearer centre"}
        )
        assert answer.status_code == 200
        rows = list(load_workbook(BytesIO(answer.data)).active.iter_rows(values_only=True))
        assert len(rows) == count + 1
        assert "己某某" not in str(rows)
    other = house.client.get("/v1/towns/t-more/ledger.xlsx", headers={"Authorization": "Bearer other-grid"})
    assert len(list(load_workbook(BytesIO(other.data)).active.iter_rows())) == 3


@pytest.mark.proves("P001-06F.3")
def test_the_paper_version_shows_a_grid_and_is_never_read_back(house: House) -> None:
    """A grid's ledger is printed for visits, with its date, without what is sealed; no door takes it back."""
    household = house.household("east-1", group="alone")
    house.household("east-2", number="77")
    house.enter("clerk", "person", about=household, facts={"name": "庚某某", "moved": True})
    page = house.ask("grid", "GET", "/paper", place="east-1")
    text = page.get_data(as_text=True)
    assert page.content_type == "text/html; charset=utf-8"
    assert "elderly alone" in text
    assert "2026-03-02" in text
    assert "never read back" in text
    assert "庚某某" not in text
    assert "house (" not in text, "the pack names households and persons alone"
    assert "household (0)" in house.ask("grid", "GET", "/paper", place="east-2").get_data(as_text=True)
    assert house.refused("works", "GET", "/paper", place="nowhere") == "place-unknown"
