"""What towns call their things, kept for a little while: nearly every page names some of them.

Decides for how long a name is kept. A new edition's names are shown within that time.
"""

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from services.console.domain.sheets import NameBook, NamedKey
from services.console.handlers.client import ApiClient, at
from shared.kernel.clock import TimeSource
from shared.kernel.texts import Language

KEPT_FOR = timedelta(seconds=60)
MOST = 2000  # towns times languages


@dataclass(frozen=True)
class TownNames:
    """A town's names, looked up by key; what has none is shown by its key."""

    book: NameBook = field(default_factory=NameBook)

    def category(self, key: str) -> str:
        """Return what a category is called."""
        return self._categories.get(key, key)

    def level(self, key: str | None) -> str:
        """Return what a level is called."""
        return self._levels.get(key or "", key or "")

    def channel(self, key: str) -> str:
        """Return what a channel is called."""
        return self._channels.get(key, key)

    def rule(self, key: str) -> str:
        """Return a rule's title."""
        return self._rules.get(key, key)

    def milestone(self, key: str) -> str:
        """Return what a milestone is called."""
        return self._milestones.get(key, key)

    def fact(self, key: str) -> str:
        """Return what a fact is called."""
        return self._facts.get(key, key)

    def value(self, fact: str, value: object) -> str:
        """Return a fact's value as people read it, where it is a key of the town's."""
        if isinstance(value, list | tuple):
            return "、".join(self.value(fact, each) for each in value)
        text = str(value)
        if (named := self._values.get((fact, text))) is not None:
            return named
        return self.unit(text) if "/" in text else self._units.get(text) or self._categories.get(text, text)

    def step(self, key: str) -> str:
        """Return what a step or a milestone is called."""
        return self._steps.get(key) or self.milestone(key)

    def place(self, key: str | None) -> str:
        """Return what a place is called, from the larger to the smaller."""
        found = self._places.get(key or "")
        if found is None:
            return key or ""
        around = self._places.get(found.part_of or "")
        return f"{around.name} · {found.name}" if around else found.name

    def unit(self, address: str | None) -> str:
        """Return what 'jurisdiction/unit' is called; the town itself is not said."""
        jurisdiction, _, key = (address or "").rpartition("/")
        unit = self._units.get(key) or self.place_alone(key)
        place = jurisdiction.removeprefix(self.book.town).removeprefix(".")
        return f"{self.place_alone(place)} · {unit}" if place else unit

    def place_alone(self, key: str) -> str:
        """Return what a place is called, without what lies around it."""
        found = self._places.get(key)
        return found.name if found else key

    @cached_property
    def _places(self) -> dict[str, NamedKey]:
        return {place.key: place for place in self.book.places}

    @cached_property
    def _categories(self) -> dict[str, str]:
        return _named(self.book.categories)

    @cached_property
    def _levels(self) -> dict[str, str]:
        return _named(self.book.levels)

    @cached_property
    def _channels(self) -> dict[str, str]:
        return _named(self.book.channels)

    @cached_property
    def _rules(self) -> dict[str, str]:
        return _named(self.book.rules)

    @cached_property
    def _units(self) -> dict[str, str]:
        return _named(self.book.units)

    @cached_property
    def _values(self) -> dict[tuple[str, str], str]:
        return {(fact.key, each.key): each.name for fact in self.book.facts for each in fact.values}

    @cached_property
    def _facts(self) -> dict[str, str]:
        return _named(self.book.facts)

    @cached_property
    def _milestones(self) -> dict[str, str]:
        return _named(self.book.milestones)

    @cached_property
    def _steps(self) -> dict[str, str]:
        return _named(self.book.steps)


def _named(entries: tuple[NamedKey, ...]) -> dict[str, str]:
    return {entry.key: entry.name for entry in entries}


class NameShelf:
    """Keeps the names of towns."""

    def __init__(self, time: TimeSource) -> None:
        self._time = time
        self._kept: dict[tuple[str, Language, str], tuple[datetime, TownNames]] = {}
        self._lock = threading.Lock()

    def of(self, client: ApiClient, town: str, edition: str = "") -> TownNames:
        """Return a town's names in the client's language.

        Args:
            edition: whose names stand in for what the one in force has no more; empty: no other's.

        Raises:
            ApiRefused: the client may not ask about this town.
        """
        key, now = (town, client.language, edition), self._time.now()
        with self._lock:
            found = self._kept.get(key)
        if found is not None and now - found[0] < KEPT_FOR:
            return found[1]
        names = self._asked(client, town, edition)
        with self._lock:
            if len(self._kept) >= MOST:
                self._kept.clear()
            self._kept[key] = (now, names)
        return names

    def _asked(self, client: ApiClient, town: str, edition: str) -> TownNames:
        path = at("towns", town, "names")
        if not edition:
            return TownNames(client.read(path, NameBook))
        present = self.of(client, town)
        if present.book.edition == edition:
            return present
        older = client.read(path, NameBook, {"edition": edition})
        return TownNames(present.book.completed_by(older))
