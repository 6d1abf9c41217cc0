"""A town for tests of what the operator does, on a whole simulated house, seen through its HTTP doors alone."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from werkzeug.test import Client, TestResponse

from gridcase.registry_admin import RegistryAdmin
from gridcase.simulation.house import SimulatedHouse
from shared.rules.scenario.model import label_to_instant

TOWN = "t-own"
STATION = f"{TOWN}/station"
BUREAU = f"{TOWN}/bureau"
OFFICE = f"{TOWN}/office"
DAWN = datetime(2026, 1, 1, tzinfo=UTC)
PACK = """
town: t-own
name: {zh: 自定镇, en: own town}
zone: Asia/Shanghai
policies: {P: {zh: 办法, en: a policy}}
calendar: {official: china, weekend: [sat, sun]}
acceptance: automatic
fallback: station
levels:
  village: {name: {zh: 村, en: village}, supervisor: office}
  town: {name: {zh: 镇, en: town}, supervisor: office}
units:
  station: {name: {zh: 站, en: station}, level: village}
  bureau: {name: {zh: 所, en: bureau}, level: town}
  office: {name: {zh: 办, en: office}, level: town}
places:
  grid-1: {name: {zh: 一网格, en: grid 1}}
  grid-2: {name: {zh: 二网格, en: grid 2}, facts: {by_the_lake: yes}}
channels: {app: {zh: 手机, en: app}}
categories:
  quarrel: {name: {zh: 纠纷, en: quarrel}, department: none}
  noise: {name: {zh: 噪声, en: noise}, department: none}
  dumping: {name: {zh: 倾倒, en: dumping}, department: bureau, facts: {smells: yes}}
facts:
  litres: {type: whole number, from: reporter, name: {zh: 升, en: litres}}
  where_exactly: {type: text, from: reporter, name: {zh: 位置, en: where exactly}}
  smells: {type: yes or no, from: category, name: {zh: 气味, en: smells}}
  by_the_lake: {type: yes or no, from: place, name: {zh: 湖边, en: by the lake}}
  urgent: {type: yes or no, from: step, name: {zh: 紧急, en: urgent}}
  result: {type: text, from: step, name: {zh: 结果, en: result}}
steps:
  correct:
    name: {zh: 更正, en: correct}
    who: [lead, operator]
    may_have: [category, place, litres, where_exactly, smells, by_the_lake]
    does: [decide again]
    any_time: yes
  settle: {name: {zh: 办结, en: settle}, who: [lead], may_have: [result], does: [settle]}
  not-content:
    name: {zh: 不满意, en: not content}
    who: [reporter, operator]
    after: [settled]
    does: [reopen]
    any_time: yes
  urge: {name: {zh: 加急, en: urge}, who: [lead], sets: {urgent: yes}, any_time: yes}
  close: {name: {zh: 结案, en: close}, who: [lead], does: [close]}
procedures:
  standard: {name: {zh: 一般, en: standard}, steps: [settle, close]}
routing:
  - rule: to-bureau
    because: P
    when: {departments: {at_least: 1}}
    then: {level: town, lead: bureau, procedure: standard}
  - rule: lake-to-bureau
    because: P
    when: {by_the_lake: yes}
    then: {level: town, lead: bureau, procedure: standard}
  - rule: to-station
    because: P
    otherwise: yes
    then: {level: village, lead: station, procedure: standard}
limits:
  - rule: noise-limit
    because: P
    when: {level: village, category: noise}
    clock: settle
    within: 1 working day
  - rule: village-limit
    because: P
    when: {level: village, category: quarrel}
    clock: settle
    within: 3 working days
    escalate: [{to: supervisor}]
  - rule: town-limit
    because: P
    when: {level: town}
    clock: settle
    within: 5 working days
    from: first accepted
  - rule: spill-limit
    because: P
    when: {litres: {at_least: 100}}
    clock: attend
    within: 2 hours
    from: reported
    until: [settled, closed]
