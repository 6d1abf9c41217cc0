"""A small town made by hand: every kind of step once, without any rule file, so that intake is tested by
itself."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from services.intake.domain.case import Case, Progress
from services.intake.domain.chain import BEGINNING
from shared.db.work import Work
from shared.flow.service import TryLater
from shared.kernel.texts import Text
from shared.rules.case.snapshot import Assignment, CaseState, Place
from shared.rules.case.timeline import Milestone
from shared.rules.language.readings import defaults
from shared.rules.logic.facts import FactType, Kind
from shared.rules.pack.model import (
    Acceptance,
    CalendarSource,
    Category,
    Effect,
    EffectKind,
    Fact,
    Level,
    NamedPlace,
    Pack,
    Procedure,
    Spot,
    Step,
    Unit,
)

MONDAY = datetime(2026, 3, 9, 2, 0, tzinfo=UTC)  # 10:00 in the town
SPOT = Spot("pack.yaml", 1)
TOWN, OTHER_TOWN, ABOVE = "elm", "oak", "the-city"
STATION = f"{TOWN}.east-village/station"
CENTRE = f"{TOWN}/centre"
OFFICE = f"{TOWN}/works-office"
SUPERVISION = f"{TOWN}/governance"


def name(text: str) -> Text:
    return Text(zh=f"{text}（中）", en=text)


def unit(key: str, level: str | None = "town") -> Unit:
    return Unit(key=key, name=name(key), level=level, vacant=None, channels=("inbox",), spot=SPOT)


def fact(key: str, kind: Kind, source: str = "step", **more: object) -> Fact:
    bounds = {part: more.pop(part) for part in ("values", "low", "high") if part in more}
    return Fact(FactType(key, kind, **bounds), name(key), source, name(f"what {key}?"), None, SPOT, **more)


def category(key: str, *departments: str, asks: tuple[str, ...] = (), private: bool = False) -> Category:
    return Category(key, name(key), departments, {}, (), private, asks, SPOT)


def step(key: str, who: str, *does: Effect, after: str = "", before: str = "", **more: object) -> Step:
    given = {"needs": (), "may_have": (), "sets": {}, "any_time": False, **more}
    return Step(
        key=key,
        name=name(key),
        who=tuple(who.split(", ")),
        after=tuple(after.split()),
        before=tuple(before.split()),
        does=does,
        spot=SPOT,
        **given,
    )


def does(kind: EffectKind, value: str | None = None, **facts: bool | int | str) -> Effect:
    return Effect(kind, value, facts)


E = EffectKind
STEPS = (
    step("accept", "lead", does(E.ACCEPT), after="assigned", before="accepted"),
    step(
        "decline",
        "lead",
        does(E.DECLINE),
        after="assigned",
        before="accepted",
        needs=("reason",),
        any_time=True,
    ),
    step(
        "find",
        "lead",
        does(E.MARK, "found"),
        does(E.DECIDE_AGAIN),
        after="accepted",
        before="settled",
        sets={"beyond": True},
        may_have=("category",),
    ),
    step("plan", "lead", after="accepted", needs=("plan",)),
    step("ask", "lead", does(E.ASK_APPROVAL, "approve"), after="accepted"),
    step("approve", "supervisor", any_time=True),
    step(
        "settle",
        "lead",
        does(E.SETTLE),
        after="accepted",
        before="settled",
        needs=("result",),
        may_have=("litres",),
    ),
    step("verify", "grid worker, first contact", does(E.VERIFY), after="settled", before="verified"),
    step("close", "lead, grid worker, first contact", does(E.PUBLISH), does(E.CLOSE), after="settled"),
    step(
        "not-satisfied",
        "reporter, grid worker",
        does(E.REOPEN),
        after="settled",
        before="closed",
        any_time=True,
        may_have=("complaint",),
    ),
    step(
        "note-reason",
        "lead",
        does(E.EXTEND, "settle"),
        after="accepted",
        before="settled",
        needs=("reason",),
        may_have=("due_at",),
        any_time=True,
    ),
    step("write-due", "lead, supervisor", does(E.SET_DUE, "settle"), needs=("due_at",), any_time=True),
    step("call-in", "lead", does(E.ISSUE, "works-office"), after="accepted", any_time=True),
    step(
        "pass-up",
        "lead",
        does(E.OPEN_LINKED, OTHER_TOWN, urgent=True, unheard=True),
        after="accepted",
        any_time=True,
    ),
    step("return", "operator", does(E.REJECT), needs=("reason",), any_time=True),
    step("progress", "lead, assisting", needs=("progress",), any_time=True),
    step("correct-place", "unit_staff", needs=("place",), any_time=True),
)


def pack(town: str = TOWN, edition: str = "e" * 64, acceptance: Acceptance = Acceptance.AUTOMATIC) -> Pack:
    facts = [
        fact("litres", Kind.INT, "reporter", low=0, high=10_000),
        fact("urgent", Kind.BOOL, "reporter"),
        fact("smell", Kind.CHOICE, "reporter", values=("none", "strong")),
        fact("where_exactly", Kind.TEXT, "reporter"),
        fact("beyond", Kind.BOOL),
        fact("plan", Kind.TEXT),
        fact("reason", Kind.TEXT),
        fact("result", Kind.TEXT),
        fact("progress", Kind.TEXT),
        fact("complaint", Kind.TEXT),
        fact("redone", Kind.INT, "history", counts="reopened"),
    ]
    return Pack(
        town=town,
        edition=edition,
        name=name(town),
        part_of=ABOVE,
        zone="Asia/Shanghai",
        language="zh",
        calendar=CalendarSource("china", ("sat", "sun"), (), {}, {}, ()),
        readings=defaults(),
        bindings={},
        policies={},
        levels={
            "village": Level("village", name("village"), "governance", False, SPOT),
            "town": Level("town", name("town"), "governance", False, SPOT),
        },
        units={
            known.key: known
            for known in (
                unit("station", "village"),
                unit("centre"),
                unit("works-office"),
                unit("governance"),
            )
        },
        places={
            "east-village": NamedPlace("east-village", name("east village"), "village", None, None, SPOT),
            "east-1": NamedPlace("east-1", name("east 1"), None, "east-village", None, SPOT),
            "market": NamedPlace("market", name("market"), None, None, "works-office", SPOT),
        },
        facts={one.type.name: one for one in facts},
        categories={
            known.key: known
            for known in (
                category("ditch"),
                category("dumping", "works-office", asks=("litres", "smell")),
                category("family", private=True),
            )
        },
        channels={"app": name("app"), "phone": name("phone"), "grid": name("grid")},
        steps={one.key: one for one in STEPS},
        procedures={
            "standard": Procedure(
                "standard",
                name("standard"),
                ("accept", "find", "settle", "verify", "close"),
                ("find", "verify"),
                SPOT,
            ),
            "planned": Procedure(
                "planned", name("planned"), ("accept", "plan", "ask", "settle", "close"), ("ask",), SPOT
            ),
        },
        routing=(),
        limits=(),
        tell=(),
        acceptance=acceptance,
        acceptance_after_handover=Acceptance.LEAD,
        fallback="centre",
        running_cases="keep",
    )


class Packs:
    """Stands in for the pack_cache of compiled packs: gives what it was told, and nothing for unknown editions."""

    def __init__(self, *packs: Pack) -> None:
        self.packs = {pack.edition: pack for pack in packs}

    def of(self, _work: Work | sa.Connection, _editions: sa.Table, edition: str) -> Pack:
        if edition not in self.packs:
            raise TryLater("missing-edition", edition)
        return self.packs[edition]

    def with_it_goes(self, forget: Callable[[Pack], None]) -> None:
        """Nothing goes here: what a test amends stands in a pack's place, and is worked out anew."""


