"""Builds levels, units, places and categories.

Decides what a town's own nouns are; whether they form loops or leave someone without an owner is for the
checks.
"""

from collections.abc import Mapping

from shared.rules.language.entries import Entry, Item, entry_of
from shared.rules.language.nodes import Scalar
from shared.rules.language.vocabulary import FINDERS
from shared.rules.pack.build.drafting import Draft, spot
from shared.rules.pack.build.facts import comes_from, fact_values
from shared.rules.pack.model import Category, Level, NamedPlace, PlaceCode, Polygon, Unit


def build_levels(draft: Draft) -> dict[str, Level]:
    """Return the levels."""
    built: dict[str, Level] = {}
    for key, item in draft.assembly.root.table("levels").items():
        entry = _begin(draft, "level", key, item)
        supervisor = _one(draft, "unit", entry, "supervisor")
        built[key] = Level(key, entry.text("name"), supervisor, entry.flag("above"), spot(item.head))
    return built


def build_units(draft: Draft) -> dict[str, Unit]:
    """Return the units and posts."""
    built: dict[str, Unit] = {}
    for key, item in draft.assembly.root.table("units").items():
        entry = _begin(draft, "unit", key, item)
        channels = tuple(str(one.value) for one in draft.distinct(entry.items("channels"))) or ("inbox",)
        level, vacant = _one(draft, "level", entry, "level"), _one(draft, "unit", entry, "vacant")
        built[key] = Unit(
            key, entry.text("name"), level, vacant, channels, spot(item.head), _head(draft, entry)
        )
    return built


def _head(draft: Draft, entry: Entry) -> str | None:
    if "head" in entry:
        draft.only_from(2, entry.where("head"))
    return _one(draft, "unit", entry, "head")


def build_places(draft: Draft, areas: Mapping[str, tuple[Polygon, ...]]) -> dict[str, NamedPlace]:
    """Return the places with their areas."""
    built: dict[str, NamedPlace] = {}
    for key, item in draft.assembly.root.table("places").items():
        entry = _begin(draft, "place", key, item)
        built[key] = NamedPlace(
            key,
            entry.text("name"),
            _one(draft, "level", entry, "level"),
            _one(draft, "place", entry, "part_of"),
            _one(draft, "unit", entry, "dedicated_to"),
            spot(item.head),
            fact_values(draft, entry.item("facts"), entry.language, ("place",)),
            entry.day("ends"),
            draft.refer_all("place", entry.items("becomes")),
            _code(entry.entry("code")),
            areas.get(key),
        )
    return built


def _code(entry: Entry | None) -> PlaceCode | None:
    if entry is None:
        return None
    return PlaceCode(entry.name("street") or "", entry.name("community") or "", entry.whole("serial") or 0)


def build_categories(draft: Draft) -> dict[str, Category]:
    """Return the categories of matters."""
    built: dict[str, Category] = {}
    keywords: dict[str, str] = {}
    for key, sourced in draft.sourced("categories").items():
        entry = _begin(draft, "category", key, sourced.item)
        built[key] = Category(
            key,
            entry.text("name"),
            _departments(draft, entry),
            fact_values(draft, entry.item("facts"), entry.language, ("category",)),
            _keywords(draft, key, entry, keywords),
            entry.flag("private"),
            _asks(draft, entry),
            spot(sourced.item.head),
            tuple(
                str(item.value)
                for item in draft.distinct(entry.items("opened_by"))
                if item.value in FINDERS or draft.refer("unit", item, FINDERS)
            ),
            entry.flag("result_public"),
        )
    return built


def _begin(draft: Draft, kind: str, key: str, item: Item) -> Entry:
    # What follows belongs to no rule: a complaint must not bear the name of the one that was read last.
    draft.rule = None
    draft.entries[kind, key] = entry_of(item)
    return entry_of(item)


def _one(draft: Draft, kind: str, entry: Entry, field: str) -> str | None:
    item = entry.item(field)
    return entry.name(field) if item is not None and draft.refer(kind, item) else None


def _departments(draft: Draft, entry: Entry) -> tuple[str, ...]:
    items = entry.items("department")
    # Written out: where nothing is said of departments, they may have been forgotten.
    if [item.value for item in items] == ["none"]:
        return ()
    for item in items:
        if item.value == "none":
            draft.complain("none-among-others", item.where)
    return draft.refer_all("unit", (item for item in items if item.value != "none"))


def _keywords(draft: Draft, key: str, entry: Entry, taken: dict[str, str]) -> tuple[str, ...]:
    words = draft.distinct(entry.items("keywords"))
    for item in words:
        word = str(item.value)
        if taken.setdefault(word, key) != key:
            draft.complain("keyword-of-two", item.where, word=word, other=taken[word])
    return tuple(str(item.value) for item in words)


def _asks(draft: Draft, entry: Entry) -> tuple[str, ...]:
    asked = []
    for item in draft.distinct(entry.items("asks")):
        fact = draft.facts.get(str(item.value))
        if fact is None:
            draft.refer("fact", item)
        elif isinstance(item.node, Scalar) and comes_from(draft, fact, item.node, ("reporter",)):
            asked.append(str(item.value))
    return tuple(asked)
