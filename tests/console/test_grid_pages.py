"""Grids and their teams on pages: hints, one grid, its sheets, rota, hand-overs – on the real services."""

import re
from datetime import timedelta
from io import BytesIO

import pytest

from shared.kernel.instants import format_instant
from tests.console.town import TOWN, ConsoleTown, Visitor
from tests.occurrences.pictures import shown_png

GRIDS, ROTA, HAND_OVERS = (f"/towns/{TOWN}/{room}" for room in ("grids", "rota", "hand-overs"))
GRID, POSTED = f"{GRIDS}/bridge-1", f"/towns/{TOWN}/posted/bridge-1"
POST = f"{TOWN}.bridge-1/grid-responsible-person"
STATION = f"{TOWN}.bridge-community/community-station"


@pytest.fixture(scope="module")
def keeper(town: ConsoleTown) -> Visitor:
    """Who keeps the town's people."""
    return town.signed_in("keeper")


def main_of(browser: Visitor, path: str) -> str:
    """What stands on a page beside its frame."""
    answer = browser.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text.split("<main", 1)[1]


def enter(town: ConsoleTown, unit: str, person: str) -> None:
    """Enter that somebody holds a unit."""
    town.registry.enter_member(TOWN, unit, "unit_staff", person)


def test_hints_are_listed_and_lead_to_their_grid(town: ConsoleTown, keeper: Visitor) -> None:
    """What is vacant or not stated, in both languages and without a key; narrowed by kind."""
    page = main_of(keeper, GRIDS)
    assert "size not stated · size" in page
    assert f'href="{GRID}"' in page
    assert "size not stated · size" not in main_of(keeper, f"{GRIDS}?kind=uncovered")
    assert "规模未填 · 规模" in main_of(town.signed_in("keeper", "zh"), GRIDS)


def test_a_grids_page_has_its_team_and_takes_what_is_said_of_it(town: ConsoleTown, keeper: Visitor) -> None:
    """Posts with holders and tasks, who leads; a word with its day and source; a refusal beside what was typed."""
    enter(town, POST, "p-bridge")
    page = main_of(keeper, GRID)
    assert f'href="/towns/{TOWN}/people/p-bridge"' in page
    for said in (
        "grid worker",
        "visits every household",
        "led by responsible leader",
        "works with a computer",
    ):
        assert said in page
    form = {"fact.households": "320", "fact.quarter": "old", "since": "2026-03-01", "source": "the census"}
    assert keeper.post(GRID, form, seen_at=GRID).status_code == 303
    page = main_of(keeper, GRID)
    assert re.search(r"<dd>320 <small[^>]*>since 2026-03-01, by the census", page)
    wrong = keeper.post(GRID, {"fact.households": "many", "since": "2026-03-01", "source": "x"}, seen_at=GRID)
    assert (wrong.status_code, 'value="many"' in wrong.text) == (422, True)
    nothing = keeper.post(GRID, {"since": "2026-03-01", "source": "x"}, seen_at=GRID)
    assert "no fact is stated" in nothing.text


def test_a_sign_prints_what_is_posted_and_everybody_may_read_it(town: ConsoleTown, keeper: Visitor) -> None:
    """Name and telephone once they were posted; nobody's reference on the public page; taken down they are gone."""
    enter(town, POST, "p-bridge")
    person = f"/towns/{TOWN}/people/p-bridge"
    assert "name not posted" in main_of(town.visitor(), POSTED)
    answer = keeper.post(f"{person}/plate", {"name": "石敢当", "phone": "0555-86"}, seen_at=person)
    assert answer.status_code == 303, answer.text
    for page in (main_of(town.visitor(), POSTED), main_of(keeper, f"{GRID}/sheets/card")):
        assert "石敢当</b> 0555-86" in page
        assert '<svg aria-hidden="true"' in page, "a picture leads to what holds today"
        assert "p-bridge" not in page
    assert "visits every household" not in main_of(keeper, f"{GRID}/sheets/card")
    assert f'href="{POSTED}"' in main_of(town.visitor(), f"/towns/{TOWN}/posted")
    assert town.visitor().get(f"/towns/{TOWN}/posted/bridge-community").status_code == 404
    face = {"name": "石敢当", "phone": "0555-86", "photo": (BytesIO(shown_png()), "face.png", "image/png")}
    assert keeper.post(f"{person}/plate", face, seen_at=person).status_code == 303
    for visitor, page in ((town.visitor(), POSTED), (keeper, f"{GRID}/sheets/sign")):
        shown = re.findall(r'<img class="photo" src="([^"]+)" alt="photo of 石敢当"', main_of(visitor, page))
        assert len(shown) == 1, page
        photo = visitor.get(shown[0])
        assert (photo.status_code, photo.content_type) == (200, "image/png")
    broken = keeper.post(
        f"{person}/plate", {"name": "石", "photo": (BytesIO(b"none"), "a.png")}, seen_at=person
    )
    assert (broken.status_code, "not accepted" in broken.text) == (415, True)
    keeper.post(f"{person}/plate", {"posted": "photo"}, seen_at=person)
    assert keeper.get(shown[0]).status_code == 404
    assert "<img" not in main_of(town.visitor(), POSTED)
    keeper.post(f"{person}/plate", {"posted": "no"}, seen_at=person)
    assert "石敢当" not in main_of(town.visitor(), POSTED)
    bad = keeper.post(f"{person}/plate", {"name": "石", "phone": "call me"}, seen_at=person)
    assert "the telephone number can" in bad.text


