"""What is due, what was erased, and the rows that lose their content."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from services.intake.domain.milestones import ENDED
from services.intake.retention.domain import DuePeriod, Erasure
from services.intake.store.indexed import still_held
from services.intake.store.retained import held, keep_held
from services.intake.store.rows import read_as, row_of
from services.intake.store.tables import (
    attachments,
    cases,
    erasures,
    flow,
    history,
    identities,
    joint_reporters,
    notices,
    retained,
)
from shared.db.work import Work
from shared.rules.pack.model import DataClass


class SqlRetention:
    """Which cases still hold which data, within one transaction."""

    def due(self, conn: sa.Connection, period: DuePeriod, limit: int) -> list[str]:
        """Return cases whose data is due, the first that ended first."""
        return list(
            conn.scalars(
                sa.select(retained.c.case_id)
                .where(*_is_due(period))
                .order_by(retained.c.ended_at, retained.c.case_id)
                .limit(limit)
            )
        )

    def count_due(self, conn: sa.Connection, period: DuePeriod, most: int) -> int:
        """Return how many cases are due; `most` where there are as many or more."""
        first = sa.select(retained.c.case_id).where(*_is_due(period)).limit(most).subquery()
        return conn.scalar(sa.select(sa.func.count()).select_from(first)) or 0

    def still_due(self, work: Work, period: DuePeriod, case: str) -> datetime | None:
        """Return when a case ended whose data is still due, now that the case is locked; None: it is not any more."""
        known = held(work, case)
        if known is None or known.ended_at is None or not known.has(period.data):
            return None
        return known.ended_at if known.ended_at <= period.ended_by else None

    def is_gone(self, work: Work, case: str, data: DataClass) -> None:
        """Note that a class of a case's data is not here any more."""
        if (known := held(work, case)) is not None:
            keep_held(work, known.changed(data, is_here=False))

    def record(self, work: Work, erasure: Erasure) -> None:
        """Keep an erasure on record."""
        work.rows(erasures).add(row_of(erasure))

    def drop_texts(self, work: Work, case: str) -> int:
        """Drop the texts of a case's history; the digests in its chain stay. Return of how many entries."""
        dropped = sa.update(history).where(history.c.case_id == case, history.c.texts.is_not(None))
        return work.conn.execute(dropped.values(texts=sa.null())).rowcount

    def drop_identity(self, work: Work, town: str, ref: str) -> bool:
        """Drop a sealed identity; tell whether there was one."""
        known = sa.and_(identities.c.town == town, identities.c.ref == ref, identities.c.sealed.is_not(None))
        gone = sa.update(identities).where(known).values(sealed=sa.null(), erased_at=work.at)
        return bool(work.conn.execute(gone).rowcount)

    def drop_file(self, work: Work, file: str, name: str) -> None:
        """Note that a file's content is gone, and give it a name that says nothing."""
        gone = sa.update(attachments).where(attachments.c.id == file).values(name=name, erased_at=work.at)
        work.conn.execute(gone)

    def is_needed(self, work: Work, town: str, ref: str, case: str, ended_at: datetime) -> bool:
        """Tell whether a person stands behind another case that still runs, or whose own period is yet to end.

        Cases into which a case of the person was merged count as well: the person is still to be told of the result.
        """
        joined = sa.select(joint_reporters.c.case_id).where(joint_reporters.c.reporter == ref)
        own = sa.select(cases.c.id).where(cases.c.town == town, cases.c.reporter == ref)
        later = sa.and_(
            retained.c.identities,
            sa.or_(
                retained.c.ended_at > ended_at,
                sa.and_(retained.c.ended_at == ended_at, retained.c.case_id > case),
            ),
        )
        other = (
            sa.select(cases.c.id)
            .outerjoin(retained, retained.c.case_id == cases.c.id)
            .where(
                cases.c.id.in_(sa.union_all(own, joined)),
                cases.c.town == town,
                cases.c.id != case,
                sa.or_(cases.c.state.not_in(sorted(ENDED)), later),
            )
        )
        return bool(work.conn.scalar(sa.select(other.exists())))

    def count_notices(self, work: Work, case: str) -> int:
        """Return how many notifications of a case are known."""
        counted = sa.select(sa.func.count()).select_from(notices).where(notices.c.case_id == case)
        return work.conn.scalar(counted) or 0


def _is_due(period: DuePeriod) -> tuple[sa.ColumnExpressionArgument[bool], ...]:
    # By the letter as the partial index has it: only then is it used, and what was erased before is not read again.
    return (
        sa.text(still_held(period.data)),
        retained.c.town == period.town,
        retained.c.ended_at <= period.ended_by,
    )


def list_erasures(conn: sa.Connection, town: str, after: str | None, limit: int) -> list[Erasure]:
    """Return up to `limit` erasures of a town, newest first."""
    wanted = sa.select(erasures).where(erasures.c.town == town, *([erasures.c.id < after] if after else []))
    rows = conn.execute(wanted.order_by(erasures.c.id.desc()).limit(limit)).mappings()
    return [read_as(Erasure, row) for row in rows]


def towns_in_force(conn: sa.Connection, now: datetime) -> Sequence[tuple[str, str]]:
    """Return every town with its edition in force."""
    table = flow.editions
    place = sa.func.row_number().over(
        partition_by=table.c.town, order_by=(table.c.effective_at.desc(), table.c.number.desc())
    )
    numbered = sa.select(table.c.town, table.c.edition, place.label("place")).where(
        table.c.effective_at <= now
    )
    latest = numbered.subquery()
    found = sa.select(latest.c.town, latest.c.edition).where(latest.c.place == 1).order_by(latest.c.town)
    return [(row.town, row.edition) for row in conn.execute(found)]
