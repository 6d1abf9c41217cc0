"""Somebody who asks for figures: the rules in force at the end of the period, who it is, what was counted by then."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from services.assess.domain.refusals import refusal
from services.assess.store.happenings import counted_rows
from services.assess.store.notes import given_points, struck
from shared.db.store import Store
from shared.flow.editions import PackCache, current_edition
from shared.kernel.roles import Viewer
from shared.rules.assess import LOOKS_FURTHER, Book, FigureReader, PointsGiven
from shared.rules.case.addresses import key_of, places_of
from shared.rules.pack.model import Document, Does, Figure, Pack, TallyKind, TownMeasure
from shared.rules.worktime.spans import CalendarSpan
from shared.rules.worktime.wall import instant_of

_EVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class AssessDesk:
    """What a request about a period is answered from.

    Args:
        book: holds what the measure or figure needs, of earlier periods too.
        given: points that persons gave for the measures that take part.
    """

    pack: Pack
    who: Viewer
    reader: FigureReader
    book: Book
    given: tuple[PointsGiven, ...] = ()


@dataclass(frozen=True, slots=True)
class AssessDesks:
    """Opens a town's figures for whoever asks."""

    store: Store
    packs: PackCache

    def pack(self, conn: sa.Connection, town: str, span: CalendarSpan | None = None) -> Pack:
        """Return the rules in force at the end of a period, or now where that lies ahead.

        Raises:
            Problem: `no-edition`.
        """
        now, editions = self.store.now(conn), self.store.flow.editions
        current = self._at(conn, town, now)
        if span is None:
            return current
        end = _instants(span, current)[1]
        past = current_edition(conn, editions, town, min(now, end))
        # A period before the first edition is counted by that which came first to be in force.
        return current if past is None else self.packs.of(conn, editions, past)

    def _at(self, conn: sa.Connection, town: str, at: datetime) -> Pack:
        edition = current_edition(conn, self.store.flow.editions, town, at)
        if edition is None:
            raise refusal("no-edition", town=town)
        return self.packs.of(conn, self.store.flow.editions, edition)

    def for_document(
        self, conn: sa.Connection, who: Viewer, span: CalendarSpan, document: Document
    ) -> AssessDesk:
        """Return a desk with all that a document of a period says: of the year before, too."""
        return self.of(conn, who, span, document.holds, document)

    def of(
        self,
        conn: sa.Connection,
        who: Viewer,
        span: CalendarSpan,
        keys: Iterable[str],
        document: Document | None = None,
    ) -> AssessDesk:
        """Return a desk with all that figures and measures of a period need.

        Args:
            keys: of figures and measures.
            document: that they are held by, if they are.
        """
        pack = self.pack(conn, who.town, span)
        measures, figures = _taking_part(pack, keys)
        begin, end = _reach(pack, span, measures, figures)
        kinds = {counting.kind for figure in figures for counting in (figure.of, figure.against) if counting}
        if document is not None:
            begin = min(begin, _instants(span.year_before, pack)[0])
            kinds |= {TallyKind.CASE} if document.kind in LOOKS_FURTHER else set()
        rows = counted_rows(conn, who.town, kinds, begin, end, self.store.now(conn)) if kinds else ()
        given = given_points(conn, who.town, [measure.key for measure in measures])
        return AssessDesk(
            pack, who, reader_of(pack, who), Book(pack, rows, struck(conn, who.town)), tuple(given)
        )


def reader_of(pack: Pack, who: Viewer) -> FigureReader:
    """Return who asks: by which words readers are named, and which subjects are theirs."""
    words = {str(who.role)} | ({key_of(who.unit)} if who.unit else set())
    own = {who.unit, who.person} - {None}
    jurisdiction = (who.unit or "").rpartition("/")[0]
    place = jurisdiction.removeprefix(f"{pack.town}.") if jurisdiction != pack.town else ""
    if place in pack.places:
        own |= {key for key in pack.places if place in places_of(pack, key)}
    return FigureReader(frozenset(words), frozenset(each for each in own if each))


def _taking_part(pack: Pack, keys: Iterable[str]) -> tuple[list[TownMeasure], list[Figure]]:
    """Measures and figures that answer for these keys, those that they rest on among them."""
    measures: dict[str, TownMeasure] = {}
    figures: dict[str, Figure] = {}
    left = list(keys)
    while left:
        key = left.pop()
        if key in pack.figures:
            figures[key] = pack.figures[key]
        elif key in pack.measures and key not in measures:
            measure = measures[key] = pack.measures[key]
            named = [measure.figure, measure.adds, *(item.figure for item in measure.items.values())]
            left += [each for each in named if each]
    return list(measures.values()), list(figures.values())


def _reach(
    pack: Pack, span: CalendarSpan, measures: Iterable[TownMeasure], figures: Iterable[Figure]
) -> tuple[datetime, datetime]:
    """From when to when rows are needed: bounds look back, ages to the beginning."""
    begin, end = _instants(span, pack)
    if any(figure.does is Does.AGE for figure in figures):
        return _EVER, end
    for measure in measures:
        for proposal in measure.proposals.values():
            bound = proposal.bound
            earlier = [span.before(max(bound.running - 1 + (bound.against or 0), 0))]
            earlier += [span.around(bound.within)] if bound.within else []
            earlier += [earlier[0].year_before] if bound.year_on_year else []
            begin = min([begin, *(_instants(each, pack)[0] for each in earlier)])
    return begin, end


def _instants(span: CalendarSpan, pack: Pack) -> tuple[datetime, datetime]:
    tz = ZoneInfo(pack.zone)
    return instant_of(span.first.toordinal(), 0, tz), instant_of(span.last.toordinal() + 1, 0, tz)
