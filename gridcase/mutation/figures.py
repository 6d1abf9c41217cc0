"""What can be altered in figures and documents: what is counted, how, for whom, when, who reads it, who receives it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from gridcase.mutation.mutant import Mutant, bilingual, exchanged_for, shown
from shared.kernel.texts import Text
from shared.rules.language.schema import keys
from shared.rules.language.vocabulary import ROLES
from shared.rules.pack.model import Document, Does, Figure, FigureReaders, FigureTally, Pack, Per
from shared.rules.worktime.spans import SpanKind

FIGURE, DOCUMENT = "figure", "document"  # kinds of a part
OTHER_SPAN: Mapping[SpanKind, SpanKind] = {
    SpanKind.MONTH: SpanKind.QUARTER,
    SpanKind.QUARTER: SpanKind.MONTH,
    SpanKind.HALF_YEAR: SpanKind.YEAR,
    SpanKind.YEAR: SpanKind.HALF_YEAR,
}
_OTHER_WAY: Mapping[Does, Does] = {
    Does.COUNT: Does.SPREAD,
    Does.SPREAD: Does.COUNT,
    Does.SUM: Does.COUNT,
    Does.MEAN: Does.COUNT,
    Does.SHARE: Does.COUNT,
    Does.AGE: Does.COUNT,
    Does.RATE: Does.COUNT,
}
_OTHER_WHOSE: Mapping[Per, Per] = {
    Per.TOWN: Per.GRID,
    Per.GRID: Per.VILLAGE,
    Per.VILLAGE: Per.GRID,
    Per.UNIT: Per.TOWN,
    Per.PERSON: Per.TOWN,
    Per.CATEGORY: Per.TOWN,
}
Alter = Callable[[Any], Any]
Change = tuple[Text, Alter]


def of_figure(pack: Pack, figure: Figure) -> Iterator[Mutant]:
    """Yield every alteration of a figure."""
    for change, altered in _of_figure(pack, figure):
        yield mutant_of(FIGURE, "figures", figure, change, altered)


def with_(**fields: Any) -> Alter:
    """Return what exchanges these fields."""
    return lambda known: replace(known, **fields)


def _of_figure(pack: Pack, figure: Figure) -> Iterator[Change]:
    for field, was, now in (
        ("does", figure.does, _OTHER_WAY[figure.does]),
        ("per", figure.per, _OTHER_WHOSE[figure.per]),
        ("every", figure.every, OTHER_SPAN[figure.every]),
    ):
        yield said(FIGURE, field, was, now), with_(**{field: now})
    for field in ("of", "part", "against"):
        counting = getattr(figure, field)
        for change, altered in _of_counting(field, counting) if counting else ():
            yield change, with_(**{field: altered})
    if figure.anonymous:
        yield without(FIGURE, "anonymous", ""), with_(anonymous=False)
    for change, readers in of_readers(pack, FIGURE, figure.readers):
        yield change, with_(readers=readers)


def _of_counting(field: str, counting: FigureTally) -> Iterator[tuple[Text, FigureTally]]:
    """Leave out of a list each that is named; a list of one is left out whole, so that all count."""
    for part, key in (("names", "named"), ("results", "result"), ("categories", "category")):
        values = getattr(counting, part)
        for value in values:
            left = tuple(other for other in values if other != value)
            yield without("counting", key, f"{value} ({field})"), with_(**{part: left})(counting)
    for name, values in counting.facts.items():
        others = {key: known for key, known in counting.facts.items() if key != name}
        yield without("counting", "facts", f"{name} ({field})"), replace(counting, facts=others)
        for value in values if len(values) > 1 else ():
            kept = tuple(known for known in values if known != value)
            change = without("counting", "facts", f"{name} {value} ({field})")
            yield change, replace(counting, facts={**others, name: kept})


def of_readers(
    pack: Pack, record: str, readers: FigureReaders | None
) -> Iterator[tuple[Text, FigureReaders | None]]:
    """Yield readers without each that is named, and with one more."""
    if readers is None:
        return
    named = {who if who in ROLES else pack.noun(who) for who in (*readers.all, *readers.own)}
    for field in ("all", "own"):
        values = getattr(readers, field)
        for value in values:
            left = tuple(other for other in values if other != value)
            yield without(record, "seen_by", shown(pack, [value])), with_(**{field: left})(readers)
    if other := next((unit for unit in pack.units if unit not in named), None):
        change = bilingual("ledger-read-too", now=shown(pack, [other]))
        yield change, replace(readers, all=(*readers.all, other))


def of_document(pack: Pack, document: Document) -> Iterator[Mutant]:
    """Yield every alteration of a document."""
    yield mutant_of(DOCUMENT, "documents", document, bilingual("dropped"), lambda _: None)
    for change, altered in _of_document(pack, document):
        yield mutant_of(DOCUMENT, "documents", document, change, altered)


def _of_document(pack: Pack, document: Document) -> Iterator[Change]:
    now = OTHER_SPAN[document.every]
    yield said(DOCUMENT, "every", document.every, now), with_(every=now)
    other = exchanged_for(pack, document.by)
    yield said(DOCUMENT, "by", shown(pack, [document.by]), other), with_(by=other)
    for field in ("to", "holds", "own_part", "words"):
        values = getattr(document, field)
        for value in values:
            left = tuple(known for known in values if known != value)
            was = shown(pack, [value]) if field in ("to", "own_part") else value
            yield without(DOCUMENT, field, was), with_(**{field: left})


def mutant_of(
    kind: str, section: str, known: Any, change: Text, altered: Callable[[Any], Any], part: str = ""
) -> Mutant:
    """Return the mutant that exchanges one figure, measure or document, or drops it where `altered` gives None."""

    def alter(pack: Pack) -> Pack:
        table = getattr(pack, section)
        others = {key: altered(each) if key == known.key else each for key, each in table.items()}
        kept = {key: each for key, each in others.items() if each is not None}
        exchanged: Pack = with_(**{section: kept})(pack)
        return exchanged

    origin = known.origin
    name = part or known.key
    return Mutant("figure", name, origin.spot, change, alter, part=(kind, name), because=origin.because)


def said(record: str, field: str, was: object, now: object) -> Text:
    """Return what is altered: a key that says something else."""
    return bilingual("duty-field", what=_key(record, field), was=was, now=now)


def without(record: str, field: str, was: object) -> Text:
    """Return what is altered: something of a key is gone."""
    return bilingual("duty-without", what=_key(record, field), was=was)


def _key(record: str, field: str) -> Text:
    return Text(keys(record).written(field, "zh"), field)
