"""The house whose lists are asked: all services on stores of either kind, filled, with tokens for everybody."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.client import CREATED
from pathlib import Path
from urllib.parse import urlencode

from werkzeug.test import Client, TestResponse

from bench.lists.filling import Patterns, fill
from bench.lists.reads import Reads, counted
from bench.lists.rows import BIG, RARE_UNIT, all_cases
from gridcase.house import HousePlan, build_house, standing_stores
from gridcase.house_stores import NAMES, upgrade_at
from scripts.security.operations import Operation, operations_of
from scripts.security.town import PACK, TwoTowns
from shared.db.provision import provision, random_passwords
from shared.flow.editions import PackCache
from shared.flow.service import Service
from shared.kernel.roles import Role
from shared.obs.metrics import Metrics
from shared.web.quotas import UNBOUNDED, DoorSettings

# The town's rules say more than the small house's: what ended a year ago is to lose its texts.
_HOUSEHOLDS = """
ledger:
  classes: {population: {name: {zh: 人口, en: population}, because: P, readers: [watch]}}
  types:
    household:
      name: {zh: 户, en: household}
      because: P
      kind: household
      class: population
      about: house
      facts:
        members: {type: 'whole number [1..50]', name: {zh: 人数, en: members}}
        group: {type: 'one of [alone, other]', name: {zh: 户别, en: kind}}
        note: {type: text, name: {zh: 备注, en: note}}
      needs: [members]
      groups: [group]
      entered_by: [station]
      stale_after: 183 days
"""
# What was sent names a document of the rules, and their edition.
_DOCUMENTS = """figures:
  in-time:
    name: {zh: 按期办结率, en: handled in time}
    because: P
    does: share
    of: {what: clock, named: settle}
    part: {result: in_time}
    per: grid
    every: month
documents:
  circular:
    name: {zh: 通报, en: circular}
    because: P
    kind: circular
    every: month
    by: station
    to: watch
    holds: in-time
    words: {zh: 意见, en: opinion}
"""
_PACK = (
    f"{PACK.replace('TOWN', BIG)}retention: {{texts: {{keep: 365 days, because: P}}}}\n{_DOCUMENTS}"
).replace("\nledger:\n  types:\n", _HOUSEHOLDS)
SENT_FOR = "2026-03"
# Who looks: of each role somebody who has a part in much, and of units' staff also somebody who has a part in little.
LOOKERS = {
    "reporter": (Role.REPORTER, None), "grid_worker": (Role.GRID_WORKER, "east-grid"),
    "unit_staff": (Role.UNIT_STAFF, "station"), "rare_staff": (Role.UNIT_STAFF, RARE_UNIT),
    "supervisor": (Role.SUPERVISOR, "watch"), "operator": (Role.OPERATOR, None), "engineer": (Role.ENGINEER, None),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Standing:
    """Services whose lists can be asked.

    Args:
        tokens: by looker; 'platform': an engineer of every town.
        secret: the house's.
    """

    services: Mapping[str, Service]
    tokens: Mapping[str, str]
    reads: Reads
    secret: bytes = field(repr=False)

    @property
    def operations(self) -> list[Operation]:
        """Every operation of every service."""
        return operations_of(self.services)

    def ask(self, service: str, path: str, query: Mapping[str, str | int], looker: str) -> TestResponse:
        """Ask for a page; `reads` then says what was read for it."""
        headers = {"Accept-Language": "en", "Authorization": f"Bearer {self.tokens[looker]}"}
        whole = f"{path}?{urlencode(query)}" if query else path
        self.reads.clear()
        answer = Client(self.services[service].app).get(whole, headers=headers)
        answer.get_data()
        return answer


@contextmanager
def standing(folder: Path, database: str | None, *, counts: bool = True) -> Iterator[Standing]:
    """Make a filled house.

    Args:
        folder: where SQLite stores and files go.
        database: an empty PostgreSQL database, as its administrator; None: the stores are SQLite's.
        counts: whether what is read is counted, which takes time itself.
    """
    with TwoTowns() as small:
        small.registry.publish(BIG, {f"{BIG}/pack.yaml": _PACK})
        secret, tokens = small.house.secret, dict(_tokens(small))
        small.house.world.settle()
        _send_document(small, tokens["unit_staff"])
        cases = all_cases()
        patterns = Patterns({name: service.store for name, service in small.house.services.items()})
        url = f"sqlite:///{folder}/{{service}}.db"
        urls = provision(database, random_passwords(NAMES)) if database else dict.fromkeys(NAMES, url)
        for name in NAMES:
            upgrade_at(database or url, name)
            fill(name, database or url, patterns, cases)
    with _running(urls, secret, folder) as services, ExitStack() as stack:
        reads = Reads()
        for service in services.values() if counts else ():
            stack.enter_context(counted(service.store, reads))
        yield Standing(services, tokens, reads, secret)


def _send_document(small: TwoTowns, token: str) -> None:
    path = f"/v1/towns/{BIG}/assessment/documents/circular/{SENT_FOR}/publications"
    answer = small.ask("assess", "POST", path, token, {"words": ["as it was"]})
    assert answer.status_code == CREATED, answer.text


def _tokens(small: TwoTowns) -> Iterator[tuple[str, str]]:
    for looker, (role, unit) in LOOKERS.items():
        address = f"{BIG}/{unit}" if unit else None
        yield looker, small.registry.issue_token(role.value, address, f"p-{role}-{BIG}-{unit}", (BIG,))
    yield "platform", small.tokens[Role.ENGINEER, "platform"]


@contextmanager
def _running(urls: Mapping[str, str], secret: bytes, folder: Path) -> Iterator[Mapping[str, Service]]:
    packs, metrics, services = PackCache(), Metrics(), {}
    for name, url in urls.items():
        plan = HousePlan(url, secret, "reference", folder, packs, door=DoorSettings(UNBOUNDED))
        services |= build_house(plan, standing_stores(plan, (name,)), metrics)
    try:
        yield services
    finally:
        for service in services.values():
            service.store.close()
