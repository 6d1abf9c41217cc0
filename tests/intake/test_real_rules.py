"""A real town's rule files, decided by the real evaluator: the guard follows a policy from report to
submission."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.intake.bootstrap import IntakeSettings, build
from services.intake.store import tables
from shared.flow.editions import PackCache
from shared.flow.receive import Receiver
from shared.kernel.instants import format_instant
from shared.obs.metrics import Metrics
from shared.rules.case.situation import situation_of
from shared.rules.decide import CompiledRulesCache, Decision
from shared.rules.pack.build.files import load_files
from shared.rules.pack.read import build_pack
from shared.web.callers import hash_token
from tests.intake.house import MONDAY, SECRET, House

RULES = Path(__file__).parents[2] / "rules"
TOWN = "t-vtc"
HEAD, CENTRE, ENVIRONMENT, CITY = (
    "t-vtc.east-village/village-station-head",
    "t-vtc/town-grid-centre",
    "t-vtc/environment-office",
    "the-city/city-department",
)
UNITS = {"head": HEAD, "centre": CENTRE, "environment": ENVIRONMENT, "city": CITY}


class RealHouse(House):
    """The service with a real pack behind a real pack_cache, and the reference evaluator in routing's place."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.sources = load_files(RULES / TOWN)
        self.real = build_pack(self.sources, TOWN)
        self.book = CompiledRulesCache("reference").of(self.real)
        settings = IntakeSettings("sqlite://", SECRET, Path("unused"))
        self.service = build(
            settings, store=self.store, metrics=Metrics(), attachments=self.files, pack_cache=PackCache()
        )
        self.receiver = Receiver(self.service, self.clock)
        self.packs[TOWN] = self.real
        self.hear(
            "registry",
            "edition.published",
            f"town/{TOWN}",
            {
                "edition": self.real.edition,
                "number": 1,
                "files": self.sources,
                "effective_at": format_instant(MONDAY),
            },
            town=TOWN,
        )
        for who, unit in UNITS.items():
            self.hear(
                "registry",
                "token.changed",
                f"token/{who}",
                {
                    "token_hash": hash_token(who),
                    "role": "unit_staff",
                    "unit": unit,
                    "person": who,
                    "towns": [TOWN],
                    "revoked": False,
                },
            )
        self.hear(
            "registry",
            "token.changed",
            "token/gw",
            {
                "token_hash": hash_token("gw"),
                "role": "grid_worker",
                "unit": f"{TOWN}.east-village/grid",
                "person": "gw",
                "towns": [TOWN],
                "revoked": False,
            },
        )

    def decide(self, case: str) -> None:
        """Answer the case's question as routing does."""
        asked = [message for message in self.said(case) if message.type.startswith("case.")][-1]
        situation = situation_of(asked.data.snapshot)
        made = self.book.route(situation, MONDAY.date())
        assert isinstance(made, Decision)
        assignment = {
            "decision": 1,
            "levels": list(made.levels),
            "lead": made.lead,
            "assisting": list(made.assisting),
            "previous_lead": situation.lead,
            "procedure": made.procedure,
            "departments": list(made.departments),
        }
        answer = {
            "case": case,
            "assignment": assignment,
            "acceptance": made.acceptance,
            "flagged": made.flagged,
            "reason": {"rule": made.rule.rule, "because": list(made.rule.because)},
            "evaluator": made.evaluator,
            "pass_to": made.pass_to,
            "answers_sequence": asked.sequence,
        }
        assert self.hear("routing", "case.routed", case, answer, town=TOWN).done == 1

    def take(self, case: str, key: str, who: str, **more: Any) -> str:
        """Take a step and return the case's state, or the code of the refusal."""
        answer = self.call("POST", f"/v1/towns/{TOWN}/cases/{case}/steps", who, json={"step": key, **more})
        return str(answer.json.get("state") if answer.status_code == 200 else answer.json["code"])


