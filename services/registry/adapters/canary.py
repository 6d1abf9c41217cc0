"""Trying a pack's tables in a process of their own before any service loads them.

Decides what is tried: every table of the pack, with a case of each category at each kind of place. A table
that was tried before, in whichever town, is not tried again: towns on one template share it. Must not know
stores.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice

from shared.kernel.canonical import content_hash
from shared.rules.case.situation import Situation, all_facts
from shared.rules.decide.slots import declarations, in_slots, slotted
from shared.rules.language.errors import PackError
from shared.rules.logic.canary import TableTrial, TrialResult, try_out
from shared.rules.logic.plain import plain_rows
from shared.rules.logic.rulebook import tested_facts
from shared.rules.pack.model import Pack

MOST_SAMPLES = 200
MOST_REMEMBERED = 10_000


class CanaryTrial:
    """Implements `domain.trials.Trial` with `shared.rules.logic.canary`.

    Args:
        try_tables: tries tables in a child process.
    """

    def __init__(self, try_tables: Callable[[Sequence[TableTrial]], TrialResult] = try_out) -> None:
        self._try = try_tables
        self._passed: set[str] = set()
        self._lock = threading.Lock()

    def __call__(self, pack: Pack, files: Mapping[str, str]) -> Sequence[PackError]:
        """Return one fault when a table may not be loaded, none otherwise."""
        del files
        # Read without the lock: at worst two that publish at once try a table twice.
        trials = {name: trial for name, trial in _tables(pack) if name not in self._passed}
        if not trials:
            return ()
        result = self._try(list(trials.values()))
        if not result.ok:
            return [PackError(result.code, f"{pack.town}/", 1, 1, None, result.cause, result.remedy)]
        self._remember(trials)
        return ()

    def try_together(self, packs: Iterable[Pack]) -> None:
        """Try the tables of many packs in one process, so that publishing them one by one starts no more.

        Where that process finds or does anything wrong, each pack is tried for itself when it is published.
        """
        trials = dict(chain.from_iterable(map(_tables, packs)))
        if self._try(list(trials.values())).ok:
            self._remember(trials)

    def _remember(self, passed: Iterable[str]) -> None:
        with self._lock:
            if len(self._passed) > MOST_REMEMBERED:
                # Whatever is forgotten is only tried once more.
                self._passed.clear()
            self._passed.update(passed)


def _tables(pack: Pack) -> Iterator[tuple[str, TableTrial]]:
    """The pack's tables with samples, each under the hash of its rules."""
    declared = declarations(pack)
    for name, rules in (
        ("routing", pack.routing),
        ("limits", pack.limits),
        ("tell", pack.tell),
        ("urgent", pack.urgent),
    ):
        rows, slots = slotted(rules, pack)
        names = {fact for row in rows for fact in tested_facts(row.when)}
        kinds = {fact: declared[fact] for fact in sorted(names) if fact in declared}
        samples = [
            {fact: value for fact, value in in_slots(facts, slots).items() if fact in kinds}
            for facts in islice(_facts(pack), MOST_SAMPLES)
        ]
        if rows:
            key = content_hash([plain_rows(rows), [f"{fact}:{kind}" for fact, kind in kinds.items()]])
            yield key, TableTrial(f"{pack.town} {name}", rows, kinds, samples)


def _facts(pack: Pack) -> Iterator[Mapping[str, bool | int | float | str]]:
    channel = next(iter(pack.channels), "app")
    places = [None, *islice(pack.places, 3)]
    for category in pack.categories:
        for place in places:
            yield all_facts(pack, Situation(category, channel, place, {}))
