"""Keeping a record: who may make it, what it lacks, whether it comes late, for what it counts."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

import msgspec
from msgspec import Struct

from services.duties.domain.filling import Filled, Given, filled
from services.duties.domain.occurrence import BEFORE, KeptOccurrence, KeptState
from services.duties.domain.people import ActingPerson
from services.duties.domain.picture import check_named
from services.duties.domain.record import Entry, KeptRecord
from services.duties.domain.refusals import refusal
from services.duties.domain.rights import may_make
from services.duties.domain.surveys import AnswerChannel, anonymous_forms, day_after, midnight_of, nameless
from services.duties.handlers.judging import OccurrenceJudge
from services.duties.handlers.saying import say_kept
from services.duties.handlers.town_rules import DatedRules
from services.duties.store.claims import RecordClaim, SqlRecordClaims
from services.duties.store.pictures import SqlPictures
from services.duties.store.surveys import SqlUntold
from shared.contracts.sealed import Sealer
from shared.db.work import Work
from shared.kernel.ids import derived_id, first_id_at
from shared.kernel.instants import local_label
from shared.rules.pack.model import About, Form

NOBODY = ActingPerson("", None, None, frozenset())


class RecordGiven(Struct, frozen=True, kw_only=True):
    """What somebody fills in.

    Args:
        subject: what it is about; None: the place, post or occurrence that it is made for.
        post: for whom; None: as the occurrence says, else the unit that makes it.
        day: None: today. begins, ends: minutes of the day.
        pictures: ids of those that were handed in for it, or stand at the record that it corrects.
    """

    form: str
    facts: Given
    rows: tuple[Given, ...] = ()
    subject: str | None = None
    post: str | None = None
    day: date | None = None
    begins: int | None = None
    ends: int | None = None
    is_finished: bool = True
    occurrence: str | None = None
    corrects: str | None = None
    pictures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordKeeper:
    """Keeps records.

    Args:
        sealer: closes what few may read.
    """

    judge: OccurrenceJudge
    sealer: Sealer
    claims: SqlRecordClaims = field(default_factory=SqlRecordClaims)
    pictures: SqlPictures = field(default_factory=SqlPictures)
    untold: SqlUntold = field(default_factory=SqlUntold)

    def keep(
        self, work: Work, rules: DatedRules, given: RecordGiven, who: ActingPerson, claim: RecordClaim | None
    ) -> KeptRecord:
        """Keep a record, judge what it counts for, and tell of it; return it.

        Args:
            rules: in force in the town.
            claim: of the request; sent again, it gets the record that it made.

        Raises:
            Problem: it may not be made, or lacks something.
        """
        if claim is not None and (known := self._known(work, rules, claim)) is not None:
            return known
        form = form_of(rules, given.form)
        occurrence = self._occurrence(work, rules, given)
        post = given.post or (occurrence.post if occurrence else None) or who.unit
        if post is None:
            raise refusal("post-missing")
        if not may_make(rules.pack, form, post, who):
            raise refusal("not-yours", form=form.name, post=post)
        record = self._record(work, rules, form, given, who, post)
        if form.key in anonymous_forms(rules.pack):
            record = self._as_paper(rules, record)
        before = self._corrected(work, record)
        self._name_pictures(work, form, record, who, before.pictures if before else ())
        self._add(work, rules, record)
        if claim is not None:
            self.claims.keep(work, claim, record.id)
        return record

    def answer(
        self, work: Work, rules: DatedRules, form: Form, given: RecordGiven, channel: AnswerChannel
    ) -> None:
        """Keep an anonymous answer, and judge what it counts for; others hear of it when its day is over.

        Args:
            given: with subject and post.

        Raises:
            Problem: it lacks something.
        """
        record = self._record(work, rules, form, given, NOBODY, given.post or "")
        self._add(work, rules, _nameless(rules, record, channel))

    @staticmethod
    def _as_paper(rules: DatedRules, record: KeptRecord) -> KeptRecord:
        """An answer that somebody enters from a sheet: not theirs, and nobody can say later which it was."""
        if record.corrects is not None or not record.is_finished:
            raise refusal("answer-stays")
        return _nameless(rules, record, AnswerChannel.PAPER)

    def _known(self, work: Work, rules: DatedRules, claim: RecordClaim) -> KeptRecord | None:
        before = self.claims.known(work, claim)
        if before is None:
            return None
        if before.body_hash != claim.body_hash:
            raise refusal("key-reused", {"field": "Idempotency-Key"})
        return self.judge.records.get(work.conn, rules.pack.town, before.record)

    def _occurrence(self, work: Work, rules: DatedRules, given: RecordGiven) -> KeptOccurrence | None:
        known = self.named(work, rules, given.occurrence)
        if known is not None:
            _check_occurrence(rules, known, given)
        return known

    def named(self, work: Work, rules: DatedRules, id_: str | None) -> KeptOccurrence | None:
        """Return the occurrence that somebody names; None: none is named.

        Raises:
            Problem: `unknown-occurrence`.
        """
        if id_ is None:
            return None
        known = self.judge.occurrences.get(work, id_)
        if known is None or known.town != rules.pack.town:
            raise refusal("unknown-occurrence", {"occurrence": id_}, given=id_)
        return known

    def _record(
        self, work: Work, rules: DatedRules, form: Form, given: RecordGiven, who: ActingPerson, post: str
    ) -> KeptRecord:
        day = given.day or rules.today
        if day > rules.today:
            raise refusal("day-ahead", {"field": "day"}, day=day)
        if given.begins is not None and given.ends is not None and given.ends <= given.begins:
            raise refusal("times-reversed", {"field": "to"})
        entries = filled(form, given.facts, given.rows, is_finished=given.is_finished)
        return KeptRecord(
            id=work.new_id(),
            town=rules.pack.town,
            form=form.key,
            edition=rules.pack.edition,
            about=form.about.value,
            subject=subject_of(form, given.subject, given.occurrence, post),
            post=post,
            unit=who.unit,
            person=who.person,
            day=day,
            at=work.at,
            begins=given.begins,
            ends=given.ends,
            is_late=form.same_day and day < rules.today,
            is_finished=given.is_finished,
            occurrence=given.occurrence,
            corrects=given.corrects,
            facts=entries.open,
            lines=entries.lines,
            sealed=self._sealed(entries),
            pictures=tuple(dict.fromkeys(given.pictures)),
        )

    def _sealed(self, entries: Filled) -> str | None:
        return self.sealer.seal(msgspec.json.encode(entries.sealed).decode()) if entries.sealed else None

    def opened(self, record: KeptRecord) -> dict[str, Entry]:
        """Return what is sealed of a record; whoever asks has put on record who reads it."""
        if record.sealed is None:
            return {}
        return msgspec.json.decode(self.sealer.open(record.sealed), type=dict[str, Entry])

    def _name_pictures(
        self, work: Work, form: Form, record: KeptRecord, who: ActingPerson, before: Collection[str]
    ) -> None:
        held = self.pictures.held(work, record.pictures)
        known = {id_: picture for id_, picture in held.items() if picture.town == record.town}
        check_named(form, record.pictures, known, who, before)
        for picture in known.values():
            if picture.record is None:
                self.pictures.name(work, picture, record.id)

    def _corrected(self, work: Work, record: KeptRecord) -> KeptRecord | None:
        """The record in whose place it stands; None: it stands in none's."""
        if record.corrects is None:
            return None
        before = self.judge.records.get(work.conn, record.town, record.corrects)
        if before is None or (before.form, before.post) != (record.form, record.post):
            raise refusal("corrects-another", {"field": "corrects"})
        if (by := self.judge.records.corrected_by(work.conn, before.id)) is not None:
            raise refusal("corrected-already", {"record": by}, by=by)
        return before

    def _add(self, work: Work, rules: DatedRules, record: KeptRecord) -> None:
        self.judge.records.add(work, record)
        if record.channel is None:
            say_kept(work, rules.pack, record)
        else:
            self.untold.add(work, record, day_after(rules.pack, rules.today))
        self._judge(work, rules, record)

    def _judge(self, work: Work, rules: DatedRules, record: KeptRecord) -> None:
        """What a correction takes away may have counted for other days than it does."""
        days = {record.day}
        if record.corrects is not None:
            before = self.judge.records.get(work.conn, record.town, record.corrects)
            days |= {before.day} if before else set()
        for day in sorted(days):
            self.judge.judge_of_day(work, rules, record.town, record.post, record.form, day)


