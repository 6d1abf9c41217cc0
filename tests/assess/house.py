"""Assessment on a store of its own, under the rules of a town that assesses its grids; it hears what a test says."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from werkzeug.test import Client, TestResponse

from services.assess.bootstrap import NAME, AssessSettings, build, metadata
from services.assess.store.tables import flow
from shared.contracts.envelope import Envelope
from shared.db.engines import open_engine
from shared.db.store import Store
from shared.flow.receive import Receiver
from shared.kernel.clock import SetClock
from shared.kernel.instants import parse_instant
from shared.rules.pack.build.files import load_files
from shared.rules.pack.read import build_pack
from shared.web.callers import hash_token
from tests.decide.towns import RULES

TOWN, OTHER = "t-vtc", "t-nc"
NOW = parse_instant("2026-05-01T02:00:00Z")
SECRET = b"a secret for tests only"
PEOPLE: Mapping[str, tuple[str, str | None, str | None, tuple[str, ...]]] = {
    "office": ("unit_staff", f"{TOWN}/governance-office", "p-office", (TOWN,)),
    "second-office": ("unit_staff", f"{TOWN}/governance-office", "p-second", (TOWN,)),
    "leaders": ("unit_staff", f"{TOWN}/town-leaders", "p-leader", (TOWN,)),
    "east": ("unit_staff", f"{TOWN}.east-village/village-station-head", "p-east", (TOWN,)),
    "west": ("unit_staff", f"{TOWN}.west-village/village-station-head", "p-west", (TOWN,)),
    "land": ("unit_staff", f"{TOWN}/land-office", "p-land", (TOWN,)),
    "citizen": ("reporter", None, "p-citizen", (TOWN,)),
    "nameless": ("unit_staff", f"{TOWN}/governance-office", None, (TOWN,)),
    "centre": ("unit_staff", f"{OTHER}/街道网格中心", "p-centre", (OTHER,)),
    "head": ("unit_staff", f"{OTHER}.东村/网格长", "p-head", (OTHER,)),
}


class House:
    """Assessment with what its tests look at."""

    def __init__(self, url: str = "sqlite://") -> None:
        self.clock = SetClock(NOW)
        engine = open_engine(url, NAME)
        if engine.dialect.name == "sqlite":  # in PostgreSQL no service makes its own tables
            metadata.create_all(engine)
        self.store = Store(NAME, engine, flow, clock=self.clock)
        self.service = build(AssessSettings(url, SECRET), store=self.store)
        self.client = Client(self.service.app)
        self._receiver = Receiver(self.service, self.clock)
        self._sequences: dict[tuple[str, str], int] = {}
        for who, (role, unit, person, towns) in PEOPLE.items():
            scope = {"role": role, "unit": unit, "person": person, "towns": list(towns)}
            said = {"token_hash": hash_token(who), "revoked": False, **scope}
            self.hear("registry", "token.changed", f"token/{who}", said)
        for town in (TOWN, OTHER):
            files = load_files(RULES / town)
            published = {
                "edition": build_pack(files, town).edition,
                "number": 1,
                "files": files,
                "effective_at": "2025-01-01T00:00:00Z",
            }
            self.hear("registry", "edition.published", f"town/{town}", published, town)

    def hear(
        self, source: str, type_: str, stream: str, data: Mapping[str, Any], town: str = TOWN
    ) -> Envelope:
        """Have the service take a message."""
        sequence = self._sequences[source, stream] = self._sequences.get((source, stream), 0) + 1
        message = Envelope(
            f"{source}-{stream}-{sequence}",
            source,
            type_,
            stream,
            sequence,
            town,
            self.clock.now(),
            dict(data),
        )
        self.take(message)
        return message

    def take(self, message: Envelope) -> None:
        """Have the service take a message as it stands."""
        self._receiver.take([message])

    def clock_of(
        self, case: str, number: str, verdict: str, at: str = "2026-02-10T02:00:00Z", **more: Any
    ) -> Envelope:
        """Say that a settle clock of a case has ended."""
        said = {
            "case": case, "number": case, "clock": f"{case}-{number}", "stage": "settle", "state": "stopped",
            "verdict": verdict, "reason": {"rule": "r", "because": ["P001-05.4"]}, "round": 1,
            "started_at": "2026-02-09T02:00:00Z", "at": at, **more,
        }  # fmt: skip
        return self.hear("sla", "clock.stopped", case, said)

    def case(self, case: str, place: str, at: str = "2026-02-09T02:00:00Z", **more: Any) -> Envelope:
        """Say that a case was admitted in a grid."""
        said = {
            "case": case, "number": case, "category": "road-damage", "channel": "grid",
            "place": {"key": place, "jurisdiction": f"{TOWN}.{place}"}, "facts": {}, "reported_at": at,
            "by": {"role": "grid_worker", "unit": f"{TOWN}.{place}/grid", "person": "p-worker"}, **more,
        }  # fmt: skip
        return self.hear("intake", "case.admitted", case, said)

    def duty(
        self, occurrence: str, place: str, label: str = "2026-02-10", due: str = "2026-02-10T16:00:00Z"
    ) -> Envelope:
        """Say that an occurrence of the day's log is owed."""
        said = {
            "occurrence": occurrence, "number": occurrence, "duty": "log-of-the-day",
            "reason": {"rule": "log-of-the-day", "because": ["P001-09.3"]}, "unit": f"{TOWN}.{place}/grid-worker",
            "label": label, "on": label, "opens_at": f"{label}T00:00:00Z", "due_at": due, "at": f"{label}T00:00:00Z",
        }  # fmt: skip
        return self.hear("duties", "duty.owed", occurrence, said)

    def met(self, occurrence: str, place: str, at: str) -> Envelope:
        """Say that an occurrence was met."""
        said = {
            "occurrence": occurrence,
            "duty": "log-of-the-day",
            "unit": f"{TOWN}.{place}/grid-worker",
            "at": at,
        }
        return self.hear("duties", "duty.met", occurrence, said)

    def record(self, key: str, form: str, unit: str, day: str, town: str = TOWN, **more: Any) -> Envelope:
        """Say that a record was kept."""
        said = {
            "record": key, "form": form, "about": "grid", "subject": unit.rpartition("/")[0], "unit": unit,
            "person": "p-maker", "day": day, "at": f"{day}T08:00:00Z", **more,
        }  # fmt: skip
        return self.hear("duties", "record.kept", f"town/{town}", said, town)

    def ask(
        self, who: str, method: str, path: str, body: Any = None, town: str = TOWN, **query: Any
    ) -> TestResponse:
        """Send a request as somebody; the path goes on after '/assessment'."""
        headers = {"Accept-Language": "en", "Authorization": f"Bearer {who}"}
        more: dict[str, Any] = {"json": body} if body is not None else {}
        return self.client.open(
            f"/v1/towns/{town}/assessment{path}", method=method, query_string=query, headers=headers, **more
        )

    def told(self, who: str, method: str, path: str, body: Any = None, town: str = TOWN, **query: Any) -> Any:
        """Send a request that must go well, and return what it answers."""
        answer = self.ask(who, method, path, body, town, **query)
        assert answer.status_code < 300, answer.get_data(as_text=True)
        return answer.json

    def refused(self, who: str, method: str, path: str, body: Any = None, town: str = TOWN) -> str:
        """Send a request that must be refused, and return the code."""
        answer = self.ask(who, method, path, body, town)
        assert answer.status_code >= 400, answer.get_data(as_text=True)
        return str(answer.json["code"])

    def value(self, figure: str, subject: str, span: str = "2026-Q1") -> dict[str, Any]:
        """What a figure says of a subject, to the office that reads all."""
        values = self.told("office", "GET", f"/figures/{figure}/{span}")["values"]
        found: dict[str, Any] = next(each for each in values if each["subject"] == subject)
        return found

    def give(
        self, subject: str, points: str, who: str = "office", span: str = "2026-Q1", item: str = "running"
    ) -> TestResponse:
        """Give points for an item."""
        body = {"subject": subject, "item": item, "points": points, "words": "as seen on the spot"}
        return self.ask(who, "POST", f"/measures/assessment/{span}/points", body)

    def everything(self) -> list[tuple[Any, ...]]:
        """All that was heard and can be counted, as rows."""
        with self.store.read() as conn:
            table = metadata.tables["happenings"]
            return [tuple(row) for row in conn.execute(sa.select(table).order_by(table.c.id))]