tell:
  - rule: tell-lead
    because: P
    on: [accepted, settle breached]
    who: [lead]
    text: {zh: '{case.number}', en: '{case.number}'}
  - rule: tell-reporter
    because: P
    on: [accepted, settled]
    who: [reporter]
    text: {zh: '{case.number}', en: '{case.number}'}
"""
PEOPLE: Mapping[str, tuple[str, str | None]] = {
    "citizen": ("reporter", None),
    "station": ("unit_staff", STATION),
    "bureau": ("unit_staff", BUREAU),
    "supervisor": ("supervisor", OFFICE),
    "operator": ("operator", OFFICE),
    "engineer": ("engineer", None),
}


def at(label: str) -> datetime:
    """Return the instant of a local label."""
    return label_to_instant(label, "Asia/Shanghai")


class OwnTown:
    """The town on a house of its own.

    Args:
        start: local label at which its time begins.
        pack: the town's file, where it is not the one of this module.
        engine: 'both' evaluators, or 'reference' alone.
    """

    def __init__(self, start: str = "2026-03-09 09:00", pack: str = PACK, engine: str = "reference") -> None:
        self.house = SimulatedHouse(DAWN, engine)
        self.registry = RegistryAdmin(self.house.services["registry"].store, self.house.secret)
        self.edition = self.publish(pack)
        self.tokens = {
            who: self.registry.issue_token(role, unit, f"p-{who}", (TOWN,))
            for who, (role, unit) in PEOPLE.items()
        }
        self.clients = {name: Client(self.house.services[name].app) for name in ("intake", "sla", "routing")}
        self.advance(start)

    def publish(self, pack: str, effective: str | None = None) -> str:
        """Publish the town's file and return the edition."""
        done = self.registry.publish(TOWN, {f"{TOWN}/pack.yaml": pack}, at(effective) if effective else None)
        self.house.world.settle()
        return done.edition

    def advance(self, label: str) -> None:
        """Move time to a local label."""
        self.house.world.advance(at(label))

    def ask(self, method: str, path: str, who: str = "operator", **more: Any) -> TestResponse:
        """Ask intake for something of the town, and let everything settle that follows."""
        answer = self.send(method, path, who, **more)
        self.house.world.settle()
        return answer

    def send(self, method: str, path: str, who: str = "operator", **more: Any) -> TestResponse:
        """Ask intake for something of the town; nothing that follows is done yet."""
        headers = {
            "Authorization": f"Bearer {self.tokens[who]}", "Accept-Language": "en", **more.pop("headers", {})
        }  # fmt: skip
        return self.clients["intake"].open(f"/v1/towns/{TOWN}{path}", method=method, headers=headers, **more)

    def report(self, category: str = "quarrel", who: str = "citizen", **more: Any) -> str:
        """Report something and return the case's id."""
        body = {"category": category, "channel": "app", "place": "grid-1", "text": "two neighbours", **more}
        answer = self.ask("POST", "/cases", who, json=body)
        assert answer.status_code == 201, answer.text
        return str(answer.json["case"])

    def step(self, case: str, step: str, who: str = "operator", **facts: Any) -> None:
        """Take a step."""
        answer = self.ask("POST", f"/cases/{case}/steps", who, json={"step": step, "facts": facts})
        assert answer.status_code == 200, answer.text

    def view(self, case: str) -> dict[str, Any]:
        """Return everything about a case."""
        answer = self.ask("GET", f"/cases/{case}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json)

    def clocks(self, case: str) -> list[tuple[str, str, str | None, str | None]]:
        """Return the rule, state, local due label and verdict of every clock of a case, the oldest first."""
        found = self.view(case)["deadlines"]
        return [(one["reason"]["rule"], one["state"], one["label"], one["verdict"]) for one in found]

    def close(self) -> None:
        """Give everything back."""
        self.house.close()
