"""A town for tests of routing, and what its registry and intake say: typed, and numbered within their streams."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec import Struct, to_builtins

from shared.contracts.envelope import Envelope
from shared.contracts.messages import (
    Actor,
    CaseAdmitted,
    CaseStep,
    EditionPublished,
    OrderPart,
    OrderState,
    WorkOrderChanged,
)
from shared.rules.case.snapshot import Assignment, CaseSnapshot, CaseState, Place
from shared.rules.pack.read import build_pack

TOWN = "t-route"
STATION, BUREAU, OFFICE = f"{TOWN}/station", f"{TOWN}/bureau", f"{TOWN}/office"
PACK = """
town: t-route
name: {zh: 分派镇, en: town of decisions}
zone: Asia/Shanghai
policies: {P: {zh: 办法, en: a policy}}
calendar: {official: china, weekend: [sat, sun]}
acceptance: automatic
fallback: office
levels:
  village: {name: {zh: 村, en: village}, supervisor: office}
  town: {name: {zh: 镇, en: town}, supervisor: office}
units:
  station: {name: {zh: 站, en: station}, level: village}
  bureau: {name: {zh: 所, en: bureau}, level: town}
  office: {name: {zh: 办, en: office}, level: town}
places:
  grid-1: {name: {zh: 一网格, en: grid 1}}
channels: {app: {zh: 手机, en: app}}
categories:
  quarrel: {name: {zh: 纠纷, en: quarrel}, department: none}
  dumping: {name: {zh: 倾倒, en: dumping}, department: bureau}
facts:
  urgent: {type: yes or no, from: step, name: {zh: 紧急, en: urgent}}
  finders: {type: yes or no, from: step, name: {zh: 归首接, en: for who took it first}}
steps:
  settle: {name: {zh: 办结, en: settle}, who: [lead], does: [settle]}
  correct:
    name: {zh: 更正, en: correct}
    who: [lead]
    sets: {urgent: yes, finders: yes}
    does: [decide again]
    any_time: yes
  close: {name: {zh: 结案, en: close}, who: [lead], does: [close]}
procedures:
  standard: {name: {zh: 一般, en: standard}, steps: [settle, close]}
routing:
  - rule: from-above
    because: P
    when: {from_above: yes}
    then: {level: town, lead: office, procedure: standard}
  - rule: to-who-took-it-first
    because: P
    when: {finders: yes}
    then: {level: village, lead: first contact, procedure: standard}
  - rule: to-bureau
    because: P
    when: {any: [{departments: {at_least: 1}}, {urgent: yes}]}
    then: {level: town, lead: bureau, procedure: standard}
  - rule: to-station
    because: P
    otherwise: yes
    then: {level: village, lead: station, procedure: standard}
limits:
  - {rule: settle-limit, because: P, when: {departments: {at_least: 0}}, clock: settle, within: 3 working days}
tell: []
"""


def files_with(old: str = "", new: str = "") -> dict[str, str]:
    """The town's files, with a passage replaced."""
    assert old in PACK
    return {f"{TOWN}/pack.yaml": PACK.replace(old, new, 1) if old else PACK}


def edition_of(files: Mapping[str, str]) -> str:
    """The hash by which a case is bound to a pack."""
    return build_pack(files, TOWN).edition


def at(text: str) -> datetime:
    """An instant from the town's wall time, '2026-03-09 10:00'."""
    return (datetime.fromisoformat(text) - timedelta(hours=8)).replace(tzinfo=UTC)


def led_by(lead: str, decision: int = 1, previous_lead: str | None = None) -> Assignment:
    """Who is responsible, as intake says it."""
    return Assignment(
        decision=decision,
        levels=("village",),
        lead=lead,
        assisting=(),
        previous_lead=previous_lead,
        procedure="standard",
    )


NOW = at("2026-03-09 10:00")


@dataclass
class Sender:
    """Writes what registry and intake would send."""

    files: Mapping[str, str] = field(default_factory=files_with)
    last: Counter[tuple[str, str]] = field(default_factory=Counter)

    def edition(self) -> Envelope:
        """The town's pack takes effect."""
        body = EditionPublished(
            edition=edition_of(self.files),
            number=1,
            files=dict(self.files),
            effective_at=at("2026-01-01 08:00"),
        )
        return self._message("registry", "edition.published", f"town/{TOWN}", body, at("2026-01-01 08:00"))

    def admitted(self, case: str = "c-1", when: str = "2026-03-09 10:00", **known: Any) -> Envelope:
        """A report is admitted; `known`: fields of the case's snapshot."""
        body = CaseAdmitted(
            **_snapshot(**known), case=case, number=f"2026-{case}", reported_at=at(when), by=Actor("reporter")
        )
        return self._message("intake", "case.admitted", case, body, at(when))

    def step(
        self,
        case: str = "c-1",
        type_: str = "case.corrected",
        when: str = "2026-03-10 10:00",
        *,
        asks: bool = True,
        **known: Any,
    ) -> Envelope:
        """A step is taken; `asks`: it wants a new decision. `known`: fields of the snapshot, and of who leads it."""
        body = CaseStep(
            **_snapshot(**{"handed_over": False, "assignment": led_by(STATION), **known}),
            case=case,
            number=f"2026-{case}",
            step="correct",
            marks=("correct",),
            ask_decision=asks,
            awaits_decision=asks,
            at=at(when),
            by=Actor("unit_staff", STATION),
            state=CaseState.ACCEPTED,
        )
        return self._message("intake", type_, case, body, at(when))

    def order(
        self, order: str, unit: str, state: OrderState, part: OrderPart = OrderPart.LEAD, case: str = "c-1"
    ) -> Envelope:
        """A unit's share of the case comes to a state."""
        body = WorkOrderChanged(
            case=case, number=f"2026-{case}", work_order=order, unit=unit, part=part, state=state, at=NOW
        )
        return self._message("intake", f"work_order.{state}", case, body, NOW)

    def _message(self, source: str, type_: str, stream: str, body: Struct, when: datetime) -> Envelope:
        self.last[source, stream] += 1
        number = self.last[source, stream]
        return Envelope(
            id=f"{source} {stream} {number}",
            source=source,
            type=type_,
            stream=stream,
            sequence=number,
            town=TOWN,
            at=when,
            data=to_builtins(body),
            edition=edition_of(self.files) if source == "intake" else None,
        )


def _snapshot(**known: Any) -> dict[str, Any]:
    plain = {
        "category": "quarrel",
        "channel": "app",
        "place": Place(key="grid-1", jurisdiction=TOWN),
        "facts": {},
        **known,
    }
    assert plain.keys() <= set(CaseSnapshot.__struct_fields__)
    return plain
