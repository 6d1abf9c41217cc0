"""Planning meetings and training ahead, and holding what was planned against what was held."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa
from msgspec import Struct

from services.duties.domain.occurrence import KeptOccurrence
from services.duties.domain.people import ActingPerson
from services.duties.domain.plan import Plan, PlanState, check_items, plan_due, plan_state
from services.duties.domain.refusals import refusal
from services.duties.domain.rights import concerns
from services.duties.handlers.making import occurrence_id
from services.duties.handlers.town_rules import DatedRules
from services.duties.store.occurrences import find_occurrence
from services.duties.store.plans import SqlPlans
from shared.db.work import Work
from shared.rules.case.timing import local_day
from shared.rules.duties import Occurrence, occurrences, owners
from shared.rules.pack.model import Duty


class PlanGiven(Struct, frozen=True):
    """What somebody plans.

    Args:
        post: None: the unit that plans.
    """

    duty: str
    label: date
    items: tuple[str, ...]
    post: str | None = None


@dataclass(frozen=True, slots=True)
class PlannedOccurrence:
    """An occurrence that is to be planned.

    Args:
        plan: the word that holds; None: there is none.
        kept: as it is kept; None: it is not made yet.
        yours: whoever asks may plan it.
    """

    duty: Duty
    post: str
    found: Occurrence
    due: date | None
    state: PlanState
    plan: Plan | None
    kept: KeptOccurrence | None
    yours: bool


@dataclass(frozen=True, slots=True)
class Planner:
    """Keeps plans."""

    plans: SqlPlans = field(default_factory=SqlPlans)

    def make(self, work: Work, rules: DatedRules, given: PlanGiven, who: ActingPerson) -> Plan:
        """Keep what is planned of an occurrence.

        Raises:
            Problem: there is nothing to plan, it is not theirs, an item is missing, or no such day comes round.
        """
        duty = rules.pack.duties.get(given.duty)
        if duty is None:
            raise refusal("unknown-duty", {"duty": given.duty}, given=given.duty)
        items = check_items(duty, given.items)
        post = given.post or who.unit
        if post is None or not _may_plan(rules, duty, post, who):
            raise refusal("plan-not-yours", duty=duty.name)
        named = occurrences(rules.pack, rules.calendar, duty, given.label, given.label)
        if post not in owners(rules.pack, duty) or all(each.label != given.label for each in named):
            raise refusal("no-such-day", {"field": "label"}, duty=duty.name, day=given.label)
        plan = Plan(
            id=work.new_id(),
            town=rules.pack.town,
            duty=duty.key,
            post=post,
            label=given.label,
            person=who.person,
            made_at=work.at,
            items=items,
        )
        self.plans.add(work, plan)
        return plan

    def of_span(
        self, conn: sa.Connection, rules: DatedRules, who: ActingPerson, first: date, last: date
    ) -> Iterator[PlannedOccurrence]:
        """Yield every occurrence of a span that is to be planned and concerns who asks, by its label."""
        pack = rules.pack
        duties = [duty for duty in pack.duties.values() if duty.meeting and duty.meeting.plan_needs]
        pairs = [
            (duty, post) for duty in duties for post in owners(pack, duty) if concerns(pack, duty, post, who)
        ]
        said = self.plans.of_posts(conn, pack.town, {post for _, post in pairs}, first, last)
        for duty, post in pairs:
            for found in occurrences(pack, rules.calendar, duty, first, last):
                if not found.replaced_by:
                    words = said.get((duty.key, post, found.label), [])
                    yield self._planned(conn, rules, who, duty, post, found, words)

    def _planned(
        self,
        conn: sa.Connection,
        rules: DatedRules,
        who: ActingPerson,
        duty: Duty,
        post: str,
        found: Occurrence,
        said: list[Plan],
    ) -> PlannedOccurrence:
        due = plan_due(duty, found)
        made_on = local_day(rules.pack, said[0].made_at) if said else None
        return PlannedOccurrence(
            duty,
            post,
            found,
            due,
            plan_state(made_on, due, rules.today),
            said[-1] if said else None,
            find_occurrence(conn, rules.pack.town, occurrence_id(rules.pack.town, found, post)),
            _may_plan(rules, duty, post, who),
        )


def _may_plan(rules: DatedRules, duty: Duty, post: str, who: ActingPerson) -> bool:
    """Whoever has to hold it, and whom it names for its records."""
    return post in who.posts or who.is_named(rules.pack, duty.owes.by if duty.owes else (), post)