@pytest.fixture
def house() -> Iterator[RealHouse]:
    made = RealHouse()
    yield made
    made.store.close()


def found_by_grid_worker(house: RealHouse, category: str) -> str:
    case = house.report(who="gw", town=TOWN, category=category, channel="grid")
    house.decide(case)
    return case


def test_a_village_matter_stays_in_the_village(house: RealHouse) -> None:
    """P001-05.2, .9: the station head has it at once, settles it, and the result is published."""
    case = found_by_grid_worker(house, "ditch-and-drain")
    assert house.said(case)[1].data.assignment.lead == HEAD
    assert house.take(case, "close", "head") == "step-not-now"
    assert house.take(case, "settle", "gw", facts={"result": "r"}) == "step-not-yours"
    assert house.take(case, "settle", "head", facts={"result": "沟渠已疏通"}) == "settled"
    assert house.take(case, "close", "gw") == "closed"
    assert house.rows(tables.publications)[0]["category"].zh == "沟渠排水"


def handed_over(house: RealHouse, case: str) -> list[Any]:
    """The messages by which a case went from one lead to another."""
    return [message for message in house.said(case) if "handed_over" in getattr(message.data, "marks", ())]


def test_a_matter_beyond_the_town_goes_its_whole_way(house: RealHouse) -> None:
    """P001-05.7, T4.1: found by the village, submitted by the town, then led by the higher department, which accepts
    for itself."""
    case = found_by_grid_worker(house, "ditch-and-drain")
    assert house.take(case, "find-beyond-the-town", "head") == "accepted"
    assert house.take(case, "settle", "head", facts={"result": "r"}) == "step-awaits-decision"
    house.decide(case)
    (found,) = handed_over(house, case)
    assert (found.data.assignment.lead, found.data.assignment.procedure) == (CENTRE, "submission")
    assert house.take(case, "verify", "gw") == "step-not-now"
    assert house.take(case, "submit", "city") == "step-not-yours"
    assert house.take(case, "submit", "head") == "step-not-yours"
    assert house.take(case, "submit", "centre") == "accepted"
    house.decide(case)
    handed = handed_over(house, case)[-1]
    assert (handed.data.assignment.lead, handed.data.undone) == (CITY, ("accepted",))
    assert house.take(case, "accept", "city") == "accepted"
    assert house.take(case, "settle", "city", facts={"result": "r"}) == "settled"
    assert house.take(case, "close", "centre") == "closed"


def test_a_department_matter_is_handed_to_the_department(house: RealHouse) -> None:
    """P001-05.3: found to be a department's, the case is led by it; the village head's time is on record."""
    case = found_by_grid_worker(house, "ditch-and-drain")
    house.pass_time(hours=4)
    category = {"category": "illegal-dumping"}
    assert house.take(case, "find-department-matter", "head", facts=category) == "accepted"
    house.decide(case)
    assert house.take(case, "settle", "environment", facts={"result": "r"}) == "step-not-now"
    assert house.take(case, "accept", "environment") == "accepted"
    assert house.take(case, "settle", "environment", facts={"result": "r"}) == "settled"
    held = {
        row["unit"]: (row["state"], row["held_for_seconds"])
        for row in house.rows(tables.orders)
        if row["part"] == "lead"
    }
    assert held[HEAD] == ("withdrawn", 4 * 3600)


def test_dissatisfaction_sends_it_round_again(house: RealHouse) -> None:
    """RC-13: not satisfied, the case is open again with the same lead and must be settled anew."""
    case = found_by_grid_worker(house, "neighbour-dispute")
    house.take(case, "settle", "head", facts={"result": "r"})
    assert house.take(case, "not-satisfied", "gw", facts={"complaint": "仍在争吵"}) == "reopened"
    assert house.take(case, "close", "head") == "step-not-now"
    assert house.take(case, "settle", "head", facts={"result": "r"}) == "settled"
    assert house.take(case, "verify", "gw") == "verified"
