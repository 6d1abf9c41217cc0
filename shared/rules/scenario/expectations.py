"""Reads what a scenario expects: every name checked, contradictions refused."""

from collections.abc import Mapping

from shared.rules.language.entries import Entry, Item
from shared.rules.language.scalars import LocalInstant
from shared.rules.language.vocabulary import ACTORS
from shared.rules.pack.build.drafting import Draft, spot
from shared.rules.pack.build.rules import is_occasion
from shared.rules.scenario.model import Expected, Round, Told


def expectation(draft: Draft, entry: Entry) -> Expected:
    """Return what an entry expects."""
    if entry.item("procedure"):
        draft.refer("procedure", entry.item("procedure"))
    expected = Expected(
        spot=spot(entry.node.where),
        levels=draft.refer_all("level", entry.items("level")),
        lead=actor(draft, entry, "lead"),
        contact=actor(draft, entry, "contact"),
        assisting=_actors(draft, entry, "assisting") if "assisting" in entry else None,
        procedure=entry.name("procedure"),
        state=entry.name("state"),
        due={clock: _label(item) for clock, item in _by_clock(draft, entry, "due").items()},
        no_due=_clocks(draft, entry.items("no due")),
        clocks={clock: str(item.value) for clock, item in _by_clock(draft, entry, "clocks").items()},
        verdicts={clock: str(item.value) for clock, item in _by_clock(draft, entry, "verdict").items()},
        told=tuple(_told(draft, one) for one in entry.entries("told")),
        not_told=_actors(draft, entry, "nobody told"),
        published=True if entry.items("published") else _flag(entry, "published"),
        alarms=tuple(str(item.value) for item in draft.distinct(entry.items("alarms"))),
        no_alarms=entry.flag("no alarms"),
        flagged=_flag(entry, "flagged"),
        round=entry.whole("round"),
        rounds=tuple(_round(draft, each) for each in entry.entries("rounds")),
        record=_record(draft, entry),
        refused_steps=draft.refer_all("step", entry.items("steps refused")),
        published_at=draft.refer_all("level", entry.items("published")),
        seen_by=_actors(draft, entry, "seen by"),
        hidden_from=_actors(draft, entry, "hidden from"),
    )
    _check_contradictions(draft, entry, expected)
    return expected


def actor(draft: Draft, entry: Entry, field: str) -> str | None:
    """Return a role, a party or a unit; 'none' for nobody."""
    item = entry.item(field)
    if item is None or item.value is None:
        return None
    is_word = item.value in ACTORS or item.value == "none"
    return str(item.value) if is_word or draft.refer("unit", item, ACTORS) else None


def _actors(draft: Draft, entry: Entry, field: str) -> tuple[str, ...]:
    items = [item for item in draft.distinct(entry.items(field)) if item.value != "none"]
    return tuple(
        str(item.value) for item in items if item.value in ACTORS or draft.refer("unit", item, ACTORS)
    )


def _by_clock(draft: Draft, entry: Entry, field: str) -> Mapping[str, Item]:
    return {clock: item for clock, item in entry.table(field).items() if _is_clock(draft, clock, item)}


def _clocks(draft: Draft, items: list[Item]) -> tuple[str, ...]:
    """Clocks that are expected to have no due time may be such that no limit sets them at all (RC-20)."""
    return tuple(str(item.value) for item in draft.distinct(items))


def _is_clock(draft: Draft, clock: str, item: Item) -> bool:
    if draft.names.has("clock", clock):
        return True
    draft.complain("clock-without-limit", item.head, clock=clock)
    return False


def _label(item: Item) -> str:
    moment = item.as_(LocalInstant)
    return moment.label() if moment else ""


def _flag(entry: Entry, field: str) -> bool | None:
    return entry.flag(field) if field in entry else None


def _round(draft: Draft, entry: Entry) -> Round:
    verdicts = _by_clock(draft, entry, "verdict")
    return Round(entry.whole("round") or 1, {clock: str(item.value) for clock, item in verdicts.items()})


def _record(draft: Draft, entry: Entry) -> tuple[str, ...]:
    """What happens more than once may be named as often."""
    return tuple(str(item.value) for item in entry.items("record") if item.value and is_occasion(draft, item))


def _told(draft: Draft, entry: Entry) -> Told:
    occasion, at = entry.item("on"), entry.item("at")
    if occasion and occasion.value is not None:
        is_occasion(draft, occasion)
    return Told(
        actor(draft, entry, "who") or "",
        entry.name("on"),
        _label(at) if at else None,
        spot(entry.node.where),
        entry.whole("times"),
        entry.whole("together"),
    )


def _check_contradictions(draft: Draft, entry: Entry, expected: Expected) -> None:
    for clock in expected.no_due:
        if clock in expected.due:
            draft.complain("due-and-no-due", entry.where("no due"), clock=clock)
    for told in expected.told:
        if told.who in expected.not_told and told.times != 0:
            draft.complain("told-and-not-told", entry.where("nobody told"), who=told.who)
    for who in expected.seen_by:
        if who in expected.hidden_from:
            draft.complain("seen-and-hidden", entry.where("hidden from"), who=who)
    if expected.alarms and expected.no_alarms:
        draft.complain("alarms-and-none", entry.where("no alarms"))
