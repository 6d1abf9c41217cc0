"""One town's pack: its nouns, steps and rules together, and the choices that bear on all of them.

Decides what a slot means in the town and which reading is the nearest.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from shared.kernel.texts import Language, Text
from shared.rules.pack.model.duties import Duty, Form
from shared.rules.pack.model.figures import Document, Figure, TownMeasure
from shared.rules.pack.model.ledger import TownLedger
from shared.rules.pack.model.nouns import CalendarSource, Category, Fact, Level, NamedPlace, Unit
from shared.rules.pack.model.privacy import DataClass, Mask, Masked, Retained
from shared.rules.pack.model.rules import Acceptance, Duplicates, Hidden, Limit, Notice, RoutingRule
from shared.rules.pack.model.steps import Procedure, Step
from shared.rules.pack.model.teams import Teams
from shared.rules.pack.model.telling import NoticeTimes, Urgent
from shared.rules.worktime.amount import Amount


@dataclass(frozen=True, slots=True)
class Pack:
    """One town's rules, complete: its own files and the templates that it uses.

    `edition` is the content hash of all source files; equal files give equal editions.
    """

    town: str
    edition: str
    name: Text
    part_of: str | None
    zone: str
    language: Language
    calendar: CalendarSource
    readings: Mapping[str, str]  # RC-1 … RC-22, defaults filled in
    bindings: Mapping[str, str]  # slot without '$' → noun of this town
    policies: Mapping[str, Text]
    levels: Mapping[str, Level]
    units: Mapping[str, Unit]
    places: Mapping[str, NamedPlace]
    facts: Mapping[str, Fact]
    categories: Mapping[str, Category]
    channels: Mapping[str, Text]
    steps: Mapping[str, Step]
    procedures: Mapping[str, Procedure]
    routing: tuple[RoutingRule, ...]
    limits: tuple[Limit, ...]
    tell: tuple[Notice, ...]
    acceptance: Acceptance
    acceptance_after_handover: Acceptance
    fallback: str  # unit that gets what no rule routes
    running_cases: Literal["keep", "follow"]  # what a new edition does to running cases
    webhooks: tuple[str, ...] = ()  # hosts that webhooks may go to
    hidden: tuple[Hidden, ...] = ()
    proposed_category: Literal["taken", "confirmed"] | None = None  # None: a report must name its category
    hit_policy: Literal["first", "unique"] | None = None  # where several routing rules hold; None: not said
    duplicates: Duplicates | None = None
    format: int = 1  # how the files are understood; a published edition is never understood otherwise
    machines: Mapping[str, Amount | None] = field(default_factory=dict)  # machine channel → repeats within
    retention: Mapping[DataClass, Retained] = field(
        default_factory=dict
    )  # a class left out is kept without end
    masked: Mapping[Masked, Mask] = field(default_factory=dict)
    telling: NoticeTimes | None = None  # None: every notice is told at once
    records: Mapping[str, Form] = field(default_factory=dict)  # the forms that people fill in
    duties: Mapping[str, Duty] = field(default_factory=dict)  # what is owed again and again
    ledger: TownLedger | None = None  # None: the town keeps none here
    figures: Mapping[str, Figure] = field(default_factory=dict)  # what is counted
    measures: Mapping[str, TownMeasure] = field(default_factory=dict)  # what is assessed, and proposed of it
    documents: Mapping[str, Document] = field(default_factory=dict)  # what is drafted from both
    papers: Mapping[str, str] = field(default_factory=dict)  # own templates: 'slip.zh' → text
    teams: Teams | None = None  # None: the pack says nothing of grids and their people

    @property
    def urgent(self) -> tuple[Urgent, ...]:
        """The rules of what is told at once; none where nothing ever waits."""
        return self.telling.urgent if self.telling else ()

    def noun(self, slot: str) -> str:
        """Return what `slot` means in this town; anything that is no slot means itself."""
        return self.bindings[slot[1:]] if slot.startswith("$") else slot

    def reading(self, name: str, nearest: Mapping[str, str] | None = None) -> str:
        """Return the value of a reading; `nearest` (a rule's own) wins over the pack's."""
        return (nearest or {}).get(name, self.readings[name])


def includes_figure(pack: Pack, rule: object) -> bool:
    """Tell whether 'or more' and 'or less' of a rule include the figure itself: RC-11, the nearest reading."""
    nearest = rule.readings if isinstance(rule, Limit) else None
    return pack.reading("RC-11", nearest) == "inclusive"
