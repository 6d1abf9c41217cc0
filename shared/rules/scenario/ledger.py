"""Scenarios of the ledger: who enters what, and who sees it then; read with every name checked against the pack.

Decides which of them cannot be played. Does not play them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from shared.kernel.texts import Text
from shared.rules.language.entries import Entry, Item, entry_of
from shared.rules.language.errors import Complaints, nearest
from shared.rules.language.keys import keys_of
from shared.rules.language.schema import RECORDS
from shared.rules.language.shapes import Many, Part
from shared.rules.language.source import parse
from shared.rules.language.structure import StructureReader, language_of
from shared.rules.language.vocabulary import LEDGER_DEEDS, ROLES
from shared.rules.logic.facts import Value
from shared.rules.pack.build.assemble import LEDGER_SCENARIO_FILE
from shared.rules.pack.build.drafting import Draft, mapping_of, spot
from shared.rules.pack.build.facts import read_value
from shared.rules.pack.build.ledger import build_ledger
from shared.rules.pack.model import EntryType, Spot, TownLedger
from shared.rules.pack.read import draft_of
from shared.rules.scenario.cases import label

_NEEDS: Mapping[str, tuple[str, ...]] = {
    "enters": ("type",), "changes": ("change",), "moves": ("place",), "opens": ("fact",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class LedgerActor:
    """Who does or sees something: a unit's key or a role, and where they sit; None: at the entry's grid."""

    who: str
    place: str | None


@dataclass(frozen=True, slots=True)
class LedgerEvent:
    """Something done to the ledger.

    Args:
        does: one of LEDGER_DEEDS. without: 'date' and 'source' where these are not said.
        known: the entry that it turns out to be. refused: code with which it must be refused.
    """

    at: str
    does: str
    entry: str
    by: LedgerActor
    spot: Spot
    type: str | None = None
    place: str | None = None
    about: str | None = None
    facts: Mapping[str, Value] = field(default_factory=dict)
    fact: str | None = None
    change: str | None = None
    source: str | None = None
    without: tuple[str, ...] = ()
    known: str | None = None
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class LedgerExpected:
    """What must hold of an entry; what is None or empty is not looked at."""

    entry: str
    spot: Spot
    at: str | None = None
    place: str | None = None
    line: str | None = None
    seen_by: tuple[LedgerActor, ...] = ()
    hidden_from: tuple[LedgerActor, ...] = ()
    facts: Mapping[str, Value] = field(default_factory=dict)
    sealed: tuple[str, ...] = ()
    differs: tuple[str, ...] = ()
    stale: bool | None = None
    ended: bool | None = None
    on_paper: bool | None = None
    group: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LedgerScenario:
    """One scenario of a town's ledger."""

    key: str
    title: Text
    because: tuple[str, ...]
    life: tuple[LedgerEvent, ...]
    expected: tuple[LedgerExpected, ...]
    spot: Spot


def load_ledger_scenarios(files: Mapping[str, str], town: str) -> tuple[LedgerScenario, ...]:
    """Return the scenarios of a town's ledger, in the order of the file; none where it has none.

    Raises:
        PackErrors: every fault of the scenarios, or of the pack that they need.
    """
    file = f"{town}/{LEDGER_SCENARIO_FILE}"
    if file not in files:
        return ()
    complaints = Complaints()
    draft = draft_of(files, town, complaints)
    tree = parse(files[file], file, complaints)
    ledger = build_ledger(draft)
    complaints.refuse()
    if tree is None or ledger is None:
        return ()
    draft.assembly.languages[file] = language_of(tree, "ledger scenario")
    reader = StructureReader(complaints, draft.assembly.languages[file], draft.assembly.prose)
    entries = [entry_of(item) for item in reader.read(Many(Part("ledger scenario")), tree).items()]
    complaints.refuse()
    read = tuple(_Scene(draft, ledger).scenario(entry) for entry in entries)
    complaints.refuse()
    return read


