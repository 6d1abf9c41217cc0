"""How far the occurrences of a duty are made, and what is made next.

Decides the steps: some labels, of these some posts at a time, so that no transaction is longer than a bound whatever
the town's size; and how far ahead is far enough: what opens within so many days must be there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from msgspec import Struct
from msgspec.structs import replace

from shared.kernel.instants import Instant
from shared.rules.pack.model import Duty, Period

STRETCH = timedelta(days=31)  # labels that are looked at in one step
# No days off run longer: what is named so far back may come to fall on a day that lies ahead.
BACK = timedelta(days=45)
_DAY = timedelta(days=1)
# What is named by its last day opens with its first.
_SPANS: Mapping[Period, int] = {
    Period.WEEK: 7,
    Period.HALF_MONTH: 16,
    Period.MONTH: 31,
    Period.QUARTER: 92,
    Period.HALF_YEAR: 184,
    Period.YEAR: 366,
    Period.ONCE: 366,
}


class Horizon(Struct, frozen=True, kw_only=True):
    """How far a duty's occurrences are made in a town.

    Args:
        duty: its key; '' stands for the town itself, whose rules and days are looked at.
        edition, revision: of rules and days that they are made by.
        until: last label that is made whole; None: nothing is.
        post: from which on there is still something to make of the labels that follow; '': from the first.
        made_to: last label that was ever made.
        next_at: when there is something to make again; None: never.
    """

    town: str
    duty: str = ""
    edition: str | None = None
    revision: int = 0
    until: date | None = None
    post: str = ""
    made_to: date | None = None
    next_at: Instant | None = None

    def begun(self, edition: str, revision: int, today: date, at: Instant) -> "Horizon":
        """Return it as all is made anew: under another edition, or with other days."""
        return replace(self, edition=edition, revision=revision, until=today - BACK, post="", next_at=at)

    @property
    def stretch(self) -> tuple[date, date]:
        """The labels of the next step, both ends included."""
        assert self.until is not None
        return self.until + _DAY, self.until + STRETCH

    def after(self, portion: "Portion") -> "Horizon":
        """Return it after a step."""
        if portion.post_after is not None:
            return replace(self, post=portion.post_after)
        end = self.stretch[1]
        return replace(self, until=end, post="", made_to=max(end, self.made_to or end))


def span_of(duty: Duty) -> timedelta:
    """Return how long before its label an occurrence may open."""
    return _DAY * _SPANS.get(duty.every.period, 0)


@dataclass(frozen=True, slots=True)
class Portion:
    """The posts that one step takes.

    Args:
        post_after: the first post of the next step; None: these are the last.
    """

    posts: tuple[str, ...]
    post_after: str | None


def portion_of(posts: Sequence[str], first: str, most: int) -> Portion:
    """Return the posts that a step takes.

    Args:
        posts: all that owe the duty.
        first: from which on, in order.
        most: how many a step takes, one at least.
    """
    left = sorted(post for post in posts if post >= first)
    return Portion(tuple(left[:most]), left[most] if len(left) > most else None)
