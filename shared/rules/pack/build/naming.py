"""Collects every name that a pack declares, before anything that uses names is built.

Decides which words a pack may not take for itself, and what a template's parameters mean in this town.
"""

from collections.abc import Iterator

from shared.kernel.texts import Text
from shared.rules.language.entries import Entry, Item, entry_of
from shared.rules.language.errors import Complaints, Where, nearest
from shared.rules.language.names import KIND_NAMES, Names
from shared.rules.language.vocabulary import (
    ACTORS,
    ALL,
    MILESTONES,
    NONE,
    PLATFORM_FACTS,
    STEP_INPUTS,
    Words,
)
from shared.rules.pack.build.assemble import LISTS, Assembly
from shared.rules.pack.build.templates import Use

_RESERVED: dict[str, tuple[Words, ...]] = {
    "unit": (ACTORS, NONE),
    "level": (NONE, ALL),
    "step": (MILESTONES,),
    "fact": (PLATFORM_FACTS, STEP_INPUTS),
}


def collect_names(assembly: Assembly, complaints: Complaints) -> Names:
    """Return all declared names and the nouns of the templates' slots."""
    names = Names(complaints)
    for kind, section in (("level", "levels"), ("unit", "units"), ("place", "places")):
        names.declare(kind, _heads(assembly.root.table(section)), *_RESERVED.get(kind, ()))
        names.labels[kind] = _labels(assembly.root.table(section))
    for kind, section in (
        ("fact", "facts"),
        ("category", "categories"),
        ("channel", "channels"),
        ("step", "steps"),
        ("procedure", "procedures"),
        ("policy", "policies"),
        ("ladder", "ladders"),
        ("form", "records"),
        ("figure", "figures"),
        ("measure", "measures"),
        ("document", "documents"),
    ):
        table = {key: sourced.item for key, sourced in assembly.tables[section].items()}
        names.declare(kind, _heads(table), *_RESERVED.get(kind, ()))
        names.labels[kind] = _labels(table)
    names.declare("mark", dict(_marks(assembly)), MILESTONES)
    names.declare("clock", dict(_clocks(assembly)))
    names.declare("duty", dict(_duties(assembly)))
    for use in assembly.uses:
        _bind(use, names, complaints)
    _check_levels_apart(assembly, names, complaints)
    return names


def _heads(table: dict[str, Item]) -> dict[str, Where]:
    return {key: item.head for key, item in table.items()}


def _labels(table: dict[str, Item]) -> dict[str, str]:
    """Return what things are called, in either language, with their keys; of two with one name the first counts."""
    labels: dict[str, str] = {}
    for key, item in table.items():
        text = item.value.text("name") if isinstance(item.value, Entry) else item.as_(Text) or Text()
        for name in (text.zh, text.en):
            labels.setdefault(name, key)
    return labels


def _marks(assembly: Assembly) -> Iterator[tuple[str, Where]]:
    """Marks are declared by the step or the escalation that makes them."""
    for sourced in assembly.tables["steps"].values():
        for effect in entry_of(sourced.item).entries("does"):
            yield from _mark(effect)
    for limit in assembly.limits:
        for escalation in limit.entries("escalate"):
            yield from _mark(escalation)
    for ladder in assembly.ladders.values():
        for rung in ladder.item.items():
            yield from _mark(entry_of(rung))


def _mark(entry: Entry) -> Iterator[tuple[str, Where]]:
    mark = entry.name("mark")
    if mark:
        yield mark, entry.where("mark")


def _clocks(assembly: Assembly) -> Iterator[tuple[str, Where]]:
    for limit in assembly.limits:
        clock = limit.name("clock")
        if clock:
            yield clock, limit.where("clock")


def _duties(assembly: Assembly) -> Iterator[tuple[str, Where]]:
    for duty in assembly.entries("duties"):
        if rule := duty.name("rule"):
            yield rule, duty.where("rule")


def _bind(use: Use, names: Names, complaints: Complaints) -> None:
    """Give every parameter of a template its noun."""
    parameters = {key: entry_of(item) for key, item in use.template.table("parameters").items()}
    for name, parameter in parameters.items():
        kind = parameter.name("is") or "unit"
        item = use.entry.rest.get(name)
        if item is None:
            complaints.add(
                "parameter-missing",
                use.entry.node.where,
                name=name,
                template=use.name,
                means=parameter.text("means"),
                kind=KIND_NAMES[kind],
            )
        elif isinstance(item.value, str) and _fits(kind, item.value, item, names, complaints):
            _bind_one(use, name, kind, item, names, complaints)
        # Also where its noun is missing or wrong: rules that use it are then not blamed for the same fault.
        names.slots.setdefault(name, kind)
    for name, item in use.entry.rest.items():
        if name not in parameters:
            complaints.add(
                "parameter-unknown", item.head, name=name, template=use.name, advice=nearest(name, parameters)
            )
    _check_without(use, complaints)


def _bind_one(use: Use, name: str, kind: str, item: Item, names: Names, complaints: Complaints) -> None:
    noun = str(item.value)
    if names.bindings.get(name, noun) != noun or names.slots.get(name, kind) != kind:
        complaints.add("parameter-means-two", item.head, name=name, template=use.name)
    names.bindings[name] = noun
    names.slots[name] = kind


def _fits(kind: str, noun: str, item: Item, names: Names, complaints: Complaints) -> bool:
    if kind == "jurisdiction" or names.has(kind, noun):
        return True
    other = next((other for other in ("level", "unit", "place") if names.has(other, noun)), None)
    if other:
        complaints.add(
            "parameter-of-other-kind", item.where, noun=noun, found=KIND_NAMES[other], wanted=KIND_NAMES[kind]
        )
        return False
    return names.refer(kind, noun, item.where)


def _check_without(use: Use, complaints: Complaints) -> None:
    there = [entry.name("rule") for section in LISTS for entry in _entries(use.template, section)]
    known = [rule for rule in there if rule]
    for item in use.entry.items("without"):
        if item.value not in known:
            complaints.add(
                "without-unknown-rule",
                item.where,
                name=item.value,
                template=use.name,
                advice=nearest(str(item.value), known),
            )


def _entries(template: Entry, section: str) -> list[Entry]:
    item = template.item(section)
    inner = item.value.entries("rules") if item and isinstance(item.value, Entry) else None
    return template.entries(section) if inner is None else inner


def _check_levels_apart(assembly: Assembly, names: Names, complaints: Complaints) -> None:
    """Two level slots that mean the same level would make a rule for one silently miss the other."""
    seen: dict[str, str] = {}
    for slot, noun in names.bindings.items():
        if names.slots.get(slot) != "level":
            continue
        if noun in seen:
            use = next(use for use in assembly.uses if slot in use.entry.rest)
            complaints.add(
                "level-bound-twice", use.entry.rest[slot].where, level=noun, one=seen[noun], two=slot
            )
        seen.setdefault(noun, slot)
