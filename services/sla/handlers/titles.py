"""What a rule is called, by the edition under which it was applied: a later one may have dropped or renamed it."""

from dataclasses import dataclass

import sqlalchemy as sa

from shared.flow.editions import PackCache
from shared.flow.service import TryLater
from shared.kernel.texts import Language


@dataclass(frozen=True, slots=True)
class RuleTitles:
    """Asks the edition's rules of limits.

    Args:
        editions: the service's copy of them.
    """

    editions: sa.Table
    packs: PackCache

    def title(self, conn: sa.Connection, edition: str, rule: str, language: Language) -> str:
        """Return a rule's title; its key where it has none, or the edition is not here."""
        try:
            limits = self.packs.of(conn, self.editions, edition).limits
        except TryLater:
            return rule
        found = next((limit.origin.title for limit in limits if limit.origin.rule == rule), None)
        return (found.in_language(language) if found else "") or rule
