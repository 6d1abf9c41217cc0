"""A town that owes things again and again, and what the registry says of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from shared.contracts.envelope import Envelope
from shared.rules.pack.read import build_pack

TOWN = "t-owed"
LEADERS = (f"{TOWN}.east/leader", f"{TOWN}.west/leader")
OFFICE, CENTRE, OFFICER = f"{TOWN}/office", f"{TOWN}/centre", f"{TOWN}/duty-officer"
PACK = """
town: t-owed
name: {zh: 常务镇, en: town of duties}
zone: Asia/Shanghai
policies: {P: {zh: 办法, en: a policy}}
calendar: {official: china, weekend: [sat, sun]}
acceptance: automatic
fallback: office
levels:
  village: {name: {zh: 村, en: village}, supervisor: office}
  town: {name: {zh: 镇, en: town}, supervisor: office}
units:
  leader: {name: {zh: 网格长, en: grid leader}, level: village}
  office: {name: {zh: 综治办, en: office}, level: town}
  centre: {name: {zh: 中心, en: centre}, level: town}
  duty-officer: {name: {zh: 值班员, en: duty officer}, level: town}
places:
  east: {name: {zh: 东村, en: East}, level: village}
  west: {name: {zh: 西村, en: West}, level: village}
channels: {app: {zh: 手机, en: app}}
categories:
  quarrel: {name: {zh: 纠纷, en: quarrel}, department: none}
facts: {}
steps:
  settle: {name: {zh: 办结, en: settle}, who: [lead], does: [settle]}
  close: {name: {zh: 结案, en: close}, who: [lead], does: [close]}
procedures:
  standard: {name: {zh: 一般, en: standard}, steps: [settle, close]}
routing:
  - rule: to-leader
    because: P
    otherwise: yes
    then: {level: village, lead: leader, procedure: standard}
limits: []
tell: []
records:
  work-log:
    name: {zh: 工作日志, en: work log}
    because: P
    about: grid
    facts:
      done: text
      situation: {type: text, long: yes, from_day: yes, name: {zh: 情况, en: situation}}
      hours: 'whole number [0..24]'
    needs: [done]
    same_day: yes
  patrol:
    name: {zh: 巡查记录, en: patrol}
    because: P
    about: grid
    facts: {found: text}
    pictures: yes
  information:
    name: {zh: 信息, en: information}
    because: P
    about: unit
    facts: {none_new: yes or no}
  minutes:
    name: {zh: 会议记录, en: minutes}
    because: P
    about: occasion
    by: duty-officer
    facts: {present: 'whole number [0..200]', decided: {type: text, long: yes, name: {zh: 决定, en: decided}}}
    opens_with: [present]
    needs: [decided]
    rows: {item: text}
  talk:
    name: {zh: 谈心记录, en: talk}
    because: P
    about: person
    by: [leader, unit_staff]
    facts: {topic: text, trouble: {type: text, sealed: yes, name: {zh: 难处, en: trouble}}}
    seen_by: [centre]
  reply:
    name: {zh: 督办答复, en: reply}
    because: P
    about: unit
    facts: {done: {type: text, long: yes, name: {zh: 办理情况, en: what was done}}}
    needs: [done]
  checked:
    name: {zh: 专项排查表, en: form of the campaign}
    because: P
    about: grid
    facts: {shops: 'whole number [0..500]'}
    needs: [shops]
