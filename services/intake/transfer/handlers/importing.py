"""Bringing cases of an older system in: with their numbers, their dates, and without telling anybody again.

Decides that a line is taken once for its source and number, and as a whole or not at all. Everything that can
be refused is refused on a trial before anything is written.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from services.intake.domain.case import Case, DraftNote
from services.intake.domain.entries import DraftEndEntry, ForeignEntry, ImportEntry
from services.intake.domain.refusal import Refusal, refusal
from services.intake.handlers.admit import Admitter
from services.intake.handlers.earlier import settle_earlier
from services.intake.handlers.opening import (
    CaseOpener,
    ImportedOrigin,
    SubmissionContext,
    ValidatedReport,
    new_case,
)
from services.intake.store.case_file import SqlCaseFile
from services.intake.store.published import publications_of_case
from services.intake.store.reading import history_of
from services.intake.store.suspended import refuse_suspended
from services.intake.transfer.domain.import_replay import (
    refuse_disorder,
    refuse_other_state,
    replay,
    steps_of,
)
from services.intake.transfer.domain.import_update import refuse_other_report, steps_since
from services.intake.transfer.domain.imported_case import ImportedCase, ImportedStep, Unaccepted
from services.intake.transfer.domain.imported_draft import became_case, end_draft, kept, refuse_draft
from services.intake.transfer.domain.imported_publications import record_of, refuse_publications
from services.intake.transfer.domain.imported_report import accepted_as, admission_of, report_of
from services.intake.transfer.handlers.past import PastKeeper
from services.intake.transfer.store import SqlImportedLines, TakenLine
from shared.db.work import Work
from shared.kernel.instants import format_instant
from shared.kernel.problems import Problem
from shared.rules.decide.compiled import CompiledRules, CompiledRulesCache

_OWN_NUMBER = re.compile(r"([0-9]{4})-([0-9]{6,12})")  # the form of the platform's own numbers


@dataclass(frozen=True, slots=True)
class ImportSource:
    """Whose lines they are.

    Args:
        context: town, whoever imports, and the request's place in its trace.
        name: of the older system.
        unaccepted: what becomes of open cases that do not say when they were accepted.
    """

    context: SubmissionContext
    name: str
    unaccepted: Unaccepted = Unaccepted.NOW


@dataclass(frozen=True, slots=True)
class ImportedAs:
    """The case that a line is.

    Args:
        is_new: since this import.
        is_unaccepted: it is open, and the line does not say when it was accepted.
        is_continued: it was known, and has got what has happened since.
    """

    case: str
    number: str
    is_new: bool
    is_unaccepted: bool = False
    is_continued: bool = False


ImportResult = ImportedAs | Refusal | Problem


@dataclass(frozen=True, slots=True)
class _Batch:
    """Lines of one source that are taken together.

    Args:
        known: number → what was taken under it before, by earlier lines of this batch too.
        taken: numbers that a case of the town has.
        fresh: numbers of lines that were taken, or continued, in this batch.
    """

    rules: CompiledRules
    source: ImportSource
    known: dict[str, TakenLine]
    taken: frozenset[str] = field(default_factory=frozenset)
    fresh: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Sound:
    """A line that nothing speaks against."""

    line: ImportedCase
    report: ValidatedReport
    steps: Sequence[ImportedStep]


@dataclass(frozen=True, slots=True)
class Importer:
    """Takes lines of an older system within a transaction."""

    files: SqlCaseFile
    lines: SqlImportedLines
    compiled: CompiledRulesCache
    admitter: Admitter
    opener: CaseOpener
    past: PastKeeper

    def take(self, work: Work, source: ImportSource, lines: Sequence[ImportedCase]) -> list[ImportResult]:
        """Take what can be taken; return what became of each line, in their order.

        Raises:
            Refusal: `no-edition` – the town has no rules yet; `town-suspended`.
        """
        town = source.context.town
        refuse_suspended(work.conn, town)
        rules = self.compiled.of(self.admitter.pack_in_force(work, town))
        numbers = list(dict.fromkeys(line.number for line in lines))
        # Before anything is looked up: it is also the wait for others who import into the town. What they have taken
        # is seen only after it, so that the same file twice at once is taken once.
        # This year's row is always among them: one at which all imports into the town meet, whatever their numbers.
        self.lines.raise_numbers(work, town, {work.at.year: 0, **_last_of(numbers)})
        known = self.lines.known(work, town, source.name, numbers)
        batch = _Batch(rules, source, known, frozenset(self.lines.taken(work, town, numbers)))
        return [self._take(work, batch, line) for line in lines]

    def _take(self, work: Work, batch: _Batch, line: ImportedCase) -> ImportResult:
        before = batch.known.get(line.number)
        if before is not None and before.digest == line.digest:
            return ImportedAs(before.case, line.number, False)
        if line.town not in (None, batch.source.context.town):
            return refusal("other-town", {"field": "town"}, given=line.town, town=batch.source.context.town)
        if before is not None:
            return self._continue(work, batch, line, before)
        if line.number in batch.taken:
            return refusal("number-taken", {"field": "number"}, number=line.number)
        try:
            sound = _judged(work, batch, accepted_as(line, batch.source.unaccepted))
        except (Refusal, Problem) as no:
            return no
        case = self._bring(work, batch, sound)
        batch.known[line.number] = TakenLine(case, line.digest)
        batch.fresh.add(line.number)
        return ImportedAs(case, line.number, True, line.is_unaccepted)

    def _continue(self, work: Work, batch: _Batch, line: ImportedCase, before: TakenLine) -> ImportResult:
        """Add to a case that was imported what has happened in the older system since."""
        case = self.files.find(work, before.case)
        # What this very transaction wrote of a case is not in the store yet, and its history could not be read.
        if case is None or line.number in batch.fresh:
            return refusal("imported-otherwise", {"field": "number"})
        # By the rules to which it is bound: the town may have others meanwhile.
        pack = self.admitter.pack_cache.of(work, work.flow.editions, case.edition)
        own = replace(batch, rules=self.compiled.of(pack))
        try:
            sound = _judged(work, own, accepted_as(line, batch.source.unaccepted))
            since = steps_since(list(history_of(work.conn, case.id)), batch.source.name, sound.steps)
            trial = new_case(work, sound.report, line.number)
            # What it counted when it came stays: the trial would find the case itself among the earlier ones.
            trial.facts = {**trial.facts, **{name: case.facts[name] for name in case.earlier}}
            _try_until(own.rules, trial, line, sound.steps[: len(sound.steps) - len(since)])
            refuse_other_report(pack, case, trial)
        except (Refusal, Problem) as no:
            return no
        return self._went_on(work, own, case, replace(sound, steps=since))

    def _went_on(self, work: Work, batch: _Batch, case: Case, sound: _Sound) -> ImportResult:
        line, foreign, town = sound.line, ForeignEntry(batch.source.name), batch.source.context.town
        for step in sound.steps:
            self.past.happen(work, batch.rules, case, step, foreign, publishes=line.publications is None)
        records = [record_of(batch.rules.pack, case, publication) for publication in line.publications or ()]
        known = {
            (kept.published_on, kept.level) for kept in publications_of_case(work.conn, town, case.number)
        }
        new = [record for record in records if (record.published_on, record.level) not in known]
        for record in new:
            self.files.publish(work, record)
        taken = TakenLine(case.id, line.digest)
        self.lines.keep(work, town, batch.source.name, line.number, taken, is_new=False)
        batch.known[line.number] = taken
        batch.fresh.add(line.number)
        return ImportedAs(case.id, line.number, False, is_continued=bool(sound.steps or new))

    def _bring(self, work: Work, batch: _Batch, sound: _Sound) -> str:
        line, context = sound.line, batch.source.context
        case = self.opener.open(work, sound.report, line.number, self._origin(work, batch.source, line))
        foreign = ForeignEntry(batch.source.name)
        entry = ImportEntry(batch.source.name, line.number)
        self.files.record(work, case, "imported", context.actor, entry, foreign)
        self._replay(work, batch.rules, case, sound, foreign)
        self.lines.keep(work, context.town, batch.source.name, line.number, TakenLine(case.id, line.digest))
        self.files.keep(work, case)
        return case.id

    def _replay(
        self, work: Work, rules: CompiledRules, case: Case, sound: _Sound, foreign: ForeignEntry
    ) -> None:
        line = sound.line
        if sound.steps:  # who has it is known: its report asks nobody any more
            case.awaiting = None
        for step in sound.steps:
            self.past.happen(work, rules, case, step, foreign, publishes=line.publications is None)
        for publication in line.publications or ():
            self.files.publish(work, record_of(rules.pack, case, publication))
        if line.draft and not became_case(line.draft):
            self._end_draft(work, case, line.draft, foreign)

    def _origin(self, work: Work, source: ImportSource, line: ImportedCase) -> ImportedOrigin:
        reporter = None if line.anonymous else line.reporter or (work.new_id() if line.identity else None)
        if reporter is not None and line.identity:
            is_new = line.reporter is None
            self.opener.keep_identity(work, source.context.town, reporter, line.identity, is_new=is_new)
        return ImportedOrigin(
            source.name,
            reporter,
            line.first_contact,
            line.finder_role,
            line.finder_unit,
            kept(line.draft) if line.draft else None,
            line.repeats,
        )

    def _end_draft(self, work: Work, case: Case, draft: DraftNote, foreign: ForeignEntry) -> None:
        """A draft that waits is left to wait; one that has ended is ended, and nobody ever hears of it."""
        if draft.outcome is None or draft.at is None or draft.by is None:
            return
        end_draft(case, draft)
        texts = {"reason": draft.reason} if draft.reason else {}
        entry = DraftEndEntry(format_instant(draft.at))
        self.files.record(work, case, draft.outcome, draft.by, entry, foreign, texts=texts)


def _judged(work: Work, batch: _Batch, line: ImportedCase) -> _Sound:
    """Hold a line against the town's rules and against itself.

    Raises:
        Refusal, Problem: what speaks against it.
    """
    rules = batch.rules
    report = ValidatedReport(
        rules.pack, batch.source.context, report_of(line), admission_of(rules.pack, line)
    )
    if line.reported_at > work.at:
        raise refusal("reported-in-the-future", {"field": "reported_at"})
    if line.draft:
        refuse_draft(line.draft, line.reported_at, work.at, has_past=line.has_past)
    refuse_publications(rules.pack, line.publications or (), line.reported_at, work.at)
    steps = steps_of(rules.pack, line.steps, line.reached_at, line.first, line.reported_at)
    refuse_disorder(steps, line.reported_at, work.at)
    trial = new_case(work, report, line.number)
    trial.reporter = line.reporter
    settle_earlier(work, rules.pack, trial, report.admission.facts)
    _try(rules, trial, line, steps)
    return _Sound(line, report, steps)


def _try(rules: CompiledRules, trial: Case, line: ImportedCase, steps: Sequence[ImportedStep]) -> None:
    _try_until(rules, trial, line, steps)
    refuse_other_state(trial, line.state)


def _try_until(rules: CompiledRules, trial: Case, line: ImportedCase, steps: Sequence[ImportedStep]) -> None:
    if line.draft:
        end_draft(trial, line.draft)
    replay(rules, trial, steps)


def _last_of(numbers: Sequence[str]) -> Mapping[int, int]:
    """The highest of the platform's own numbers among these, by year: none of them must be drawn again."""
    last: dict[int, int] = {}
    for number in numbers:
        if own := _OWN_NUMBER.fullmatch(number):
            year, n = int(own[1]), int(own[2])
            last[year] = max(last.get(year, 0), n)
    return last
