"""Spot checks: a sample is drawn from what others recorded, or from cases, and what was found is a record.

Decides that all there was is kept before the seed is made, so that nobody chooses what the lot falls on.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import sqlalchemy as sa
from msgspec import Struct

from services.duties.domain.occurrence import KeptOccurrence
from services.duties.domain.people import ActingPerson
from services.duties.domain.record import KeptRecord
from services.duties.domain.refusals import refusal
from services.duties.domain.rights import may_make
from services.duties.domain.samples import CASES, Sample, SampleThing, check_days, drawn
from services.duties.handlers.keeping import RecordKeeper, form_of
from services.duties.handlers.town_rules import DatedRules
from services.duties.store.samples import SqlSamples
from shared.db.work import Work
from shared.rules.pack.model import About, Duty, Form

_SEED_BYTES = 16
_DAY = timedelta(days=1)


class SampleGiven(Struct, frozen=True, kw_only=True):
    """What is to be drawn: for an occurrence of a duty with shares, or from closed cases.

    Args:
        occurrence: whose duty says from what, which shares, and by which form.
        form, post, share, cases: of cases: by which form, who verifies, per cent, and ids of all that there are.
        first, last: days of what it is drawn from; None: the occurrence's, up to yesterday.
    """

    occurrence: str | None = None
    form: str | None = None
    post: str | None = None
    share: int | None = None
    cases: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is drawn from, and how."""

    form: Form
    post: str
    of: str
    first: date
    last: date
    things: Mapping[str, str]
    shares: Mapping[str, int]
    occurrence: KeptOccurrence | None = None


@dataclass(frozen=True, slots=True)
class SampleKeeper:
    """Draws samples, and says how far their checks are."""

    keeper: RecordKeeper
    samples: SqlSamples = field(default_factory=SqlSamples)

    def draw(self, work: Work, rules: DatedRules, given: SampleGiven, who: ActingPerson) -> Sample:
        """Draw a sample; return it.

        Raises:
            Problem: it is not theirs to draw, there is nothing, too much, or it was drawn already.
        """
        plan = self._of_occurrence(work, rules, given) if given.occurrence else _of_cases(rules, given, who)
        if not (who.oversees or may_make(rules.pack, plan.form, plan.post, who)):
            raise refusal("not-yours", form=plan.form.name, post=plan.post)
        self.samples.hold(work, rules.pack.town, plan.post, plan.form.key)
        others = self.samples.of(work.conn, rules.pack.town, plan.post, plan.form.key, plan.of)
        check_days(plan.first, plan.last, rules.today, others)
        seed = secrets.token_hex(_SEED_BYTES)
        found = drawn(seed, plan.things, plan.shares)
        sample = Sample(
            id=work.new_id(),
            town=rules.pack.town,
            duty=plan.occurrence.duty if plan.occurrence else None,
            occurrence=plan.occurrence.id if plan.occurrence else None,
            form=plan.form.key,
            post=plan.post,
            of=plan.of,
            first=plan.first,
            last=plan.last,
            seed=seed,
            strata=found.strata,
            drawn_by=who.person,
            drawn_at=work.at,
        )
        self.samples.add(work, sample, _things(sample, plan.things, found.references))
        return sample

    def _of_occurrence(self, work: Work, rules: DatedRules, given: SampleGiven) -> _Plan:
        known = self.keeper.named(work, rules, given.occurrence)
        assert known is not None
        duty = rules.pack.duties.get(known.duty)
        if duty is None or duty.owes is None or not duty.owes.share or duty.owes.of is None:
            raise refusal("no-shares", {"occurrence": known.id}, number=known.number)
        if known.since is None or known.on is None:
            raise refusal("not-owed", state=known.state.value)
        yesterday = rules.today - _DAY
        first, last = given.first or known.since, given.last or min(known.on, yesterday)
        if not known.since <= first <= last <= known.on:
            raise refusal("not-of-occurrence", form=duty.owes.record, since=known.since, on=known.on)
        things = self._recorded(work, rules, duty, known, first, last)
        form = form_of(rules, duty.owes.record)
        return _Plan(form, known.post, duty.owes.of, first, last, things, duty.owes.share, known)

    def _recorded(
        self, work: Work, rules: DatedRules, duty: Duty, known: KeptOccurrence, first: date, last: date
    ) -> dict[str, str]:
        """Those of whom others recorded something on these days, each with its class at this instant."""
        judge, form = self.keeper.judge, duty.owes.of if duty.owes else None
        members = judge.opener.subjects.members(work.conn, rules.pack, duty, known, work.at) or {}
        kept = judge.records.about(work.conn, known, form or "", members)
        those = {each.subject for each in kept if first <= each.day <= last}
        return {subject: members[subject] for subject in those}

    def results(self, conn: sa.Connection, sample: Sample) -> Mapping[str, KeptRecord]:
        """Return what was found: reference → the record that was made on the sample's form since it was drawn."""
        refs = [thing.ref for thing in self.samples.drawn(conn, sample.id)]
        found = self.keeper.judge.records.on_form(conn, sample.town, sample.form, refs, sample.drawn_at)
        of_post = (record for record in found if record.post == sample.post and record.is_finished)
        return {record.subject: record for record in of_post}  # the latest stands for those before


def _of_cases(rules: DatedRules, given: SampleGiven, who: ActingPerson) -> _Plan:
    if given.form is None or given.share is None or given.first is None or given.last is None:
        raise refusal("sample-unsaid")
    form, post = form_of(rules, given.form), given.post or who.unit
    if form.about is not About.CASE:
        raise refusal("form-not-of-cases", {"form": form.key}, form=form.name)
    if post is None:
        raise refusal("post-missing")
    things = dict.fromkeys(given.cases, CASES)
    return _Plan(form, post, CASES, given.first, given.last, things, {CASES: given.share})


def _things(sample: Sample, things: Mapping[str, str], references: Sequence[str]) -> list[SampleThing]:
    places = {reference: place for place, reference in enumerate(references, 1)}
    return [
        SampleThing(sample=sample.id, ref=ref, town=sample.town, stratum=stratum, place=places.get(ref))
        for ref, stratum in sorted(things.items())
    ]
