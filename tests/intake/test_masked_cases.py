"""Who sees a case's texts whole, and who sees them without what names a person."""

import json
from collections.abc import Iterator

import pytest

from shared.rules.pack.model import Mask, Masked, Spot
from tests.intake.house import STATION, House
from tests.intake.town import TOWN

WHO = {"name": "张三丰", "phone": "13800000000"}
SECRETS = ("张三丰", "13812345678", "11010519491231002X")
TEXT = "张三丰说水沟堵了，打13812345678，身份证11010519491231002X"


@pytest.fixture
def house() -> Iterator[House]:
    """A town that masks everything for its staff."""
    made = House()
    mask = Mask(("P-1",), frozenset({"grid_worker", "unit_staff"}), Spot("pack.yaml", 1))
    made.amend(masked=dict.fromkeys(Masked, mask))
    yield made
    made.store.close()


@pytest.fixture
def case(house: House) -> str:
    """A case of the station's, with persons in its title, its text, an answer and a step's words."""
    made = house.report(
        reporter=WHO, title="张三丰家的水沟", text=TEXT, answers={"where_exactly": "张三丰家门口"}
    )
    house.route(made)
    assert house.step(made, "progress", facts={"progress": "问过张三丰"}).status_code == 200
    return made


def secrets_in(shown: object) -> list[str]:
    text = json.dumps(shown, ensure_ascii=False)
    return [secret for secret in SECRETS if secret in text]


@pytest.mark.parametrize(
    ("who", "sees"),
    [("station", True), ("supervisor", True), ("operator", True), ("citizen", True), ("office", False),
     ("centre", False), ("grid", False)],
)  # fmt: skip
def test_the_case_is_whole_for_those_who_need_it(house: House, case: str, who: str, sees: bool) -> None:
    """The unit that holds it, supervisors, operators and its reporter read on; to other staff nobody is named."""
    shown = house.view(case, who)
    assert secrets_in(shown) == (list(SECRETS) if sees else [])
    assert ("水沟堵了" in shown["report"]["text"], shown["number"] != "") == (True, True)


@pytest.mark.parametrize(("who", "sees"), [("station", True), ("operator", True), ("office", False)])
def test_lists_and_exports_are_masked_alike(house: House, case: str, who: str, sees: bool) -> None:
    """A title in a list, and every text of an exported file."""
    listed = house.call("GET", f"/v1/towns/{TOWN}/cases", who).json
    assert bool(secrets_in(listed)) == sees
    exported = house.call("GET", f"/v1/towns/{TOWN}/cases/export", who).get_data(as_text=True)
    assert secrets_in(exported) == (list(SECRETS) if sees else [])
    assert "水沟" in exported


def test_the_stored_text_stays_and_its_chain_is_whole(house: House, case: str) -> None:
    """Masked as it is read: whoever comes to need it reads all of it, and no digest has changed."""
    assert secrets_in(house.view(case, "office")) == []
    house.route(case, STATION)
    assert secrets_in(house.view(case, "station")) == list(SECRETS)
    assert house.call("GET", f"/v1/towns/{TOWN}/cases/{case}/history/verify").json["whole"]
    readings = [entry for entry in house.view(case)["history"] if entry["what"] == "identity-read"]
    assert readings == []


def test_a_unit_that_has_done_its_share_needs_it_no_more(house: House, case: str) -> None:
    """The question is the one that is asked for the identity: an open work order, and not one of the past."""
    assert house.step(case, "settle", facts={"result": "done"}).status_code == 200
    assert house.step(case, "close").status_code == 200
    assert secrets_in(house.view(case, "station")) == []


def test_a_town_that_masks_nothing_shows_every_text(house: House) -> None:
    """Where the pack is silent nothing is masked."""
    house.amend(masked={})
    case = house.report(reporter=WHO, text=TEXT)
    assert secrets_in(house.view(case, "office")) == list(SECRETS)


def test_an_erased_identity_leaves_numbers_masked(house: House, case: str) -> None:
    """A name that nobody knows any more can't be found; numbers are found by their form as before."""
    assert house.call("DELETE", f"/v1/towns/{TOWN}/reporters/citizen-1", "operator").status_code == 204
    assert secrets_in(house.view(case, "office")) == ["张三丰"]
