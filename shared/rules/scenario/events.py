"""Reads the events of a life: a step, a merging, a word on the result, a move of a work order, amended days.

Decides which events cannot be played: two things at once, by nobody, with facts that no step asks for.
"""

from collections.abc import Mapping

from shared.rules.language.entries import Entry
from shared.rules.language.nodes import Node, Scalar
from shared.rules.language.readwords import closed_word
from shared.rules.language.vocabulary import STEP_INPUTS
from shared.rules.logic.facts import Value
from shared.rules.pack.build.calendar import days_of, texts_of
from shared.rules.pack.build.drafting import Draft, mapping_of, spot
from shared.rules.pack.build.facts import comes_from, fact_named, fact_values, read_value
from shared.rules.pack.model import Step
from shared.rules.scenario.cases import CaseReader, label
from shared.rules.scenario.expectations import actor
from shared.rules.scenario.model import MAIN, Amendment, Happening

_EVENTS = ("step", "into", "satisfied", "order", "calendar")
_NAMED_INPUTS = ("category", "place")


class EventReader:
    """Reads events.

    Args:
        cases: those of the scenario in which they happen.
    """

    def __init__(self, draft: Draft, steps: Mapping[str, Step], cases: CaseReader) -> None:
        self._draft = draft
        self._steps = steps
        self._cases = cases

    def happening(self, entry: Entry) -> Happening:
        """Return one event."""
        calendar = entry.entry("calendar")
        self._check_event(entry)
        facts, named = self._inputs(entry)
        happening = Happening(
            label(entry, "at") or "",
            entry.name("step"),
            actor(self._draft, entry, "by"),
            facts,
            label(entry, "due_at"),
            _refusal(entry),
            amendment(self._draft, calendar) if calendar else None,
            spot(entry.node.where),
            self._cases.named(entry, "case") or MAIN,
            entry.name("person"),
            self._cases.named(entry, "into"),
            entry.flag("satisfied") if "satisfied" in entry else None,
            entry.name("order"),
        )
        self._check_inputs(happening, named, entry)
        return happening

    def _check_event(self, entry: Entry) -> None:
        """An event is one thing, and somebody does it."""
        done = [kind for kind in _EVENTS if kind in entry]
        if len(done) != 1:
            self._draft.complain("event-not-one", entry.where("step"))
            return
        step = entry.item("step")
        if step is not None and self._draft.refer("step", step) and "by" not in entry:
            self._draft.complain("step-without-actor", entry.where("step"), step=step.value)
        elif step is None and done != ["calendar"] and "by" not in entry:
            self._draft.complain("event-without-actor", entry.where(*done))
        if step is None and ("facts" in entry or "due_at" in entry):
            self._draft.complain("facts-without-step", entry.where("facts", "due_at"))

    def _inputs(self, entry: Entry) -> tuple[dict[str, Value], set[str]]:
        """The facts that come with a step, a new category or place among them, and all that were named."""
        node, named = mapping_of(entry.item("facts")), {"due_at"} & set(entry)
        if node is None:
            return dict(fact_values(self._draft, entry.item("facts"), entry.language, ("step",))), named
        values: dict[str, Value] = {}
        for key, value in node:
            name, read = self._input(key, value, entry)
            named.add(name)
            values |= {} if read is None else {name: read}
        return values, named

    def _input(self, key: Scalar, value: Node, entry: Entry) -> tuple[str, Value | None]:
        language = entry.language
        known = closed_word(language, STEP_INPUTS, key.text)
        if known == "due_at":
            terms = {
                "key": key.text,
                "step": entry.name("step"),
                "value": value.text if isinstance(value, Scalar) else "…",
            }
            self._draft.complain("due-in-facts", key.where, **terms)
            return known, None
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


def amendment(draft: Draft, entry: Entry) -> Amendment:
    """Return days that are amended, and years that are complete with them."""
    years = tuple(int(str(item.value)) for item in draft.distinct(entry.items("years")))
    holidays, make_up = days_of(draft, entry, "holidays"), days_of(draft, entry, "make_up")
    return Amendment(years, texts_of(holidays), texts_of(make_up))


def _refusal(entry: Entry) -> str | None:
    word = entry.name("refused")
    return None if word == "no" else word
