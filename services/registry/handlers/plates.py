"""What is posted of people: entered on purpose, sealed where it lies, gone when they are forgotten."""

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from msgspec import json

from services.registry.domain.plates import check_plate
from services.registry.domain.refusals import refusal
from services.registry.store.people import SqlMembers
from services.registry.store.teams import SqlPlates
from shared.contracts.sealed import Sealer
from shared.db.store import Store
from shared.rules.teams.known import PostedPerson


@dataclass(frozen=True, slots=True)
class Plates:
    """Keeps plates.

    Args:
        seal: a key of its own: whatever opens what is posted opens no identity.
    """

    store: Store
    plates: SqlPlates
    members: SqlMembers
    seal: Sealer

    def set(self, town: str, person: str, plate: PostedPerson, *, by: str | None) -> None:
        """Keep what is posted of somebody.

        Raises:
            Problem: `unknown-person` or `bad-phone`.
        """
        sealed = self.seal.seal(json.encode(check_plate(plate)).decode())
        with self.store.begin() as work:
            if not self.members.places_of(work, town, person):
                raise refusal("unknown-person")
            self.plates.put(work, town, person, sealed, by)

    def take_down(self, town: str, person: str) -> None:
        """Have nothing posted of somebody any more."""
        with self.store.begin() as work:
            self.plates.erase(work, town, person)

    def of(self, conn: sa.Connection, town: str, people: Iterable[str]) -> dict[str, PostedPerson]:
        """Return what is posted of those of these people of whom anything is."""
        found = self.plates.of(conn, town, people)
        return {
            person: json.decode(self.seal.open(sealed), type=PostedPerson) for person, sealed in found.items()
        }
