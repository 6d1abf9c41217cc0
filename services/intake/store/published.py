"""What a town has published, the latest day first; what is private is counted."""

from collections.abc import Sequence

import sqlalchemy as sa

from services.intake.domain.records import PublicRecord
from services.intake.store.indexed import PRIVATE
from services.intake.store.rows import read_as
from services.intake.store.tables import cases, publications
from shared.db.looking import Looked, asked_of_each, look

MOST_COUNTED = 10_000
Place = tuple[str, str]  # where a publication stands in the list: its day, then its id


def list_publications(
    conn: sa.Connection, town: str, level: str | None, after: Place | None, limit: int
) -> Looked[PublicRecord, Place]:
    """Return up to `limit` publications of a town, the latest day first; private ones are counted elsewhere.

    Args:
        after: where the last one before these stands.
    """
    # By the day and not by the id alone: what is imported is given its id today, and was published long ago.
    sorting = (publications.c.published_on, publications.c.id)
    latest_first = [column.desc() for column in sorting]
    fits = asked_of_each(*_published(town, level), publications.c.category.is_not(None))

    def following(after: Place | None, number: int) -> Sequence[Place]:
        past = [sa.tuple_(*sorting) < sa.tuple_(*map(sa.literal, after))] if after else []
        wanted = sa.select(*sorting).where(publications.c.town == town, *past).order_by(*latest_first)
        return [(day, key) for day, key in conn.execute(wanted.limit(number))]

    def fitting(places: Sequence[Place]) -> list[PublicRecord]:
        ids = [key for _, key in places]
        found = sa.select(publications).where(publications.c.id.in_(ids), fits).order_by(*latest_first)
        return [read_as(PublicRecord, row) for row in conn.execute(found).mappings()]

    return look(following, fitting, after, limit)


def by_day(record: PublicRecord) -> Place:
    """Return the values by which publications are sorted."""
    return record.published_on, record.id


def publications_of_case(conn: sa.Connection, town: str, number: str) -> list[PublicRecord]:
    """Return what was published of one case, oldest first; also what nobody sees any more."""
    of_case = sa.and_(publications.c.town == town, publications.c.number == number)
    statement = sa.select(publications).where(of_case).order_by(publications.c.id)
    return [read_as(PublicRecord, row) for row in conn.execute(statement).mappings()]


def count_private(conn: sa.Connection, town: str, level: str | None) -> int:
    """Return how many cases of private categories a town has published: they appear as a number alone (A-20).

    Counted among `MOST_COUNTED` publications at most.
    """
    of_private = sa.select(publications.c.number).where(*_published(town, level), sa.text(PRIVATE))
    found = of_private.order_by(publications.c.number).limit(MOST_COUNTED).subquery()
    # There is a publication for each level: counted by rows, a case would count several times.
    return conn.scalar(sa.select(sa.func.count(found.c.number.distinct()))) or 0


def _published(town: str, level: str | None) -> list[sa.ColumnElement[bool]]:
    """What is for everybody is for each level (P002B.12).

    What rules still hide is nowhere to be seen, and what was published before the case was reopened no longer (RC-13).
    """
    of_case = sa.and_(cases.c.town == publications.c.town, cases.c.number == publications.c.number)
    is_out_of_sight = sa.or_(cases.c.seen_by.is_not(None), cases.c.round > publications.c.round)
    found = [
        publications.c.town == town,
        sa.not_(sa.select(cases.c.id).where(of_case, is_out_of_sight).exists()),
    ]
    if level is not None:
        found.append(sa.or_(publications.c.level == level, publications.c.level.is_(None)))
    return found
