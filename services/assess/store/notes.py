"""What persons said: points, objections, deeds, publications."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from services.assess.domain.deeds import Deed, KeptObjection, ProposalDeed, Said
from services.assess.domain.refusals import refusal
from services.assess.store.tables import deeds, given, jurisdictions, objections, publications
from shared.db.work import Work
from shared.rules.assess import PointsGiven, Struck
from shared.rules.worktime.spans import parse_span

_OBJECTION = tuple(each.name for each in fields(KeptObjection))


@dataclass(frozen=True, slots=True)
class SqlNotes:
    """Adds what persons say, each with who, when and in which words."""

    def give(self, work: Work, town: str, points: PointsGiven, said: Said) -> str:
        """Keep points that somebody gives."""
        what = {
            "measure": points.measure,
            "span": points.span.name,
            "subject": points.subject,
            "item": points.item,
            "points": str(points.points),
        }
        return self._add(work, given, town, what, said)

    def object(self, work: Work, town: str, what: Mapping[str, str], said: Said) -> str:
        """Keep an objection: `what` names figure, span, subject and ref."""
        undecided = {"upheld": None, "verdict": None, "decided_by": None, "decided_at": None}
        return self._add(work, objections, town, {**what, **undecided}, said)

    def decide(self, work: Work, objection: KeptObjection, said: Said, *, is_upheld: bool) -> None:
        """Keep the verdict on an objection; the figure's own word stays beside it."""
        decided = replace(
            objection, upheld=is_upheld, verdict=said.words, decided_by=said.by_person, decided_at=said.at
        )
        work.rows(objections).put({name: getattr(decided, name) for name in _OBJECTION})

    def objection(self, work: Work, town: str, key: str) -> KeptObjection | None:
        """Return an objection of a town, locked for this transaction."""
        row = work.rows(objections).get(key)
        return KeptObjection(**row) if row is not None and row["town"] == town else None

    def act(self, work: Work, town: str, what: Mapping[str, Any], said: Said) -> str:
        """Keep what somebody does with a proposal: `what` names it, `does` and `yuan`."""
        return self._add(work, deeds, town, what, said)

    def publish(self, work: Work, town: str, what: Mapping[str, Any], said: Said) -> str:
        """Keep a document as it is sent."""
        key = work.new_id()
        who = {"by_unit": said.by_unit, "by_person": said.by_person, "at": said.at}
        work.rows(publications).add({"id": key, "town": town, **what, **who})
        return key

    @staticmethod
    def _add(work: Work, table: sa.Table, town: str, what: Mapping[str, Any], said: Said) -> str:
        key = work.new_id()
        who = {"words": said.words, "by_unit": said.by_unit, "by_person": said.by_person, "at": said.at}
        work.rows(table).add({"id": key, "town": town, **what, **who})
        return key


def given_points(conn: sa.Connection, town: str, measures: Sequence[str]) -> list[PointsGiven]:
    """Return the points that were given for measures, the later ones last."""
    asked = sa.select(given).where(given.c.town == town, given.c.measure.in_(measures)).order_by(given.c.id)
    found = []
    for row in conn.execute(asked):
        span = parse_span(row.span)
        if span is not None:
            found.append(PointsGiven(row.measure, row.subject, span, row.item, Decimal(row.points)))
    return found


def struck(conn: sa.Connection, town: str) -> Struck:
    """Return what upheld objections have taken out."""
    asked = sa.select(objections.c.figure, objections.c.ref).where(
        objections.c.town == town, objections.c.upheld.is_(True)
    )
    return frozenset((row.figure, row.ref) for row in conn.execute(asked))


def course_of(
    conn: sa.Connection, town: str, measure: str, span: str
) -> dict[tuple[str, str], list[ProposalDeed]]:
    """Return what was done with the proposals of a measure in a period, by proposal and subject."""
    asked = (
        sa.select(deeds)
        .where(deeds.c.town == town, deeds.c.measure == measure, deeds.c.span == span)
        .order_by(deeds.c.id)
    )
    found: dict[tuple[str, str], list[ProposalDeed]] = {}
    for row in conn.execute(asked):
        said = Said(row.by_person, row.by_unit, row.words, row.at)
        found.setdefault((row.proposal, row.subject), []).append(ProposalDeed(Deed(row.does), row.yuan, said))
    return found


def list_objections(conn: sa.Connection, town: str, after: str | None, limit: int) -> Sequence[Any]:
    """Return a town's objections, the oldest first."""
    return _page(conn, objections, town, after, limit)


def list_publications(conn: sa.Connection, town: str, after: str | None, limit: int) -> Sequence[Any]:
    """Return what a town has sent, the oldest first."""
    return _page(conn, publications, town, after, limit)


def publication(conn: sa.Connection, town: str, key: str) -> Any:
    """Return what was sent; None: there is no such thing."""
    asked = sa.select(publications).where(publications.c.town == town, publications.c.id == key)
    return conn.execute(asked).one_or_none()


def published(conn: sa.Connection, town: str, document: str, span: str) -> str | None:
    """Return the id under which a document of a period was sent; None: it has not been."""
    p = publications.c
    asked = sa.select(p.id).where(p.town == town, p.document == document, p.span == span)
    found: str | None = conn.scalar(asked)
    return found


def _page(conn: sa.Connection, table: sa.Table, town: str, after: str | None, limit: int) -> Sequence[Any]:
    asked = sa.select(table).where(table.c.town == town).order_by(table.c.id).limit(limit)
    if after is not None:
        asked = asked.where(table.c.id > after)
    return conn.execute(asked).all()


def refuse_suspended(conn: sa.Connection, town: str) -> None:
    """Let nothing in that would change a suspended town.

    Raises:
        Problem: `town-suspended`.
    """
    since: datetime | None = conn.scalar(
        sa.select(jurisdictions.c.suspended_at).where(jurisdictions.c.key == town)
    )
    if since is not None:
        raise refusal("town-suspended", town=town, since=f"{since:%Y-%m-%d %H:%M}Z")


def mark_suspended(conn: sa.Connection, town: str, at: datetime) -> None:
    """Have a town stand as suspended where it does not yet."""
    is_free = sa.and_(jurisdictions.c.key == town, jurisdictions.c.suspended_at.is_(None))
    conn.execute(sa.update(jurisdictions).where(is_free).values(suspended_at=at))