def _nameless(rules: DatedRules, record: KeptRecord, channel: AnswerChannel) -> KeptRecord:
    begin = midnight_of(rules.pack, rules.today)
    return nameless(record, channel, derived_id(first_id_at(begin), record.id), begin)


def form_of(rules: DatedRules, key: str) -> Form:
    """Return a form of the rules.

    Raises:
        Problem: `unknown-form`.
    """
    form = rules.pack.records.get(key)
    if form is None:
        raise refusal("unknown-form", {"form": key}, given=key, known=", ".join(rules.pack.records))
    return form


def _check_occurrence(rules: DatedRules, known: KeptOccurrence, given: RecordGiven) -> None:
    """Only what it asks for, of one of its days, once it has begun."""
    if known.state in BEFORE and known.state is not KeptState.AHEAD:
        raise refusal("not-owed", state=known.state.value)
    if known.opens_at is None or known.opens_at > rules.at:
        opens = local_label(known.opens_at, rules.pack.zone) if known.opens_at else "—"
        raise refusal("not-open", opens=opens)
    duty, day = rules.pack.duties.get(known.duty), given.day or rules.today
    wanted = duty.owes.record if duty is not None and duty.owes is not None else given.form
    is_in_span = known.since is not None and known.on is not None and known.since <= day <= known.on
    if given.form != wanted or not is_in_span:
        raise refusal("not-of-occurrence", form=wanted, since=known.since, on=known.on)


def subject_of(form: Form, said: str | None, occurrence: str | None, post: str) -> str:
    """Return what a record is about where nobody has said it.

    Raises:
        Problem: `subject-missing`.
    """
    if said is not None:
        return said
    own = {
        About.GRID: post.partition("/")[0],
        About.UNIT: post,
        About.OCCASION: occurrence or post,
    }
    if form.about not in own:
        raise refusal("subject-missing", {"field": "subject"})
    return own[form.about]
