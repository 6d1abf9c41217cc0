"""How a case stands in each service's own store: the one file to change when a store gets another form.

Each reader takes a store and ids of cases, and returns for those that the store knows what is written there; nothing
is asked of a service that is running.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import Enum, auto
from typing import Any, Protocol

import sqlalchemy as sa

from services.intake.domain.case import snapshot_of
from services.intake.store import tables as intake
from services.intake.store.reading import case_of
from services.notify.store import tables as notify
from services.routing.store import tables as routing
from services.sla.store import tables as sla
from shared.db.store import Store
from shared.rules.case import situation as seen
from shared.rules.case import timeline as kept
from shared.rules.case.situation import situation_of
from tests.lives import towns
from tests.lives.oracle import COUNTED, Reached, Situation, Timeline, instant

OPEN = ("running", "warned", "extended", "breached", "paused", "withheld")


class AsOf(Enum):
    """Which of the messages that a service has taken its situation is of."""

    LATEST = auto()
    ASKED = auto()  # the latest that asked for a decision
    SETTLED = auto()  # the latest under which no decision was awaited


@dataclass(frozen=True, slots=True)
class Reading:
    """A case as one store holds it.

    Args:
        timeline: what the store keeps of the case's past, by the names of `oracle.Timeline`.
    """

    situation: Situation
    as_of: AsOf = AsOf.LATEST
    timeline: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, order=True)
class OpenClock:
    """A clock that has not stopped: `due_at` is None where it has no due instant now."""

    stage: str
    rule: str
    due_at: str | None


@dataclass(frozen=True, slots=True)
class Held:
    """Who has a case: the lead, the levels and the edition that it is bound to."""

    lead: str | None
    levels: tuple[str, ...]
    edition: str


class Reader(Protocol):
    """Reads cases from one service's store."""

    def __call__(self, store: Store, cases: Collection[str]) -> Mapping[str, Reading]:
        """Return how the cases stand that the store knows."""
        ...


def read_intake(store: Store, cases: Collection[str]) -> Mapping[str, Reading]:
    """Intake: the case's row with its milestones and round; a pause, a stop and the like stand in its history."""
    found = {}
    for row in _rows(store, intake.cases, intake.cases.c.id, cases):
        case = case_of(row)
        past = {"marks": _marks(case.milestones), "round": case.round}
        found[case.id] = Reading(_plain(situation_of(snapshot_of(case))), timeline=past)
    return found


def read_routing(store: Store, cases: Collection[str]) -> Mapping[str, Reading]:
    """Routing: the situation on which it decided last."""
    latest: dict[str, Mapping[Any, Any]] = {}
    for row in _rows(store, routing.decisions, routing.decisions.c.case_id, cases):
        known = latest.get(row["case_id"])
        if known is None or known["decision"] < row["decision"]:
            latest[row["case_id"]] = row
    return {case: Reading(_plain(row["situation"]), AsOf.ASKED) for case, row in latest.items()}


def read_sla(store: Store, cases: Collection[str]) -> Mapping[str, Reading]:
    """Sla: its copy of the case, with the whole past."""
    return {
        row["subject_id"]: Reading(_plain(situation_of(row["snapshot"])), timeline=_past(row["timeline"]))
        for row in _rows(store, sla.situations, sla.situations.c.subject_id, cases)
    }


def read_notify(store: Store, cases: Collection[str]) -> Mapping[str, Reading]:
    """Notify: its copy of the case with the whole past; nothing where only a clock has been heard of."""
    found = {}
    for row in _rows(store, notify.cases, notify.cases.c.case_id, cases):
        known = row["memory"]
        if known.snapshot is not None:
            situation = _plain(situation_of(known.snapshot))
            found[row["case_id"]] = Reading(situation, timeline=_past(known.timeline))
    return found


READERS: Mapping[str, Reader] = {
    "intake": read_intake,
    "routing": read_routing,
    "sla": read_sla,
    "notify": read_notify,
}


def open_clocks(store: Store, case: str) -> list[OpenClock]:
    """Return the clocks of a case that have not stopped, as sla's own store holds them."""
    rows = _rows(store, sla.clocks, sla.clocks.c.subject_id, [case])
    return sorted(
        (OpenClock(row["stage"], row["rule"], _text(row["due_at"])) for row in rows if row["state"] in OPEN),
        key=repr,
    )


def held(store: Store, case: str) -> Held:
    """Return who has a case, as intake's own store holds it."""
    (row,) = _rows(store, intake.cases, intake.cases.c.id, [case])
    assignment = row["assignment"]
    return Held(row["lead"], assignment.levels if assignment else (), row["edition"])


def left_over(store: Store) -> list[tuple[str, str]]:
    """Return what a service has taken and not finished: the stream, and what became of the message and why."""
    inbox = store.flow.inbox
    with store.read() as conn:
        rows = conn.execute(sa.select(inbox).where(inbox.c.state != "done")).mappings().all()
    return [(row["stream"], f"{row['type']} {row['state']}: {row['reason']} {row['detail']}") for row in rows]


def taken_up_to(store: Store, cases: Collection[str]) -> Mapping[str, int]:
    """Return the number of the last message of intake's that a service has taken of each case."""
    streams = store.flow.stream_in
    wanted = sa.select(streams.c.stream, streams.c.next).where(
        streams.c.source == "intake", streams.c.stream.in_(cases)
    )
    with store.read() as conn:
        return {stream: following - 1 for stream, following in conn.execute(wanted)}


def _rows(
    store: Store, table: sa.Table, key: sa.ColumnElement[str], cases: Iterable[str]
) -> list[Mapping[Any, Any]]:
    with store.read() as conn:
        return list(conn.execute(sa.select(table).where(key.in_(list(cases)))).mappings())


def _plain(situation: seen.Situation) -> Situation:
    """The house's own form of a situation in that of the oracle."""
    values = {one.name: getattr(situation, one.name) for one in fields(Situation)}
    lists = {name: tuple(values[name]) for name in ("levels", "assisting", "also")}
    facts = {name: value for name, value in situation.facts.items() if name not in COUNTED}
    return Situation(**{**values, **lists, "facts": facts})


def _marks(marks: Mapping[str, kept.Milestone]) -> dict[str, Reached]:
    return {name: Reached(mark.first_at, mark.at, mark.stands) for name, mark in marks.items()}


def _past(timeline: kept.Timeline) -> Mapping[str, object]:
    past = Timeline(
        marks=_marks(timeline.marks),
        round=timeline.round,
        round_began_at=timeline.reopened_at,
        fell=timeline.fell,
        pauses={
            stage: [(span.begin_at, span.end_at) for span in spans]
            for stage in towns.ALL_STAGES
            if (spans := timeline.pauses_of(stage))
        },
        stopped={stage: at for stage in towns.ALL_STAGES if (at := timeline.stopped_at(stage))},
        written={
            stage: (due.at, due.due_at, due.round)
            for stage in towns.ALL_STAGES
            if (due := timeline.written_for(stage))
        },
    )
    return {one.name: getattr(past, one.name) for one in fields(Timeline)}


def _at(text: str | None) -> datetime | None:
    return instant(text) if text else None


def _text(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def moment(text: str | None) -> str | None:
    """Return the instant of a message's text as an open clock writes it."""
    return _text(_at(text))
