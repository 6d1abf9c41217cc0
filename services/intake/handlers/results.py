"""What the public reads of the handling of published cases.

Decides nothing: each case's own edition says which facts are published. Read from the case file when it is asked for,
so that what is erased there is gone from the public list as well.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from services.intake.domain.results import PublicResult, results_of
from services.intake.handlers.masking import TextMasker
from services.intake.store.reading import cases_numbered
from shared.db.store import Store
from shared.flow.editions import PackCache


@dataclass(frozen=True, slots=True)
class PublicResults:
    """Finds what publications show of the handling."""

    store: Store
    pack_cache: PackCache
    masker: TextMasker

    def of(
        self, conn: sa.Connection, town: str, numbers: Iterable[str]
    ) -> Mapping[str, tuple[PublicResult, ...]]:
        """Return the results of published cases, by their numbers."""
        found = {}
        for case in cases_numbered(conn, town, dict.fromkeys(numbers)):
            pack = self.pack_cache.of(conn, self.store.flow.editions, case.edition)
            # Names are sealed: only where there is a result to be shown are they opened, to be masked in it.
            shows = any(fact.public for fact in pack.facts.values())
            names = self.masker.names_of(conn, town, case) if shows else ()
            found[case.number] = results_of(pack, case, names)
        return found
