"""When notices are told: quiet times, gathering, and what is told at once all the same.

Decides nothing; instants are reckoned by `rules.case.telling`, what is urgent is answered by the evaluators.
"""

from dataclasses import dataclass

from shared.kernel.texts import Text
from shared.rules.logic.condition import Condition
from shared.rules.pack.model.origins import Origin, Spot

DAY_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class Quiet:
    """A time in which notices wait: everything that is said must be so, as of a fact from time.

    Args:
        between: spans of the local day, the end exclusive; one that ends no later than it begins goes past midnight.
        days: 'working_day', 'weekend', 'holiday', or weekdays 'mon' … 'sun'; empty: any day.
        office_hours: within office hours, or outside; None: either.
    """

    between: tuple[tuple[str, str], ...] = ()
    days: tuple[str, ...] = ()
    office_hours: bool | None = None


@dataclass(frozen=True, slots=True)
class Gathering:
    """What is told together: all that is made up to one of these times of the local day since the one before.

    Args:
        minutes: times of the day, 1 … 1440, in order.
        text: what it begins with, with {count} and {cases}; None: the platform's own words.
    """

    minutes: tuple[int, ...]
    text: Text | None = None


@dataclass(frozen=True, slots=True)
class Urgent:
    """Which notices are told at once.

    Args:
        on: occasions as in `Notice`; empty: any.
    """

    origin: Origin
    when: Condition
    on: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoticeTimes:
    """When a town's notices are told.

    Args:
        channels: over which they wait.
    """

    because: tuple[str, ...]
    quiet: tuple[Quiet, ...]
    gather: Gathering | None
    urgent: tuple[Urgent, ...]
    channels: tuple[str, ...]
    spot: Spot
