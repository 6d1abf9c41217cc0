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
