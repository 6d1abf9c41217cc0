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
from services.intake.domain.past import (
    change_of,
    deeds_of,
    refuse_disorder,
    refuse_other_state,
    replayed,
)
from services.intake.domain.refusal import Refusal, refusal
from services.intake.domain.subject import Subject, named, unknown
from services.intake.handlers.admit import Admitter
from services.intake.handlers.carry_out import Act, Carrier
from services.intake.handlers.opening import Asking, Came, Door, Opener, Ready, new_case
from services.intake.messages.answers import imported_decision
from services.intake.ports.case_file import CaseFile
from services.intake.ports.imported import ImportedCases
from shared.db.work import Work
from shared.kernel.problems import Problem
from shared.rules.decide.book import Book, Books
from shared.rules.decide.timing import local_day

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
        deeds = deeds_of(book.pack, line.steps, line.reached_at, line.first, line.reported_at)
        refuse_disorder(deeds, line.reported_at, work.at)
        trial = new_case(work, ready, line.number)
        for _ in replayed(book, trial, deeds):
            pass
        refuse_other_state(trial, line.state)
        return _Sound(ready, deeds)

    def _bring(self, work: Work, book: Book, door: Door, source: str, line: Old, sound: _Sound) -> str:
        case = self.opener.open(work, sound.ready, line.number, self._came(work, door.town, line))
        self.files.record(work, case, "imported", door.actor, {"source": source, "number": line.number})
        if sound.deeds:
            case.awaiting = None
        for deed in sound.deeds:
            self._happen(work, book, case, deed)
        self.imported.keep(
            work,
            {"town": door.town, "source": source, "number": line.number, "case_id": case.id,
             "digest": line.digest, "imported_at": work.at},
        )  # fmt: skip
        self.files.keep(work, case)
        return case.id

    def _came(self, work: Work, town: str, line: Old) -> Came:
        ref = None if line.anonymous else line.reporter or (work.new_id() if line.identity else None)
        if ref is not None and line.identity:
            self.files.keep_identity(work, town, ref, line.identity, is_new=line.reporter is None)
        return Came(ref, line.first_contact, line.finder_role, line.finder_unit)

    def _happen(self, work: Work, book: Book, case: Case, deed: Deed) -> None:
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
        )
        self.carrier.carry_out(work, book.pack, case, act)


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
    pack = book.pack
    subject = Subject(*named(pack, line.category, line.also))
    if line.channel not in pack.channels:
        raise unknown("unknown-channel", "channel", line.channel, pack.channels)
    place = located(pack, line.place, line.lat, line.lon, local_day(pack, line.reported_at))
    facts = facts_of(pack, line.answers, "facts")
    texts = texts_of(pack, facts)
    plain = {name: value for name, value in facts.items() if name not in texts}
    return Admission(
        subject, plain, texts, place, line.private or is_private(pack, subject), line.reported_at
    )