def test_a_map_is_drawn_without_anybodys_tiles(keeper: Visitor) -> None:
    """The grids of a community by their outlines, named."""
    page = main_of(keeper, f"{GRIDS}/drum-community/sheets/plan")
    assert page.count('<path class="calm"') >= 2
    assert "http" not in page.split("<article", 1)[1]
    assert keeper.get(f"{GRIDS}/drum-community/sheets/sign").status_code == 404


def test_turns_are_entered_shown_on_the_grids_page_and_taken_back(town: ConsoleTown, keeper: Visitor) -> None:
    """With the reason where one is refused, beside what was typed."""
    enter(town, STATION, "p-station")
    form = {"rota": "station", "place": "bridge-community", "person": "p-station"}
    times = {"from": "2020-01-01T00:00", "until": "2020-01-02T00:00"}
    past = keeper.post(ROTA, {**form, **times}, seen_at=ROTA)
    assert ("the turn was over" in past.text, 'value="2020-01-01T00:00"' in past.text) == (True, True)
    unread = keeper.post(ROTA, {**form, "from": "now", "until": "then"}, seen_at=ROTA)
    assert unread.status_code == 422
    made = _turn(town)
    assert "p-station" in main_of(keeper, ROTA)
    assert "station rota" in main_of(keeper, GRID)
    assert keeper.post(f"{ROTA}/{made}/end", {}, seen_at=ROTA).status_code == 303
    assert "Nobody has a turn" in main_of(keeper, ROTA)


def _turn(town: ConsoleTown) -> str:
    """A turn that runs now."""
    store = town.house.services["registry"].store
    with store.read() as conn:
        at = store.now(conn)
    body = {
        "person": "p-station", "place": "bridge-community",
        "from": format_instant(at - timedelta(hours=1)), "until": format_instant(at + timedelta(hours=1)),
    }  # fmt: skip
    made = town.api("POST", f"/v1/towns/{TOWN}/rotas/station/turns", town.operator, body)
    return str(made["turn"])


def test_a_hand_over_is_opened_and_seen_by_both(town: ConsoleTown, keeper: Visitor) -> None:
    """The successor is one of the staff; only the two have the button, and each once."""
    enter(town, POST, "p-leaves")
    enter(town, POST, "staff-1")
    form = {"unit": POST, "from": "p-leaves", "to": "staff-1", "note": "the keys"}
    assert keeper.post(HAND_OVERS, form, seen_at=HAND_OVERS).status_code == 303
    assert "I have seen it" not in main_of(keeper, HAND_OVERS)
    staff = town.signed_in("helper")
    page = main_of(staff, HAND_OVERS)
    seen = re.search(rf'action="({HAND_OVERS}/[^"]+/seen)"', page)
    assert seen is not None
    assert staff.post(seen[1], {}, seen_at=HAND_OVERS).status_code == 303
    assert "I have seen it" not in main_of(staff, HAND_OVERS)
    again = keeper.post(HAND_OVERS, {**form, "to": "p-leaves"}, seen_at=HAND_OVERS)
    assert ("nobody hands over to themselves" in again.text, "the keys" in again.text) == (True, True)


def test_contacts_are_entered_on_a_persons_page_by_reference(town: ConsoleTown, keeper: Visitor) -> None:
    """With the way to the entry; whoever holds no such post is refused beside the form; an engineer is shown none."""
    enter(town, POST, "p-touch")
    page = f"/towns/{TOWN}/people/p-touch"
    assert keeper.post(f"{page}/contacts", {"entry": "e-1"}, seen_at=page).status_code == 303
    assert f'href="/towns/{TOWN}/ledger/entries/e-1"' in main_of(keeper, page)
    assert "in touch with 1" in main_of(keeper, GRID)
    assert "/ledger/entries/" not in main_of(town.signed_in("engineer"), page)
    assert keeper.post(f"{page}/contacts", {"entry": "e-1", "held": "no"}, seen_at=page).status_code == 303
    assert "No contact is entered" in main_of(keeper, page)
    other = f"/towns/{TOWN}/people/staff-none"
    assert "holds none of the posts" in keeper.post(f"{other}/contacts", {"entry": "e-1"}, seen_at=page).text
