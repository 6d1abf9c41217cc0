"""Surveys as rows, the marks of those who have answered, and answers of which nobody has been told yet."""

from collections.abc import Callable, Sequence
from datetime import datetime

import sqlalchemy as sa

from services.duties.domain.record import KeptRecord
from services.duties.domain.surveys import Survey
from services.duties.store.tables import RUNNING, records, survey_marks, surveys, untold
from services.duties.store.typed import plain, typed
from shared.db.looking import Looked, look, stretch
from shared.db.work import Work

_RUNNING = sa.text(RUNNING)  # by the letter, as the index has it


class SqlSurveys:
    """Surveys in this service's own store."""

    def get(self, conn: sa.Connection, town: str, id_: str) -> Survey | None:
        """Return a survey of a town."""
        row = conn.execute(sa.select(surveys).where(surveys.c.id == id_, surveys.c.town == town)).mappings()
        return next((typed(each, Survey) for each in row), None)

    def coded(self, conn: sa.Connection, town: str, code_hash: str) -> Survey | None:
        """Return the survey that a code opens."""
        wanted = sa.select(surveys).where(surveys.c.code_hash == code_hash, surveys.c.town == town)
        return next((typed(each, Survey) for each in conn.execute(wanted).mappings()), None)

    def held(self, work: Work, id_: str) -> Survey:
        """Return a survey that is there as this transaction sees it, held against everybody else."""
        row = work.rows(surveys).get(id_)
        assert row is not None
        return typed(row, Survey)

    def put(self, work: Work, survey: Survey) -> None:
        """Keep a survey as it now stands."""
        work.rows(surveys).put(plain(survey))

    def is_marked(self, work: Work, survey: str, mark: str) -> bool:
        """Tell whether somebody has answered; whoever does so at this moment too is waited for."""
        work.rows(survey_marks).hold([(survey, mark)])
        return work.rows(survey_marks).get((survey, mark)) is not None

    def mark(self, work: Work, survey: Survey, mark: str) -> None:
        """Keep that somebody has answered."""
        work.rows(survey_marks).add({"survey": survey.id, "mark": mark, "town": survey.town})

    def over(self, work: Work, limit: int) -> Sequence[Survey]:
        """Return surveys that have ended and whose code is kept still, held."""
        c = surveys.c
        wanted = sa.select(c.id).where(_RUNNING, c.ends_at <= work.at).order_by(c.ends_at).limit(limit)
        return [self.held(work, id_) for id_ in list(work.conn.scalars(wanted))]

    def next_over(self, conn: sa.Connection) -> datetime | None:
        """Return when the next one ends."""
        c = surveys.c
        wanted = sa.select(c.ends_at).where(_RUNNING).order_by(c.ends_at).limit(1)
        found: datetime | None = conn.scalar(wanted)
        return found

    def forget_marks(self, work: Work, survey: str) -> None:
        """Drop who has answered a survey."""
        work.conn.execute(sa.delete(survey_marks).where(survey_marks.c.survey == survey))


class SqlUntold:
    """Answers of which others hear later."""

    def add(self, work: Work, record: KeptRecord, due_at: datetime) -> None:
        """Keep that others are to hear of a record."""
        work.rows(untold).add({"record": record.id, "town": record.town, "due_at": due_at})

    def due(self, work: Work, limit: int) -> Sequence[KeptRecord]:
        """Return those of which others are to hear now, by their ids, which say nothing of who came first; once."""
        ids = sa.select(untold.c.record).where(untold.c.due_at <= work.at).order_by(untold.c.record)
        found = list(work.conn.scalars(ids.limit(limit).with_for_update(skip_locked=True)))
        work.conn.execute(sa.delete(untold).where(untold.c.record.in_(found)))
        wanted = sa.select(records).where(records.c.id.in_(found)).order_by(records.c.id)
        return [typed(row, KeptRecord) for row in work.conn.execute(wanted).mappings()]

    def next_due(self, conn: sa.Connection) -> datetime | None:
        """Return when others are to hear of the next one."""
        found: datetime | None = conn.scalar(sa.select(sa.func.min(untold.c.due_at)))
        return found


def list_surveys(
    conn: sa.Connection, town: str, fits: Callable[[Survey], bool], after: str | None, limit: int
) -> Looked[Survey, str]:
    """Return surveys, the newest first.

    Args:
        fits: who looks may give it out.
        after: id of the last row of the page before; None: from the newest. limit: how many rows at most.
    """

    def fitting(ids: Sequence[str]) -> Sequence[Survey]:
        found = sa.select(surveys).where(surveys.c.id.in_(ids)).order_by(surveys.c.id.desc())
        return [each for row in conn.execute(found).mappings() if fits(each := typed(row, Survey))]

    return look(stretch(conn, surveys.c.id, surveys.c.town == town, descending=True), fitting, after, limit)
