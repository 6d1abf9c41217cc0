"""How much of each town there is: for whoever looks at a house as a whole."""

from collections.abc import Mapping

import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import replace

from services.intake.domain.milestones import ENDED
from services.intake.store.tables import attachments, cases


class TownFigures(Struct, frozen=True):
    """A town's figures.

    Args:
        open: cases that have not ended, drafts among them; cases: all.
        attachments: bytes of files that are not erased.
    """

    open: int = 0
    cases: int = 0
    attachments: int = 0


def figures_by_town(conn: sa.Connection) -> Mapping[str, TownFigures]:
    """Return the figures of every town that has a case."""
    is_open = sa.case((cases.c.state.not_in(sorted(ENDED)), 1), else_=0)
    counted = sa.select(cases.c.town, sa.func.sum(is_open), sa.func.count()).group_by(cases.c.town)
    found = {town: TownFigures(int(running), number) for town, running, number in conn.execute(counted)}
    kept = sa.select(attachments.c.town, sa.func.sum(attachments.c.size)).where(
        attachments.c.erased_at.is_(None)
    )
    for town, size in conn.execute(kept.group_by(attachments.c.town)):
        found[town] = replace(found.get(town, TownFigures()), attachments=int(size))
    return found


class TownFile(Struct, frozen=True):
    """A file of a town.

    Args:
        number: its case's.
    """

    id: str
    sha256: str
    number: str


def attached_files(conn: sa.Connection, town: str) -> list[TownFile]:
    """Return a town's files whose content is not erased."""
    wanted = (
        sa.select(attachments.c.id, attachments.c.sha256, cases.c.number)
        .join(cases, cases.c.id == attachments.c.case_id)
        .where(attachments.c.town == town, attachments.c.erased_at.is_(None))
        .order_by(attachments.c.id)
    )
    return [TownFile(*row) for row in conn.execute(wanted)]
