"""What the platform keeps beside the towns' own: the tree of jurisdictions, tokens, refused attempts, the outbox."""

from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa
from msgspec import Struct

from services.registry.domain.attempts import RefusedAttempt
from services.registry.domain.jurisdictions import Jurisdiction
from services.registry.domain.tokens import KnownToken, Scope
from services.registry.store.tables import jurisdictions, refused, token_notes
from shared.db.work import Work
from shared.kernel.texts import Text
from shared.web.callers import reference_of


class _Node(Struct, frozen=True):
    """A row of the tree."""

    key: str
    part_of: str | None
    name_zh: str
    name_en: str
    changed_at: datetime
    suspended_at: datetime | None


class SqlJurisdictions:
    """The tree of jurisdictions."""

    def get(self, work: Work, key: str) -> Jurisdiction | None:
        """Return a jurisdiction, locked for this transaction."""
        row = work.rows(jurisdictions).get(key)
        if row is None:
            return None
        kept = _Node(**row)
        return Jurisdiction(kept.key, Text(kept.name_zh, kept.name_en), kept.part_of, kept.suspended_at)

    def has_edition(self, work: Work, town: str) -> bool:
        """Tell whether a jurisdiction is a town: rules of it were published."""
        editions = work.flow.editions
        found = sa.select(editions.c.edition).where(editions.c.town == town).limit(1)
        return work.conn.scalar(found) is not None

    def put(self, work: Work, jurisdiction: Jurisdiction) -> None:
        """Enter or change a jurisdiction."""
        work.rows(jurisdictions).put(
            {
                "key": jurisdiction.key,
                "part_of": jurisdiction.part_of,
                "name_zh": jurisdiction.name.zh,
                "name_en": jurisdiction.name.en,
                "changed_at": work.at,
                "suspended_at": jurisdiction.suspended_at,
            }
        )


class SqlTokens:
    """Tokens by their hashes, as the others copy them, and what is noted of each here alone."""

    def add(self, work: Work, token: KnownToken, label: str, by: str | None) -> None:
        """Enter a token that was issued.

        Args:
            label: what it is for; by: reference of whoever issued it, None: the command line.
        """
        work.rows(token_notes).add(
            {
                "token_hash": token.token_hash,
                "reference": reference_of(token.token_hash),
                "label": label,
                "issued_at": work.at,
                "issued_by": by,
            }
        )
        self.put(work, token)

    def put(self, work: Work, token: KnownToken) -> None:
        """Keep what a token allows now."""
        scope = token.scope
        work.rows(work.flow.tokens).put(
            {
                "token_hash": token.token_hash,
                "role": scope.role,
                "unit": scope.unit,
                "person": scope.person,
                "towns": list(scope.towns),
                "valid_until": scope.valid_until,
                "revoked": token.revoked,
                "as_of": work.at,
            }
        )

    def find(self, work: Work, reference: str) -> KnownToken | None:
        """Return the token that a reference names, locked for this transaction."""
        token_hash = work.conn.scalar(
            sa.select(token_notes.c.token_hash).where(token_notes.c.reference == reference)
        )
        row = work.rows(work.flow.tokens).get(token_hash) if token_hash else None
        if row is None:
            return None
        scope = Scope(row["role"], tuple(row["towns"]), row["unit"], row["person"], row["valid_until"])
        return KnownToken(row["token_hash"], scope, row["revoked"])


class SqlRefusals:
    """Attempts that were refused; none is ever removed (P003.5)."""

    def add(self, work: Work, town: str, attempt: RefusedAttempt) -> None:
        """Enter an attempt."""
        work.rows(refused).append(
            {"town": town, "at": work.at, **asdict(attempt), "what": attempt.what.value}
        )
