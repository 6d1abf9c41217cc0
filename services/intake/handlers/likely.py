"""Suggesting likely duplicates of a case just reported, among those that the reporter may see.

Decides nothing about merging. Cases reported in the same transaction are not in the store yet and are compared
by hand.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from services.intake.domain.actors import Actor
from services.intake.domain.case import Case
from services.intake.domain.likeness import likeness_of, looks_like, suggested
from services.intake.ports.case_file import CaseFile
from shared.db.work import Work
from shared.flow.editions import PackShelf

MOST = 10


@dataclass(frozen=True, slots=True)
class Likely:
    """Looks for cases that look alike."""

    files: CaseFile
    shelf: PackShelf

    def to(self, work: Work, case: Case, actor: Actor, beside: Iterable[object]) -> list[Mapping[str, Any]]:
        """Return at most ten cases that look like this one, newest first.

        Args:
            beside: what else was reported at the same moment by the same caller.
        """
        likeness = likeness_of(self.shelf.of(work, work.flow.editions, case.edition), case)
        if likeness is None:
            return []
        near = [
            one for one in beside if isinstance(one, Case) and one.id < case.id and looks_like(likeness, one)
        ]
        found = [*map(suggested, reversed(near)), *self.files.alike(work, likeness, actor, MOST)]
        return found[:MOST]
