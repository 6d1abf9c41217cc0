"""A town for tests of clocks: two levels, limits of every kind, and the messages that intake would send about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from shared.contracts.envelope import Envelope
from shared.kernel.instants import format_instant
from shared.rules.pack.read import build_pack

TOWN = "t-time"
PACK = """
town: t-time
name: {zh: 时限镇, en: town of limits}
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
channels: {app: {zh: 手机, en: app}}
categories:
  quarrel: {name: {zh: 纠纷, en: quarrel}, department: none}
  dumping: {name: {zh: 倾倒, en: dumping}, department: bureau}
facts:
  urgent: {type: yes or no, from: step, name: {zh: 紧急, en: urgent}}
steps:
  settle: {name: {zh: 办结, en: settle}, who: [lead], does: [settle]}
  urge: {name: {zh: 加急, en: urge}, who: [lead], sets: {urgent: yes}, any_time: yes}
  close: {name: {zh: 结案, en: close}, who: [lead], does: [close]}
procedures:
  standard: {name: {zh: 一般, en: standard}, steps: [settle, close]}
routing:
  - rule: to-bureau
    because: P
    when: {departments: {at_least: 1}}
    then: {level: town, lead: bureau, procedure: standard}
  - rule: to-station
    because: P
    otherwise: yes
    then: {level: village, lead: station, procedure: standard}
limits:
  - rule: village-limit
    title: {zh: 村级时限, en: the limit of villages}
    because: P
    when: {level: village}
    clock: settle
    within: 3 working days
    warn: 1 working day before
    escalate: [{to: supervisor}, {after: 1 working day, to: [supervisor, bureau]}]
  - rule: town-limit
    because: P
    when: {level: town}
    clock: settle
    within: 5 working days
    cap: {within: 8 working days, from: first accepted}
  - rule: urgent-limit
    because: P
    when: {urgent: yes}
    clock: attend
    within: 2 hours
    from: reported
    until: [closed]
tell: []
"""
FILES = {f"{TOWN}/pack.yaml": PACK}


def edition_of(files: Mapping[str, str], town: str = TOWN) -> str:
    """The hash by which a case is bound to a pack."""
    return build_pack(files, town).edition


def files_with(old: str, new: str) -> dict[str, str]:
    """The pack with a passage replaced."""
    assert old in PACK
    return {f"{TOWN}/pack.yaml": PACK.replace(old, new)}


def at(text: str) -> datetime:
    """An instant from the town's wall time."""
    return (datetime.fromisoformat(text) - timedelta(hours=8)).replace(tzinfo=UTC)


@dataclass
class Mail:
    """Messages of intake and registry, numbered within their streams."""

    last: dict[tuple[str, str], int] = field(default_factory=dict)
    count: int = 0

    def message(
        self,
        source: str,
        type_: str,
        stream: str,
        data: Mapping[str, Any],
        when: datetime,
        edition: str | None = None,
        town: str = TOWN,
    ) -> Envelope:
        """One message, the next of its stream."""
        self.count += 1
        number = self.last[source, stream] = self.last.get((source, stream), 0) + 1
        return Envelope(
            id=f"m{self.count}",
            source=source,
            type=type_,
            stream=stream,
            sequence=number,
            town=town,
            at=when,
            data=dict(data),
            edition=edition,
        )

    def edition(self, files: Mapping[str, str] = FILES, town: str = TOWN) -> Envelope:
        """An edition takes effect."""
        data = {
            "edition": edition_of(files, town),
            "number": 1,
            "files": dict(files),
            "effective_at": "2025-01-01T00:00:00Z",
        }
        return self.message(
            "registry",
            "edition.published",
            f"edition/{data['edition']}",
            data,
            at("2025-01-01 08:00"),
            town=town,
        )

    def calendar(
        self,
        when: str,
        revision: int,
        *,
        holidays: Mapping[str, str] | None = None,
        make_up: Mapping[str, str] | None = None,
        years: tuple[int, ...] = (),
        town: str = TOWN,
    ) -> Envelope:
        """A town's days are amended."""
        data = {
            "revision": revision,
            "holidays": dict(holidays or {}),
            "make_up": dict(make_up or {}),
            "years": list(years),
        }
        return self.message("registry", "calendar.published", f"town/{town}", data, at(when), town=town)


