"""Doing for a key what its request asks for, once: a step that is sent again is not taken again.

Decides what is kept of it: that it was done, and what it did not do. A refused request leaves its key free.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from services.intake.domain.claims import Claim
from services.intake.domain.receipts import KeptAnswer, KeptResult
from services.intake.domain.refusal import refusal
from services.intake.store.idempotency import SqlClaims
from shared.db.work import Work


@dataclass(frozen=True, slots=True)
class Once:
    """Keys of single requests within a transaction."""

    claims: SqlClaims

    def known(self, work: Work, claim: Claim | None) -> Sequence[KeptResult] | None:
        """Return what the same request came to before; None: it has not been done.

        Raises:
            Refusal: `key-reused`: another request came with this key.
        """
        taken = self.claims.take(work, [claim]) if claim else {}
        if claim is None or claim.key not in taken:
            return None
        before = taken[claim.key]
        if before.body_hash != claim.body_hash:
            raise refusal("key-reused", {"field": "Idempotency-Key"})
        return before.answer.results

    def done(self, work: Work, claim: Claim | None, results: Sequence[KeptResult]) -> None:
        """Keep that the request was done."""
        if claim is not None:
            self.claims.settle(work, {claim: KeptAnswer(tuple(results))})

    def refused(self, work: Work, claim: Claim | None) -> None:
        """Let go of the key: a corrected request may use it."""
        if claim is not None:
            self.claims.give_back(work, [claim])
