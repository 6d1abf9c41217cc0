"""Assessment's pages: a figure opens down to the case, points with a reason, objections with both words."""

import re

import pytest

from tests.console.field import give_account
from tests.console.town import TOWN, ConsoleTown, Visitor

BASE = f"/towns/{TOWN}/assessment"
GRID = "drum-1"


@pytest.fixture(scope="module")
def inspector(town: ConsoleTown) -> Visitor:
    """Who reads all ranks and gives the points of one item."""
    return town.signed_in(give_account(town, "inspector", "unit_staff", f"{TOWN}/inspection-office"))


@pytest.fixture(scope="module")
def responsible(town: ConsoleTown) -> Visitor:
    """Who holds one grid and reads what is said of it."""
    return town.signed_in(
        give_account(town, "responsible", "grid_worker", f"{TOWN}.{GRID}/grid-responsible-person")
    )


@pytest.fixture(scope="module")
def span(town: ConsoleTown) -> str:
    """The quarter of today, in which a case was settled in time."""
    case = town.report("noise", "a drill at night", GRID)["case"]
    lead = town.case(case)["assignment"]["lead"]
    token = town.registry.issue_token("unit_staff", lead, "staff-1", (TOWN,))
    town.time.wait_quiet()
    town.api(
        "POST", f"/v1/towns/{TOWN}/cases/{case}/steps", token, {"step": "settle", "facts": {"result": "done"}}
    )
    town.time.wait_quiet()
    now = town.house.services["assess"].store
    with now.read() as conn:
        at = now.now(conn)
    return f"{at.year}-Q{(at.month - 1) // 3 + 1}"


def main_of(page: str) -> str:
    """What a page says beside its frame."""
    return page.split("<main", 1)[1]


@pytest.mark.proves("P001-16.2")
def test_a_figure_opens_down_to_the_case(span: str, inspector: Visitor) -> None:
    """From the list of figures to the value, to the list behind it, to the case; beside it the year before."""
    assert f'href="{BASE}/figures/in-time"' in inspector.get(BASE).text
    page = inspector.get(f"{BASE}/figures/in-time?span={span}").text
    assert "A year before" in page
    link = re.search(rf'href="({BASE}/figures/in-time/things[^"]+subject={GRID})"[^>]*>([0-9.]+)<', page)
    assert link is not None, main_of(page)
    assert link[2] == "100.00"
    things = inspector.get(link[1].replace("&amp;", "&")).text
    case = re.search(rf'href="(/towns/{TOWN}/cases/[^"]+)"', main_of(things))
    assert case is not None
    assert inspector.get(case[1]).status_code in (200, 404)  # whether they see the case, intake says


@pytest.mark.proves("P001-16.3")
def test_points_are_given_with_a_reason_and_read_by_whom_the_pack_names(
    span: str, inspector: Visitor, responsible: Visitor
) -> None:
    """The office sees all grids and its own item; who holds a grid reads that grid alone and gives nothing."""
    here = f"{BASE}/measures/ranking?span={span}"
    page = inspector.get(here).text
    assert 'value="running"' in page
    form = {"subject": GRID, "item": "running", "points": "22.5", "words": "seen on the spot"}
    given = inspector.post(f"{BASE}/measures/ranking/points?span={span}", form, seen_at=here)
    assert given.status_code == 303
    assert "22.5" in inspector.get(here).text
    own = main_of(responsible.get(here).text)
    assert "22.5" in own
    assert own.count("<tr>") == 2  # the head, and the own grid
    assert 'value="running"' not in own


def test_too_many_points_are_refused_in_words_and_what_was_typed_stays(span: str, inspector: Visitor) -> None:
    """Nothing is cut off: the page says how many there can be."""
    here = f"{BASE}/measures/ranking?span={span}"
    form = {"subject": GRID, "item": "running", "points": "26", "words": "very well run"}
    answer = inspector.post(f"{BASE}/measures/ranking/points?span={span}", form, seen_at=here)
    assert answer.status_code in (409, 422)
    assert 'role="alert"' in answer.text
    assert "very well run" in answer.text


def test_an_objection_is_heard_by_another_and_takes_the_thing_out(
    span: str, inspector: Visitor, responsible: Visitor
) -> None:
    """Who objected has no form to decide; upheld, the figure changes and both words stay."""
    here = f"{BASE}/figures/in-time/things?span={span}&subject={GRID}"
    ref = re.search(r'name="ref" value="([^"]+)"', responsible.get(here).text)
    assert ref is not None
    to = f"{BASE}/figures/in-time/objections?span={span}&subject={GRID}"
    said = responsible.post(to, {"ref": ref[1], "words": "it was another grid's"}, seen_at=here)
    assert said.status_code == 303
    listed = f"{BASE}/objections"
    assert f'action="{listed}/' not in responsible.get(listed).text
    form = re.search(rf'action="({listed}/[^"]+)"', inspector.get(listed).text)
    assert form is not None
    decided = inspector.post(form[1], {"upheld": "yes", "words": "so it was"}, seen_at=listed)
    assert decided.status_code == 303
    page = responsible.get(listed).text
    assert "another grid&#39;s" in page
    assert "so it was" in page
    assert "nothing recorded" in inspector.get(f"{BASE}/figures/in-time?span={span}").text


def test_pages_speak_chinese_first(town: ConsoleTown, span: str) -> None:
    """Periods, kinds and results in words, not in keys."""
    page = main_of(town.signed_in("leader", "zh").get(f"{BASE}/figures/in-time?span={span}").text)
    year, quarter = span.split("-Q")
    assert f"{year}年第{quarter}季度" in page
    assert "上年同期" in page
