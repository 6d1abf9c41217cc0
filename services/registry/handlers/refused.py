"""Keeping what was refused: who tried to change a town's rules or grids, when, and why not (P003.5)."""

from dataclasses import asdict, dataclass

import structlog

from services.registry.domain.attempts import TriedChange, attempt_of
from services.registry.store.platform import SqlRefusals
from shared.db.store import Store
from shared.kernel.problems import Problem
from shared.web.callers import Caller


@dataclass(frozen=True, slots=True)
class Refusals:
    """Notes refused attempts, each in a transaction of its own: what was refused wrote nothing."""

    store: Store
    refusals: SqlRefusals

    def note(self, town: str, what: TriedChange, no: Problem, by: Caller | None = None) -> None:
        """Keep that somebody tried and was refused.

        Args:
            by: whoever tried; None at the command line.
        """
        attempt = attempt_of(what, no, by)
        with self.store.begin() as work:
            self.refusals.add(work, town, attempt)
        structlog.get_logger("registry").warning("change refused", town=town, **asdict(attempt))
