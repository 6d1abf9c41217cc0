"""Builds steps with their effects, and procedures.

Decides whether an effect says what it is about. Whether a step can ever be taken is for the checks.
"""

from collections.abc import Iterable

from shared.kernel.texts import Text
from shared.rules.language.entries import Entry, Item, entry_of
from shared.rules.language.vocabulary import (
    ACTORS,
    BY_CLOCK,
    EFFECTS,
    EVERYBODY,
    MILESTONES,
    PARTIES,
    STEP_INPUTS,
    Words,
    joined,
)
from shared.rules.logic.condition import Condition
from shared.rules.logic.facts import Value
from shared.rules.pack.build.conditions import build_condition
from shared.rules.pack.build.drafting import Draft, node_of, spot
from shared.rules.pack.build.facts import SOURCE_NAMES, fact_values
from shared.rules.pack.build.intake import lasting
from shared.rules.pack.model import Effect, EffectKind, NotBefore, Procedure, Step

WITH_VALUE = ("mark", "extend", "set due", "pause", "resume", "stop", "excuse", "issue work order",
              "ask approval", "open linked case")  # fmt: skip
_TAKERS = joined(BY_CLOCK, ACTORS)
HEAD_OF_LEAD = "head of lead"
_EVERYBODY = "public"
_ON_CLOCKS = ("extend", "set due", "pause", "resume", "stop", "excuse")
_FROM_STEPS = ("step", "reporter")
# What a case is known by may be put right where it is decided again.
_CORRECTED_BY_STEPS = ("category", "place")


def build_steps(draft: Draft) -> dict[str, Step]:
    """Return the steps."""
    built = {}
    for key, sourced in draft.sourced("steps").items():
        entry = entry_of(sourced.item)
        draft.entries["step", key] = entry
        sources = _sources(entry)
        because = _reasons(draft, entry, sourced.template)
        needs = inputs(draft, entry.items("needs"), sources)
        takers, by_clock = _takers(draft, entry)
        built[key] = Step(
            key,
            entry.text("name"),
            takers,
            milestones(draft, entry.items("after")),
            milestones(draft, entry.items("before")),
            needs,
            _optional_inputs(draft, entry, needs, sources),
            fact_values(draft, entry.item("sets"), entry.language, ("step",)),
            _effects(draft, entry),
            entry.flag("any_time"),
            spot(sourced.item.head),
            because,
            _waiting(draft, entry, sourced.template, because),
            _when(draft, entry),
            _clock(draft, entry),
            by_clock,
        )
    return built


def _takers(draft: Draft, entry: Entry) -> tuple[tuple[str, ...], bool]:
    """Return the people who may take a step, and whether time may."""
    named = entry.items("who")
    clocks = [item for item in named if item.value in BY_CLOCK]
    for item in clocks:
        draft.only_from(2, item.where)
    return who(draft, [item for item in named if item.value not in BY_CLOCK], _TAKERS), bool(clocks)


def step_from_2(draft: Draft, entry: Entry, field: str) -> str | None:
    """Return the step that a key names which is understood from format 2 on."""
    item = entry.item(field)
    if item is None or not draft.refer("step", item):
        return None
    draft.only_from(2, item.where)
    return str(item.value)


def _reasons(draft: Draft, entry: Entry, template: str | None) -> tuple[str, ...]:
    """Return what a step rests on; a template's may lose all its clauses, since only rules must keep one."""
    if template is None:
        return draft.because(entry, None)
    return tuple(str(item.value) for item in entry.items("because") if draft.holds(item))


def _waiting(draft: Draft, step: Entry, template: str | None, because: tuple[str, ...]) -> NotBefore | None:
    """Return how much time must pass before a step; it rests on its own reasons, else on the step's."""
    entry = step.entry("not_before")
    start = entry.item("from") if entry else None
    if entry is None or start is None or start.value is None:
        return None
    if not entry.items("because") and not step.items("because"):
        draft.complain("waiting-without-reason", entry.node.where)
    amount, is_known = lasting(draft, entry, "amount"), is_milestone(draft, start)
    readings = draft.readings(entry.table("readings"), entry.language)
    own = _reasons(draft, entry, template) if "because" in entry else because
    return NotBefore(amount, str(start.value), own, readings) if amount and is_known else None