duties:
  - rule: supervision-order
    because: P
    name: {zh: 督办单, en: supervision order}
    who: [leader, duty-officer]
    every: ordered
    ordering: {by: [office, supervisor], within: 3 working days, about: case}
    owes: reply
    warn: 1 working day before
    missing: [{to: [centre]}]
  - rule: follow-up
    because: P
    name: {zh: 缺项督办, en: order about what was missed}
    who: leader
    every: ordered
    ordering: {by: office, within: 1 working day, about: duty}
    owes: reply
  - rule: gas-campaign
    because: P
    name: {zh: 燃气专项, en: gas campaign}
    kind: check
    who: leader
    every: ordered
    ordering: {by: centre}
    owes: checked
    missing: [{to: [office]}]
  - rule: log-of-the-day
    because: P
    name: {zh: 每日日志, en: log of the day}
    who: leader
    every: working_day
    owes: work-log
    warn: 4 hours before
    missing: [{to: [supervisor]}, {to: [centre], after: 1 working day}]
  - rule: patrols
    because: P
    name: {zh: 日巡, en: patrols}
    kind: patrol
    who: leader
    every: day
    day_off: stay
    owes: {record: patrol, between: [00:00-12:00, 12:00-24:00]}
    missing: [{to: [office]}]
  - rule: mondays-and-thursdays
    because: P
    name: {zh: 周一周四报送, en: reports on Monday and Thursday}
    who: leader
    every: {period: week, weekdays: [mon, thu]}
    owes: information
    missing: [{to: [office]}]
  - rule: weekly-meeting
    because: P
    name: {zh: 周例会, en: weekly meeting}
    kind: meeting
    who: office
    every: {period: week, weekdays: [mon]}
    at: 08:30
    owes: {record: minutes, by: duty-officer}
    meeting:
      attend: leader
      invite: centre
      agenda: [{zh: 小结, en: summary}]
      leave_asked_of: office
      leave_before: 08:00
      make_up_within: 5 working days
      make_up_by: centre
      carries_open_cases: yes
    missing: [{to: [centre]}]
  - rule: monthly-meeting
    because: P
    name: {zh: 月例会, en: monthly meeting}
    kind: meeting
    who: office
    every: {period: month, last: fri}
    at: 08:30
    meeting: {attend: leader, roll_call_by: duty-officer}
    missing: [{to: [centre]}]
  - rule: training
    because: P
    name: {zh: 年度培训, en: training of the year}
    kind: training
    who: centre
    every: year
    owes: {record: information, at_least: open}
"""
FILES = {f"{TOWN}/pack.yaml": PACK}


def edition_of(files: Mapping[str, str]) -> str:
    """The hash by which everything is bound to a pack."""
    return build_pack(files, TOWN).edition


def files_with(old: str, new: str) -> dict[str, str]:
    """The pack with a passage replaced."""
    assert old in PACK
    return {f"{TOWN}/pack.yaml": PACK.replace(old, new)}


def at(text: str) -> datetime:
    """An instant from the town's wall time."""
    return (datetime.fromisoformat(text) - timedelta(hours=8)).replace(tzinfo=UTC)


@dataclass
class Mail:
    """What the registry says, numbered within its streams."""

    last: dict[tuple[str, str], int] = field(default_factory=dict)
    count: int = 0

    def message(
        self,
        type_: str,
        stream: str,
        data: Mapping[str, Any],
        when: datetime,
        *,
        source: str = "registry",
        edition: str | None = None,
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
            town=TOWN,
            at=when,
            data=dict(data),
            edition=edition,
        )

    def edition(
        self, files: Mapping[str, str] = FILES, effective: str = "2025-01-01 08:00", number: int = 1
    ) -> Envelope:
        """An edition is published."""
        data = {
            "edition": edition_of(files),
            "number": number,
            "files": dict(files),
            "effective_at": at(effective).isoformat(),
        }
        return self.message("edition.published", f"edition/{data['edition']}", data, at(effective))

    def calendar(self, when: str, revision: int, **days: Mapping[str, str]) -> Envelope:
        """The town's days are amended."""
        data = {"revision": revision, "holidays": {}, "make_up": {}, "years": [], **days}
        return self.message("calendar.published", f"town/{TOWN}", data, at(when))

    def member(self, person: str, unit: str, *, held: bool = True) -> Envelope:
        """Somebody holds a post, or no longer."""
        data = {"person": person, "unit": unit, "role": "unit_staff", "held": held, "addresses": {}}
        return self.message("membership.changed", f"member/{person}", data, at("2025-01-01 08:00"))

    def absence(self, person: str, substitute: str, since: str, until: str) -> Envelope:
        """Somebody is away, and another stands in."""
        data = {
            "absence": f"away-{person}",
            "person": person,
            "substitute": substitute,
            "from_at": at(since).isoformat(),
            "until_at": at(until).isoformat(),
            "stands": True,
        }
        return self.message("absence.changed", f"absence/{person}", data, at(since))
