"""Reads the scenarios of a town's grids and teams, with every name that they use checked against the pack."""

from collections.abc import Iterable, Mapping
from datetime import date

from shared.rules.language.entries import Entry, Item, entry_of
from shared.rules.language.errors import Complaints, nearest
from shared.rules.language.shapes import Many, Part
from shared.rules.language.source import parse
from shared.rules.language.structure import StructureReader, language_of
from shared.rules.logic.facts import FactType, Value
from shared.rules.pack.build.assemble import GRID_SCENARIO_FILE
from shared.rules.pack.build.drafting import Draft, mapping_of, spot
from shared.rules.pack.build.facts import read_value
from shared.rules.pack.build.ledger import build_ledger
from shared.rules.pack.build.teams import build_teams
from shared.rules.pack.model import Teams, TownLedger
from shared.rules.pack.read import draft_of
from shared.rules.scenario.grids import (
    CardExpected,
    GridExpected,
    GridHolder,
    GridOrganisation,
    GridPosted,
    GridTrial,
    Named,
    PlaceFacts,
    SheetExpected,
)

_EXPECTATIONS = ("outside", "unsaid", "uncovered", "vacant", "too_many", "in_several", "entitled", "without_contacts",
                 "may_make", "rotas", "cards", "sheets")  # fmt: skip


def load_grid_trials(files: Mapping[str, str], town: str) -> tuple[GridTrial, ...]:
    """Return the scenarios of a town's grids, in the order of the file; none where it has none.

    Raises:
        PackErrors: every fault of the scenarios, or of the pack that they need.
    """
    file = f"{town}/{GRID_SCENARIO_FILE}"
    if file not in files:
        return ()
    complaints = Complaints()
    draft = draft_of(files, town, complaints)
    tree = parse(files[file], file, complaints)
    ledger = build_ledger(draft)
    teams = build_teams(draft, ledger)
    complaints.refuse()
    if tree is None:
        return ()
    draft.assembly.languages[file] = language_of(tree, "grid scenario")
    reader = StructureReader(complaints, draft.assembly.languages[file], draft.assembly.prose)
    entries = [entry_of(item) for item in reader.read(Many(Part("grid scenario")), tree).items()]
    complaints.refuse()
    read = tuple(_Scene(draft, teams or Teams(), ledger).trial(entry) for entry in entries)
    complaints.refuse()
    return read