def _when(draft: Draft, entry: Entry) -> Condition | None:
    node = node_of(entry.item("when"))
    if node is None:
        return None
    draft.only_from(2, entry.where("when"))
    return build_condition(draft, node, entry.language)


def _clock(draft: Draft, entry: Entry) -> str | None:
    item = entry.item("no_later_than")
    if item is None or item.value is None:
        return None
    draft.only_from(2, item.where)
    return str(item.value) if _clock_has_limit(draft, str(item.value), item) else None


def who(draft: Draft, items: Iterable[Item], also: Words = ACTORS) -> tuple[str, ...]:
    """Return parties, roles, units and slots that a list names; `also` are the words that could stand there."""
    named = draft.distinct(items)
    for item in named:
        if item.value == HEAD_OF_LEAD:
            draft.only_from(2, item.where)
    return tuple(str(item.value) for item in named if item.value in ACTORS or draft.refer("unit", item, also))


def milestones(draft: Draft, items: Iterable[Item]) -> tuple[str, ...]:
    """Return milestones that a list names: the platform's, the pack's own marks, steps."""
    return tuple(str(item.value) for item in draft.distinct(items) if is_milestone(draft, item))


def is_milestone(draft: Draft, item: Item) -> bool:
    """Tell whether an item names a milestone, 'first …' allowed; complain if not."""
    name = str(item.value).removeprefix("first ")
    if name in MILESTONES or draft.names.has("mark", name) or draft.names.has("step", name):
        return True
    draft.complain_unknown("milestone", name, item.where, ("mark", "step"))
    return False


def _sources(entry: Entry) -> tuple[str, ...]:
    """A step that has the case decided again may correct what was known of its category and place."""
    again = EffectKind.DECIDE_AGAIN.value
    return (
        *_FROM_STEPS,
        *(_CORRECTED_BY_STEPS if any(item.value == again for item in entry.items("does")) else ()),
    )


def inputs(draft: Draft, items: Iterable[Item], sources: tuple[str, ...] = _FROM_STEPS) -> tuple[str, ...]:
    """Return the facts that come with a step, the platform's inputs among them."""
    named = []
    for item in draft.distinct(items):
        name = str(item.value)
        fact = draft.facts.get(name)
        if name in STEP_INPUTS or (fact and fact.source in sources):
            named.append(name)
        elif fact:
            draft.complain(
                "fact-of-other-source",
                item.where,
                fact=name,
                source=SOURCE_NAMES[fact.source],
                wanted=SOURCE_NAMES["step"],
            )
        else:
            draft.refer("fact", item)
    return tuple(named)


def _optional_inputs(
    draft: Draft, entry: Entry, needs: tuple[str, ...], sources: tuple[str, ...]
) -> tuple[str, ...]:
    optional = inputs(draft, entry.items("may_have"), sources)
    for item in entry.items("may_have"):
        if item.value in needs:
            draft.complain("needed-and-optional", item.where, name=item.value)
    return optional


def _effects(draft: Draft, entry: Entry) -> tuple[Effect, ...]:
    effects: list[Effect] = []
    for item in entry.items("does"):
        effect = _with_value(draft, item.value) if isinstance(item.value, Entry) else _bare(draft, item)
        if effect is None:
            continue
        if any((effect.kind, effect.value) == (other.kind, other.value) for other in effects):
            draft.complain("effect-twice", item.where, effect=effect.kind.value)
        effects.append(effect)
    return tuple(effects)


def _bare(draft: Draft, item: Item) -> Effect | None:
    word = str(item.value)
    if word in WITH_VALUE:
        draft.complain("effect-without-value", item.where, effect=Text(EFFECTS.chinese[word], word))
        return None
    return Effect(EffectKind(word))


