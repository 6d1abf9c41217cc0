"""A scenario about figures and assessment, held against what the pack comes to: reckoned, without any service.

Decides nothing of figures; makes rows of what the scenario says, asks, and tells what differs.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from gridcase.scenarios.runs import Difference
from gridcase.scenarios.wording import bilingual, shown
from shared.kernel.texts import Text
from shared.rules.assess import (
    Book,
    MeasureStanding,
    PointsGiven,
    Proposed,
    Tallied,
    draft_of,
    proposed,
    refusal,
    standings,
)
from shared.rules.language.vocabulary import ROLES
from shared.rules.pack.model import FigureReaders, Pack, Spot
from shared.rules.scenario.assessment import (
    Assessment,
    CountedRow,
    ExpectedDocument,
    ExpectedFigure,
    ExpectedProposal,
    ExpectedRank,
    ExpectedReaders,
    Whose,
)
from shared.rules.scenario.model import label_to_instant
from shared.rules.worktime.spans import CalendarSpan


def play_assessment(pack: Pack, scenario: Assessment) -> list[Difference]:
    """Hold a scenario against a pack; return what differs."""
    return [
        Difference(scenario.key, "", spot.file, spot.line, bilingual("end"), what)
        for spot, what in AssessmentRun(pack, scenario).differences()
    ]


@dataclass(frozen=True)
class AssessmentRun:
    """One scenario on a pack."""

    pack: Pack
    scenario: Assessment

    def differences(self) -> Iterator[tuple[Spot, Text]]:
        """Yield what is not as it was expected."""
        yield from self._refusals()
        for figure in self.scenario.figures:
            yield from ((figure.whose.spot, what) for what in self._figure(figure))
        for rank in self.scenario.standings:
            yield from ((rank.whose.spot, what) for what in self._standing(rank))
        yield from self._proposals()
        for document in self.scenario.documents:
            yield from ((document.spot, what) for what in self._document(document))
        for readers in self.scenario.readers:
            yield from ((readers.spot, what) for what in self._readers(readers))

    @cached_property
    def _book(self) -> Book:
        struck = frozenset((each.figure, each.to) for each in self.scenario.objections if each.is_upheld)
        return Book(self.pack, self._rows(), struck)

    def _rows(self) -> Iterator[Tallied]:
        for number, row in enumerate(self.scenario.counted):
            for time in range(row.times):
                yield self._row(row, _ref(row.called or f"{number}", time, row.times))

    def _row(self, row: CountedRow, ref: str) -> Tallied:
        zone = self.pack.zone
        return Tallied(
            ref=ref,
            kind=row.kind,
            name=row.named,
            at=label_to_instant(row.at, zone),
            until=label_to_instant(row.until, zone) if row.until else None,
            place=row.place,
            unit=row.unit,
            person=row.person,
            category=row.category,
            result=row.result,
            facts=row.facts,
            amount=row.amount,
            is_imported=row.is_imported,
        )

    @cached_property
    def _given(self) -> list[PointsGiven]:
        return [
            PointsGiven(each.whose.of, each.whose.subject, each.whose.span, each.item, each.points)
            for each in self.scenario.points
            if refusal(self.pack, each.whose.of, each.item, each.points, each.by) is None
        ]

    def _refusals(self) -> Iterator[tuple[Spot, Text]]:
        for each in self.scenario.points:
            why = refusal(self.pack, each.whose.of, each.item, each.points, each.by)
            if (why is not None) != each.is_refused:
                code = "points-refused" if why else "points-taken"
                yield each.whose.spot, bilingual(code, item=each.item, by=each.by, why=why or "")

    # ---- what must hold ----------------------------------------------------------------------------

    def _figure(self, expected: ExpectedFigure) -> Iterator[Text]:
        whose, figure = expected.whose, self.pack.figures.get(expected.whose.of)
        is_its = figure is not None and figure.every is whose.span.kind
        got = self._book.values(whose.of, whose.span).get(whose.subject) if is_its else None
        if got is None:
            yield bilingual("assess-none", what=_of(whose))
            return
        if expected.value is not None or expected.is_unknown:
            yield from _differ(_of(whose), expected.value, got.value)
        if expected.is_kept_back != got.is_kept_back:
            yield bilingual("assess-kept-back", what=_of(whose), got=shown(got.is_kept_back))
        if expected.rests_on is not None:
            yield from _differ(_of(whose, "rests_on"), sorted(expected.rests_on), sorted(got.rests_on))
        if expected.apart is not None:
            yield from _differ(_of(whose, "apart"), _listed(expected.apart), _listed(got.apart))

    def _standings(self, key: str, span: CalendarSpan) -> Mapping[str, MeasureStanding]:
        return standings(self._book, key, span, self._given)

    def _standing(self, expected: ExpectedRank) -> Iterator[Text]:
        whose = expected.whose
        got = self._standings(whose.of, whose.span).get(whose.subject)
        if got is None:
            yield bilingual("assess-none", what=_of(whose))
            return
        if expected.points is not None or expected.is_unknown:
            yield from _differ(_of(whose), expected.points, got.value)
        for name, wanted, is_so in (
            ("out_of", expected.out_of, got.out_of),
            ("rank", expected.rank, got.rank),
            ("lacks", expected.lacks, got.lacks),
        ):
            if wanted is not None:
                yield from _differ(_of(whose, name), wanted, is_so)

    def _proposed(self, whose: Whose, proposal: str) -> Proposed | None:
        found = proposed(self._book, whose.of, whose.span, self._given)
        return next(
            (each for each in found if (each.subject, each.proposal) == (whose.subject, proposal)), None
        )

    def _proposals(self) -> Iterator[tuple[Spot, Text]]:
        for expected in self.scenario.proposed:
            got = self._proposed(expected.whose, expected.proposal)
            what = _of(expected.whose, expected.proposal)
            if got is None:
                yield expected.whose.spot, bilingual("not-proposed", what=what)
            else:
                yield from ((expected.whose.spot, each) for each in _unlike(expected, got))
        for unwanted in self.scenario.not_proposed:
            if self._proposed(unwanted.whose, unwanted.proposal) is not None:
                what = _of(unwanted.whose, unwanted.proposal)
                yield unwanted.whose.spot, bilingual("proposed-too", what=what)

    def _document(self, expected: ExpectedDocument) -> Iterator[Text]:
        document = self.pack.documents.get(expected.document)
        draft = draft_of(self._book, expected.document, expected.span, self._given)
        if document is None or draft is None:
            yield bilingual("assess-none", what=f"{expected.document} {expected.span.name}")
            return
        own = document.own_part
        for name, wanted, got in (
            ("holds", expected.holds, document.holds),
            ("by", expected.by, self.pack.noun(document.by)),
            ("to", expected.to, tuple(self.pack.noun(unit) for unit in document.to)),
            ("own_part", expected.own_part, tuple(self._noun(who) for who in own)),
            ("words", expected.words, draft.words),
        ):
            if wanted is not None:
                yield from _differ(f"{expected.document} {name}", _sorted(wanted), _sorted(got))
        lines = {(line.of, line.subject): line.value for line in draft.lines}
        for line in expected.says:
            what = f"{expected.document} {line.of} {line.subject}"
            yield from _differ(what, line.value, lines.get((line.of, line.subject)))

    def _readers(self, expected: ExpectedReaders) -> Iterator[Text]:
        known = self.pack.figures.get(expected.of) or self.pack.measures.get(expected.of)
        readers = (known.readers if known else None) or FigureReaders()
        for name, wanted, got in (("all", expected.all, readers.all), ("own", expected.own, readers.own)):
            if wanted is not None:
                nouns = [self._noun(who) for who in got]
                yield from _differ(f"{expected.of} {name}", sorted(wanted), sorted(nouns))

    def _noun(self, who: str) -> str:
        return who if who in ROLES else self.pack.noun(who)


def _ref(called: str, time: int, times: int) -> str:
    return called if times == 1 else f"{called}#{time + 1}"


def _unlike(expected: ExpectedProposal, got: Proposed) -> Iterator[Text]:
    least = expected.yuan if expected.most is not None else None
    for name, wanted, is_so in (
        ("to", expected.to, got.to),
        ("decided_by", expected.decided_by, got.decided_by),
        ("heard", expected.is_heard, got.is_heard),
        ("yuan", expected.yuan if expected.most is None else None, got.yuan),
        ("at_least", least, got.least),
        ("at_most", expected.most, got.most),
        ("open", expected.is_open or None, got.is_open and got.least is None),
        ("owes", expected.owes, got.owes),
        ("category", expected.category, got.category),
        ("count", expected.count, got.count),
    ):
        if wanted is not None:
            yield from _differ(
                _of(expected.whose, f"{expected.proposal} {name}"), _sorted(wanted), _sorted(is_so)
            )


def _of(whose: Whose, more: str = "") -> str:
    return " ".join(filter(None, (whose.of, whose.subject, whose.span.name, more)))


def _sorted(value: object) -> object:
    return sorted(map(str, value)) if isinstance(value, tuple) else value


def _listed(table: Mapping[str, int]) -> list[str]:
    return [f"{name} {count}" for name, count in sorted(table.items())]


def _differ(what: str, wanted: object, got: object) -> Iterator[Text]:
    if wanted != got:
        yield bilingual("differs", what=what, wanted=shown(wanted), got=shown(got))
