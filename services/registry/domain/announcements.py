"""What the registry says to the others, and the streams on which it says it."""

from collections.abc import Mapping
from datetime import datetime

from services.registry.domain.absences import Absence
from services.registry.domain.accounts import HeldRole
from services.registry.domain.calendars import Days
from services.registry.domain.editions import Published
from services.registry.domain.jurisdictions import Jurisdiction
from services.registry.domain.members import Membership
from services.registry.domain.tokens import KnownToken, Scope
from shared.contracts.messages import (
    AbsenceChanged,
    CalendarPublished,
    EditionPublished,
    JurisdictionChanged,
    MembershipChanged,
    SessionOpened,
    TokenChanged,
)
from shared.contracts.short_tokens import SESSION, mark_of_end
from shared.web.callers import reference_of

# One for all: a stream of its own for each session would leave a row in every service for ever.
SESSIONS_STREAM = "token/sessions"


def town_stream(town: str) -> str:
    """Return the stream of everything that is said about a town."""
    return f"town/{town}"


def token_stream(token_hash: str) -> str:
    """Return the stream of one token."""
    return f"token/{reference_of(token_hash)}"


def ended_session(reference: str, until: datetime) -> KnownToken:
    """Return how the end of a session is known among tokens: its own are good no longer.

    Args:
        until: when the last of them would have ended; after it nobody needs to know.
    """
    return KnownToken(mark_of_end(reference), Scope(SESSION, (), valid_until=until), revoked=True)


def session_opened(role: HeldRole, person: str, at: datetime) -> SessionOpened | None:
    """Return what is said of somebody who acts in a session; None: for no unit, and so in no town alone."""
    return SessionOpened(person=person, unit=role.unit, role=role.role, at=at) if role.unit else None


def edition_published(published: Published, files: Mapping[str, str]) -> EditionPublished:
    """Return what is said of an edition that takes effect."""
    return EditionPublished(
        edition=published.edition,
        number=published.number,
        files=dict(files),
        effective_at=published.effective_at,
    )


def calendar_published(revision: int, days: Days) -> CalendarPublished:
    """Return what is said of a town's days: all of them, under a new revision."""
    return CalendarPublished(
        revision=revision,
        holidays={day.isoformat(): name for day, name in sorted(days.holidays.items())},
        make_up={day.isoformat(): name for day, name in sorted(days.make_up.items())},
        years=tuple(sorted(days.years)),
    )


def membership_changed(membership: Membership, sealed: Mapping[str, str]) -> MembershipChanged:
    """Return what is said of a place in a unit; one that ended carries no address."""
    return MembershipChanged(
        person=membership.person,
        unit=membership.unit,
        role=membership.role,
        held=membership.held,
        addresses=dict(sealed) if membership.held else {},
    )


def absence_changed(absence: Absence) -> AbsenceChanged:
    """Return what is said of an absence."""
    return AbsenceChanged(
        absence=absence.id,
        person=absence.person,
        substitute=absence.substitute,
        from_at=absence.from_at,
        until_at=absence.until_at,
        stands=absence.stands,
    )


def token_changed(token: KnownToken) -> TokenChanged:
    """Return what is said of a token: its hash and what it gives, never the token."""
    scope = token.scope
    return TokenChanged(
        token_hash=token.token_hash,
        role=scope.role,
        unit=scope.unit,
        person=scope.person,
        towns=scope.towns,
        valid_until=scope.valid_until,
        revoked=token.revoked,
    )


def jurisdiction_changed(jurisdiction: Jurisdiction) -> JurisdictionChanged:
    """Return what is said of a node of the tree."""
    return JurisdictionChanged(
        key=jurisdiction.key,
        part_of=jurisdiction.part_of,
        name={"zh": jurisdiction.name.zh, "en": jurisdiction.name.en},
        suspended_at=jurisdiction.suspended_at,
    )
