"""Data of the registry's messages."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.registry.domain.absences import Absence
from services.registry.domain.calendars import Days
from services.registry.domain.members import Place
from services.registry.domain.tokens import Scope, reference_of
from services.registry.ports.books import Jurisdiction
from shared.kernel.instants import format_instant


def town_stream(town: str) -> str:
    """Return the stream of everything that is said about a town."""
    return f"town/{town}"


def token_stream(token_hash: str) -> str:
    """Return the stream of one token."""
    return f"token/{reference_of(token_hash)}"


def edition_published(
    edition: str, number: int, files: Mapping[str, str], effective_at: datetime
) -> dict[str, Any]:
    """Return the data of `edition.published`."""
    return {
        "edition": edition,
        "number": number,
        "files": dict(files),
        "effective_at": format_instant(effective_at),
    }


def calendar_published(revision: int, days: Days) -> dict[str, Any]:
    """Return the data of `calendar.published`."""
    return {"revision": revision, **days_json(days)}


def days_json(days: Days) -> dict[str, Any]:
    """Return a town's days as they are stored and shown."""
    return {
        "holidays": {day.isoformat(): name for day, name in sorted(days.holidays.items())},
        "make_up": {day.isoformat(): name for day, name in sorted(days.make_up.items())},
        "years": sorted(days.years),
    }


def membership_changed(place: Place, sealed: Mapping[str, str]) -> dict[str, Any]:
    """Return the data of `membership.changed`; a place that ended carries no address."""
    return {
        "person": place.person,
        "unit": place.unit,
        "role": place.role,
        "held": place.held,
        "addresses": dict(sealed) if place.held else {},
    }


def absence_changed(absence: Absence) -> dict[str, Any]:
    """Return the data of `absence.changed`."""
    return {
        "absence": absence.id,
        "person": absence.person,
        "substitute": absence.substitute,
        "from_at": format_instant(absence.from_at),
        "until_at": format_instant(absence.until_at),
        "stands": absence.stands,
    }


def token_changed(token_hash: str, scope: Scope, *, revoked: bool) -> dict[str, Any]:
    """Return the data of `token.changed`."""
    until = scope.valid_until
    return {
        "token_hash": token_hash,
        "role": scope.role,
        "unit": scope.unit,
        "person": scope.person,
        "towns": list(scope.towns),
        "valid_until": format_instant(until) if until else None,
        "revoked": revoked,
    }


def jurisdiction_changed(jurisdiction: Jurisdiction) -> dict[str, Any]:
    """Return the data of `jurisdiction.changed`."""
    return {
        "key": jurisdiction.key,
        "part_of": jurisdiction.part_of,
        "name": {"zh": jurisdiction.name.zh, "en": jurisdiction.name.en},
    }
