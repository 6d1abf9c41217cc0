"""Reads the cases of a scenario: what is reported, when and by whom, and what the scenario calls it.

Decides what a report lacks. Does not report anything.
"""

from collections.abc import Mapping

from shared.rules.language.entries import Entry
from shared.rules.language.errors import nearest
from shared.rules.language.scalars import LocalInstant
from shared.rules.language.vocabulary import MAIN as MAIN_WORDS
from shared.rules.pack.build.drafting import Draft
from shared.rules.pack.build.facts import fact_values
from shared.rules.pack.model import Category
from shared.rules.scenario.expectations import actor
from shared.rules.scenario.model import MAIN, OpeningReport

_MAIN_FORMS = MAIN_WORDS.chinese.keys() | MAIN_WORDS.english.keys()


class CaseReader:
    """Reads the cases of one scenario after the other.

    Attributes:
        further: those of the scenario that was begun last, by its own names.
    """

    def __init__(self, draft: Draft, categories: Mapping[str, Category]) -> None:
        self._draft = draft
        self._categories = categories
        self.further: Mapping[str, OpeningReport] = {}

    def begin(self, entry: Entry) -> None:
        """Read the further cases of a scenario."""
        found: dict[str, OpeningReport] = {}
        for case in entry.entries("cases"):
            name = case.name("name") or ""
            if name in found or name in _MAIN_FORMS:
                self._draft.complain("case-twice", case.where("name"), name=name)
            found[name] = self.whole(case)
        self.further = found

    def whole(self, entry: Entry) -> OpeningReport:
        """Return a case that is reported as it stands."""
        case = self.changes(entry)
        self._check_category(case, entry)
        self._check_answers(case, entry)
        return case

    def named(self, entry: Entry, field: str) -> str | None:
        """Return the name of a case that stands in a field; complain of one that the scenario does not have."""
        item = entry.item(field)
        name = item.as_(str) if item else None
        if item is None or name is None:
            return None
        if name != MAIN and name not in self.further:
            self._draft.complain(
                "case-not-there", item.where, name=name, advice=nearest(name, [*self.further, MAIN])
            )
        return name

    def changes(self, entry: Entry) -> OpeningReport:
        """Return what is given of a case."""
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
            entry.name("person"),
            entry.flag("on_behalf") or None,
            entry.flag("anonymous") or None,
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


def label(entry: Entry, field: str) -> str | None:
    """Return the local label of an instant."""
    item = entry.item(field)
    moment = item.as_(LocalInstant) if item else None
    return moment.label() if moment else None
