"""Lists as workbooks and a unit's deadlines in a calendar: what is shown, by name, and nothing that would run."""

import re
from io import BytesIO

import pytest
from icalendar import Calendar
from openpyxl import load_workbook

from services.console.api import exports
from shared.files.written_workbooks import workbook_of
from tests.console.town import LEADER, TOWN, ConsoleTown, Visitor

BASE = f"/towns/{TOWN}"


def rows_of(browser: Visitor, path: str) -> list[tuple[object, ...]]:
    """The rows of a workbook, its heads first."""
    answer = browser.get(path)
    assert answer.status_code == 200, answer.text
    assert ".xlsx" in answer.headers["Content-Disposition"]
    return list(load_workbook(BytesIO(answer.data)).worksheets[0].iter_rows(values_only=True))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_list_of_cases_is_a_workbook_with_the_names_of_the_page(town: ConsoleTown, language: str) -> None:
    """As many rows as the list has, in the reader's language, with no key in them."""
    number = town.report("noise", "a drill", "drum-community")["number"]
    browser = town.signed_in("keeper", language)
    heads, *rows = rows_of(browser, f"{BASE}/export/cases?category=noise")
    assert heads[0] == ("编号" if language == "zh" else "Number")
    (row,) = [row for row in rows if row[0] == number]
    assert {row[1] for row in rows} == {row[1]}
    assert "drum-community" not in repr(rows)
    assert LEADER not in repr(rows)


def test_a_list_of_deadlines_is_what_stands_behind_its_figure(town: ConsoleTown) -> None:
    """Narrowed as the list is; a unit's staff has its own unit's."""
    watcher, leader = town.signed_in("watcher"), town.signed_in("leader")
    figures = watcher.get(f"{BASE}/supervision").text
    (path, figure), *_ = re.findall(r'href="([^"]+list\?[^"]+)">(\d+)</a>', figures)
    wanted = path.replace("&amp;", "&").replace("supervision/list", "export/deadlines")
    assert len(rows_of(watcher, wanted)) == int(figure) + 1
    assert len(rows_of(leader, f"{BASE}/export/deadlines")) < len(
        rows_of(watcher, f"{BASE}/export/deadlines")
    )


def test_no_cell_is_a_formula() -> None:
    """What somebody reported to be run in a supervisor's office stands there as a text."""
    bad = ["=1+1", "+1", "-1", "@x", "＝1", " =1", "'=1", "ordinary"]
    book = load_workbook(BytesIO(workbook_of("a/b:c", ["n"], [[text] for text in bad], "Asia/Shanghai")))
    cells = [row[0] for row in book.worksheets[0].iter_rows(min_row=2)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert [cell.value for cell in cells] == [*(f"'{text}" for text in bad[:-1]), "ordinary"]


def test_beyond_the_bound_the_last_row_says_so(town: ConsoleTown, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is cut without a word."""
    for _ in range(3):
        town.report("noise", "a drill", "drum-community")
    monkeypatch.setattr(exports, "A_PAGE", 2)
    monkeypatch.setattr(exports, "PAGES", 1)
    *_, last = rows_of(town.signed_in("keeper"), f"{BASE}/export/cases")
    assert "There is more" in str(last[0])


def test_a_units_deadlines_are_subscribed_to_by_an_address_and_revoked(town: ConsoleTown) -> None:
    """Shown once; whoever has it needs no sign-in; after it was revoked it opens nothing."""
    town.report("noise", "a drill", "drum-community")
    browser = town.signed_in("leader")
    page = browser.post(f"{BASE}/calendar", {}, seen_at=f"{BASE}/calendar").text
    (address,) = re.findall(r"<code>http://localhost(/v1/[^<]+deadlines\.ics)</code>", page)
    feed = town.visitor().get(address)
    assert Calendar.from_ical(feed.data).walk("VEVENT")
    assert b"staff-1" not in feed.data
    again = browser.get(f"{BASE}/calendar").text
    assert address not in again
    reference, *_ = re.findall(r'name="reference" value="([^"]+)"', again)
    form = {"reference": reference}
    assert browser.post(f"{BASE}/calendar/revoke", form, seen_at=f"{BASE}/calendar").status_code == 303
    assert town.visitor().get(address).status_code == 404


def test_a_supervisor_chooses_the_unit(town: ConsoleTown) -> None:
    """Whoever has no unit of the own says whose deadlines the calendar shall show."""
    browser = town.signed_in("watcher")
    assert f'<option value="{LEADER}">' in browser.get(f"{BASE}/calendar").text
    answer = browser.post(f"{BASE}/calendar", {"unit": LEADER}, seen_at=f"{BASE}/calendar")
    assert "deadlines.ics" in answer.text
