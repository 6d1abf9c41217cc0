"""What handlers ask of the registry's store beside the tables that every store has; `store` implements it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import sqlalchemy as sa

from services.registry.domain.absences import Absence
from services.registry.domain.codes import GridCode
from services.registry.domain.editions import Published
from services.registry.domain.members import Place
from services.registry.domain.tokens import Scope
from shared.db.work import Work
from shared.kernel.texts import Text


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """A node of the tree: village, town, county or city."""

    key: str
    name: Text
    part_of: str | None


class JurisdictionBook(Protocol):
    """The tree of jurisdictions."""

    def get(self, work: Work, key: str) -> Jurisdiction | None:
        """Return a jurisdiction, locked for this transaction."""
        ...

    def put(self, work: Work, jurisdiction: Jurisdiction) -> None:
        """Enter or change one."""
        ...


class EditionBook(Protocol):
    """Every publication of a pack, in the order of its numbers; none is ever removed."""

    def of_town(self, work: Work, town: str) -> list[Published]:
        """Return a town's publications."""
        ...

    def add(self, work: Work, town: str, published: Published, by: str | None) -> None:
        """Enter a publication."""
        ...


class MemberBook(Protocol):
    """Places in units, and the sealed identities of those who hold them."""

    def places_of(self, work: Work, town: str, person: str) -> list[Place]:
        """Return every place that a person holds or has held in a town."""
        ...

    def put(self, work: Work, town: str, place: Place) -> None:
        """Enter a place or its end."""
        ...

    def identity(self, work: Work, town: str, person: str) -> str | None:
        """Return a person's sealed identity."""
        ...

    def put_identity(self, work: Work, town: str, person: str, sealed: str) -> None:
        """Keep a person's sealed identity."""
        ...

    def erase_identity(self, work: Work, town: str, person: str) -> None:
        """Remove a person's identity for good."""
        ...

    def note_reading(self, work: Work, town: str, person: str, by_role: str, by_person: str | None) -> None:
        """Record that somebody read an identity."""
        ...


class AbsenceBook(Protocol):
    """Who is away, and who was."""

    def standing(self, work: Work, town: str) -> list[Absence]:
        """Return the absences of a town that stand and are not over."""
        ...

    def get(self, work: Work, town: str, absence: str) -> Absence | None:
        """Return one, whether it stands or not."""
        ...

    def put(self, work: Work, town: str, absence: Absence, by: str | None) -> None:
        """Enter or change one."""
        ...


class CodeBook(Protocol):
    """Codes of grids that were given out, parts apart; one scheme for a district (P002A.8)."""

    def alike(self, work: Work, towns: Sequence[str], code: GridCode) -> list[tuple[str, GridCode]]:
        """Return town and code of those that are written alike, separators aside."""
        ...

    def district_of(self, work: Work, town: str, part_of: str | None) -> list[str]:
        """Return the towns that share one scheme with this one: all that are part of the same jurisdiction."""
        ...

    def add(self, work: Work, town: str, code: GridCode, by: str | None) -> None:
        """Enter a code."""
        ...


class DrawnCodes(Protocol):
    """Codes that editions in force give to their grids."""

    def codes_in(self, conn: sa.Connection, towns: Sequence[str]) -> list[tuple[str, GridCode]]:
        """Return town and code of every grid of these towns that has one."""
        ...


class RefusalBook(Protocol):
    """Attempts to change a town's rules or grids that were refused (P003.5); none is ever removed."""

    def add(self, work: Work, row: Mapping[str, Any]) -> None:
        """Enter one."""
        ...


class TokenBook(Protocol):
    """What is known of tokens beyond their copies elsewhere; never the tokens themselves."""

    def add(self, work: Work, token_hash: str, label: str, by: str | None) -> None:
        """Note who issued a token, and what for."""
        ...

    def hash_of(self, work: Work, reference: str) -> str | None:
        """Return the hash of the token that a reference names."""
        ...


class Mailroom(Protocol):
    """The outbox, for sending again what was sent."""

    def send_again(self, work: Work, streams: Sequence[str] | None) -> int:
        """Have every message, or those of some streams, sent again as they were; return how many."""
        ...


@dataclass(frozen=True, slots=True)
class Issued:
    """A token as it is shown, once."""

    token: str
    reference: str
    scope: Scope
    issued_at: datetime
