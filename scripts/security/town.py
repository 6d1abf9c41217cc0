"""A house with two towns, everybody with tokens of every kind, and cases that are not everybody's.

Decides who has which part in which case. The services are the real ones, on stores in memory.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Self

from werkzeug.test import Client, TestResponse

from gridcase.registry_admin import RegistryAdmin
from gridcase.simulation.house import SimulatedHouse
from shared.kernel.roles import Role
from shared.web.callers import EVERYWHERE, hash_token, reference_of

OWN, OTHER = "elm-town", "oak-town"
LOGIN, PASSWORD = "ming", "two herons on the weir"
DAWN = datetime(2026, 1, 1, tzinfo=UTC)
MONDAY = datetime(2026, 3, 9, 2, tzinfo=UTC)
PACK = """
town: TOWN
name: {zh: 榆树镇, en: a town}
zone: Asia/Shanghai
policies: {P: {zh: 办法, en: a policy}}
calendar: {official: china, weekend: [sat, sun]}
acceptance: automatic
fallback: centre
levels:
  town: {name: {zh: 镇, en: town}, supervisor: watch}
units:
  centre: {name: {zh: 中心, en: centre}, level: town}
  station: {name: {zh: 站, en: station}, level: town}
  bureau: {name: {zh: 所, en: bureau}, level: town}
  watch: {name: {zh: 督查, en: supervision}, level: town}
  east-grid: {name: {zh: 东网格, en: east grid}, level: town}
  west-grid: {name: {zh: 西网格, en: west grid}, level: town}
places: {grid-1: {name: {zh: 一网格, en: grid 1}}}
channels: {app: {zh: 手机, en: app}}
categories:
  ditch: {name: {zh: 沟渠, en: ditch}, department: station}
  secret: {name: {zh: 保密, en: secret}, department: station}
  family: {name: {zh: 家事, en: family}, department: station, private: yes}
facts: {result: {type: text, from: step, name: {zh: 结果, en: result}}}
steps:
  vet: {name: {zh: 审定, en: vet}, who: [operator], any_time: yes}
  settle: {name: {zh: 办结, en: settle}, who: [lead], needs: [result], does: [settle, close]}
procedures:
  standard: {name: {zh: 一般, en: standard}, steps: [settle]}
hidden:
  - rule: not-vetted
    because: P
    when: {category: secret}
    until: vet
    seen_by: [lead]
routing:
  - rule: to-station
    because: P
    otherwise: yes
    then: {level: town, lead: station, procedure: standard}
limits:
  - rule: five-days
    because: P
    clock: settle
    within: 5 working days
    otherwise: yes
tell:
  - rule: tell-lead
    because: P
    on: accepted
    who: [lead]
    text: {zh: '{case.number}', en: '{case.number}'}
ledger:
  types:
    house:
      name: {zh: 房屋, en: house}
      because: P
      kind: house
      facts: {number: {type: text, name: {zh: 门牌, en: number}, sealed: yes}}
      same: [place, number]
      entered_by: [station, bureau]
  master: {because: P, units: [station, bureau]}
  paper: {because: P, types: house}
grids:
  facts: {households: {type: whole number, name: {zh: 户数, en: households}, because: P}}
  posts: {worker: {name: {zh: 网格员, en: worker}, because: P, units: east-grid}}
  sheets:
    sign: {name: {zh: 公示牌, en: sign}, because: P, kind: sign, level: town, shows: name, public: yes}
  rotas: {station: {name: {zh: 值班, en: rota}, because: P, unit: station}}
  contacts: {because: P, posts: worker, of: house}
"""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the own town.

    Args:
        part: what part this one has in the cases that are not everybody's.
    """

    name: str
    role: Role
    unit: str | None
    part: str
    town: str = OWN  # of the token


PEOPLE = (
    Person("reporter", Role.REPORTER, None, "reported none of them"),
    Person("finder", Role.GRID_WORKER, "east-grid", "found both"),
    Person("grid", Role.GRID_WORKER, "west-grid", "of another grid"),
    Person("lead", Role.UNIT_STAFF, "station", "of the unit that leads both"),
    Person("unit", Role.UNIT_STAFF, "bureau", "of a unit without part"),
    Person("supervisor", Role.SUPERVISOR, "watch", "named by no rule"),
    Person("operator", Role.OPERATOR, None, "of the town"),
    Person("engineer", Role.ENGINEER, None, "of the town, without part"),
    Person("platform", Role.ENGINEER, None, "of every town, without part", EVERYWHERE),
)
# Who may see a case that is not everybody's, as `shared/db/visibility.py` says in words.
SEES = {
    "hidden": {"finder", "lead", "operator"},
    "private": {"lead", "supervisor", "operator"},
}
CATEGORIES = {"hidden": "secret", "private": "family"}


