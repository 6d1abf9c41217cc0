"""Figures, standings, proposals and documents as answers show them; decimals as text, so that they stay exact."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict

from services.assess.domain.deeds import ProposalDeed, SentLine, state_of
from services.assess.handlers.desk import AssessDesk
from shared.kernel.texts import Language
from shared.rules.assess import DocumentDraft, FigureReader, FigureValue, MeasureStanding, Proposed, refusal
from shared.rules.pack.model import Figure, Pack, TownMeasure


class ShownItem(Struct, frozen=True):
    """The fields as `outputs.PointItemView` describes them."""

    key: str
    name: str
    most: str
    given: bool
    yours: bool


class ShownDeclared(Struct, frozen=True):
    """The fields as `outputs.DeclaredView` describes them."""

    key: str
    name: str
    kind: str
    per: str | None
    every: str
    does: str | None = None
    counts: str | None = None
    because: tuple[str, ...] = ()
    items: tuple[ShownItem, ...] = ()
    proposes: bool = False


class ShownValue(Struct, frozen=True):
    """The fields as `outputs.ValueView` describes them."""

    subject: str
    value: str | None
    rests_on: tuple[str, ...]
    hits: tuple[str, ...]
    apart: Mapping[str, int]
    kept_back: bool


class ShownRank(Struct, frozen=True):
    """The fields as `outputs.StandingView` describes them."""

    subject: str
    value: str | None
    out_of: str | None
    points: dict[str, str | None]
    lacks: tuple[str, ...]
    rank: int | None


class ShownDeed(Struct, frozen=True):
    """The fields as `outputs.DeedView` describes them."""

    does: str
    yuan: int | None
    words: str
    by_unit: str | None
    by_person: str
    at: datetime


class ShownProposal(Struct, frozen=True):
    """The fields as `outputs.ProposalView` describes them."""

    proposal: str
    name: str
    subject: str
    state: str
    to: tuple[str, ...]
    decided_by: tuple[str, ...]
    is_heard: bool
    count: int
    yuan: int | None
    least: int | None
    most: int | None
    is_open: bool
    owes: str | None
    payer: str
    category: str | None
    yours: bool
    course: tuple[ShownDeed, ...]


class ShownLine(Struct, frozen=True):
    """The fields as `outputs.LineView` describes them."""

    of: str
    subject: str
    value: str | None
    rank: int | None
    rests_on: tuple[str, ...]
    before: str | None
    year_ago: str | None


class ShownObjection(Struct, frozen=True):
    """The fields as `outputs.ObjectionView` describes them."""

    id: str
    figure: str
    span: str
    subject: str
    ref: str
    words: str
    by_person: str
    at: datetime
    upheld: bool | None
    verdict: str | None
    decided_by: str | None
    yours: bool


class DocumentWording(Struct, frozen=True):
    """The fields as `outputs.WordedView` describes them."""

    name: str
    kind: str
    headings: tuple[str, ...]
    holds: tuple[str, ...]
    names: Mapping[str, str]
    by: str
    to: tuple[str, ...]
    is_part: bool


class ShownPublication(DocumentWording, frozen=True, kw_only=True):
    """The fields as `outputs.PublicationView` describes them."""

    id: str
    document: str
    span: str
    edition: str
    by_unit: str | None
    by_person: str
    at: datetime
    words: Sequence[str]
    lines: Sequence[SentLine]


def declared_views(pack: Pack, reader: FigureReader, language: Language) -> list[ShownDeclared]:
    """Return all that a town counts, assesses and reports.

    Args:
        reader: who asks: whether they give points is said.
    """
    figures = [_of_figure(each, language) for each in pack.figures.values()]
    measures = [_of_measure(pack, each, reader, language) for each in pack.measures.values()]
    documents = [
        ShownDeclared(each.key, each.name.in_language(language), "document", None, each.every.value)
        for each in pack.documents.values()
    ]
    return [*figures, *measures, *documents]


def _of_figure(figure: Figure, language: Language) -> ShownDeclared:
    return ShownDeclared(
        key=figure.key,
        name=figure.name.in_language(language),
        kind="figure",
        per=figure.per.value,
        every=figure.every.value,
        does=figure.does.value,
        counts=None if figure.anonymous else figure.of.kind.value,
        because=figure.origin.because,
    )


def _of_measure(pack: Pack, measure: TownMeasure, reader: FigureReader, language: Language) -> ShownDeclared:
    items = tuple(
        ShownItem(
            item.key,
            item.name.in_language(language),
            str(item.most),
            given=item.figure is None,
            yours=any(refusal(pack, measure.key, item.key, Decimal(0), who) is None for who in reader.who),
        )
        for item in measure.items.values()
    )
    return ShownDeclared(
        key=measure.key,
        name=measure.name.in_language(language),
        kind="measure",
        per=measure.of.value,
        every=measure.every.value,
        because=measure.origin.because,
        items=items,
        proposes=bool(measure.proposals),
    )


def value_view(value: FigureValue) -> ShownValue:
    """Return a figure's value of one subject."""
    return ShownValue(
        value.subject, _text(value.value), value.rests_on, value.hits, value.apart, value.is_kept_back
    )


