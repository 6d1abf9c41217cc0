"""Bringing cases of an older system in: with their numbers, their dates, and without telling anybody again.

Decides that a line is taken once for its source and number, and as a whole or not at all. Everything that can
be refused is refused on a trial before anything is written.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.intake.domain.admission import Admission, Report, is_private
from services.intake.domain.case import Case
from services.intake.domain.locating import located
from services.intake.domain.milestones import ACCEPTED
from services.intake.domain.old_case import Deed, Old, facts_of, texts_of
from services.intake.domain.old_draft import OldDraft, end, refuse_draft
from services.intake.domain.old_published import record_of_past, refuse_published
from services.intake.domain.past import (
    change_of,
    deeds_of,
    refuse_disorder,
    refuse_other_state,
    replayed,
)
from services.intake.domain.refusal import Refusal, refusal
from services.intake.domain.subject import Subject, known_categories, named, no_category, unknown
from services.intake.handlers.admit import Admitter
from services.intake.handlers.carry_out import Act, Carrier
from services.intake.handlers.opening import Asking, Came, Door, Opener, Ready, new_case
from services.intake.messages.answers import imported_decision
from services.intake.ports.case_file import CaseFile
from services.intake.ports.imported import ImportedCases
from shared.db.work import Work
from shared.kernel.instants import format_instant
from shared.kernel.problems import Problem
from shared.rules.decide.book import Book, Books
from shared.rules.decide.timing import local_day
from shared.rules.pack.model import Pack

_OWN_NUMBER = re.compile(r"(\d{4})-(\d{6,12})")  # the form of the platform's own numbers


@dataclass(frozen=True, slots=True)
class Brought:
    """A line that is a case; `is_new`: since this import."""

    case: str
    number: str
    is_new: bool


Result = Brought | Refusal | Problem


@dataclass(frozen=True, slots=True)
class _Sound:
    """A line that nothing speaks against."""

    ready: Ready
    deeds: Sequence[Deed]


@dataclass(frozen=True, slots=True)
class Importer:
    """Takes lines of an older system within a transaction."""

    files: CaseFile
    imported: ImportedCases
    books: Books
    admitter: Admitter
    opener: Opener
    carrier: Carrier

    def take(self, work: Work, door: Door, source: str, lines: Sequence[Old]) -> list[Result]:
        """Take what can be taken; return what became of each line, in their order.

        Raises:
            Refusal: `no-edition` – the town has no rules yet.
        """
        book = self.books.of(self.admitter.pack_in_force(work, door.town))
        numbers = list(dict.fromkeys(line.number for line in lines))
        # also the wait for others who import into the town: the same file twice at once is taken once
        self.imported.raise_numbers(work, door.town, {work.at.year: 0, **_last_of(numbers)})
        known = {
            number: (row["case_id"], row["digest"])
            for number, row in self.imported.known(work, door.town, source, numbers).items()
        }
        taken = set(self.imported.taken(work, door.town, numbers))
        return [self._one(work, book, door, source, line, known, taken) for line in lines]

    def _one(
        self, work: Work, book: Book, door: Door, source: str, line: Old,
        known: dict[str, tuple[str, str]], taken: set[str],
    ) -> Result:  # fmt: skip
        if line.number in known:
            case, digest = known[line.number]
            same = digest == line.digest
            return (
                Brought(case, line.number, False)
                if same
                else refusal("imported-otherwise", {"field": "number"})
            )
        if line.number in taken:
            return refusal("number-taken", {"field": "number"}, number=line.number)
        try:
            sound = self._sound(work, book, door, line)
        except (Refusal, Problem) as no:
            return no
        case_id = self._bring(work, book, door, source, line, sound)
        known[line.number] = (case_id, line.digest)
        return Brought(case_id, line.number, True)

    def _sound(self, work: Work, book: Book, door: Door, line: Old) -> _Sound:
        ready = Ready(book.pack, Asking(door, _report(line)), _admission(book, line))
        if line.reported_at > work.at:
            raise refusal("reported-in-the-future", {"field": "reported_at"})
        if line.draft:
            refuse_draft(line.draft, line.reported_at, work.at, has_past=line.has_past)
        refuse_published(book.pack, line.published or (), line.reported_at, work.at)
        deeds = deeds_of(book.pack, line.steps, line.reached_at, line.first, line.reported_at)
        refuse_disorder(deeds, line.reported_at, work.at)
        _try(book, new_case(work, ready, line.number), line, deeds)
        return _Sound(ready, deeds)

    def _bring(self, work: Work, book: Book, door: Door, source: str, line: Old, sound: _Sound) -> str:
        case = self.opener.open(work, sound.ready, line.number, self._came(work, door.town, line))
        self.files.record(work, case, "imported", door.actor, {"source": source, "number": line.number})
        self._relive(work, book, case, line, sound.deeds)
        self.imported.keep(
            work,
            {"town": door.town, "source": source, "number": line.number, "case_id": case.id,
             "digest": line.digest, "imported_at": work.at},
        )  # fmt: skip
        self.files.keep(work, case)
        return case.id

    def _relive(self, work: Work, book: Book, case: Case, line: Old, deeds: Sequence[Deed]) -> None:
        if deeds:
            case.awaiting = None
        for deed in deeds:
            self._happen(work, book, case, deed, publishes=line.published is None)
        for was in line.published or ():
            self.files.publish(work, record_of_past(book.pack, case, was))
        if line.draft and not line.draft.is_case:
            self._end_draft(work, case, line.draft)

    def _came(self, work: Work, town: str, line: Old) -> Came:
        ref = None if line.anonymous else line.reporter or (work.new_id() if line.identity else None)
        if ref is not None and line.identity:
            self.files.keep_identity(work, town, ref, line.identity, is_new=line.reporter is None)
        draft = line.draft.as_data() if line.draft else None
        return Came(ref, line.first_contact, line.finder_role, line.finder_unit, draft, line.repeats)

    def _end_draft(self, work: Work, case: Case, draft: OldDraft) -> None:
        """A draft that waits is left to wait; one that has ended is ended, and nobody ever hears of it."""
        if draft.outcome is None or draft.at is None:
            return
        end(case, draft)
        texts = {"reason": draft.reason} if draft.reason else {}
        self.files.record(work, case, draft.outcome, draft.by, {"at": format_instant(draft.at)}, texts)

    def _happen(self, work: Work, book: Book, case: Case, deed: Deed, *, publishes: bool) -> None:
        change = change_of(book, case, deed)
        texts = {**change.texts, **({"note": deed.note} if deed.note else {})}
        data: dict[str, Any] = {}
        if change.assignment is not None and deed.assigned is not None:
            case.decisions += 1
            data = {"decision": case.decisions, "assignment": change.assignment}
            self.files.keep_decision(work, imported_decision(case, change.assignment, deed.at, work.at))
        act = Act(
            "decided" if deed.assigned is not None else "step",
            deed.by,
            change,
            due_at=deed.due_at,
            texts=texts,
            data=data,
            accepted=ACCEPTED in change.reached,
            at=deed.at,
            silent=True,
            publishes=publishes,
        )
        self.carrier.carry_out(work, book.pack, case, act)


def _try(book: Book, trial: Case, line: Old, deeds: Sequence[Deed]) -> None:
    if line.draft:
        end(trial, line.draft)
    for _ in replayed(book, trial, deeds):
        pass
    refuse_other_state(trial, line.state)


def _last_of(numbers: Sequence[str]) -> Mapping[int, int]:
    last: dict[int, int] = {}
    for number in numbers:
        if own := _OWN_NUMBER.fullmatch(number):
            year, n = int(own[1]), int(own[2])
            last[year] = max(last.get(year, 0), n)
    return last


def _report(line: Old) -> Report:
    return Report(
        line.category,
        line.channel,
        line.text,
        title=line.title,
        on_behalf=line.on_behalf,
        anonymous=line.anonymous,
        private=line.private,
        also=line.also,
        source=line.device,
    )


def _admission(book: Book, line: Old) -> Admission:
    """What an older system did not ask need not be answered."""
    pack, waits = book.pack, line.draft is not None and not line.draft.is_case
    subject = _subject(pack, line, waits=waits)
    if line.channel not in pack.channels:
        raise unknown("unknown-channel", "channel", line.channel, pack.channels)
    place = located(pack, line.place, line.lat, line.lon, local_day(pack, line.reported_at))
    facts = facts_of(pack, line.answers, "facts")
    texts = texts_of(pack, facts)
    plain = {name: value for name, value in facts.items() if name not in texts}
    private = line.private or is_private(pack, subject)
    because = line.draft.because if line.draft and waits else ()
    return Admission(subject, plain, texts, place, private, line.reported_at, because)


def _subject(pack: Pack, line: Old, *, waits: bool) -> Subject:
    """Only a draft may be without a category: its words propose none."""
    if line.category is None and not waits:
        raise no_category(pack, "category-missing")
    if line.category is None:
        return Subject("", known_categories(pack, line.also), line.proposal)
    return Subject(*named(pack, line.category, line.also), line.proposal)
