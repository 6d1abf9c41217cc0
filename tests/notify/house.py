"""The notify service on a store of its own, and what the other services would say to it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from services.notify.bootstrap import NAME, NotifySettings, build
from services.notify.domain.notification import Channel
from services.notify.ports.channel import OutsideChannel
from services.notify.store.tables import flow, metadata, notifications
from shared.contracts.bodies import body_of
from shared.contracts.envelope import Envelope, decode
from shared.contracts.sealed import Sealer
from shared.db.engines import open_engine
from shared.db.store import Store
from shared.flow.receive import Receiver, Tally
from shared.kernel.clock import SetClock
from shared.kernel.ids import counted_ids
from shared.kernel.instants import format_instant
from shared.obs.metrics import Metrics
from shared.rules.case.snapshot import CaseState
from shared.rules.pack.build.files import load_files
from shared.rules.pack.read import build_pack
from tests.notify.samples import NOON, SECRET

TOWN = "t-vtc"
RULES = Path(__file__).resolve().parent.parent.parent / "rules"
HEAD = "t-vtc.east-village/village-station-head"
CENTRE = "t-vtc/town-grid-centre"
OFFICE = "t-vtc/governance-office"
ENVIRONMENT = "t-vtc/environment-office"
OPERATOR = "t-vtc/operator"
UNITS = (HEAD, CENTRE, OFFICE, ENVIRONMENT, "the-city/city-department")


@cache
def town_files() -> Mapping[str, str]:
    """The files of the example town."""
    return load_files(RULES / TOWN)


def changed_files(*changes: tuple[str, str]) -> dict[str, str]:
    """The example town's files with words replaced in its pack."""
    path = f"{TOWN}/pack.yaml"
    text = town_files()[path]
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return {**town_files(), path: text}


