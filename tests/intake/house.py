"""An intake service in memory, with tokens for every role, and a routing that answers as the test says."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services.intake.bootstrap import IntakeSettings, build
from services.intake.store import tables
from shared.contracts.bodies import body_of
from shared.contracts.envelope import Envelope, decode
from shared.db.engines import open_engine
from shared.db.store import Store
from shared.files.keeping import MemoryFiles
from shared.flow.receive import Receiver, Tally
from shared.kernel.clock import SetClock
from shared.kernel.ids import NewId, counted_ids
from shared.kernel.instants import format_instant
from shared.obs.metrics import Metrics
from shared.rules.pack.model import Acceptance
from shared.web.callers import hash_token
from shared.web.quotas import DoorSettings
from tests.intake.town import (
    ABOVE,
    CENTRE,
    MONDAY,
    OFFICE,
    OTHER_TOWN,
    STATION,
    SUPERVISION,
    TOWN,
    Packs,
    pack,
)

SECRET = b"a secret for tests only"
PEOPLE = {
    "citizen": ("reporter", None, "citizen-1", [TOWN]),
    "other-citizen": ("reporter", None, "citizen-2", [TOWN]),
    "grid": ("grid_worker", f"{TOWN}/grid-team", "worker-1", [TOWN]),
    "station": ("unit_staff", STATION, "staff-1", [TOWN]),
    "office": ("unit_staff", OFFICE, "staff-2", [TOWN]),
    "centre": ("unit_staff", CENTRE, "staff-3", [TOWN]),
    "supervisor": ("supervisor", SUPERVISION, "sup-1", [TOWN]),
    "operator": ("operator", CENTRE, "op-1", [TOWN]),
    "engineer": ("engineer", None, "eng-1", ["*"]),
    "stranger": ("operator", f"{OTHER_TOWN}/centre", "op-2", [OTHER_TOWN]),
}


@dataclass
class House:
    """The service under test and its surroundings."""

    acceptance: str = "automatic"
    engine: sa.Engine = field(default_factory=lambda: open_engine("sqlite://", "intake"))
    towns: tuple[str, ...] = (TOWN, OTHER_TOWN)
    simulated: bool = False
    make_id: NewId = field(default_factory=counted_ids)
    evaluators: str = (
        "reference"  # a town made by hand is decided by few rules: one evaluator is enough for most
    )
    door: DoorSettings = field(default_factory=DoorSettings)

    def __post_init__(self) -> None:
        if self.engine.dialect.name == "sqlite":  # in PostgreSQL no service makes its own tables
            tables.metadata.create_all(self.engine)
        self.clock = SetClock(MONDAY)
        self.metrics = Metrics()
        self.files = MemoryFiles()
        self.store = Store("intake", self.engine, tables.flow, clock=self.clock, make_id=self.make_id)
        self.packs = {town: pack(town, content(town), Acceptance(self.acceptance)) for town in self.towns}
        self.pack_cache = Packs(*self.packs.values())
        settings = IntakeSettings("sqlite://", SECRET, Path("unused"), engine=self.evaluators, door=self.door)
        self.service = build(
            settings,
            store=self.store,
            metrics=self.metrics,
            attachments=self.files,
            pack_cache=self.pack_cache,
        )
        self.receiver = Receiver(self.service, self.clock)
        self._sequences: dict[tuple[str, str], int] = {}
        if self.simulated:
            self.store.make_simulated(MONDAY)
        self._publish()

    def _publish(self) -> None:
        for who, (role, unit, person, towns) in PEOPLE.items():
            self.know_token(who, role, unit, person, *towns)
        for town, made in self.packs.items():
            self.hear(
                "registry",
                "edition.published",
                f"town/{town}",
                {"edition": made.edition, "number": 1, "files": {}, "effective_at": format_instant(MONDAY)},
                town=town,
            )

    def know_token(
        self,
        token: str,
        role: str,
        unit: str | None = None,
        person: str | None = None,
        *towns: str,
        **more: Any,
    ) -> None:
        """Have the service hear of a token.

        Args:
            towns: none: the example town alone.
            more: what else is said of it, such as that it was revoked.
        """
        scope = {"role": role, "unit": unit, "person": person, "towns": list(towns or (TOWN,))}
        said = {"token_hash": hash_token(token), "revoked": False, **scope, **more}
        self.hear("registry", "token.changed", f"token/{token}", said)

    def hear(self, source: str, type_: str, stream: str, data: Mapping[str, Any], town: str = TOWN) -> Tally:
        """Have the service take a message, as its producer would have said it."""
        return self.receiver.take([self.message(source, type_, stream, data, town)])

    def message(
        self, source: str, type_: str, stream: str, data: Mapping[str, Any], town: str = TOWN
    ) -> Envelope:
        sequence = self._sequences[source, stream] = self._sequences.get((source, stream), 0) + 1
        return Envelope(
            f"{source}-{stream}-{sequence}",
            source,
            type_,
            stream,
            sequence,
            town,
            self.clock.now(),
            dict(data),
            self.packs[town].edition if town in self.packs else None,
        )

    def amend(self, town: str = TOWN, **changes: Any) -> None:
        """Change what the town's rules say, before anything happens under them."""
        edition = self.packs[town].edition
        self.packs[town] = self.pack_cache.packs[edition] = replace(self.packs[town], **changes)

    @property
    def client(self) -> FlaskClient:
        return self.service.app.test_client()

    def call(self, method: str, path: str, who: str | None = "station", **more: Any) -> TestResponse:
        headers = {
            "Accept-Language": "en",
            **({"Authorization": f"Bearer {who}"} if who else {}),
            **more.pop("headers", {}),
        }
        return self.client.open(path, method=method, headers=headers, **more)

    def report(self, who: str = "citizen", town: str = TOWN, **more: Any) -> str:
        """Report something and return the case's id."""
        body = {"category": "ditch", "channel": "app", "place": "east-1", "text": "the ditch is full", **more}
        answer = self.call("POST", f"/v1/towns/{town}/cases", who, json=body)
        assert answer.status_code == 201, answer.text
        return str(answer.json["case"])

    def route(self, case: str, lead: str | None = STATION, *assisting: str, **more: Any) -> Tally:
        """Answer the case's latest question as routing would."""
        return self.hear("routing", "case.routed", case, self.routed(case, lead, *assisting, **more))

    def routed(self, case: str, lead: str | None = STATION, *assisting: str, **more: Any) -> dict[str, Any]:
        said = [message for message in self.said(case) if message.type.startswith("case.")]
        assignment = {
            "decision": 1,
            "levels": [more.pop("level", "village")],
            "lead": lead,
            "assisting": list(assisting),
            "previous_lead": more.pop("previous", None),
            "procedure": more.pop("procedure", "standard"),
            "departments": [],
        }
        return {
            "case": case,
            "assignment": assignment,
            "acceptance": "automatic",
            "evaluator": "both",
            "reason": {"rule": "r", "because": ["RC-1"]},
            "answers_sequence": said[-1].sequence,
            **more,
        }

    def step(self, case: str, key: str, who: str = "station", **more: Any) -> TestResponse:
        """Take a step."""
        return self.call("POST", f"/v1/towns/{TOWN}/cases/{case}/steps", who, json={"step": key, **more})

    def view(self, case: str, who: str = "operator") -> dict[str, Any]:
        """Return everything about a case."""
        answer = self.call("GET", f"/v1/towns/{TOWN}/cases/{case}", who)
        assert answer.status_code == 200, answer.text
        return dict(answer.json)

    def said(self, case: str | None = None) -> list[Envelope]:
        """Return what intake said: each message with its data as the type that it says."""
        outbox = tables.flow.outbox
        statement = sa.select(outbox.c.frame).order_by(outbox.c.id)
        with self.store.read() as conn:
            frames = conn.scalars(
                statement if case is None else statement.where(outbox.c.stream == case)
            ).all()
        return list(_typed(frames))

    def types(self, case: str) -> list[str]:
        return [message.type for message in self.said(case)]

    def pass_time(self, **amount: float) -> None:
        self.clock.set(self.clock.now() + timedelta(**amount))

    def rows(self, table: sa.Table) -> list[dict[str, Any]]:
        with self.store.read() as conn:
            return [
                {name: msgspec.json.decode(value) if isinstance(value, msgspec.Raw) else value
                 for name, value in row.items()}
                for row in conn.execute(sa.select(table)).mappings()
            ]  # fmt: skip


def _typed(frames: Iterable[bytes]) -> Iterator[Envelope]:
    for frame in frames:
        message = decode(frame)
        yield replace(message, data=body_of(message))


def content(town: str) -> str:
    return (town * 64)[:64]


__all__ = ["ABOVE", "CENTRE", "MONDAY", "OFFICE", "PEOPLE", "STATION", "SUPERVISION", "House", "datetime"]
