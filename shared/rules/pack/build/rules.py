"""Builds routing rules, limits and notices.

Decides what is taken where a rule leaves something out. Whether rules get in each other's way is for the
checks.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import TypeVar

from shared.rules.language.entries import Entry, Item, entry_of
from shared.rules.language.readwords import PERSON
from shared.rules.language.schema import RECORDS, keys
from shared.rules.language.vocabulary import CLOCK_EVENTS, MILESTONES, PARTIES
from shared.rules.logic.condition import ALWAYS, Condition
from shared.rules.logic.rulebook import tested_facts
from shared.rules.pack.build.amounts import amount_of
from shared.rules.pack.build.assemble import Sourced
from shared.rules.pack.build.byfact import lead_by_fact, unit_by_fact
from shared.rules.pack.build.conditions import build_condition
from shared.rules.pack.build.drafting import Draft, node_of
from shared.rules.pack.build.ladders import Ladders, build_ladders, complain_of_idle, escalations_of
from shared.rules.pack.build.placeholders import canonical_text
from shared.rules.pack.build.recipients import once, told_by
from shared.rules.pack.build.steps import is_milestone, milestones, step_from_2, who
from shared.rules.pack.model import Acceptance, Hidden, LateKind, Limit, Notice, RoutingRule, Then
from shared.rules.pack.platform import ASSISTANTS, LEADERS
from shared.rules.worktime.amount import Amount, TimeUnit

T = TypeVar("T")
_IN_MINUTES = {TimeUnit.MINUTES: 1, TimeUnit.HOURS: 60}
Build = Callable[[Draft, Sourced, Entry], T | None]


def build_routing(draft: Draft) -> tuple[RoutingRule, ...]:
    """Return the routing rules in the order in which they are tried."""
    rules = each_of(draft, "routing", _route)
    for sourced, following in pairwise(draft.assembly.lists["routing"]):
        entry = entry_of(sourced.item)
        if entry.flag("otherwise") and sourced.template == following.template:
            draft.rule = entry.name("rule")
            draft.complain(
                "otherwise-not-last", entry.where("otherwise"), after=entry_of(following.item).name("rule")
            )
    return rules


def build_limits(draft: Draft) -> tuple[Limit, ...]:
    """Return the time limits."""
    ladders = build_ladders(draft)
    limits = each_of(draft, "limits", partial(_limit, ladders))
    complain_of_idle(draft)
    return limits


def build_notices(draft: Draft) -> tuple[Notice, ...]:
    """Return the notices."""
    return each_of(draft, "tell", _notice)


def build_hidden(draft: Draft) -> tuple[Hidden, ...]:
    """Return the rules of who sees a case before it is made known."""
    return each_of(draft, "hidden", _hidden)


def each_of(draft: Draft, section: str, build: Build[T]) -> tuple[T, ...]:
    """Return what the rules of a section are built into, as `each`."""
    return each(draft, draft.assembly.lists[section], build)


def each(draft: Draft, rules: Iterable[Sourced], build: Build[T]) -> tuple[T, ...]:
    """Return what rules are built into; complain of an id that stands twice, in whichever section."""
    built = []
    for sourced in rules:
        entry = entry_of(sourced.item)
        draft.rule = entry.name("rule")
        if draft.rule is None:
            continue
        first = draft.entries.setdefault(("rule", draft.rule), entry)
        if first is not entry:
            place = first.where("rule")
            draft.complain(
                "rule-twice", entry.where("rule"), name=draft.rule, file=place.file, line=place.line
            )
        rule = build(draft, sourced, entry)
        if rule is not None:
            built.append(rule)
    draft.rule = None
    return tuple(built)


def condition_of(draft: Draft, entry: Entry, *, required: bool = False) -> Condition | None:
    """Return when a rule holds, or None after a complaint."""
    when, otherwise = node_of(entry.item("when")), entry.item("otherwise")
    if when is not None and otherwise is not None:
        draft.complain("when-and-otherwise", entry.where("otherwise"))
    if otherwise is not None and otherwise.value is False:
        draft.complain("otherwise-no", entry.where("otherwise"))
    if when is not None:
        return build_condition(draft, when, entry.language)
    if required and otherwise is None:
        draft.complain("route-without-condition", entry.where("rule"))
    return ALWAYS


def _route(draft: Draft, sourced: Sourced, entry: Entry) -> RoutingRule | None:
    origin, when = draft.origin(sourced), condition_of(draft, entry, required=True)
    then = entry.entry("then")
    built = _then(draft, then, frozenset(tested_facts(when) if when else ())) if then else None
    if built and built.returned and not (origin.title.zh or origin.title.en):
        draft.complain("returned-without-title", entry.where("rule"))
    return RoutingRule(origin, when, built) if when is not None and built else None


def _then(draft: Draft, entry: Entry, asked: Collection[str]) -> Then:
    levels = tuple(draft.names.level(name) for name in draft.refer_all("level", entry.items("level")))
    lead, returned = entry.item("lead"), entry.flag("returned")
    _check_lead(draft, entry, returned)
    procedure = entry.item("procedure")
    draft.refer("procedure", procedure)
    return Then(
        levels,
        _lead(draft, lead, asked) if lead and lead.value != "none" else None,
        _assisting(draft, entry.items("assist")),
        entry.name("procedure") or "",
        Acceptance.named(entry.name("acceptance")),
        entry.flag("flagged"),
        _jurisdiction(draft, entry.item("pass_to")),
        returned,
    )


def _check_lead(draft: Draft, entry: Entry, returned: bool) -> None:
    """Somebody leads, or 'none' is written; what is returned has nobody."""
    lead = entry.item("lead")
    if lead is None and not returned:
        record = RECORDS["then"]
        terms = {"key": keys("then").written("lead", entry.language), "record": record.says}
        draft.complain("missing-key", entry.node.where, **terms, what=record.fields["lead"].says)
    if returned and ((lead and lead.value != "none") or entry.items("assist")):
        draft.complain("returned-with-lead", entry.where("lead", "assist"))


def _lead(draft: Draft, item: Item, asked: Collection[str]) -> str | None:
    if isinstance(item.value, Entry):
        return lead_by_fact(draft, item.value, asked)
    return _party(draft, item, LEADERS, "cannot-lead")


def _assisting(draft: Draft, items: Sequence[Item]) -> tuple[str, ...]:
    named = [
        unit_by_fact(draft, item.value)
        if isinstance(item.value, Entry)
        else _party(draft, item, ASSISTANTS, "cannot-assist")
        for item in once(draft, items)
    ]
    return tuple(filter(None, named))


def _party(draft: Draft, item: Item, allowed: tuple[str, ...], code: str) -> str | None:
    name = item.as_(str)
    if name in PARTIES:
        if name not in allowed:
            draft.complain(code, item.where, name=name)
        return name
    return name if draft.refer("unit", item, PARTIES) else None


def _jurisdiction(draft: Draft, item: Item | None) -> str | None:
    name = item.as_(str) if item else None
    if item is None or name is None or (name.startswith("$") and not draft.refer("jurisdiction", item)):
        return None
    return name


def _limit(ladders: Ladders, draft: Draft, sourced: Sourced, entry: Entry) -> Limit | None:
    origin, when = draft.origin(sourced), condition_of(draft, entry)
    clock, within = entry.name("clock"), entry.item("within")
    if when is None or clock is None or within is None or within.value is None:
        return None
    amount = None if within.value == PERSON else within.as_(Amount)
    readings = _readings(draft, sourced, entry)
    late, cap = entry.entry("if_late"), entry.entry("cap")
    soft = (readings.get("RC-8") or _pack_reading(draft, "RC-8")) == "soft"
    return Limit(
        origin=origin,
        when=when,
        clock=clock,
        within=amount,
        start=_milestone(draft, entry, "from"),
        until=_until(draft, entry, clock),
        warn_before=amount_of(draft, entry.item("warn"), amount),
        reason_in_time=_late(late, "reason_in_time", LateKind.EXTENDED),
        otherwise=_late(late, "otherwise", LateKind.NOTED if soft else LateKind.BREACHED),
        cap=amount_of(draft, cap.item("within"), amount) if cap else None,
        # 'No later than' is meant from acceptance, not on top of the limit itself.
        cap_from=(_milestone(draft, cap, "from") if cap else None) or "first accepted",
        escalate=escalations_of(draft, ladders, entry, amount),
        target_minutes=_target(draft, entry, within),
        readings=readings,
        each_time=_each_time(draft, entry),
        on_warning=step_from_2(draft, entry, "on_warning"),
        ends_at=_time_of_day(draft, entry),
        default=entry.flag("default"),
    )


def _readings(draft: Draft, sourced: Sourced, entry: Entry) -> Mapping[str, str]:
    """The section's readings, then the rule's own: the nearest wins."""
    return {
        **draft.readings(sourced.section_readings, entry.language),
        **draft.readings(entry.table("readings"), entry.language),
    }


def _pack_reading(draft: Draft, name: str) -> str | None:
    sourced = draft.sourced("readings").get(name)
    return draft.quiet_reading(name, sourced.item) if sourced else None


def _late(entry: Entry | None, field: str, default: LateKind) -> LateKind:
    word = entry.name(field) if entry else None
    return LateKind(word) if word else default


def _amount(entry: Entry, field: str) -> Amount | None:
    item = entry.item(field)
    return item.as_(Amount) if item else None


def _milestone(draft: Draft, entry: Entry, field: str) -> str | None:
    item = entry.item(field)
    return entry.name(field) if item and item.value is not None and is_milestone(draft, item) else None


def _until(draft: Draft, entry: Entry, clock: str) -> tuple[str, ...]:
    if "until" in entry:
        return milestones(draft, entry.items("until"))
    if clock != "settle":
        draft.complain("limit-without-until", entry.where("clock"), clock=clock)
    return ("settled",)


def _each_time(draft: Draft, entry: Entry) -> bool:
    if "each_time" in entry:
        draft.only_from(2, entry.where("each_time"))
    return entry.flag("each_time")


def _time_of_day(draft: Draft, entry: Entry) -> int | None:
    if "at" in entry:
        draft.only_from(2, entry.where("at"))
    return entry.whole("at")


def _target(draft: Draft, entry: Entry, within: Item) -> int | None:
    target = _amount(entry, "target")
    if target is None:
        return None
    amount = within.as_(Amount)
    if amount is None or amount.unit is not TimeUnit.AT_ONCE:
        draft.complain("target-without-at-once", entry.where("target"))
    if target.unit not in _IN_MINUTES:
        draft.complain("target-not-minutes", entry.where("target"))
        return None
    return target.number * _IN_MINUTES[target.unit]


def _notice(draft: Draft, sourced: Sourced, entry: Entry) -> Notice | None:
    origin, when = draft.origin(sourced), condition_of(draft, entry)
    occasions = tuple(
        str(item.value) for item in draft.distinct(entry.items("on")) if is_occasion(draft, item)
    )
    text = canonical_text(draft, entry)
    told = told_by(draft, entry.items("who"))
    channels = tuple(str(item.value) for item in draft.distinct(entry.items("channels")))
    return None if when is None else Notice(origin, when, occasions, told, text, channels)


def _hidden(draft: Draft, sourced: Sourced, entry: Entry) -> Hidden | None:
    origin, when = draft.origin(sourced), condition_of(draft, entry)
    until, seen_by = _milestone(draft, entry, "until"), who(draft, entry.items("seen_by"))
    if "public" in seen_by:
        draft.complain("hidden-from-nobody", entry.where("seen_by"))
    return None if when is None or until is None else Hidden(origin, when, until, seen_by)


def is_occasion(draft: Draft, item: Item) -> bool:
    """Tell whether an item names a milestone, a step or an event of a clock that is set; complain if not."""
    name = str(item.value)
    clock, space, event = name.rpartition(" ")
    if space and event in CLOCK_EVENTS:
        if not draft.names.has("clock", clock):
            draft.complain("event-of-no-clock", item.where, clock=clock)
        return draft.names.has("clock", clock)
    if name in MILESTONES or draft.names.has("mark", name) or draft.names.has("step", name):
        return True
    draft.complain_unknown("occasion", name, item.where, ("mark", "step"))
    return False
