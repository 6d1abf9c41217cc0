"""The ledger on a store of its own, under the rules of a town that uses everything a ledger can say."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from werkzeug.test import Client, TestResponse

from services.ledger.bootstrap import NAME, LedgerSettings, build, metadata
from services.ledger.store.tables import flow
from shared.contracts.envelope import Envelope, decode
from shared.db.engines import open_engine
from shared.db.store import Store
from shared.flow.receive import Receiver
from shared.kernel.clock import SetClock
from shared.kernel.instants import format_instant, parse_instant
from shared.kernel.keyring import Secret
from shared.obs.metrics import Metrics
from shared.rules.pack.build.files import load_files
from shared.rules.pack.read import build_pack
from shared.web.callers import hash_token
from tests.packs.corpus import BASE, OTHER
from tests.spelled import spelled

TOWN = OTHER
NOW = parse_instant("2026-03-02T02:00:00Z")
SECRET = b"a secret for tests only"
CSV = "text/csv"
PEOPLE: Mapping[str, tuple[str, str | None, str | None, tuple[str, ...]]] = {
    "clerk": ("unit_staff", f"{TOWN}.east/village-clerk", "p-clerk", (TOWN,)),
    "centre": ("unit_staff", f"{TOWN}/town-centre", "p-centre", (TOWN,)),
    "works": ("unit_staff", f"{TOWN}/works-office", "p-works", (TOWN,)),
    "grid": ("grid_worker", f"{TOWN}.east-1/grid", "p-grid", (TOWN,)),
    "other-grid": ("grid_worker", f"{TOWN}.east-2/grid", "p-other-grid", (TOWN,)),
    "supervisor": ("supervisor", None, "p-supervisor", (TOWN,)),
    "operator": ("operator", f"{TOWN}/no-office", "p-operator", (TOWN,)),
    "engineer": ("engineer", None, "p-engineer", ("*",)),
    "citizen": ("reporter", None, "p-citizen", (TOWN,)),
    "nameless": ("unit_staff", f"{TOWN}.east/village-clerk", None, (TOWN,)),
    "stranger": ("unit_staff", "t-base/town-centre", "p-stranger", ("t-base",)),
}


PURPOSE = {"purpose": "a visit"}


def opening(key: str, fact: str) -> str:
    """Where a sealed fact is opened."""
    return f"/entries/{key}/facts/{fact}/openings"


def files() -> dict[str, str]:
    """The town's files."""
    return load_files(BASE / TOWN)


class House:
    """The ledger with what its tests look at."""

    def __init__(
        self, url: str = "sqlite://", *, secret: Secret = SECRET, rules: Mapping[str, str] | None = None
    ) -> None:
        self.clock = SetClock(NOW)
        engine = open_engine(url, NAME)
        if engine.dialect.name == "sqlite":  # in PostgreSQL no service makes its own tables
            metadata.create_all(engine)
        self.store = Store(NAME, engine, flow, clock=self.clock)
        self.metrics = Metrics()
        self.service = build(LedgerSettings(url, secret), store=self.store, metrics=self.metrics)
        self.client = Client(self.service.app)
        self._receiver = Receiver(self.service, self.clock)
        self._sequences: dict[str, int] = {}
        for who, (role, unit, person, towns) in PEOPLE.items():
            scope = {"role": role, "unit": unit, "person": person, "towns": list(towns)}
            said = {"token_hash": hash_token(who), "revoked": False, **scope}
            self.hear("token.changed", f"token/{who}", said)
        self.publish(dict(rules or files()))

    def publish(self, rules: Mapping[str, str], number: int = 1) -> None:
        """Put an edition of the town in force."""
        edition = build_pack(rules, TOWN).edition
        said = {
            "edition": edition,
            "number": number,
            "files": dict(rules),
            "effective_at": format_instant(NOW),
        }
        self.hear("edition.published", f"town/{TOWN}", said)

    def hear(self, type_: str, stream: str, data: Mapping[str, Any]) -> None:
        """Have the service take a message of the registry's."""
        sequence = self._sequences[stream] = self._sequences.get(stream, 0) + 1
        id_ = f"{stream}-{sequence}"
        self._receiver.take(
            [Envelope(id_, "registry", type_, stream, sequence, TOWN, self.clock.now(), dict(data))]
        )

    def ask(
        self,
        who: str,
        method: str,
        path: str,
        body: Any = None,
        town: str = TOWN,
        key: str = "",
        **query: Any,
    ) -> TestResponse:
        """Send a request as somebody; the path goes on after '/ledger'.

        Args:
            key: by which it is done once.
        """
        headers = {"Accept-Language": "en", "Authorization": f"Bearer {who}"}
        headers |= {"Idempotency-Key": key} if key else {}
        more: dict[str, Any] = {"json": body} if body is not None else {}
        return self.client.open(
            f"/v1/towns/{town}/ledger{path}", method=method, query_string=query, headers=headers, **more
        )

    def told(self, who: str, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """Send a request that must go well, and return what it answers."""
        answer = self.ask(who, method, path, body, **query)
        assert answer.status_code < 300, answer.get_data(as_text=True)
        return answer.json

    def refused(self, who: str, method: str, path: str, body: Any = None, **query: Any) -> str:
        """Send a request that must be refused, and return the code."""
        answer = self.ask(who, method, path, body, **query)
        assert answer.status_code >= 400, answer.get_data(as_text=True)
        return str(answer.json["code"])

    def enter(self, who: str, type_: str, **more: Any) -> dict[str, Any]:
        """Enter something, with a date and a source where the test says none."""
        said: dict[str, Any] = {"date": "2026-03-02", "source": "visit", **more, "type": type_}
        answer: dict[str, Any] = self.told(who, "POST", "/entries", said)
        return answer

    def opened(self, who: str, key: str, fact: str) -> list[dict[str, Any]]:
        """Open what is sealed, and return what each source says."""
        words: list[dict[str, Any]] = self.told(who, "POST", opening(key, fact), PURPOSE)["words"]
        return words

    def household(self, place: str = "east-1", number: str = "12", **facts: Any) -> str:
        """Enter a house and a household in it; return the household's id."""
        house = self.enter("clerk", "house", place=place, facts={"number": number})["id"]
        made = self.enter("clerk", "household", about=house, facts={"members": 3, **facts})
        return str(made["id"])

    def bring(self, who: str, text: str | bytes, content_type: str = CSV, **query: Any) -> TestResponse:
        """Bring a table in."""
        headers = {"Accept-Language": "en", "Authorization": f"Bearer {who}", "Content-Type": content_type}
        data = text.encode() if isinstance(text, str) else text
        asked = {"source": "register", "date": "2026-03-01", **query}
        return self.client.post(
            f"/v1/towns/{TOWN}/ledger/import", query_string=asked, data=data, headers=headers
        )

    def said(self) -> list[Envelope]:
        """What the ledger said, each message held against its contract."""
        with self.store.read() as conn:
            frames = conn.scalars(sa.select(flow.outbox.c.frame).order_by(flow.outbox.c.id)).all()
        return [spelled(message) for message in map(decode, frames)]

    def everything_stored(self) -> str:
        """All rows of all tables as text."""
        with self.store.read() as conn:
            return " ".join(
                str(tuple(row)) for table in metadata.sorted_tables for row in conn.execute(sa.select(table))
            )
