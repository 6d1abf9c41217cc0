"""What a pack says, after reading and checking: plain frozen values.

Decides nothing. Every noun of a template stays a slot (`$low`) in this model and is looked up with
`Pack.noun` after a decision, so that towns on the same template share compiled rule tables.

Keys of units, levels and the like are texts without spaces; words of the language that stand where
a key could stand (`lead`, `department of category`) are listed in `PARTIES`.

`origins` (why and since when), `nouns` (whom and what), `steps` (what people do), `rules` (what holds of a
case), `duties` (what is owed again and again), `privacy` (what ends, what is masked), `telling` (when notices are
told), `ledger` (what is kept of people) and `town` (all of it together) import downward in that order; everybody else
asks here.
"""

from shared.rules.pack.model.duties import (
    About,
    DayOff,
    Duty,
    DutyKind,
    Form,
    FormFact,
    Meeting,
    Owed,
    Period,
    Recurrence,
)
from shared.rules.pack.model.ledger import (
    ABOUT,
    OF_RESIDENTS,
    PLACE,
    ChangeEffect,
    ChangeNeeds,
    EntryKind,
    EntryType,
    LedgerChange,
    LedgerClass,
    LedgerFact,
    LedgerReaders,
    Paper,
    TownLedger,
)
from shared.rules.pack.model.nouns import (
    CalendarSource,
    Category,
    Combining,
    EarlierCases,
    Fact,
    Level,
    NamedPlace,
    PlaceCode,
    Polygon,
    Ring,
    Times,
    Unit,
)
from shared.rules.pack.model.origins import Origin, Spot
from shared.rules.pack.model.privacy import DataClass, Mask, Masked, Retained
from shared.rules.pack.model.rules import (
    BY_FACT,
    PARTIES,
    Acceptance,
    Duplicates,
    Escalation,
    Hidden,
    LateKind,
    Limit,
    Notice,
    RoutingRule,
    Then,
)
from shared.rules.pack.model.steps import Effect, EffectKind, NotBefore, Procedure, Step, StepCondition
from shared.rules.pack.model.telling import Gathering, NoticeTimes, Quiet, Urgent
from shared.rules.pack.model.town import Pack, includes_figure

__all__ = [
    "ABOUT",
    "BY_FACT",
    "OF_RESIDENTS",
    "PARTIES",
    "PLACE",
    "About",
    "Acceptance",
    "CalendarSource",
    "Category",
    "ChangeEffect",
    "ChangeNeeds",
    "Combining",
    "DataClass",
    "DayOff",
    "Duplicates",
    "Duty",
    "DutyKind",
    "EarlierCases",
    "Effect",
    "EffectKind",
    "EntryKind",
    "EntryType",
    "Escalation",
    "Fact",
    "Form",
    "FormFact",
    "Gathering",
    "Hidden",
    "LateKind",
    "LedgerChange",
    "LedgerClass",
    "LedgerFact",
    "LedgerReaders",
    "Level",
    "Limit",
    "Mask",
    "Masked",
    "Meeting",
    "NamedPlace",
    "NotBefore",
    "Notice",
    "NoticeTimes",
    "Origin",
    "Owed",
    "Pack",
    "Paper",
    "Period",
    "PlaceCode",
    "Polygon",
    "Procedure",
    "Quiet",
    "Recurrence",
    "Retained",
    "Ring",
    "RoutingRule",
    "Spot",
    "Step",
    "StepCondition",
    "Then",
    "Times",
    "TownLedger",
    "Unit",
    "Urgent",
    "includes_figure",
]
