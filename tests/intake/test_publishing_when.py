"""A publication that depends on a fact: one step where two procedures stood (decision 35)."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from shared.rules.decide.answers import StepAllowed
from shared.rules.decide.compiled import CompiledRules
from shared.rules.logic.condition import Op, Test
from shared.rules.pack.model import EffectKind
from tests.intake.house import STATION, House
from tests.intake.town import TOWN

CASES = f"/v1/towns/{TOWN}/cases"
AGREED = Test("beyond", Op.EQ, True)


@pytest.fixture
def house() -> Iterator[House]:
    """A town whose settling closes, and publishes what whom it concerns agreed to."""
    made = House(evaluators="both")
    steps = made.packs[TOWN].steps
    close = steps["close"]
    does = tuple(
        replace(each, when=AGREED) if each.kind is EffectKind.PUBLISH else each for each in close.does
    )
    steps = {**steps, "close": replace(close, does=does, may_have=("beyond",), because=("P001.9",))}
    made.amend(steps=steps)
    yield made
    made.store.close()


def closed(house: House, **facts: Any) -> tuple[str, dict[str, Any]]:
    """A case that is settled and closed, and what the closing was answered."""
    case = house.report()
    house.route(case)
    house.step(case, "settle", facts={"result": "dug out"})
    answer = house.step(case, "close", facts=facts)
    assert answer.status_code == 200, answer.text
    return case, dict(answer.json)


def published(house: House) -> list[str]:
    """The numbers of the public list."""
    found = house.call("GET", f"/v1/towns/{TOWN}/publications", None).json["publications"]
    return [each["number"] for each in found]


def test_what_the_step_itself_says_decides(house: House) -> None:
    """With consent the case is published: list, milestone and message say so."""
    case, answer = closed(house, beyond=True)
    assert (answer["state"], answer["not_done"]) == ("closed", [])
    assert published(house) == [house.view(case)["number"]]
    assert "published" in house.said(case)[-1].data.marks


def test_without_it_the_rest_is_done(house: House) -> None:
    """Closed, and published nowhere: no milestone, no effect in the message, and the answer says which fact is why."""
    case, answer = closed(house, beyond=False)
    (no,) = answer["not_done"]
    assert (answer["state"], no["code"], "beyond has to be yes, and is no (P001.9)" in no["cause"]) == (
        "closed", "not-published", True,
    )  # fmt: skip
    assert published(house) == []
    said = house.said(case)[-1]
    assert "published" not in house.view(case)["milestones"]
    assert (said.type, "published" in said.data.marks) == ("case.closed", False)
    assert [effect.kind for effect in said.data.effects] == ["close"]


def test_what_is_not_known_is_not_published(house: House) -> None:
    """A fact that nobody has stated fulfils no condition."""
    closed(house)
    assert published(house) == []


def test_where_the_evaluators_differ_the_step_is_refused(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was shown to everybody can't be taken back: the operator is alarmed, and nothing is done."""
    case = house.report()
    house.route(case)
    house.step(case, "settle", facts={"result": "dug out"})
    differing = StepAllowed(True, False, {"durable": ("close publish",), "reference": ()})
    monkeypatch.setattr(CompiledRules, "allows", lambda *_: differing)
    assert house.step(case, "close", facts={"beyond": True}).json["code"] == "step-in-doubt"
    assert house.said(case)[-1].type == "alarm.raised"
    assert (published(house), house.view(case)["state"]) == ([], "settled")


def test_what_a_file_says_of_a_step_is_judged_alike(house: House) -> None:
    """A closing of before publishes where the older system's facts fulfil the condition."""
    at = "2026-03-01T02:00:00Z"
    lines = [
        {"number": f"A-{number}", "category": "ditch", "channel": "app", "place": "east-1", "text": "old",
         "reported_at": at, "accepted_at": at, "lead": STATION,
         "steps": [{"step": "settle", "at": at, "facts": {"result": "r"}},
                   {"step": "close", "at": at, "facts": {"beyond": agreed}}]}
        for number, agreed in ((1, True), (2, False))
    ]  # fmt: skip
    body = "\n".join(map(json.dumps, lines))
    answer = house.call(
        "POST", f"{CASES}/import?source=old", "engineer", data=body, content_type="application/x-ndjson"
    )
    assert json.loads(answer.text.splitlines()[-1])["summary"]["imported"] == 2, answer.text
    assert published(house) == ["A-1"]