def blank_case(**changes: Any) -> Case:
    """Return a case just reported, for tests of the domain alone."""
    values: dict[str, Any] = {
        "id": "case-1",
        "town": TOWN,
        "number": "2026-000001",
        "edition": "e" * 64,
        "category": "ditch",
        "channel": "app",
        "place": Place(key="east-1", jurisdiction=f"{TOWN}.east-village"),
        "title": None,
        "text": "the ditch is full",
        "facts": {},
        "texts": {},
        "state": CaseState.REPORTED,
        "milestones": reached("reported"),
        "round": 1,
        "progress": Progress(),
        "assignment": None,
        "lead": None,
        "level": None,
        "awaiting": None,
        "messages": 1,
        "decisions": 0,
        "orders": (),
        "clocks": {},
        "due_at": None,
        "breached": False,
        "flagged": False,
        "fallback": False,
        "private": False,
        "reporter": "citizen-1",
        "anonymous": False,
        "on_behalf": False,
        "first_contact": None,
        "finder_role": None,
        "finder_unit": None,
        "linked_from": None,
        "linked": (),
        "reported_at": MONDAY,
        "admitted_at": MONDAY,
        "changed_at": MONDAY,
        "history_n": 0,
        "history_head": BEGINNING,
        **changes,
    }
    return Case(**values)


def reached(*names: str, at: datetime = MONDAY) -> dict[str, Milestone]:
    """Return milestones that stand since an instant."""
    return {name: Milestone(at, at) for name in names}


def assigned_case(procedure: str = "standard", lead: str = STATION, **changes: Any) -> Case:
    """Return a case that a unit leads and has accepted."""
    assignment = Assignment(
        decision=1, levels=("village",), lead=lead, assisting=(OFFICE,), procedure=procedure
    )
    return blank_case(
        **{
            "assignment": assignment,
            "lead": lead,
            "level": "village",
            "decisions": 1,
            "milestones": reached("reported", "assigned", "accepted"),
            "state": CaseState.ACCEPTED,
            **changes,
        }
    )