def standing_view(standing: MeasureStanding) -> ShownRank:
    """Return how one subject stands."""
    points = {item: _text(each) for item, each in standing.points.items()}
    return ShownRank(
        standing.subject, _text(standing.value), _text(standing.out_of), points, standing.lacks, standing.rank
    )


def proposal_view(
    who: AssessDesk, found: Proposed, course: Sequence[ProposalDeed], language: Language
) -> ShownProposal:
    """Return a proposal with what was done with it."""
    declared = who.pack.measures[found.measure].proposals[found.proposal]
    return ShownProposal(
        proposal=found.proposal,
        name=declared.name.in_language(language),
        subject=found.subject,
        state=state_of(course),
        to=found.to,
        decided_by=found.decided_by,
        is_heard=found.is_heard,
        count=found.count,
        yuan=found.yuan,
        least=found.least,
        most=found.most,
        is_open=found.is_open,
        owes=found.owes,
        payer=declared.payer.in_language(language),
        category=found.category,
        yours=bool(frozenset(found.decided_by) & who.reader.who) and found.subject != who.who.person,
        course=tuple(map(_deed_view, course)),
    )


def _deed_view(deed: ProposalDeed) -> ShownDeed:
    said = deed.said
    return ShownDeed(deed.does.value, deed.yuan, said.words, said.by_unit, said.by_person, said.at)


def draft_lines(
    draft: DocumentDraft, values: Mapping[tuple[str, str], tuple[str, ...]]
) -> Iterable[ShownLine]:
    """Yield a draft's lines with what each rests on."""
    for line in draft.lines:
        rests_on = values.get((line.of, line.subject), ())
        earlier = (_text(line.before), _text(line.year_ago))
        yield ShownLine(line.of, line.subject, _text(line.value), line.rank, rests_on, *earlier)


def objection_view(row: Any, *, is_yours: bool) -> ShownObjection:
    """Return an objection, from its row."""
    return ShownObjection(
        id=row.id,
        figure=row.figure,
        span=row.span,
        subject=row.subject,
        ref=row.ref,
        words=row.words,
        by_person=row.by_person,
        at=row.at,
        upheld=row.upheld,
        verdict=row.verdict,
        decided_by=row.decided_by,
        yours=is_yours,
    )


def sent_view(row: Any, wording: DocumentWording, lines: Sequence[SentLine]) -> ShownPublication:
    """Return a document that was sent, from its row."""
    return ShownPublication(
        **asdict(wording),
        id=row.id,
        document=row.document,
        span=row.span,
        edition=row.edition,
        by_unit=row.by_unit,
        by_person=row.by_person,
        at=row.at,
        words=row.words,
        lines=lines,
    )


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)