class House:
    """The service with everything that its tests look at.

    Args:
        engine: of a store that is there already; None: a new one.
        staffed: somebody holds every unit.
    """

    def __init__(
        self,
        *,
        url: str = "sqlite://",
        engine: sa.Engine | None = None,
        files: Mapping[str, str] | None = None,
        staffed: bool = True,
        channels: Mapping[Channel, OutsideChannel] | None = None,
        simulated_at: datetime | None = None,
        **settings: Any,
    ) -> None:
        self.clock = SetClock(NOON)
        ids = counted_ids() if engine is None else counted_ids(2)  # others than those that lie there
        if engine is None:
            engine = open_engine(url, NAME)
            if engine.dialect.name == "sqlite":  # in PostgreSQL no service makes its own tables
                metadata.create_all(engine)
        self.store = Store(NAME, engine, flow, clock=self.clock, make_id=ids)
        if simulated_at is not None:
            self.store.make_simulated(simulated_at)
        self.metrics = Metrics()
        chosen = NotifySettings(url, SECRET, **{"engine": "reference", **settings})
        self.service = build(
            chosen, store=self.store, metrics=self.metrics, clock=self.clock, channels=channels or {}
        )
        self.duties = {duty.name: duty for duty in self.service.duties}
        self.receiver = Receiver(self.service, self.clock)
        self.last: Counter[tuple[str, str]] = Counter()
        self.files = dict(files or town_files())
        self.edition = build_pack(self.files, TOWN).edition
        self.publish(self.files)
        for unit in UNITS if staffed else ():
            self.member(unit, f"p-{unit}")

    # ---- what others say

    def envelope(
        self,
        source: str,
        type_: str,
        stream: str,
        data: Mapping[str, Any],
        *,
        edition: str | None = None,
        town: str = TOWN,
    ) -> Envelope:
        """The next message of a stream."""
        self.last[source, stream] += 1
        number = self.last[source, stream]
        return Envelope(
            id=f"{source}-{stream}-{number}",
            source=source,
            type=type_,
            stream=stream,
            sequence=number,
            town=town,
            at=self.clock.now(),
            data=dict(data),
            edition=edition,
        )

    def take(self, *messages: Envelope) -> Tally:
        """Have messages arrive, in this order, one batch."""
        return self.receiver.take(messages)

    def publish(self, files: Mapping[str, str]) -> str:
        """The registry publishes an edition; return its hash."""
        pack = build_pack(files, TOWN)
        self.take(
            self.envelope(
                "registry",
                "edition.published",
                f"town/{TOWN}",
                {
                    "edition": pack.edition,
                    "number": 1,
                    "files": dict(files),
                    "effective_at": format_instant(NOON),
                },
            )
        )
        return pack.edition

    def member(
        self, unit: str, person: str, *, held: bool = True, role: str = "unit_staff", **addresses: str
    ) -> None:
        """The registry says that somebody holds a unit, or no longer."""
        self.take(self.membership(unit, person, held=held, role=role, **addresses))

    def membership(
        self, unit: str, person: str, *, held: bool = True, role: str = "unit_staff", **addresses: str
    ) -> Envelope:
        """The message that says so."""
        return self.envelope(
            "registry",
            "membership.changed",
            f"town/{TOWN}",
            {
                "person": person,
                "unit": unit,
                "role": role,
                "held": held,
                "addresses": Sealer(SECRET).seal_all(addresses),
            },
        )

    def admitted(self, case: str = "c-1", **changes: Any) -> Envelope:
        """A case was admitted."""
        return self.envelope(
            "intake",
            "case.admitted",
            case,
            {**self.basics(case), "by": BY, "reported_at": self.now(), **changes},
            edition=self.edition,
        )

    def step(
        self, type_: str, step: str, marks: Sequence[str], case: str = "c-1", **changes: Any
    ) -> Envelope:
        """A step was taken; unless said otherwise the case has come as far as the last state among the milestones."""
        data = {
            **self.basics(case),
            "step": step,
            "marks": list(marks),
            "at": self.now(),
            "by": BY,
            "round": 1,
            "state": next((mark for mark in reversed(marks) if mark in set(CaseState)), "accepted"),
            "assignment": VILLAGE,
            **changes,
        }
        return self.envelope("intake", f"case.{type_}", case, data, edition=self.edition)

    def accepted(self, case: str = "c-1", **changes: Any) -> Envelope:
        """A village matter was assigned and accepted."""
        return self.step("accepted", "assigned", ["assigned", "accepted"], case, **changes)

    def clock_event(self, event: str, case: str = "c-1", **changes: Any) -> Envelope:
        """A clock did something."""
        data = {
            "case": case,
            "number": f"2026-{case}",
            "clock": "k-1",
            "stage": "settle",
            "state": "running",
            "verdict": None,
            "reason": {"rule": "own-matter-limit", "because": ["P001-05.4"], "facts": {}},
            "level": "village",
            "unit": HEAD,
            "round": 1,
            "started_at": self.now(),
            "due_at": self.now(),
            "label": "2026-03-12 24:00",
            "at": self.now(),
            **changes,
        }
        return self.envelope("sla", f"clock.{event}", case, data, edition=self.edition)

    def alarm(
        self, code: str, case: str | None = None, stream: str = f"town/{TOWN}", **detail: Any
    ) -> Envelope:
        """Another service raised an alarm."""
        return self.envelope(
            "sla", "alarm.raised", stream, {"code": code, "case": case, "detail": detail, "at": self.now()}
        )

    def basics(self, case: str) -> dict[str, Any]:
        """What every message about a case says."""
        return {
            "case": case,
            "number": f"2026-{case}",
            "category": "ditch-and-drain",
            "channel": "grid",
            "place": {"key": "east-1", "jurisdiction": "t-vtc.east-village"},
            "facts": {},
            "reporter": "r-9",
            "first_contact": HEAD,
            "finder_role": None,
            "finder_unit": None,
            "private": False,
        }

    def now(self) -> str:
        """The present instant as messages write it."""
        return format_instant(self.clock.now())

    # ---- what came of it

    def rows(self, **where: Any) -> list[dict[str, Any]]:
        """Notifications in the order in which they were made."""
        found = sa.select(notifications).order_by(notifications.c.notification)
        for name, value in where.items():
            found = found.where(notifications.c[name] == value)
        with self.store.read() as conn:
            return [dict(row) for row in conn.execute(found).mappings()]

    def told(self, **where: Any) -> list[tuple[str | None, str]]:
        """Who was told at a desk, and of what: (unit or person, event)."""
        return [(row["unit"] or row["person"], row["event"]) for row in self.rows(channel="inbox", **where)]

    def texts(self, unit: str, language: str = "en") -> list[str]:
        """What a unit's desk reads."""
        return [row[f"text_{language}"] for row in self.rows(channel="inbox", unit=unit)]

    def emitted(self, prefix: str = "") -> list[Envelope]:
        """What the service told the others, with its data in the type that says it: it keeps its contract."""
        with self.store.read() as conn:
            frames = conn.scalars(sa.select(flow.outbox.c.frame).order_by(flow.outbox.c.id)).all()
        messages = [message for message in map(decode, frames) if message.type.startswith(prefix)]
        return [replace(message, data=body_of(message)) for message in messages]

    def alarms(self) -> list[str]:
        """Codes of the alarms that it raised."""
        return [message.data.code for message in self.emitted("alarm.")]

    def inbox_states(self) -> Counter[str]:
        """What became of messages that arrived."""
        with self.store.read() as conn:
            return Counter(conn.scalars(sa.select(flow.inbox.c.state)).all())


BY = {"role": "grid_worker", "unit": HEAD, "person": "p-42"}
VILLAGE = {
    "decision": 1,
    "levels": ["village"],
    "lead": HEAD,
    "assisting": [],
    "previous_lead": None,
    "procedure": "standard",
    "departments": [],
}
DEPARTMENT = {
    "decision": 2,
    "levels": ["town"],
    "lead": ENVIRONMENT,
    "assisting": [HEAD],
    "previous_lead": HEAD,
    "procedure": "standard",
    "departments": [ENVIRONMENT],
}
