"""Whose rules speak: evaluators that differ, editions that change, facts that are none."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from services.sla.bootstrap import SlaSettings
from services.sla.handlers.publishing import ClockPublisher
from services.sla.handlers.steps import CaseHandlers
from services.sla.store.alarms import SqlAlarms
from services.sla.store.cases import SqlCases
from services.sla.store.tables import situations
from shared.flow.editions import PackCache
from shared.flow.limit_books import LimitBooks
from shared.rules.decide import ApplicableLimits, CompiledRulesCache, Situation
from shared.rules.pack.model import Pack
from tests.sla.conftest import House


@dataclass
class Quarrelling:
    """Evaluators that differ as long as a test says so."""

    pack: Pack
    books: CompiledRulesCache
    differ: list[bool]

    def limits(self, situation: Situation, on: date) -> ApplicableLimits:
        found = self.books.of(self.pack).limits(situation, on)
        return (
            ApplicableLimits((), False, {"reference": ["a"], "durable-rules": []})
            if self.differ[0]
            else found
        )

    def facts(self, situation: Situation) -> Any:
        return self.books.of(self.pack).facts(situation)


@dataclass
class QuarrellingBooks:
    books: CompiledRulesCache
    differ: list[bool]

    def of(self, pack: Pack) -> Any:
        return Quarrelling(pack, self.books, self.differ)


def test_where_evaluators_differ_nothing_starts_and_a_person_is_called(house: House):
    """A disagreement about limits starts no clock, raises an alarm with both answers, and is asked again at the next
    step."""
    differ = [True]
    books: Any = QuarrellingBooks(CompiledRulesCache("reference"), differ)
    publisher = ClockPublisher(SqlAlarms(), house.metrics)
    cases = CaseHandlers(SqlCases(), LimitBooks(PackCache(), books), publisher)
    for name in ("case.admitted", "case.accepted", "case.progressed"):
        handler = cases.on_admitted if name == "case.admitted" else cases.on_step
        dict.__setitem__(house.service.handlers, name, handler)  # type: ignore[arg-type]
    case = house.case()
    house.take(case.reported("2026-03-09 10:00"), case.accepted("2026-03-09 10:00"))
    (alarm,) = house.emitted()
    assert (alarm.type, alarm.data.code, alarm.data.case) == ("alarm.raised", "disagreement", "case-1")
    assert alarm.data.detail["answers"] == {"reference": ["a"], "durable-rules": []}
    assert [row["is_unsettled"] for row in house.rows(situations)] == [True]
    differ[0] = False
    house.take(case.step("2026-03-09 10:05", "progress"))
    assert [row["is_unsettled"] for row in house.rows(situations)] == [False]
    assert house.heard() == [("settle", "started", "2026-03-12 24:00")]


def test_a_fact_that_is_none_refuses_the_step_and_says_why(house: House):
    """A step whose facts are not what the pack declares moves no clock; it is kept with the reason."""
    case = house.case()
    house.take(case.reported("2026-03-09 10:00"))
    assert house.take(case.step("2026-03-09 10:00", "accepted", facts={"urgent": "very"})).refused == 1
    (row,) = [row for row in house.rows(house.store.flow.inbox) if row["state"] == "refused"]
    assert (row["reason"], "urgent" in row["detail"], house.heard()) == ("wrong-type", True, [])


def test_settings_have_defaults():
    """Both evaluators decide unless a deployment says otherwise."""
    assert SlaSettings("sqlite://").engine == "both"
