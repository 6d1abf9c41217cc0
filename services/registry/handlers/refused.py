"""Keeping what was refused: who tried to change a town's rules or grids, when, and why not (P003.5)."""

from dataclasses import dataclass

import structlog

from services.registry.ports.books import RefusalBook
from shared.db.store import Store
from shared.kernel.problems import Problem
from shared.web.callers import Caller

PUBLICATION, GRID_CODE = "publication", "grid-code"


@dataclass(frozen=True, slots=True)
class Refusals:
    """Notes refused attempts, each in a transaction of its own: what was refused wrote nothing."""

    store: Store
    book: RefusalBook

    def note(self, town: str, what: str, no: Problem, by: Caller | None = None) -> None:
        """Keep that somebody tried and was refused."""
        row = {
            "town": town,
            "what": what,
            "code": no.code,
            "detail": " ".join(f"{key}={value}" for key, value in no.where.items()),
            "by_role": str(by.role) if by else None,
            "by_unit": by.unit if by else None,
            "by_person": by.person if by else None,
        }
        with self.store.begin() as work:
            self.book.add(work, row)
        structlog.get_logger("registry").warning("change refused", **row)
