"""Builds measures with their proposals, and documents.

Decides what a measure can be reckoned from and what a bound must say.
What measures do to one another is for the checks.
"""

from collections.abc import Mapping
from decimal import Decimal

from shared.kernel.texts import Text
from shared.rules.language.entries import Entry, Item, entry_of
from shared.rules.language.errors import nearest
from shared.rules.language.vocabulary import OPEN
from shared.rules.pack.build.assemble import Sourced
from shared.rules.pack.build.drafting import Draft, spot
from shared.rules.pack.build.figures import begin, origin_of, readers_of, written
from shared.rules.pack.build.form_kinds import holders
from shared.rules.pack.model import (
    Bound,
    Comparison,
    Document,
    DocumentKind,
    Per,
    ProposalRule,
    Rank,
    Sum,
    TownMeasure,
)
from shared.rules.pack.model import (
    MeasureItem as Points,
)
from shared.rules.worktime.spans import SpanKind

_SOURCES = ("figure", "items", "adds")
_ALL_POINTS = Decimal(100)


def build_measures(draft: Draft) -> dict[str, TownMeasure]:
    """Return the measures by their keys."""
    made = (_measure(draft, key, sourced) for key, sourced in draft.sourced("measures").items())
    return {measure.key: measure for measure in made if measure}


def build_documents(draft: Draft) -> dict[str, Document]:
    """Return the documents by their keys."""
    made = (_document(draft, key, sourced) for key, sourced in draft.sourced("documents").items())
    return {document.key: document for document in made if document}


def _measure(draft: Draft, key: str, sourced: Sourced) -> TownMeasure | None:
    entry = begin(draft, "measure", key, sourced)
    of, every, rank = (entry.name(field) for field in ("of", "every", "rank"))
    origin = origin_of(draft, key, sourced)
    said = [field for field in _SOURCES if field in entry]
    if of is None or every is None:
        return None
    if len(said) != 1:
        draft.complain("measure-of-one", entry.where(*said[1:]))
    return TownMeasure(
        key=key,
        origin=origin,
        name=entry.text("name"),
        of=Per(of),
        every=SpanKind(every),
        figure=_declared(draft, entry, "figure", "figure"),
        items={name: _item(draft, name, item) for name, item in entry.table("items").items()},
        adds=_declared(draft, entry, "adds", "measure"),
        rank=Rank(rank) if rank else None,
        proposals={
            name: _proposal(draft, name, item, sourced, origin.because)
            for name, item in entry.table("proposes").items()
        },
        readers=readers_of(draft, entry),
    )


def _declared(draft: Draft, entry: Entry, field: str, kind: str) -> str | None:
    return entry.name(field) if draft.refer(kind, entry.item(field)) else None


def _number(entry: Entry, field: str) -> Decimal | None:
    item = entry.item(field)
    return item.as_(Decimal) if item else None


def _item(draft: Draft, key: str, item: Item) -> Points:
    entry = entry_of(item)
    if ("figure" in entry) == ("by" in entry):
        draft.complain("item-of-one", entry.where("by"), item=key)
    for field in ("full", "less"):
        if field in entry and "figure" not in entry:
            draft.complain("item-idle", entry.where(field), key=written(entry, field), item=key)
    return Points(
        key,
        entry.text("name"),
        _number(entry, "most") or Decimal(0),
        _declared(draft, entry, "figure", "figure"),
        holders(draft, entry.items("by")),
        _number(entry, "full") or _ALL_POINTS,
        _number(entry, "less"),
    )


def _proposal(draft: Draft, key: str, item: Item, sourced: Sourced, because: tuple[str, ...]) -> ProposalRule:
    entry = entry_of(item)
    when = entry.entry("when")
    return ProposalRule(
        key=key,
        name=entry.text("name"),
        because=draft.because(entry, sourced.template) if "because" in entry else because,
        bound=_bound(draft, when) if when else Bound(),
        decided_by=draft.refer_all("unit", entry.items("decided_by")),
        spot=spot(item.head),
        to=draft.refer_all("unit", entry.items("to")),
        heard=entry.flag("heard"),
        money=_money(draft, entry),
        each=entry.flag("each"),
        owes=_declared(draft, entry, "owes", "form"),
        payer=entry.text("payer"),
        category=_declared(draft, entry, "category", "category"),
    )


def _money(draft: Draft, entry: Entry) -> Sum | None:
    said, span = entry.item("yuan"), entry.entry("yuan")
    if said is None:
        return None
    if span is None:
        amount = entry.whole("yuan")
        return Sum() if said.value in OPEN else Sum(amount, amount)
    least, most = span.whole("at_least"), span.whole("at_most")
    if least is not None and most is not None and least >= most:
        draft.complain("yuan-reversed", span.where("at_least"), least=least, most=most)
    return Sum(least, most)


def _bound(draft: Draft, entry: Entry) -> Bound:
    within = entry.name("within")
    numbers = {each: number for each in Comparison if (number := _number(entry, each)) is not None}
    _check_bound(draft, entry, numbers)
    return Bound(
        numbers=numbers,
        times=entry.whole("times") or 1,
        within=SpanKind(within) if within else None,
        last=entry.whole("last"),
        first=entry.whole("first"),
        running=entry.whole("running") or 1,
        rise=entry.whole("rise"),
        against=entry.whole("against"),
        year_on_year=entry.flag("year_on_year"),
        at_least=_number(entry, "at_least"),
    )


def _check_bound(draft: Draft, entry: Entry, numbers: Mapping[Comparison, Decimal]) -> None:
    if not (numbers or {"last", "first", "rise"} & set(entry)):
        draft.complain("bound-says-nothing", entry.node.where)
    if ("times" in entry) != ("within" in entry):
        draft.complain("times-and-within", entry.where("times", "within"))
    compared = [field for field in ("against", "year_on_year") if field in entry]
    if ("rise" in entry) != (len(compared) == 1) or ("at_least" in entry and "rise" not in entry):
        draft.complain("rise-against-one", entry.where("rise", "at_least", *compared))


def _document(draft: Draft, key: str, sourced: Sourced) -> Document | None:
    entry = begin(draft, "document", key, sourced)
    kind, every = entry.name("kind"), entry.name("every")
    if kind is None or every is None:
        return None
    return Document(
        key=key,
        origin=origin_of(draft, key, sourced),
        name=entry.text("name"),
        kind=DocumentKind(kind),
        every=SpanKind(every),
        by=_declared(draft, entry, "by", "unit") or "",
        to=draft.refer_all("unit", entry.items("to")),
        holds=_held(draft, entry),
        own_part=holders(draft, entry.items("own_part")),
        words=tuple(text for item in entry.items("words") if (text := item.as_(Text))),
    )


def _held(draft: Draft, entry: Entry) -> tuple[str, ...]:
    """What it holds: keys of figures and measures, which are apart."""
    there = [*draft.names.all("figure"), *draft.names.all("measure")]
    items = draft.distinct(entry.items("holds"))
    for item in items:
        if item.value not in there:
            advice = nearest(str(item.value), there)
            draft.complain("neither-figure-nor-measure", item.where, name=item.value, advice=advice)
    return tuple(str(item.value) for item in items if item.value in there)
