"""What persons do with figures: give points, object, decide, act on proposals, send documents.

Decides who may; that whoever is judged does not judge is for the pack, which names who does.
"""

from dataclasses import dataclass, field
from decimal import Decimal

from services.assess.domain.deeds import Deed, KeptObjection, Said, SentLine, check_deed
from services.assess.domain.refusals import refusal
from services.assess.handlers.desk import AssessDesk
from services.assess.store.notes import SqlNotes, course_of, published
from shared.db.work import Work
from shared.rules.assess import DraftLine, PointsGiven, Proposed, draft_of, proposed, reads
from shared.rules.assess import refusal as points_refusal
from shared.rules.case.addresses import key_of
from shared.rules.language.vocabulary import ROLES
from shared.rules.pack.model import Pack, Per, TownMeasure
from shared.rules.worktime.spans import CalendarSpan

_CODES = {
    "no-such-item": "no-such-item",
    "item-not-given": "item-not-given",
    "above-most": "points-above-most",
    "may-not-give": "may-not-give",
}


@dataclass(frozen=True, slots=True)
class Sayings:
    """Takes what persons say, within a transaction of theirs."""

    notes: SqlNotes = field(default_factory=SqlNotes)

    def give(self, work: Work, desk: AssessDesk, measure: TownMeasure, given: PointsGiven, words: str) -> str:
        """Keep points that somebody gives.

        Raises:
            Problem: they are above the most, not to be given, not theirs to give, or of nobody who is there.
        """
        item = measure.items.get(given.item)
        whys = [
            points_refusal(desk.pack, measure.key, given.item, given.points, who) for who in desk.reader.who
        ]
        if whys and None not in whys:
            # Of several ways in which somebody asks the nearest to being right says what is wrong.
            why = min(str(each) for each in whys)
            terms = {"item": given.item, "most": item.most if item else "", "known": ", ".join(measure.items)}
            raise refusal(_CODES[why], "points" if why == "above-most" else "item", **terms)
        if not _is_there(desk.pack, measure.of, given.subject):
            raise refusal("subject-unknown", "subject", subject=given.subject)
        return self.notes.give(work, desk.pack.town, given, said_by(work, desk, words))

    def object(
        self,
        work: Work,
        desk: AssessDesk,
        figure: str,
        span: CalendarSpan,
        subject: str,
        ref: str,
        words: str,
    ) -> str:
        """Keep that somebody says that a thing was counted wrongly.

        Raises:
            Problem: it is not among what was counted there.
        """
        value = desk.book.values(figure, span).get(subject)
        if value is None or ref not in value.rests_on:
            raise refusal("not-counted", "ref")
        what = {"figure": figure, "span": span.name, "subject": subject, "ref": ref}
        return self.notes.object(work, desk.pack.town, what, said_by(work, desk, words))

    def decide(
        self, work: Work, desk: AssessDesk, objection: KeptObjection, words: str, *, is_upheld: bool
    ) -> None:
        """Keep the verdict on an objection: of whoever reads all of the figure, and never of who objected.

        Raises:
            Problem: it is not theirs to decide, or decided already.
        """
        if not may_decide(desk, objection.figure, objection.by_person):
            raise refusal("may-not-decide")
        if objection.upheld is not None:
            raise refusal("decided-already", state="upheld" if objection.upheld else "rejected")
        self.notes.decide(work, objection, said_by(work, desk, words), is_upheld=is_upheld)

    def act(
        self, work: Work, desk: AssessDesk, found: Proposed, does: Deed, yuan: int | None, words: str
    ) -> str:
        """Keep what a named person does with a proposal; nothing else happens.

        Raises:
            Problem: it is not theirs to decide, or out of order.
        """
        if not frozenset(found.decided_by) & desk.reader.who or found.subject == desk.who.person:
            raise refusal("may-not-decide")
        course = course_of(work.conn, desk.pack.town, found.measure, found.span.name)
        amount = yuan if found.is_open else found.yuan
        check_deed(found, course.get((found.proposal, found.subject), []), does, amount)
        what = {
            "measure": found.measure,
            "span": found.span.name,
            "proposal": found.proposal,
            "subject": found.subject,
            "does": does.value,
            "yuan": amount if does is Deed.ACCEPTED else None,
        }
        return self.notes.act(work, desk.pack.town, what, said_by(work, desk, words))

    def publish(self, work: Work, desk: AssessDesk, key: str, span: CalendarSpan, words: list[str]) -> str:
        """Keep a document as it is sent, with what every number rested on then.

        Raises:
            Problem: it is another unit's to send, or was sent for this period already.
        """
        document = desk.pack.documents[key]
        draft = draft_of(desk.book, key, span, desk.given)
        if draft is None or desk.pack.noun(document.by) not in desk.reader.who:
            raise refusal("may-not-decide")
        if published(work.conn, desk.pack.town, key, span.name):
            raise refusal("published-already")
        lines = tuple(_line(desk, line, span) for line in draft.lines)
        what = {
            "document": key,
            "span": span.name,
            "edition": desk.pack.edition,
            "lines": lines,
            "words": words,
        }
        return self.notes.publish(work, desk.pack.town, what, said_by(work, desk, ""))


def find_proposed(
    desk: AssessDesk, measure: str, span: CalendarSpan, proposal: str, subject: str
) -> Proposed | None:
    """Return a proposal as the figures make it now."""
    found = proposed(desk.book, measure, span, desk.given)
    return next((each for each in found if (each.proposal, each.subject) == (proposal, subject)), None)


def said_by(work: Work, desk: AssessDesk, words: str) -> Said:
    """Return who says something; the door lets nobody in here without a person's reference."""
    return Said(desk.who.person or "", desk.who.unit, words, work.at)


def may_read(desk: AssessDesk, key: str, subject: str) -> bool:
    """Tell whether whoever asks reads what a figure or measure says of a subject."""
    figure, measure = desk.pack.figures.get(key), desk.pack.measures.get(key)
    per = figure.per if figure else measure.of if measure else Per.TOWN
    readers = figure.readers if figure else measure.readers if measure else None
    return reads(desk.pack, readers, desk.reader, subject, is_person=per is Per.PERSON)


def may_decide(desk: AssessDesk, key: str, by_person: str) -> bool:
    """Tell whether whoever asks decides on objections to a figure: who reads all of it, and did not object."""
    figure = desk.pack.figures.get(key)
    readers = figure.readers if figure else None
    is_reader = readers is None or bool(_named(desk.pack, readers.all) & desk.reader.who)
    return is_reader and by_person != desk.who.person


def _named(pack: Pack, holders: tuple[str, ...]) -> frozenset[str]:
    return frozenset(who if who in ROLES else pack.noun(who) for who in holders)


def _is_there(pack: Pack, per: Per, subject: str) -> bool:
    """Persons are not the pack's: a reference is taken as it is."""
    known = {
        Per.TOWN: {pack.town},
        Per.GRID: set(pack.places),
        Per.VILLAGE: set(pack.places),
        Per.CATEGORY: set(pack.categories),
    }
    if per is Per.UNIT:
        return key_of(subject) in pack.units
    return per is Per.PERSON or subject in known[per]


def _line(desk: AssessDesk, line: DraftLine, span: CalendarSpan) -> SentLine:
    value = desk.book.values(line.of, span).get(line.subject)
    rests_on = value.rests_on if value else ()
    earlier = (_text(line.before), _text(line.year_ago))
    return SentLine(line.of, line.subject, _text(line.value), line.rank, rests_on, *earlier)


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)
