"""Reads a town's scenarios, with every name that they use checked against the pack.

Decides which scenarios cannot be played: out of order, contradicting themselves, asking for what no step
gives. Does not play them.
"""

from collections.abc import Mapping

from shared.kernel.texts import Language
from shared.rules.language.entries import Entry, entry_of
from shared.rules.language.errors import Complaints
from shared.rules.language.nodes import Node, Scalar
from shared.rules.language.readwords import closed_word
from shared.rules.language.scalars import LocalInstant
from shared.rules.language.shapes import Many, Part
from shared.rules.language.source import parse
from shared.rules.language.structure import StructureReader, language_of
from shared.rules.language.vocabulary import STEP_INPUTS
from shared.rules.logic.facts import Value
from shared.rules.pack.build.assemble import SCENARIO_FILE
from shared.rules.pack.build.calendar import days_of, office_hours, texts_of
from shared.rules.pack.build.drafting import Draft, mapping_of, spot
from shared.rules.pack.build.facts import build_facts, comes_from, fact_named, fact_values, read_value
from shared.rules.pack.build.places import build_categories
from shared.rules.pack.build.steps import build_steps
from shared.rules.pack.model import Acceptance, Category, Step
from shared.rules.pack.read import draft_of
from shared.rules.scenario.expectations import actor, expectation
from shared.rules.scenario.model import Amendment, Check, Happening, OpeningReport, Other, Scenario

_NAMED_INPUTS = ("category", "place")


