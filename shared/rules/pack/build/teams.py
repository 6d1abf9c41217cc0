"""Builds what a pack says of its grids and teams: facts, checks, posts, sheets, terminals, rotas, contacts.

Decides what names within the section mean; what they do to one another is for the checks.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from shared.kernel.texts import Text
from shared.rules.language.entries import Entry, Item, entry_of
from shared.rules.language.errors import nearest
from shared.rules.logic.condition import Condition
from shared.rules.logic.facts import FactType
from shared.rules.pack.build.assemble import Sourced
from shared.rules.pack.build.conditions import build_condition
from shared.rules.pack.build.drafting import Draft, node_of, spot
from shared.rules.pack.build.factkinds import declared_type
from shared.rules.pack.build.owed import at_least_of
from shared.rules.pack.model import (
    Contacts,
    Entitlement,
    EntryType,
    Fact,
    GridCheck,
    GridFact,
    MadeBy,
    Origin,
    Post,
    PostTask,
    Rota,
    Sheet,
    SheetKind,
    Shown,
    Teams,
    TownLedger,
)


def build_teams(draft: Draft, ledger: TownLedger | None) -> Teams | None:
    """Return what the pack says of its grids and teams; None: nothing.

    Args:
        ledger: whose types of entries terminals and contacts name.
    """
    if not _is_said(draft):
        return None
    types = ledger.types if ledger else {}
    facts = {key: _fact(draft, key, sourced) for key, sourced in draft.sourced("grids.facts").items()}
    return Teams(
        facts={key: fact for key, fact in facts.items() if fact is not None},
        checks={key: _check(draft, key, sourced) for key, sourced in draft.sourced("grids.checks").items()},
        posts={key: _post(draft, key, sourced) for key, sourced in draft.sourced("grids.posts").items()},
        sheets={key: _sheet(draft, key, sourced) for key, sourced in draft.sourced("grids.sheets").items()},
        terminals={
            key: _entitlement(draft, key, sourced, types)
            for key, sourced in draft.sourced("grids.terminals").items()
        },
        rotas={key: _rota(draft, key, sourced) for key, sourced in draft.sourced("grids.rotas").items()},
        contacts=_contacts(draft, types),
        made_by=_made_by(draft),
    )


def _is_said(draft: Draft) -> bool:
    parts = (draft.assembly.part("grids", name) for name in ("contacts", "made_by"))
    tables = (each for section, each in draft.assembly.tables.items() if section.startswith("grids."))
    return any(tables) or any(part is not None for part in parts)


def _begin(draft: Draft, kind: str, key: str, sourced: Sourced) -> tuple[Entry, Origin]:
    draft.rule = None
    entry = draft.entries[kind, key] = entry_of(sourced.item)
    because = draft.because(entry, sourced.template)
    return entry, Origin(key, entry.text("name"), because, None, None, spot(sourced.item.head))


def _fact(draft: Draft, key: str, sourced: Sourced) -> GridFact | None:
    entry, origin = _begin(draft, "grid fact", key, sourced)
    node = node_of(entry.item("type"))
    declared = declared_type(draft, node, entry.language) if node is not None else None
    if declared is None:
        return None
    type_ = FactType(key, declared.kind, declared.values, declared.low, declared.high)
    return GridFact(type_, entry.text("name"), origin)


def _check(draft: Draft, key: str, sourced: Sourced) -> GridCheck:
    entry, origin = _begin(draft, "grid check", key, sourced)
    ranges: dict[str, tuple[int | None, int | None]] = {}
    there = draft.sourced("grids.facts")
    for fact, item in entry.table("ranges").items():
        if fact not in there:
            draft.complain("grid-fact-unknown", item.head, name=fact, advice=nearest(fact, there))
        low, high = item.as_(tuple) or (None, None)
        ranges[fact] = (low, high)
    return GridCheck(
        key,
        origin,
        _level(draft, entry) or "",
        ranges,
        entry.flag("every_place"),
        draft.refer_all("place", entry.items("of")),
    )


def _post(draft: Draft, key: str, sourced: Sourced) -> Post:
    entry, origin = _begin(draft, "post", key, sourced)
    exactly, least = entry.whole("exactly"), at_least_of(entry)
    return Post(
        key,
        origin,
        entry.text("name"),
        draft.refer_all("unit", entry.items("units")),
        _level(draft, entry),
        least if exactly is None else exactly,
        entry.whole("at_most") if exactly is None else exactly,
        entry.flag("each"),
        entry.name("may_hold") != "one",
        _post_or_unit(draft, entry.item("led_by")),
        _all_known(_post_or_unit(draft, item) for item in draft.distinct(entry.items("guided_by"))),
        _tasks(draft, entry.items("eligible"), origin, sourced.template),
        _tasks(draft, entry.items("tasks"), origin, sourced.template),
    )


def _tasks(draft: Draft, items: Iterable[Item], post: Origin, template: str | None) -> tuple[PostTask, ...]:
    return tuple(_task(draft, item, number, post, template) for number, item in enumerate(items, 1))


def _task(draft: Draft, item: Item, number: int, post: Origin, template: str | None) -> PostTask:
    """A task has no name of its own in a pack: it is known by its post and its number."""
    entry = item.as_(Entry)
    name = entry.text("name") if entry else item.as_(Text) or Text()
    because = (draft.because(entry, template) if entry else ()) or post.because
    return PostTask(name, replace(post, rule=f"{post.rule} {number}", because=because, spot=spot(item.head)))


def _sheet(draft: Draft, key: str, sourced: Sourced) -> Sheet:
    entry, origin = _begin(draft, "sheet", key, sourced)
    return Sheet(
        key,
        origin,
        SheetKind(entry.name("kind") or SheetKind.SIGN),
        entry.text("name"),
        _level(draft, entry) or "",
        tuple(Shown(str(item.value)) for item in draft.distinct(entry.items("shows"))),
        _posts(draft, entry),
        entry.flag("public"),
    )


def _entitlement(draft: Draft, key: str, sourced: Sourced, types: Mapping[str, EntryType]) -> Entitlement:
    entry, origin = _begin(draft, "entitlement", key, sourced)
    organisation = _entry_type(draft, entry.item("organisation"), types)
    when = _condition(draft, entry, types[organisation]) if organisation else None
    return Entitlement(key, origin, _posts(draft, entry), organisation, when)


def _condition(draft: Draft, entry: Entry, type_: EntryType) -> Condition | None:
    """A condition over the facts of an entry, which alone are known in it."""
    node = node_of(entry.item("when"))
    if node is None:
        return None
    facts = {
        key: Fact(fact.type, fact.name, "platform", Text(), None, fact.spot)
        for key, fact in type_.facts.items()
    }
    names = replace(draft.names, known={**draft.names.known, "fact": dict.fromkeys(facts, node.where)})
    return build_condition(replace(draft, facts=facts, names=names), node, entry.language)


def _rota(draft: Draft, key: str, sourced: Sourced) -> Rota:
    entry, origin = _begin(draft, "rota", key, sourced)
    draft.refer("unit", entry.item("unit"))
    return Rota(key, origin, entry.text("name"), entry.name("unit") or "", _level(draft, entry))


def _contacts(draft: Draft, types: Mapping[str, EntryType]) -> Contacts | None:
    sourced = draft.assembly.part("grids", "contacts")
    if sourced is None:
        return None
    entry, origin = _begin(draft, "contacts", "contacts", sourced)
    of = _entry_type(draft, entry.item("of"), types)
    least = at_least_of(entry) if "at_least" in entry else None
    return Contacts(origin, _posts(draft, entry), of or "", least)


def _made_by(draft: Draft) -> MadeBy | None:
    sourced = draft.assembly.part("grids", "made_by")
    if sourced is None:
        return None
    entry, origin = _begin(draft, "made by", "made_by", sourced)
    return MadeBy(origin, draft.refer_all("unit", entry.items("units")))


def _level(draft: Draft, entry: Entry) -> str | None:
    return entry.name("level") if draft.refer("level", entry.item("level")) else None


def _posts(draft: Draft, entry: Entry) -> tuple[str, ...]:
    return _all_known(_post_named(draft, item) for item in draft.distinct(entry.items("posts")))


def _all_known(names: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(name for name in names if name is not None)


def _post_named(draft: Draft, item: Item) -> str | None:
    name, there = str(item.value), draft.sourced("grids.posts")
    if name not in there:
        draft.complain("post-unknown", item.where, name=name, advice=nearest(name, there))
        return None
    return name


def _post_or_unit(draft: Draft, item: Item | None) -> str | None:
    name = item.as_(str) if item else None
    if item is None or name is None or name in draft.sourced("grids.posts"):
        return name
    return name if draft.refer("unit", item) else None


def _entry_type(draft: Draft, item: Item | None, types: Mapping[str, EntryType]) -> str | None:
    name = item.as_(str) if item else None
    if item is not None and name not in types:
        draft.complain("ledger-type-unknown", item.where, name=name, advice=nearest(str(name), types))
        return None
    return name
