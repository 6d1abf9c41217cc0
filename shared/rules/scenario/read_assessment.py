"""Reads a town's scenarios about figures and assessment, with every name checked against the pack.

Decides which of them cannot be meant. Does not play them.
"""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from shared.kernel.texts import Text
from shared.rules.language.entries import Entry, Item, entry_of
from shared.rules.language.errors import Complaints, nearest
from shared.rules.language.shapes import Many, Part
from shared.rules.language.source import parse
from shared.rules.language.structure import StructureReader, language_of
from shared.rules.language.vocabulary import OPEN, ROLES
from shared.rules.pack.build.assemble import ASSESS_SCENARIO_FILE
from shared.rules.pack.build.drafting import Draft, spot
from shared.rules.pack.build.figures import plain
from shared.rules.pack.build.form_kinds import holders
from shared.rules.pack.model import TallyKind
from shared.rules.pack.read import draft_of
from shared.rules.scenario.assessment import (
    Assessment,
    CountedRow,
    ExpectedDocument,
    ExpectedFigure,
    ExpectedLine,
    ExpectedProposal,
    ExpectedRank,
    ExpectedReaders,
    GivenPoints,
    Objection,
    Whose,
)
from shared.rules.scenario.cases import label
from shared.rules.worktime.spans import CalendarSpan, SpanKind, parse_span

_NO_SPAN = CalendarSpan(SpanKind.YEAR, 1)
_EXPECTED = ("figures", "standings", "proposed", "not proposed", "documents", "readers")


def load_assessments(files: Mapping[str, str], town: str) -> tuple[Assessment, ...]:
    """Return the scenarios about figures of a town, in the order of the file; none where it has none.

    Raises:
        PackErrors: every fault of the scenarios, or of the pack that they need.
    """
    file = f"{town}/{ASSESS_SCENARIO_FILE}"
    if file not in files:
        return ()
    complaints = Complaints()
    draft = draft_of(files, town, complaints)
    tree = parse(files[file], file, complaints)
    complaints.refuse()
    if tree is None:
        return ()
    draft.assembly.languages[file] = language_of(tree, "assess scenario")
    reader = StructureReader(complaints, draft.assembly.languages[file], draft.assembly.prose)
    entries = [entry_of(item) for item in reader.read(Many(Part("assess scenario")), tree).items()]
    complaints.refuse()
    read = tuple(_Scene(draft, entry).read() for entry in entries)
    complaints.refuse()
    return read