class _Scene:
    """Reads one scenario; the entries of its life are known from the event that enters them on."""

    def __init__(self, draft: Draft, ledger: TownLedger) -> None:
        self._draft = draft
        self._ledger = ledger
        self._types: dict[str, EntryType] = {}
        self._last = ""

    def scenario(self, entry: Entry) -> LedgerScenario:
        """Return the scenario."""
        self._draft.rule = key = entry.name("scenario") or ""
        because = self._draft.because(entry, None)
        life = tuple(self._event(each) for each in entry.entries("life"))
        expected = tuple(self._expected(each) for each in entry.entries("expect"))
        if not expected and not any(event.refused or event.known for event in life):
            self._draft.complain("scenario-expects-nothing", entry.where("scenario"))
        return LedgerScenario(
            key, entry.text("title"), because, life, expected, spot(entry.where("scenario"))
        )

    def _event(self, entry: Entry) -> LedgerEvent:
        at, does, name = label(entry, "at") or "", entry.name("does") or "", entry.name("entry") or ""
        if at < self._last:
            self._draft.complain("life-out-of-order", entry.where("at"), at=at, before=self._last)
        self._last = max(self._last, at)
        self._check_needs(entry, does)
        type_ = self._type(entry, does, name)
        facts = self._facts(entry, "facts", type_)
        fact = self._fact_names([item] if (item := entry.item("fact")) else [], type_)
        return LedgerEvent(
            at,
            does,
            name,
            self._actor(entry.item("by"), entry.item("in")),
            spot(entry.node.where),
            type_.key if type_ and does == "enters" else None,
            self._place(entry.item("place")),
            self._known(entry.item("about")),
            facts,
            fact[0] if fact else None,
            self._change(entry.item("change")),
            entry.name("source"),
            entry.names("without"),
            self._known(entry.item("known")),
            entry.name("refused"),
        )

    def _check_needs(self, entry: Entry, does: str) -> None:
        for key in _NEEDS.get(does, ()):
            if key not in entry:
                words = keys_of("ledger event", tuple(RECORDS["ledger event"].fields))
                terms = {"does": Text(LEDGER_DEEDS.chinese[does], does), "key": Text(words.chinese[key], key)}
                self._draft.complain("ledger-event-lacks", entry.node.where, **terms)

    def _type(self, entry: Entry, does: str, name: str) -> EntryType | None:
        if does != "enters":
            self._known(entry.item("entry"))
            return self._types.get(name)
        item = entry.item("type")
        found = self._ledger.types.get(str(item.value)) if item else None
        if item is not None and found is None:
            advice = nearest(str(item.value), self._ledger.types)
            self._draft.complain("ledger-type-unknown", item.where, name=str(item.value), advice=advice)
        elif found is not None:
            self._types[name] = found
        return found

    def _expected(self, entry: Entry) -> LedgerExpected:
        name = self._known(entry.item("entry")) or ""
        type_ = self._types.get(name)
        return LedgerExpected(
            name,
            spot(entry.node.where),
            label(entry, "at"),
            self._place(entry.item("place")),
            entry.name("class"),
            self._people(entry.items("seen_by")),
            self._people(entry.items("hidden from")),
            self._facts(entry, "facts", type_),
            self._fact_names(entry.items("sealed"), type_),
            self._fact_names(entry.items("differs"), type_),
            entry.flag("stale") if "stale" in entry else None,
            entry.flag("ended") if "ended" in entry else None,
            entry.flag("on_paper") if "on_paper" in entry else None,
            self._facts(entry, "group", type_),
        )

    def _people(self, items: Iterable[Item]) -> tuple[LedgerActor, ...]:
        return tuple(
            self._actor(named.item("who"), named.item("in"))
            if (named := item.as_(Entry))
            else self._actor(item, None)
            for item in items
        )

    def _actor(self, who: Item | None, place: Item | None) -> LedgerActor:
        if who is not None and who.value not in ROLES:
            self._draft.refer("unit", who, ROLES)
        return LedgerActor(str(who.value) if who else "", self._place(place))

    def _place(self, item: Item | None) -> str | None:
        return item.as_(str) if item is not None and self._draft.refer("place", item) else None

    def _known(self, item: Item | None) -> str | None:
        name = item.as_(str) if item else None
        if item is not None and name not in self._types:
            advice = nearest(str(name), self._types)
            self._draft.complain("ledger-entry-unknown", item.where, name=name, advice=advice)
        return name

    def _change(self, item: Item | None) -> str | None:
        name = item.as_(str) if item else None
        if item is not None and name not in self._ledger.changes:
            advice = nearest(str(name), self._ledger.changes)
            self._draft.complain("ledger-change-unknown", item.where, name=name, advice=advice)
        return name

    def _fact_names(self, items: Iterable[Item], type_: EntryType | None) -> tuple[str, ...]:
        for item in items:
            if type_ is not None and item.value not in type_.facts:
                advice = nearest(str(item.value), type_.facts)
                self._draft.complain("ledger-fact-unknown", item.where, name=str(item.value), advice=advice)
        return tuple(str(item.value) for item in items)

    def _facts(self, entry: Entry, field_: str, type_: EntryType | None) -> dict[str, Value]:
        values: dict[str, Value] = {}
        for key, node in mapping_of(entry.item(field_)) or ():
            fact = type_.facts.get(key.text) if type_ else None
            if fact is None:
                self._fact_names([Item(key.text, key)], type_)
            elif (value := read_value(self._draft, fact.type, node, entry.language)) is not None:
                values[key.text] = value
        return values