class _Scene:
    """Reads one scenario."""

    def __init__(self, draft: Draft, teams: Teams, ledger: TownLedger | None) -> None:
        self._draft = draft
        self._grid_facts = {key: fact.type for key, fact in teams.facts.items()}
        self._named: Mapping[str, Iterable[str]] = {
            "grid-check-unknown": teams.checks, "post-unknown": teams.posts, "sheet-unknown": teams.sheets,
            "entitlement-unknown": teams.terminals, "rota-unknown": teams.rotas,
        }  # fmt: skip
        self._types = ledger.types if ledger else {}

    def trial(self, entry: Entry) -> GridTrial:
        """Return the scenario."""
        self._draft.rule = key = entry.name("scenario") or ""
        on = entry.day("on") or date.min
        return GridTrial(
            key,
            entry.text("title"),
            self._draft.because(entry, None),
            spot(entry.where("scenario")),
            on,
            self._facts(entry) or {},
            tuple(self._holder(each) for each in entry.entries("holders")),
            {person: _posted(entry_of(item)) for person, item in entry.table("posted").items()},
            {key: self._organisation(entry_of(item)) for key, item in entry.table("organisations").items()},
            {person: item.as_(int) or 0 for person, item in entry.table("assigned").items()},
            tuple(self._expected(each, on) for each in entry.entries("expect")),
        )

    def _holder(self, entry: Entry) -> GridHolder:
        self._draft.refer("unit", entry.item("unit"))
        return GridHolder(
            entry.name("unit") or "",
            self._place(entry.item("in")),
            _texts(entry.items("who")),
            entry.day("from"),
            entry.day("until"),
        )

    def _organisation(self, entry: Entry) -> GridOrganisation:
        item = entry.item("type")
        type_ = self._types.get(str(item.value)) if item else None
        if item is not None and type_ is None:
            advice = nearest(str(item.value), self._types)
            self._draft.complain("ledger-type-unknown", item.where, name=str(item.value), advice=advice)
        if type_ is None:
            return GridOrganisation("", {})
        types = {key: fact.type for key, fact in type_.facts.items()}
        facts = self._values(entry.item("facts"), types, entry, "ledger-fact-unknown")
        return GridOrganisation(type_.key, facts)

    def _expected(self, entry: Entry, on: date) -> GridExpected:
        if not any(name in entry for name in _EXPECTATIONS):
            self._draft.complain("scenario-expects-nothing", entry.node.where)
        sparse = entry.items("without_contacts")
        return GridExpected(
            spot(entry.node.where),
            entry.day("on") or on,
            self._facts(entry),
            self._places(entry, "outside"),
            self._places(entry, "unsaid"),
            self._places(entry, "uncovered"),
            self._lists(entry, "vacant", "post-unknown"),
            self._lists(entry, "too_many", "post-unknown"),
            self._lists(entry, "in_several", "post-unknown"),
            self._lists(entry, "entitled", "entitlement-unknown"),
            _texts(sparse) if "without_contacts" in entry else None,
            {
                unit: bool(item.value)
                for unit, item in entry.table("may_make").items()
                if self._unit(unit, item)
            },
            {
                rota: {seat: _texts(people.items()) for seat, people in item.table().items()}
                for rota, item in entry.table("rotas").items()
                if self._known("rota-unknown", rota, item)
            },
            {
                post: _card(entry_of(item))
                for post, item in entry.table("cards").items()
                if self._known("post-unknown", post, item)
            },
            tuple(self._sheet(each) for each in entry.entries("sheets")),
        )

    def _sheet(self, entry: Entry) -> SheetExpected:
        item = entry.item("sheet")
        if item is not None:
            self._known("sheet-unknown", str(item.value), item)
        within = tuple(self._place(each) or "" for each in entry.items("within"))
        return SheetExpected(
            entry.name("sheet") or "",
            self._place(entry.item("place")) or "",
            frozenset(entry.names("has")) if "has" in entry else None,
            self._lists(entry, "names", "post-unknown"),
            within if "within" in entry else None,
            entry.flag("public") if "public" in entry else None,
        )

    def _places(self, entry: Entry, field: str) -> Named:
        for item in entry.table(field).values():
            self._draft.refer_all("place", item.items())
        return self._lists(entry, field, "grid-check-unknown")

    def _lists(self, entry: Entry, field: str, code: str) -> Named:
        return {
            name: _texts(item.items())
            for name, item in entry.table(field).items()
            if self._known(code, name, item)
        }

    def _known(self, code: str, name: str, item: Item) -> bool:
        there = self._named[code]
        if name not in there:
            where = item.key.where if item.key else item.where
            self._draft.complain(code, where, name=name, advice=nearest(name, there))
        return name in there

    def _unit(self, unit: str, item: Item) -> bool:
        return self._draft.names.refer("unit", unit, item.head, self._draft.rule)

    def _place(self, item: Item | None) -> str | None:
        return item.as_(str) if item is not None and self._draft.refer("place", item) else None

    def _facts(self, entry: Entry) -> PlaceFacts | None:
        """Facts of places; None: the entry has none."""
        if "facts" not in entry:
            return None
        return {
            place: self._values(item, self._grid_facts, entry, "grid-fact-unknown")
            for place, item in entry.table("facts").items()
            if self._draft.names.refer("place", place, item.head, self._draft.rule)
        }

    def _values(
        self, item: Item | None, types: Mapping[str, FactType], entry: Entry, code: str
    ) -> dict[str, Value]:
        values: dict[str, Value] = {}
        for key, node in mapping_of(item) or ():
            if key.text not in types:
                self._draft.complain(code, key.where, name=key.text, advice=nearest(key.text, types))
            elif (value := read_value(self._draft, types[key.text], node, entry.language)) is not None:
                values[key.text] = value
        return values


def _card(entry: Entry) -> CardExpected:
    return CardExpected(
        _texts(entry.items("tasks")) if "tasks" in entry else None,
        _texts(entry.items("eligible")) if "eligible" in entry else None,
        entry.name("led_by"),
        _texts(entry.items("guided_by")) if "guided_by" in entry else None,
    )


def _posted(entry: Entry) -> GridPosted:
    return GridPosted(entry.name("name") or "", entry.name("phone") or "", entry.flag("photo"))


def _texts(items: Iterable[Item]) -> tuple[str, ...]:
    return tuple(str(item.value) for item in items)
