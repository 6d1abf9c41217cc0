"""Reads a town's scenarios, with every name that they use checked against the pack.

Decides which scenarios cannot be played: out of order, contradicting themselves, asking for what no step
gives. Does not play them.
"""

from collections.abc import Mapping
from typing import NamedTuple

from shared.rules.language.entries import Entry, entry_of
from shared.rules.language.errors import Complaints
from shared.rules.language.shapes import Many, Part
from shared.rules.language.source import parse
from shared.rules.language.structure import StructureReader, language_of
from shared.rules.pack.build.assemble import SCENARIO_FILE
from shared.rules.pack.build.calendar import office_hours
from shared.rules.pack.build.drafting import Draft, spot
from shared.rules.pack.build.facts import build_facts
from shared.rules.pack.build.places import build_categories
from shared.rules.pack.build.steps import build_steps
from shared.rules.pack.model import Acceptance, Category, Step
from shared.rules.pack.read import draft_of
from shared.rules.scenario.cases import CaseReader, label
from shared.rules.scenario.events import EventReader
from shared.rules.scenario.expectations import expectation
from shared.rules.scenario.model import MAIN, Check, OpeningReport, Other, Scenario
from shared.rules.scenario.read_trial import TrialReader
from shared.rules.scenario.trial import DutyTrial


def load_scenarios(files: Mapping[str, str], town: str) -> tuple[Scenario, ...]:
    """Return the scenarios of cases of `town`, in the order of the file; none where it has no scenarios.yaml.

    Raises:
        PackErrors: every fault of the scenarios, or of the pack that they need.
    """
    return _load(files, town).cases


def load_trials(files: Mapping[str, str], town: str) -> tuple[DutyTrial, ...]:
    """Return the scenarios about duties of `town`, in the order of the file.

    Raises:
        PackErrors: as `load_scenarios`.
    """
    return _load(files, town).duties


class _Read(NamedTuple):
    cases: tuple[Scenario, ...] = ()
    duties: tuple[DutyTrial, ...] = ()


def _load(files: Mapping[str, str], town: str) -> _Read:
    file = f"{town}/{SCENARIO_FILE}"
    complaints = Complaints()
    draft = draft_of(files, town, complaints)
    if file not in files:
        return _Read()
    entries = _entries(files[file], file, draft)
    complaints.refuse()
    build_facts(draft)
    scenes = _Scenes(draft, build_categories(draft), build_steps(draft))
    complaints.refuse()
    read = [scenes.read(entry) for entry in entries]
    complaints.refuse()
    return _Read(
        tuple(scenario for scenario in read if isinstance(scenario, Scenario)),
        tuple(scenario for scenario in read if isinstance(scenario, DutyTrial)),
    )


def _entries(text: str, file: str, draft: Draft) -> list[Entry]:
    tree = parse(text, file, draft.complaints)
    if tree is None:
        return []
    draft.assembly.languages[file] = language_of(tree, "scenario")
    reader = StructureReader(draft.complaints, draft.assembly.languages[file], draft.assembly.prose)
    return [entry_of(item) for item in reader.read(Many(Part("scenario")), tree).items()]


class _Scenes:
    """Reads scenarios of one town, one after the other."""

    def __init__(self, draft: Draft, categories: Mapping[str, Category], steps: Mapping[str, Step]) -> None:
        self._draft = draft
        self._cases = CaseReader(draft, categories)
        self._events = EventReader(draft, steps, self._cases)
        self._trials = TrialReader(draft)
        self._seen: dict[str, int] = {}

    def read(self, entry: Entry) -> Scenario | DutyTrial:
        """Return one scenario: of a case, or about the duties of some days."""
        key = entry.name("scenario") or ""
        self._draft.rule = key
        where = entry.where("scenario")
        if key in self._seen:
            self._draft.complain("scenario-twice", where, name=key, line=self._seen[key])
        self._seen.setdefault(key, where.line)
        because = self._draft.because(entry, None)
        if ("case" in entry) == ("time" in entry):
            self._draft.complain("scenario-not-one", where)
        return self._trials.trial(entry, because) if "time" in entry else self._scenario(entry, key, because)

    def _scenario(self, entry: Entry, key: str, because: tuple[str, ...]) -> Scenario:
        case_entry = entry.entry("case")
        case = (
            self._cases.whole(case_entry) if case_entry else OpeningReport(None, None, None, None, {}, None)
        )
        expect = entry.entry("expect")
        self._cases.begin(entry)
        read = Scenario(
            key,
            entry.text("title"),
            because,
            case,
            tuple(self._events.happening(one) for one in entry.entries("life")),
            expectation(self._draft, expect) if expect else None,
            tuple(self._check(one) for one in entry.entries("check")),
            tuple(self._other(one) for one in entry.entries("otherwise")),
            spot(entry.where("scenario")),
            tuple(map(self._cases.whole, entry.entries("earlier"))),
            self._cases.further,
        )
        self._check_order(read, entry)
        return read

    def _check(self, entry: Entry) -> Check:
        return Check(
            label(entry, "at") or "",
            expectation(self._draft, entry),
            self._cases.named(entry, "case") or MAIN,
        )

    def _other(self, entry: Entry) -> Other:
        change, expect = entry.entry("with"), entry.entry("expect")
        readings = self._draft.readings(entry.table("readings"), entry.language)
        if not readings and not (change and list(change)):
            self._draft.complain("other-changes-nothing", entry.node.where)
        case = change.entry("case") if change else None
        acceptance = change.name("acceptance") if change else None
        return Other(
            readings,
            _office_hours(self._draft, change),
            Acceptance.named(acceptance),
            self._cases.changes(case) if case else None,
            expectation(self._draft, expect or entry),
            spot(entry.node.where),
        )

    def _check_reports(self, read: Scenario, entry: Entry) -> str:
        """Return when the case is reported; what was reported before it stands before it, in the order of time."""
        reports, last = [*read.earlier, read.case], ""
        entries = [*entry.entries("earlier"), *filter(None, [entry.entry("case")])]
        for report, written in zip(reports, entries, strict=False):
            at = report.at or ""
            if at < last:
                self._draft.complain("life-out-of-order", written.where("at"), at=at, before=last)
            last = max(last, at)
        return last

    def _check_order(self, read: Scenario, entry: Entry) -> None:
        before, reported = self._check_reports(read, entry), self._reported(read)
        for happening, one in zip(read.life, entry.entries("life"), strict=True):
            before = max(
                before, *(reported.get(case or MAIN, "") for case in (happening.case, happening.into))
            )
            if happening.at < before:
                self._draft.complain("life-out-of-order", one.where("at"), at=happening.at, before=before)
            before = max(before, happening.at)
        for check, one in zip(read.checks, entry.entries("check"), strict=True):
            if check.at < (first := reported.get(check.case, "")):
                self._draft.complain("check-before-report", one.where("at"), at=check.at, before=first)
        if not (read.expected or read.checks or read.others or any(one.refused for one in read.life)):
            self._draft.complain("scenario-expects-nothing", entry.where("scenario"))

    def _reported(self, read: Scenario) -> Mapping[str, str]:
        return {MAIN: read.case.at or "", **{name: case.at or "" for name, case in read.cases.items()}}


def _office_hours(draft: Draft, change: Entry | None) -> tuple[tuple[str, str], ...] | None:
    return office_hours(draft, change.items("office_hours")) if change and "office_hours" in change else None
