"""On whose behalf the present thread works: what a store that keeps towns apart lets it reach.

Decides what each kind of work is called. Whoever answers a request says so before anything is read; all else is the
house's own work. Must not know stores, nor what a town's rows are.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum

EVERYWHERE = "*"


class StorePart(StrEnum):
    """A kind of work, and the last word of the store's role that does it."""

    REQUEST = "town"  # somebody's request: one town's rows, unless it says that it goes beyond
    WORK = "work"  # the house's own: messages, duties, commands, figures
    RELAY = "relay"  # handing on what waits to be sent
    ENGINE = "engine"  # firing what falls due


@dataclass(frozen=True, slots=True)
class StoreScope:
    """What may be reached.

    Args:
        part: who works.
        town: of a request: the town whose rows it may reach, `EVERYWHERE` for all; '': none yet.
    """

    part: StorePart
    town: str = ""


HOUSE = StoreScope(StorePart.WORK)
NO_TOWN = StoreScope(StorePart.REQUEST)
# A new thread begins with the default: it answers nobody until it says that it does.
_present: ContextVar[StoreScope] = ContextVar("scope", default=HOUSE)


def present() -> StoreScope:
    """Return what this thread may reach now."""
    return _present.get()


def enter(scope: StoreScope) -> StoreScope:
    """Reach this from now on, and return what was reached before: whoever enters hands it back in the end."""
    before = _present.get()
    _present.set(scope)
    return before


@contextmanager
def within(scope: StoreScope) -> Iterator[None]:
    """Reach this for as long as the block lasts."""
    before = enter(scope)
    try:
        yield
    finally:
        enter(before)
