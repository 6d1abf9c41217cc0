"""What pages send."""

from collections.abc import Mapping

from msgspec import Struct, field

from services.console.domain.sheets.values import FactGiven


class ReporterToSend(Struct, frozen=True, omit_defaults=True):
    """Who reports; sealed as soon as it is there."""

    name: str = ""
    phone: str = ""


class ReportToSend(Struct, frozen=True, omit_defaults=True):
    """A report as intake takes it; what was left empty is not sent."""

    category: str
    text: str = ""
    channel: str = ""
    place: str = ""
    lat: float | None = None
    lon: float | None = None
    answers: Mapping[str, FactGiven] = field(default_factory=dict)
    reporter: ReporterToSend = ReporterToSend()
    on_behalf: bool = False
    anonymous: bool = False
    private: bool = False


class StepToSend(Struct, frozen=True, omit_defaults=True):
    """A step as intake takes it."""

    step: str
    due_at: FactGiven = None
    facts: Mapping[str, FactGiven] = field(default_factory=dict)
    note: str = ""


class OrderMoveToSend(Struct, frozen=True, omit_defaults=True):
    """What a unit does with its share, as intake takes it."""

    move: str
    note: str = ""
