"""A town that says what there is to say of its grids and teams, on the registry's own house."""

from typing import Any

from services.registry.domain.members import Membership
from tests.registry.house import House

TOWN = "t-elm"
GRIDS = f"/v1/towns/{TOWN}/grids"
LEADER, WORKER = f"{TOWN}.east-1/leader", f"{TOWN}.east-1/worker"
OFFICE, OTHER = f"{TOWN}/office", f"{TOWN}/bureau"
PACK = """
town: t-elm
name: {zh: 榆树镇, en: Elm}
zone: Asia/Shanghai
policies: {P: {zh: 办法, en: a policy}}
calendar: {official: china, weekend: [sat, sun]}
acceptance: automatic
fallback: office
levels:
  grid: {name: {zh: 网格, en: grid}, supervisor: office}
  village: {name: {zh: 村, en: village}, supervisor: office}
  town: {name: {zh: 镇, en: town}, supervisor: office}
units:
  leader: {name: {zh: 网格长, en: grid leader}, level: grid, vacant: station}
  worker: {name: {zh: 网格员, en: grid worker}, level: grid, vacant: station}
  instructor: {name: {zh: 指导员, en: instructor}, level: grid, vacant: station}
  station: {name: {zh: 服务站, en: service station}, level: village, vacant: office}
  office: {name: {zh: 综治办, en: office}, level: town}
  bureau: {name: {zh: 环保所, en: bureau}, level: town, vacant: office}
places:
  east: {name: {zh: 东村, en: East}, level: village}
  east-1: {name: {zh: 东村一格, en: East 1}, part_of: east, level: grid}
  east-2: {name: {zh: 东村二格, en: East 2}, part_of: east, level: grid}
  west: {name: {zh: 西村, en: West}, level: village}
channels: {app: {zh: 手机, en: app}}
categories: {ditch: {name: {zh: 沟渠, en: ditch}, department: office}}
steps:
  settle: {name: {zh: 办结, en: settle}, who: [lead], does: [settle, close]}
procedures: {standard: {name: {zh: 一般, en: standard}, steps: [settle]}}
routing:
  - {rule: to-office, because: P, otherwise: yes, then: {level: town, lead: office, procedure: standard}}
tell:
  - {rule: tell-lead, because: P, on: accepted, who: [lead], text: {zh: '{case.number}', en: '{case.number}'}}
ledger:
  types:
    household:
      name: {zh: 户, en: household}
      because: P
      kind: household
      facts: {head: {type: text, name: {zh: 户主, en: head}}}
      entered_by: [leader]
    enterprise:
      name: {zh: 企业, en: enterprise}
      because: P
      kind: organisation
      facts: {staff: {type: whole number, name: {zh: 员工, en: staff}}}
      entered_by: [office]
  master: {because: P, units: [office]}
grids:
  facts:
    households: {type: whole number, name: {zh: 户数, en: households}, because: P}
    persons: {type: whole number, name: {zh: 人数, en: persons}, because: P}
    chat: {type: text, name: {zh: 工作群, en: group chat}, because: P}
  checks:
    size: {name: {zh: 规模, en: size}, because: P, level: grid, ranges: {households: 300..500, persons: 1000..1500}}
    covered: {name: {zh: 全覆盖, en: covered}, because: P, level: grid, every_place: yes}
  posts:
    leader:
      name: {zh: 网格长, en: grid leader}
      because: P
      units: leader
      level: grid
      exactly: 1
      tasks: [{zh: 走访, en: visits}]
    instructor:
      name: {zh: 指导员, en: instructor}
      because: P
      units: instructor
      level: grid
      exactly: 1
      may_hold: many
    worker:
      name: {zh: 网格员, en: grid worker}
      because: P
      units: worker
      level: grid
      at_least: 1
      led_by: leader
      may_hold: one
    specialist: {name: {zh: 专干, en: specialist}, because: P, units: [office, bureau], each: yes, exactly: 1}
  sheets:
    sign:
      name: {zh: 网格公示牌, en: grid sign}
      because: P
      kind: sign
      level: grid
      shows: [name, posts, worker.name, worker.phone, tasks, facts]
      public: yes
    card:
      name: {zh: 联系卡, en: contact card}
      because: P
      kind: card
      level: grid
      shows: [name, worker.name, worker.phone, qr]
      posts: worker
  terminals:
    leaders: {because: P, posts: [leader, worker]}
    enterprises: {because: P, organisation: enterprise, when: {staff: {or_more: 200}}}
  rotas:
    station: {name: {zh: 服务站值班, en: station rota}, because: P, unit: station, level: village}
  contacts: {because: P, posts: worker, of: household}
  made_by: {because: P, units: office}
"""


class TeamsTown:
    """The town on its house; asked as whoever is meant."""

    def __init__(self, url: str = "sqlite://") -> None:
        self.house = House(url)
        self.publish(self.house.engineer, PACK, started=True)

    def publish(self, token: str, pack: str, *, started: bool = False) -> Any:
        """Publish the town's file; at the beginning from the command line, which is asked nothing."""
        files = {f"{TOWN}/pack.yaml": pack}
        if started:
            return self.house.registry.publisher.publish(TOWN, files)
        return self.house.ask("POST", f"/v1/towns/{TOWN}/editions", token, {"files": files})

    def token(self, role: str, unit: str | None = None, person: str | None = None) -> str:
        """A token of the town."""
        return self.house.token(role, TOWN, unit=unit, person=person)

    @property
    def operator(self) -> str:
        """The town's operator, who speaks for its office."""
        return self.token("operator", OFFICE, "p-operator")

    def enter(self, person: str, unit: str, role: str = "grid_worker", *, held: bool = True) -> str:
        """Enter that somebody holds a unit, or no longer; return the person's reference."""
        return self.house.registry.members.set(TOWN, Membership(person, unit, role, held))

    def ask(self, method: str, path: str, token: str | None, body: Any = None, **query: Any) -> Any:
        """Ask for something of the town, that must be given."""
        answer = self.house.ask(method, f"/v1/towns/{TOWN}{path}", token, body, **query)
        assert answer.status_code < 300, answer.text
        return answer.json

    def refused(self, method: str, path: str, token: str | None, body: Any = None) -> tuple[int, str]:
        """Ask for something of the town that is refused; return how."""
        answer = self.house.ask(method, f"/v1/towns/{TOWN}{path}", token, body)
        assert answer.status_code >= 400, answer.text
        return answer.status_code, answer.json["code"]

    def state(self, place: str, since: str = "2026-03-01", source: str = "count", **facts: Any) -> Any:
        """Say something of a grid, as the operator."""
        body = {"facts": facts, "since": since, "source": source}
        return self.ask("POST", f"/grids/{place}/facts", self.operator, body)