class _Scene:
    """Reads one scenario."""

    def __init__(self, draft: Draft, entry: Entry) -> None:
        self._draft = draft
        self._entry = entry
        self._called = [name for each in entry.entries("counted") if (name := each.name("name"))]

    def read(self) -> Assessment:
        """Return the scenario."""
        entry, draft = self._entry, self._draft
        draft.rule = key = entry.name("scenario") or ""
        is_refused = any(each.flag("refused") for each in entry.entries("points"))
        if not is_refused and not any(entry.entries(field) for field in _EXPECTED):
            draft.complain("scenario-expects-nothing", entry.where("scenario"))
        return Assessment(
            key=key,
            title=entry.text("title"),
            because=draft.because(entry, None),
            spot=spot(entry.where("scenario")),
            counted=tuple(self._counted(each) for each in entry.entries("counted")),
            points=tuple(self._points(each) for each in entry.entries("points")),
            objections=tuple(self._objection(each) for each in entry.entries("objections")),
            figures=tuple(self._figure(each) for each in entry.entries("figures")),
            standings=tuple(self._standing(each) for each in entry.entries("standings")),
            proposed=tuple(self._proposal(each) for each in entry.entries("proposed")),
            not_proposed=tuple(self._proposal(each) for each in entry.entries("not proposed")),
            documents=tuple(self._document(each) for each in entry.entries("documents")),
            readers=tuple(self._readers(each) for each in entry.entries("readers")),
        )

    # ---- what there is -----------------------------------------------------------------------------

    def _counted(self, entry: Entry) -> CountedRow:
        for kind in ("place", "unit", "category"):
            self._draft.refer(kind, entry.item(kind))
        return CountedRow(
            kind=TallyKind(entry.name("what") or TallyKind.CASE),
            at=label(entry, "at") or "",
            named=entry.name("named") or "",
            until=label(entry, "until"),
            place=entry.name("place"),
            unit=entry.name("unit"),
            person=entry.name("person"),
            category=entry.name("category"),
            result=entry.name("result") or "",
            facts={name: plain(str(item.value)) for name, item in entry.table("facts").items()},
            amount=_number(entry, "amount"),
            is_imported=entry.flag("imported"),
            called=entry.name("name"),
            times=entry.whole("times") or 1,
        )

    def _whose(self, entry: Entry, kind: str) -> Whose:
        item = entry.item(kind)
        self._draft.refer(kind, item)
        self._check_subject(entry, kind)
        return Whose(
            str(item.value) if item else "",
            entry.name("for") or "",
            self._span(entry),
            spot(entry.node.where),
        )

    def _check_subject(self, entry: Entry, kind: str) -> None:
        """Persons are whoever the scenario speaks of; of all others the pack knows the names."""
        field, table = ("per", "figures") if kind == "figure" else ("of", "measures")
        sourced = self._draft.sourced(table).get(entry.name(kind) or "")
        per = entry_of(sourced.item).name(field) if sourced else None
        item = entry.item("for")
        if per is None or item is None:
            return
        there = self._there(per)
        if item.value not in there:
            advice = nearest(str(item.value), there)
            self._draft.complain("subject-unknown", item.where, name=item.value, advice=advice)

    def _there(self, per: str) -> list[str]:
        if per == "town":
            return [self._draft.assembly.town]
        if per == "person":
            rows = self._entry.entries("counted") + self._entry.entries("points")
            return [name for row in rows for field in ("person", "for") if (name := row.name(field))]
        kind = {"grid": "place", "village": "place", "unit": "unit", "category": "category"}[per]
        return list(self._draft.names.all(kind))

    def _span(self, entry: Entry) -> CalendarSpan:
        item = entry.item("in")
        span = parse_span(str(item.value)) if item else None
        if item is not None and span is None:
            self._draft.complain("period-unknown", item.where, text=item.value)
        return span or _NO_SPAN

    def _points(self, entry: Entry) -> GivenPoints:
        by = entry.item("by")
        if by is not None and by.value not in ROLES:
            self._draft.refer("unit", by, ROLES)
        whose = self._whose(entry, "measure")
        item = entry.item("item")
        if item is not None:
            self._part_of(whose.of, "items", item, "item-unknown")
        return GivenPoints(
            whose,
            entry.name("item") or "",
            _number(entry, "points") or Decimal(0),
            entry.name("by") or "",
            entry.flag("refused"),
        )

    def _part_of(self, measure: str, table: str, item: Item, code: str) -> None:
        sourced = self._draft.sourced("measures").get(measure)
        known = entry_of(sourced.item).table(table) if sourced else {}
        if sourced and item.value not in known:
            self._draft.complain(code, item.where, name=item.value, advice=nearest(str(item.value), known))

    def _objection(self, entry: Entry) -> Objection:
        self._draft.refer("figure", entry.item("figure"))
        named = self._refs([item] if (item := entry.item("to")) else [])
        return Objection(entry.name("figure") or "", named[0] if named else "", entry.flag("upheld"))

    def _refs(self, items: Iterable[Item]) -> tuple[str, ...]:
        """What the scenario calls things, each of them in it; 'a#2' is the second of several called 'a'."""
        named = tuple(items)
        for item in named:
            if str(item.value).partition("#")[0] not in self._called:
                advice = nearest(str(item.value), self._called)
                self._draft.complain("nothing-counted-so", item.where, name=item.value, advice=advice)
        return tuple(str(item.value) for item in named)

    # ---- what must come of it ----------------------------------------------------------------------

    def _figure(self, entry: Entry) -> ExpectedFigure:
        apart = {key: int(str(item.value)) for key, item in entry.table("apart").items()}
        return ExpectedFigure(
            self._whose(entry, "figure"),
            _number(entry, "is"),
            entry.flag("unknown"),
            entry.flag("kept_back"),
            self._refs(entry.items("rests_on")) if "rests_on" in entry else None,
            apart if "apart" in entry else None,
        )

    def _standing(self, entry: Entry) -> ExpectedRank:
        whose = self._whose(entry, "measure")
        for item in entry.items("lacks"):
            self._part_of(whose.of, "items", item, "item-unknown")
        return ExpectedRank(
            whose,
            _number(entry, "points"),
            _number(entry, "out_of"),
            entry.whole("rank"),
            entry.flag("unknown"),
            entry.names("lacks") if "lacks" in entry else None,
        )

    def _proposal(self, entry: Entry) -> ExpectedProposal:
        whose, yuan = self._whose(entry, "measure"), entry.item("yuan")
        if item := entry.item("proposal"):
            self._part_of(whose.of, "proposes", item, "proposal-unknown")
        self._draft.refer("form", entry.item("owes"))
        self._draft.refer("category", entry.item("category"))
        return ExpectedProposal(
            whose,
            entry.name("proposal") or "",
            self._units(entry, "to"),
            self._units(entry, "decided_by"),
            entry.flag("heard") if "heard" in entry else None,
            entry.whole("yuan"),
            entry.whole("at_most"),
            yuan is not None and yuan.value in OPEN,
            entry.name("owes"),
            entry.whole("count"),
            entry.name("category"),
        )

    def _units(self, entry: Entry, field: str) -> tuple[str, ...] | None:
        return self._draft.refer_all("unit", entry.items(field)) if field in entry else None

    def _holders(self, entry: Entry, field: str) -> tuple[str, ...] | None:
        return holders(self._draft, entry.items(field)) if field in entry else None

    def _document(self, entry: Entry) -> ExpectedDocument:
        self._draft.refer("document", entry.item("document"))
        self._draft.refer("unit", entry.item("by"))
        return ExpectedDocument(
            document=entry.name("document") or "",
            span=self._span(entry),
            spot=spot(entry.node.where),
            holds=tuple(self._held(entry.items("holds"))) if "holds" in entry else None,
            says=tuple(self._line(each) for each in entry.entries("says")),
            by=entry.name("by"),
            to=self._units(entry, "to"),
            own_part=self._holders(entry, "own_part"),
            words=tuple(text for item in entry.items("words") if (text := item.as_(Text)))
            if "words" in entry
            else None,
        )

    def _held(self, items: Iterable[Item]) -> Iterator[str]:
        there = [*self._draft.names.all("figure"), *self._draft.names.all("measure")]
        for item in items:
            if item.value not in there:
                advice = nearest(str(item.value), there)
                self._draft.complain("neither-figure-nor-measure", item.where, name=item.value, advice=advice)
            yield str(item.value)

    def _line(self, entry: Entry) -> ExpectedLine:
        of = "".join(self._held([item] if (item := entry.item("of")) else []))
        return ExpectedLine(of, entry.name("for") or "", _number(entry, "is") or Decimal(0))

    def _readers(self, entry: Entry) -> ExpectedReaders:
        of = "".join(self._held([item] if (item := entry.item("of")) else []))
        return ExpectedReaders(
            of, spot(entry.node.where), self._holders(entry, "all"), self._holders(entry, "own")
        )


def _number(entry: Entry, field: str) -> Decimal | None:
    item = entry.item(field)
    return item.as_(Decimal) if item else None
