"""What the registry shows: the one place where its values become plain ones."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from msgspec import UNSET, Struct, UnsetType, to_builtins
from msgspec.structs import replace

from services.registry.domain.absences import Absence
from services.registry.domain.attempts import ListedAttempt
from services.registry.domain.codes import Choice, GridCode, GridName
from services.registry.domain.editions import ListedPublication
from services.registry.domain.grids import GridMap, MappedCode, MappedGrid
from services.registry.domain.jurisdictions import Jurisdiction
from services.registry.domain.members import Identity, ListedMember
from services.registry.domain.tokens import IssuedToken, ListedToken
from services.registry.handlers.publish import Publication
from shared.kernel.instants import format_instant
from shared.kernel.texts import Text
from shared.rules.case.timing import AmendedDays
from shared.rules.language.errors import PackError
from shared.rules.pack.model import Polygon

Json = dict[str, Any]


def made_view(made: Publication) -> Json:
    """Return what publishing came to."""
    return {
        "number": made.number,
        "edition": made.edition,
        "effective_at": format_instant(made.effective_at),
        "is_new": made.is_new,
    }


def publication_view(listed: ListedPublication) -> Json:
    """Return a publication as a list shows it."""
    return {
        "number": listed.published.number,
        "edition": listed.published.edition,
        "effective_at": format_instant(listed.published.effective_at),
        "published_at": format_instant(listed.published_at),
        "published_by": listed.published_by,
        "standing": listed.standing,
    }


def fault_views(faults: Iterable[PackError]) -> list[Json]:
    """Return a pack's faults, in both languages."""
    return [
        {
            "code": fault.code,
            "file": fault.file,
            "line": fault.line,
            "column": fault.column,
            "rule": fault.rule,
            "cause": _both(fault.cause),
            "remedy": _both(fault.remedy),
        }
        for fault in faults
    ]


def days_view(days: AmendedDays, as_of: str | None) -> Json:
    """Return a town's days, all of them.

    Args:
        as_of: when they were published; None: just now, or never.
    """
    return {**to_builtins(days), "as_of": as_of}


def member_view(member: ListedMember) -> Json:
    """Return a place that is held, by reference."""
    return {
        "unit": member.unit,
        "role": member.role,
        "person": member.person,
        "since": format_instant(member.since),
    }


def identity_view(person: str, identity: Identity) -> Json:
    """Return who a person is."""
    return {"person": person, "name": identity.name, "addresses": dict(identity.addresses)}


def absence_view(absence: Absence) -> Json:
    """Return an absence, by reference."""
    return {
        "absence": absence.id,
        "person": absence.person,
        "substitute": absence.substitute,
        "from": format_instant(absence.from_at),
        "until": format_instant(absence.until_at),
        "stands": absence.stands,
    }


def attempt_view(listed: ListedAttempt) -> Json:
    """Return an attempt that was refused."""
    attempt = listed.attempt
    return {
        "what": attempt.what,
        "code": attempt.code,
        "detail": attempt.detail,
        "role": attempt.by_role,
        "unit": attempt.by_unit,
        "person": attempt.by_person,
        "token": attempt.by_token,
        "client": attempt.client,
        "at": format_instant(listed.at),
    }


class ShownToken(Struct, frozen=True, kw_only=True):
    """A token as it is shown; itself only in the answer to its issue."""

    reference: str
    token: str | UnsetType = UNSET
    label: str
    role: str
    towns: tuple[str, ...]
    unit: str | None
    person: str | None
    revoked: bool
    valid_until: datetime | None
    issued_at: datetime


def issued_view(issued: IssuedToken, label: str) -> ShownToken:
    """Return a token that was just issued: the only time that it is shown itself."""
    fresh = ListedToken(issued.reference, label, issued.issued_at, None, issued.scope, revoked=False)
    return replace(token_view(fresh), token=issued.token)


def token_view(listed: ListedToken) -> ShownToken:
    """Return a token as a list shows it."""
    scope = listed.scope
    return ShownToken(
        reference=listed.reference,
        label=listed.label,
        role=scope.role,
        towns=scope.towns,
        unit=scope.unit,
        person=scope.person,
        valid_until=scope.valid_until,
        revoked=listed.revoked,
        issued_at=listed.issued_at,
    )


def jurisdiction_view(jurisdiction: Jurisdiction) -> Json:
    """Return a node of the tree."""
    since = jurisdiction.suspended_at
    return {
        "key": jurisdiction.key,
        "name": _both(jurisdiction.name),
        "part_of": jurisdiction.part_of,
        **({"suspended_at": format_instant(since)} if since else {}),
    }


def code_view(code: GridCode) -> Json:
    """Return a code that was given out, parts apart."""
    return {"text": code.text, "parts": _parts_view(code.name), "letters": _letters_view(code)}


def choice_views(choices: Iterable[Choice]) -> list[Json]:
    """Return the characters to ask about."""
    return [{"character": choice.character, "readings": list(choice.readings)} for choice in choices]


def map_view(found: GridMap) -> Json:
    """Return a town's grids as a GeoJSON collection (RFC 7946)."""
    return {
        "type": "FeatureCollection",
        "edition": found.edition,
        "features": [grid_view(grid) for grid in found.grids],
    }


def grid_view(grid: MappedGrid) -> Json:
    """Return a grid as a GeoJSON feature (RFC 7946)."""
    place = grid.place
    return {
        "type": "Feature",
        "id": place.key,
        "geometry": geometry_view(place.area) if place.area else None,
        "properties": {
            "place": place.key,
            "name": _both(place.name),
            "type": grid.kind,
            "owner": grid.owner,
            "part_of": place.part_of,
            "jurisdiction": grid.jurisdiction,
            "people": [
                {"person": member.person, "unit": member.unit, "role": member.role} for member in grid.members
            ],
            "code": _mapped_code(grid.code) if grid.code else None,
            "ends_on": place.ends_on.isoformat() if place.ends_on else None,
            "becomes": list(place.becomes),
            "takes_cases": grid.takes_cases,
        },
    }


def _mapped_code(mapped: MappedCode) -> Json:
    return {
        "text": mapped.code.text if mapped.code else None,
        "parts": _parts_view(mapped.name),
        "letters": _letters_view(mapped.code) if mapped.code else None,
        "choices": choice_views(mapped.choices),
    }


def _parts_view(name: GridName) -> Json:
    return {"street": name.street, "community": name.community, "serial": name.serial}


def _letters_view(code: GridCode) -> Json:
    return {"street": code.street, "community": code.community}


class ShownGeometry(Struct, frozen=True):
    """An outline as a GeoJSON geometry (RFC 7946): of a polygon its rings, of several polygons those of each."""

    type: str
    coordinates: Sequence[Sequence[object]]


def geometry_view(area: Sequence[Polygon]) -> ShownGeometry:
    """Return an outline as it is shown."""
    rings = [[[list(point) for point in ring] for ring in polygon] for polygon in area]
    if len(rings) == 1:
        return ShownGeometry("Polygon", rings[0])
    return ShownGeometry("MultiPolygon", rings)


def _both(text: Text) -> Json:
    return {"zh": text.zh, "en": text.en}
