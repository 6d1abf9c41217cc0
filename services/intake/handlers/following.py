"""Letting whoever has a case's number and code follow it, without an account and on any device.

Decides whose eyes the follower has: those of whoever reported, on that one case. Once the town's rules have erased who
reported it, its code opens nothing any more.
"""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from services.intake.domain.case import Case
from services.intake.domain.follow_codes import FollowCodes
from services.intake.domain.refusal import refusal
from services.intake.store.reading import case_of_id, cases_numbered
from services.intake.store.retained import has_identities
from shared.contracts.short_tokens import FOLLOWER, LIFETIME, Grant, ShortTokens
from shared.db.store import Store
from shared.obs.audit import audited

_JOINED = "joined-"
NOBODYS = ""  # id of no case: a number that nobody has costs as much as one with a wrong code


@dataclass(frozen=True, slots=True)
class FollowedCase:
    """A token for one case.

    Args:
        case: its id; of a case that was merged, that of the one which goes on.
    """

    case: str
    token: str
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Follower:
    """Gives tokens for single cases to whoever has their codes; nothing of it is kept."""

    store: Store
    codes: FollowCodes
    short: ShortTokens

    def follow(self, town: str, number: str, code: str, client: str) -> FollowedCase:
        """Return a token for the case.

        Args:
            number, code: as somebody typed them; client: the address from which it was.

        Raises:
            Refusal: `follow-code-wrong`, whether the number is nobody's, the code another's or its time over.
        """
        with self.store.read() as conn:
            own = next(iter(cases_numbered(conn, town, [number.strip()])), None)
            is_right = self.codes.fits(own.id if own else NOBODYS, code)
            if own is None or not is_right or not has_identities(conn, own.id):
                raise refusal("follow-code-wrong")
            now, shown = self.store.now(conn), _going_on(conn, own)
        ends_at = (now + LIFETIME).replace(microsecond=0)
        person = own.reporter or ("" if shown.id == own.id else _JOINED + own.id)
        # Records name the token by its case: there is no session.
        grant = Grant(
            f"{FOLLOWER}-{own.id}", FOLLOWER, None, person, (town,), int(ends_at.timestamp()), shown.id
        )
        audited("follow-token-issued", town=town, case=own.id, client=client)
        return FollowedCase(shown.id, self.short.sign(grant), ends_at)


def _going_on(conn: sa.Connection, case: Case) -> Case:
    """The case, or the one into which it was merged: whose reporter is somebody else, and is shown as such."""
    into = case_of_id(conn, case.town, case.merged_into.case) if case.merged_into else None
    return case if into is None else _going_on(conn, into)