class TwoTowns:
    """The house, to be asked.

    Attributes:
        tokens: by who holds it: (role, where), where 'own', 'other' or 'platform'.
        useless: tokens that open nothing, by why.
        people: tokens of `PEOPLE` by name.
        cases: ids and numbers of the cases that are not everybody's, by kind.
        names: true names of the own town's things, by the variables of paths.
    """

    def __init__(self) -> None:
        self.house = SimulatedHouse(DAWN, "reference")
        self.registry = RegistryAdmin(self.house.services["registry"].store, self.house.secret)
        for town in (OWN, OTHER):
            self.registry.publish(town, {f"{town}/pack.yaml": PACK.replace("TOWN", town)})
        self.tokens = dict(self._tokens())
        self.people = {person.name: self._issue(person.role, person.town, person.unit) for person in PEOPLE}
        self.useless = self._useless()
        self.house.world.advance(MONDAY)
        self._clients = {name: Client(service.app) for name, service in self.house.services.items()}
        self._signed_in = 0
        self._give_account()
        self.cases = {kind: self._report(category) for kind, category in CATEGORIES.items()}
        self.names = {
            "town": OWN,
            "redecision": self._decide_again(),
            "entry": self._enter(),
            "fact": "number",
            "place": "grid-1",
            "rota": "station",
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.house.close()

    def ask(
        self,
        service: str,
        method: str,
        path: str,
        token: str | None,
        body: Any = None,
        scheme: str = "Bearer",
    ) -> TestResponse:
        """Send a request to a service; nothing of what follows is done."""
        headers = {"Accept-Language": "en", **({"Authorization": f"{scheme} {token}"} if token else {})}
        more = {} if body is None else {"json": body}
        return self._clients[service].open(path, method=method, headers=headers, **more)

    def sign_in(self) -> str:
        """Open a session of an engineer of every town, and return its secret."""
        # From another address each time: how many sign in from one is bounded.
        self._signed_in += 1
        opened = self._clients["registry"].post(
            "/v1/sessions",
            json={"login": LOGIN, "password": PASSWORD},
            environ_base={"REMOTE_ADDR": f"10.0.{self._signed_in // 250}.{self._signed_in % 250}"},
        )
        return str(opened.get_json()["session"])

    def denied(self, service: str) -> Mapping[str, float]:
        """Return how often a service has turned somebody away so far, by reason."""
        (family,) = self.house.metrics.denied.collect()
        return {
            sample.labels["reason"]: sample.value
            for sample in family.samples
            if sample.labels.get("service") == service and sample.name.endswith("_total")
        }

    def _tokens(self) -> Iterator[tuple[tuple[Role, str], str]]:
        for role in Role:
            for where, town in (("own", OWN), ("other", OTHER)):
                yield (role, where), self._issue(role, town, "bureau")
        yield (Role.ENGINEER, "platform"), self._issue(Role.ENGINEER, EVERYWHERE, None)

    def _issue(self, role: Role, town: str, unit: str | None, **more: Any) -> str:
        address = f"{town}/{unit}" if unit else None
        return self.registry.issue_token(role.value, address, f"p-{role}-{town}-{unit}", (town,), **more)

    def _useless(self) -> dict[str, str | None]:
        revoked = self._issue(Role.ENGINEER, EVERYWHERE, None)
        ended = self._issue(Role.ENGINEER, EVERYWHERE, None, valid_until=DAWN + timedelta(days=1))
        self.registry.revoke_token(reference_of(hash_token(revoked)))
        return {
            "no token": None,
            "a bad token": "made-up",
            "a revoked token": revoked,
            "an ended token": ended,
        }

    def _give_account(self) -> None:
        first = self.registry.add_account(LOGIN, Role.ENGINEER, EVERYWHERE)
        credentials = {"login": LOGIN, "password": first}
        opened = self.ask("registry", "POST", "/v1/sessions", None, credentials).get_json()
        change = {"old": first, "new": PASSWORD}
        self.ask("registry", "PUT", "/v1/session/password", opened["session"], change, "Session")

    def _report(self, category: str) -> tuple[str, str]:
        body = {"category": category, "channel": "app", "place": "grid-1", "text": "two neighbours"}
        made = self.ask("intake", "POST", f"/v1/towns/{OWN}/cases", self.people["finder"], body)
        self.house.world.settle()
        admitted = made.get_json()
        return str(admitted["case"]), str(admitted["number"])

    def _decide_again(self) -> str:
        body = {"cases": [case for case, _ in self.cases.values()], "preview": False, "reason": "a trial"}
        ordered = self.ask("intake", "POST", f"/v1/towns/{OWN}/redecisions", self.people["operator"], body)
        self.house.world.settle()
        return str(ordered.get_json()["id"])

    def _enter(self) -> str:
        """Enter something into the own town's ledger; return its id."""
        said = {"facts": {"number": "7"}, "date": "2026-03-09", "source": "visit"}
        body = {"type": "house", "place": "grid-1", **said}
        made = self.ask("ledger", "POST", f"/v1/towns/{OWN}/ledger/entries", self.people["lead"], body)
        return str(made.get_json()["id"])
