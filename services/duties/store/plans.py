"""Plans as rows: only ever added, read by post and the labels of a span."""

from collections.abc import Iterable, Mapping
from datetime import date

import sqlalchemy as sa

from services.duties.domain.plan import Plan
from services.duties.store.tables import plans
from services.duties.store.typed import plain, typed
from shared.db.work import Work

PlanKey = tuple[str, str, date]  # duty, post, label


class SqlPlans:
    """Plans in this service's own store."""

    def add(self, work: Work, plan: Plan) -> None:
        """Keep a word on an occurrence."""
        work.rows(plans).add(plain(plan))

    def of_posts(
        self, conn: sa.Connection, town: str, posts: Iterable[str], first: date, last: date
    ) -> Mapping[PlanKey, list[Plan]]:
        """Return the words on every occurrence of some posts, the first of each before those that follow it."""
        c = plans.c
        found: dict[PlanKey, list[Plan]] = {}
        for post in sorted(posts):
            labels = c.label.between(first.isoformat(), last.isoformat())
            wanted = sa.select(plans).where(c.town == town, c.post == post, labels).order_by(c.label, c.id)
            for row in conn.execute(wanted).mappings():
                plan = typed(row, Plan)
                found.setdefault((plan.duty, plan.post, plan.label), []).append(plan)
        return found
