"""The registry's books of absences, of grids' codes and of refused attempts, as handlers use them."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from services.registry.domain.absences import Absence
from services.registry.domain.codes import GridCode, Named
from services.registry.store.tables import absences, grid_codes, jurisdictions, refused
from shared.db.work import Work


class AbsenceRows:
    """Who is away, and who was."""

    def standing(self, work: Work, town: str) -> list[Absence]:
        """Return the absences of a town that stand and are not over."""
        found = sa.select(absences).where(
            absences.c.town == town, absences.c.until_at > work.at, absences.c.stands
        )
        return [absence_of(row) for row in work.conn.execute(found.order_by(absences.c.id)).mappings()]

    def get(self, work: Work, town: str, absence: str) -> Absence | None:
        """Return one, whether it stands or not."""
        row = work.rows(absences).get(absence)
        return absence_of(row) if row is not None and row["town"] == town else None

    def put(self, work: Work, town: str, absence: Absence, by: str | None) -> None:
        """Enter or change one."""
        work.rows(absences).put(
            {
                "id": absence.id,
                "town": town,
                "person": absence.person,
                "substitute": absence.substitute,
                "from_at": absence.from_at,
                "until_at": absence.until_at,
                "stands": absence.stands,
                "changed_at": work.at,
                "changed_by": by,
            }
        )


def absence_of(row: Mapping[Any, Any]) -> Absence:
    """Return the absence that a row holds."""
    names = ("id", "person", "substitute", "from_at", "until_at", "stands")
    return Absence(*(row[name] for name in names))


class CodeRows:
    """Codes that were given out."""

    def alike(self, work: Work, towns: Sequence[str], code: GridCode) -> list[tuple[str, GridCode]]:
        """Return town and code of those that are written alike, separators aside."""
        found = sa.select(grid_codes).where(
            grid_codes.c.joined == code.joined, grid_codes.c.town.in_(list(towns))
        )
        return [(row["town"], code_of_row(row)) for row in work.conn.execute(found).mappings()]

    def district_of(self, work: Work, town: str, part_of: str | None) -> list[str]:
        """Return the towns that share one scheme with this one: all that are part of the same jurisdiction."""
        if part_of is None:
            return [town]
        found = sa.select(jurisdictions.c.key).where(jurisdictions.c.part_of == part_of)
        return [town, *work.conn.scalars(found)]

    def add(self, work: Work, town: str, code: GridCode, by: str | None) -> None:
        """Enter a code."""
        work.rows(grid_codes).add(
            {
                "id": work.new_id(),
                "town": town,
                "street": code.street,
                "community": code.community,
                "serial": code.serial,
                "street_name": code.named.street,
                "community_name": code.named.community,
                "separator": code.separator,
                "joined": code.joined,
                "given_at": work.at,
                "given_by": by,
            }
        )


def code_of_row(row: Mapping[Any, Any]) -> GridCode:
    """Return the code that a row holds."""
    named = Named(row["street_name"], row["community_name"], row["serial"])
    return GridCode(row["street"], row["community"], row["serial"], named, row["separator"])


class RefusalRows:
    """Attempts that were refused."""

    def add(self, work: Work, row: Mapping[str, Any]) -> None:
        """Enter one."""
        work.rows(refused).append({"at": work.at, **row})
