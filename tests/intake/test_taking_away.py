"""What an office alone may open, and what a correction may not take away from those who saw it (P001-05.9)."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from shared.kernel.texts import Text
from shared.rules.logic import condition
from shared.rules.pack.model import EffectKind, Hidden, Origin
from tests.intake.house import SUPERVISION, House
from tests.intake.town import SPOT, STEPS, TOWN, category, does, step

CASES = f"/v1/towns/{TOWN}/cases"
SECRET = Origin("secret", Text("保密", "secret"), ("P001-03.6",), None, None, SPOT)


@pytest.fixture
def house() -> Iterator[House]:
    """Assessments are seen by the supervising office alone, and so is whatever is corrected to a secret."""
    made = House()
    kept = replace(category("assessment"), opened_by=("governance", "operator"), keywords=("assessment",))
    categories = {**made.packs[TOWN].categories, "assessment": kept, "secret": category("secret")}
    hidden = Hidden(
        SECRET,
        condition.Test("category", condition.Op.IN, ("assessment", "secret")),
        "published",
        ("governance",),
    )
    correct = step("correct", "lead, supervisor", does(EffectKind.DECIDE_AGAIN), needs=("category",),
                   may_have=("reason",), any_time=True)  # fmt: skip
    steps = {**{one.key: one for one in STEPS}, "correct": correct}
    made.amend(categories=categories, hidden=(hidden,), steps=steps, proposed_category="taken")
    made.know_token("governance", "unit_staff", SUPERVISION, "gov-1")
    yield made
    made.store.close()


def reported(house: House, who: str, **body: object) -> dict[str, object]:
    said = {"channel": "app", "place": "east-1", "text": "t", **body}
    return dict(house.call("POST", CASES, who, json=said).json)


def accepted(house: House) -> str:
    case = house.report()
    house.route(case)
    return case


@pytest.mark.parametrize("who", ["citizen", "grid", "station", "office"])
def test_the_door_does_not_take_what_an_office_opens(house: House, who: str) -> None:
    """Neither as the category nor beside another, and nobody else is offered it."""
    assert reported(house, who, category="assessment")["code"] == "category-not-yours"
    assert reported(house, who, category="ditch", also=["assessment"])["code"] == "category-not-yours"
    offered = house.call("GET", f"/v1/towns/{TOWN}/catalogue", who).json["categories"]
    assert "assessment" not in {one["key"] for one in offered}


@pytest.mark.parametrize("who", ["governance", "operator"])
def test_the_office_opens_it(house: House, who: str) -> None:
    """By its unit or by its role; it is offered there."""
    assert "case" in reported(house, who, category="assessment")
    offered = house.call("GET", f"/v1/towns/{TOWN}/catalogue", who).json["categories"]
    assert "assessment" in {one["key"] for one in offered}


def test_words_propose_it_to_nobody_else(house: House) -> None:
    """A text that bears its keyword is not taken for one, unless the office writes it."""
    assert reported(house, "citizen", text="an assessment please")["code"] == "category-not-found"
    case = str(reported(house, "governance", text="an assessment please")["case"])
    assert house.view(case)["report"]["category"] == "assessment"


def test_a_complaint_is_not_corrected_into_an_assessment(house: House) -> None:
    """Whoever leads a citizen's case may not make it what only an office opens; nothing of it changes."""
    case = accepted(house)
    assert house.step(case, "correct", facts={"category": "assessment"}).json["code"] == "category-not-yours"
    assert house.view(case, "citizen")["report"]["category"] == "ditch"


@pytest.mark.proves("P001-05.9")
def test_a_correction_takes_a_case_from_nobody_in_silence(house: House) -> None:
    """Where rules would hide it, the lead is refused with or without reason; a supervisor has to say why."""
    case = accepted(house)
    hiding, why = {"category": "secret"}, {"reason": "it concerns the assessed themselves"}
    for who, facts in (("station", hiding), ("station", {**hiding, **why}), ("supervisor", hiding)):
        assert house.step(case, "correct", who, facts=facts).json["code"] == "correction-hides"
    assert house.call("GET", f"{CASES}/{case}", "citizen").status_code == 200
    assert house.step(case, "correct", "supervisor", facts={**hiding, **why}).status_code == 200
    entry = house.view(case)["history"][-1]
    assert (entry["data"]["corrected"]["category"], entry["texts"]) == (
        {"was": "ditch", "now": "secret"},
        why,
    )


def test_a_correction_that_hides_nothing_needs_no_supervisor(house: House) -> None:
    """Another category that everybody sees is the lead's to find; so is one that makes a hidden case known."""
    case = accepted(house)
    assert house.step(case, "correct", facts={"category": "dumping"}).status_code == 200