@dataclass
class CaseMail:
    """What intake says about one case."""

    mail: Mail
    case: str = "case-1"
    edition: str = field(default_factory=lambda: edition_of(FILES))
    category: str = "quarrel"
    level: str | None = None
    lead: str | None = None
    decision: int = 0
    round: int = 1
    facts: dict[str, Any] = field(default_factory=dict)
    town: str = TOWN
    assisting: list[str] = field(default_factory=list)
    silent: bool = False
    seen_by: str | None = None  # as intake writes who alone sees the case
    committed: str | None = None  # when intake put a silent case on record
    linked_from: str | None = None
    link_direction: str | None = None  # above, below, across
    is_older: bool = False  # intake of the version before: names the link with the report alone

    def reported(self, when: str) -> Envelope:
        """The report is admitted."""
        data = {
            **self._always(),
            "reported_at": format_instant(at(when)),
            "linked_from": self.linked_from,
            "by": {"role": "reporter", "unit": None, "person": None},
        }
        return self._message("case.admitted", data, when)

    def accepted(self, when: str, level: str = "village", lead: str = f"{TOWN}/station") -> Envelope:
        """A decision takes effect and is accepted by itself."""
        self.level, self.lead, self.decision = level, lead, self.decision + 1
        return self.step(when, "assigned", "accepted", type_="case.accepted")

    def step(
        self,
        when: str,
        *marks: str,
        type_: str = "case.progressed",
        undone: tuple[str, ...] = (),
        effects: tuple[tuple[str, str | None], ...] = (),
        due: str | None = None,
        facts: Mapping[str, Any] | None = None,
        awaits: bool = False,
    ) -> Envelope:
        """A step is taken; `awaits`: the case is being decided again."""
        self.facts.update(facts or {})
        data = {
            **self._always(),
            "step": marks[0] if marks else "progress",
            "marks": list(marks),
            "undone": list(undone),
            "effects": [list(effect) for effect in effects],
            "ask_decision": False,
            "awaits_decision": awaits,
            "at": format_instant(at(when)),
            "by": {"role": "unit_staff", "unit": self.lead, "person": None},
            "round": self.round,
            "state": "accepted",
            "assignment": self._assignment(),
            "reason": False,
            "due_at": format_instant(at(due)) if due else None,
        }
        return self._message(type_, data, when)

    def _assignment(self) -> dict[str, Any] | None:
        if self.level is None:
            return None
        return {
            "decision": self.decision,
            "levels": [self.level],
            "lead": self.lead,
            "assisting": list(self.assisting),
            "previous_lead": None,
            "procedure": "standard",
            "departments": [],
        }

    def _always(self) -> dict[str, Any]:
        return {
            "case": self.case,
            "number": f"2026-{self.case}",
            "category": self.category,
            "channel": "app",
            "place": {"key": "grid-1", "jurisdiction": self.town},
            "facts": dict(self.facts),
            "reporter": "r-1",
            "first_contact": None,
            "finder_role": None,
            "finder_unit": None,
            "private": False,
            "silent": self.silent,
            "seen_by": self.seen_by,
            **({} if self.is_older else self._since_then()),
        }

    def _since_then(self) -> dict[str, Any]:
        link = {"linked_from": self.linked_from, "link_direction": self.link_direction}
        return {**link, "handed_over": False}

    def _message(self, type_: str, data: Mapping[str, Any], when: str) -> Envelope:
        moment = at(self.committed or when)
        return self.mail.message("intake", type_, self.case, data, moment, self.edition, self.town)