def _with_value(draft: Draft, entry: Entry) -> Effect | None:
    named = [name for name in entry if name not in ("facts", "when", "refusal")]
    if not named:
        written = [item.key.text for item in entry.fields.values() if item.key]
        draft.complain("effect-missing", entry.node.where, keys=", ".join(written))
        return None
    if len(named) != 1:
        draft.complain("effect-not-one", entry.node.where, count=len(named))
        return None
    kind, item = named[0], entry.item(named[0])
    if "when" in entry and kind not in ("mark", "publish"):
        draft.complain("effect-with-condition", entry.where("when"), effect=kind)
    if "refusal" in entry and kind != "ask approval":
        draft.complain("refusal-without-request", entry.where("refusal"), effect=kind)
    if kind == "publish":
        return _publication(draft, entry)
    if item is None or not _value_is_known(draft, kind, item):
        return None
    if "facts" in entry and kind != "open linked case":
        draft.complain("effect-with-facts", entry.where("facts"), effect=kind)
    refusal, when = step_from_2(draft, entry, "refusal"), _when(draft, entry)
    return Effect(EffectKind(kind), str(item.value), _handed_over(draft, entry), refusal=refusal, when=when)


def _publication(draft: Draft, entry: Entry) -> Effect:
    """A publication at some levels, each named as routing names it: by its slot where it has one."""
    named = [item for item in entry.items("publish") if item.value != _EVERYBODY]
    if named and len(named) < len(entry.items("publish")):
        draft.complain("public-among-levels", entry.where("publish"))
    if not named:
        draft.only_from(2, entry.where("publish"))
    levels = tuple(str(item.value) for item in draft.distinct(named) if draft.refer("level", item, EVERYBODY))
    if "facts" in entry:
        draft.complain("effect-with-facts", entry.where("facts"), effect="publish")
    return Effect(
        EffectKind.PUBLISH,
        levels=tuple(draft.names.level(name) for name in levels),
        when=_when(draft, entry),
    )


def _handed_over(draft: Draft, entry: Entry) -> dict[str, Value]:
    everywhere = ("step", "reporter", "category", "place", "history")
    return dict(fact_values(draft, entry.item("facts"), entry.language, everywhere))


def _value_is_known(draft: Draft, kind: str, item: Item) -> bool:
    name = str(item.value)
    if item.value is None:
        return False
    if kind in _ON_CLOCKS:
        return name == "all" or _clock_has_limit(draft, name, item)
    if kind == "issue work order":
        return name in PARTIES or draft.refer("unit", item)
    if kind == "open linked case":
        return not name.startswith("$") or draft.refer("jurisdiction", item)
    if kind == "mark":
        return _is_own_mark(draft, name, item)
    return draft.refer("step", item)


def _is_own_mark(draft: Draft, name: str, item: Item) -> bool:
    if draft.names.has("step", name):
        draft.complain("mark-is-step", item.where, name=name)
    return not draft.names.has("step", name)


def _clock_has_limit(draft: Draft, name: str, item: Item) -> bool:
    if draft.names.has("clock", name):
        return True
    draft.complain("clock-without-limit", item.where, clock=name)
    return False


def build_procedures(draft: Draft) -> dict[str, Procedure]:
    """Return the procedures."""
    built = {}
    for key, sourced in draft.sourced("procedures").items():
        entry = entry_of(sourced.item)
        draft.entries["procedure", key] = entry
        steps = draft.refer_all("step", entry.items("steps"))
        optional = draft.refer_all("step", entry.items("optional"))
        for item in entry.items("optional"):
            if item.value in optional and item.value not in steps:
                draft.complain("optional-not-in-procedure", item.where, name=item.value)
        because = _reasons(draft, entry, sourced.template)
        built[key] = Procedure(key, entry.text("name"), steps, optional, spot(sourced.item.head), because)
    return built