def load_scenarios(files: Mapping[str, str], town: str) -> tuple[Scenario, ...]:
    """Return the scenarios of `town`, in the order of the file; none where it has no scenarios.yaml.

    Raises:
        PackErrors: every fault of the scenarios, or of the pack that they need.
    """
    file = f"{town}/{SCENARIO_FILE}"
    complaints = Complaints()
    draft = draft_of(files, town, complaints)
    if file not in files:
        return ()
    entries = _entries(files[file], file, draft)
    complaints.refuse()
    build_facts(draft)
    scenes = _Scenes(draft, build_categories(draft), build_steps(draft))
    complaints.refuse()
    read = tuple(scenes.scenario(entry) for entry in entries)
    complaints.refuse()
    return read


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
        self._categories = categories
        self._steps = steps
        self._seen: dict[str, int] = {}

    def scenario(self, entry: Entry) -> Scenario:
        """Return one scenario."""
        key = entry.name("scenario") or ""
        self._draft.rule = key
        where = entry.where("scenario")
        if key in self._seen:
            self._draft.complain("scenario-twice", where, name=key, line=self._seen[key])
        self._seen.setdefault(key, where.line)
        because = self._draft.because(entry, None)
        case_entry = entry.entry("case")
        case = self._reported(case_entry) if case_entry else OpeningReport(None, None, None, None, {}, None)
        expect = entry.entry("expect")
        read = Scenario(
            key,
            entry.text("title"),
            because,
            case,
            tuple(self._happening(one) for one in entry.entries("life")),
            expectation(self._draft, expect) if expect else None,
            tuple(self._check(one) for one in entry.entries("check")),
            tuple(self._other(one) for one in entry.entries("otherwise")),
            spot(where),
            tuple(map(self._reported, entry.entries("earlier"))),
        )
        self._check_order(read, entry)
        return read

    def _reported(self, entry: Entry) -> OpeningReport:
        case = self._case(entry)
        self._check_category(case, entry)
        self._check_answers(case, entry)
        return case

    def _case(self, entry: Entry) -> OpeningReport:
        for kind in ("category", "place", "channel"):
            if entry.item(kind):
                self._draft.refer(kind, entry.item(kind))
        return OpeningReport(
            label(entry, "at"),
            entry.name("category"),
            entry.name("place"),
            entry.name("channel"),
            fact_values(self._draft, entry.item("facts"), entry.language, ("reporter",)),
            actor(self._draft, entry, "by"),
            entry.name("text"),
            self._draft.refer_all("category", entry.items("also")) or None,
            entry.name("device"),
        )

    def _check_category(self, case: OpeningReport, entry: Entry) -> None:
        """A report names its category, or says what the town proposes one by."""
        if "category" in entry:
            return
        if case.text is None:
            self._draft.complain("case-without-category", entry.node.where)
        elif "proposed_category" not in self._draft.assembly.root:
            self._draft.complain("text-without-proposal", entry.where("text"))

    def _check_answers(self, case: OpeningReport, entry: Entry) -> None:
        category = self._categories.get(case.category or "")
        for fact in category.asks if category else ():
            if fact not in case.facts and self._draft.facts[fact].default is None:
                where = entry.where("facts", "category")
                self._draft.complain("answer-missing", where, fact=fact, category=case.category)

    def _happening(self, entry: Entry) -> Happening:
        step, calendar = entry.item("step"), entry.entry("calendar")
        if (step is None) == (calendar is None):
            self._draft.complain("event-not-one", entry.where("step"))
        elif step is not None and self._draft.refer("step", step) and "by" not in entry:
            self._draft.complain("step-without-actor", entry.where("step"), step=step.value)
        facts, named = self._inputs(entry)
        happening = Happening(
            label(entry, "at") or "",
            entry.name("step"),
            actor(self._draft, entry, "by"),
            facts,
            label(entry, "due_at"),
            _refusal(entry),
            self._amendment(calendar) if calendar else None,
            spot(entry.node.where),
        )
        self._check_inputs(happening, named, entry)
        return happening

    def _inputs(self, entry: Entry) -> tuple[dict[str, Value], set[str]]:
        """The facts that come with a step, a new category or place among them, and all that were named."""
        node, named = mapping_of(entry.item("facts")), {"due_at"} & set(entry)
        if node is None:
            return dict(fact_values(self._draft, entry.item("facts"), entry.language, ("step",))), named
        values: dict[str, Value] = {}
        for key, value in node:
            name, read = self._input(key, value, entry.language)
            named.add(name)
            values |= {} if read is None else {name: read}
        return values, named

    def _input(self, key: Scalar, value: Node, language: Language) -> tuple[str, Value | None]:
        known = closed_word(language, STEP_INPUTS, key.text)
        if known in _NAMED_INPUTS and isinstance(value, Scalar):
            there = self._draft.names.refer(str(known), value.text, value.where, self._draft.rule)
            return str(known), value.text if there else None
        fact = fact_named(self._draft, key, language)
        if fact is None or not comes_from(self._draft, fact, key, ("step", "reporter")):
            return key.text, None
        return fact.type.name, read_value(self._draft, fact.type, value, language)

    def _check_inputs(self, happening: Happening, given: set[str], entry: Entry) -> None:
        step = self._steps.get(happening.step or "")
        if step is None or happening.refused:
            return
        for name in step.needs:
            if name not in given:
                self._draft.complain("step-lacks-fact", entry.where("step"), step=step.key, fact=name)
        for name in sorted(given - {*step.needs, *step.may_have}):
            self._draft.complain("fact-not-of-step", entry.where("facts", "due_at"), step=step.key, fact=name)

    def _amendment(self, entry: Entry) -> Amendment:
        years = tuple(int(str(item.value)) for item in self._draft.distinct(entry.items("years")))
        holidays, make_up = days_of(self._draft, entry, "holidays"), days_of(self._draft, entry, "make_up")
        return Amendment(years, texts_of(holidays), texts_of(make_up))

    def _check(self, entry: Entry) -> Check:
        return Check(label(entry, "at") or "", expectation(self._draft, entry))

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
            self._case(case) if case else None,
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
        before = self._check_reports(read, entry)
        for happening, one in zip(read.life, entry.entries("life"), strict=True):
            if happening.at < before:
                self._draft.complain("life-out-of-order", one.where("at"), at=happening.at, before=before)
            before = max(before, happening.at)
        for check, one in zip(read.checks, entry.entries("check"), strict=True):
            if check.at < (read.case.at or ""):
                self._draft.complain("check-before-report", one.where("at"), at=check.at, before=read.case.at)
        if not (read.expected or read.checks or read.others or any(one.refused for one in read.life)):
            self._draft.complain("scenario-expects-nothing", entry.where("scenario"))


def label(entry: Entry, field: str) -> str | None:
    """Return the local label of an instant."""
    item = entry.item(field)
    moment = item.as_(LocalInstant) if item else None
    return moment.label() if moment else None


def _office_hours(draft: Draft, change: Entry | None) -> tuple[tuple[str, str], ...] | None:
    return office_hours(draft, change.items("office_hours")) if change and "office_hours" in change else None


def _refusal(entry: Entry) -> str | None:
    word = entry.name("refused")
    return None if word == "no" else word
