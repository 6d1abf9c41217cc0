"""What the registry says to the others, and the streams on which it says it."""

from collections.abc import Mapping

from services.registry.domain.absences import Absence
from services.registry.domain.calendars import Days
from services.registry.domain.editions import Published
from services.registry.domain.jurisdictions import Jurisdiction
from services.registry.domain.members import Membership
from services.registry.domain.tokens import KnownToken
from shared.contracts.messages import (
    AbsenceChanged,
    CalendarPublished,
    EditionPublished,
    JurisdictionChanged,
    MembershipChanged,
    TokenChanged,
)
from shared.web.callers import reference_of


def town_stream(town: str) -> str:
    """Return the stream of everything that is said about a town."""
    return f"town/{town}"


def token_stream(token_hash: str) -> str:
    """Return the stream of one token."""
    return f"token/{reference_of(token_hash)}"


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
