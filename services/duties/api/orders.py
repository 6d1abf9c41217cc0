"""Orders: given, listed with how far they are done, changed and ended; their replies accepted or sent back.

Decides who sees an order: who watches the town, whom the rules let give it, and the posts that it was given to.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import sqlalchemy as sa
from flask import Response
from flask_smorest import Blueprint
from msgspec import Struct, to_builtins

from services.duties.api.claiming import KEY_HEADER, claimed
from services.duties.api.context import DutiesContext
from services.duties.api.inputs import (
    GivenOrdersQuery,
    OrderChangeInput,
    OrderEndInput,
    OrderInput,
    ReplyInput,
)
from services.duties.api.occurrences import WORKERS, ReasonGiven
from services.duties.api.order_views import (
    OrderableShown,
    OrderedShown,
    OrderShown,
    WholeOrderShown,
    order_shown,
    step_shown,
)
from services.duties.api.outputs import (
    GivenOrderList,
    GivenOrderView,
    OccurrenceView,
    OrderableList,
    OrderedList,
    WholeOrder,
)
from services.duties.api.views import OccurrenceShown, RecordShown, record_view
from services.duties.domain.occurrence import KeptOccurrence, KeptState
from services.duties.domain.order import KeptOrder
from services.duties.domain.people import ActingPerson, addresses
from services.duties.domain.rights import may_order, may_see
from services.duties.handlers.ordering import ChangedDemand, OrderGiven, OrderKeeper, ReplyAnswer
from services.duties.handlers.town_rules import DatedRules
from services.duties.store.orders import GivenOrderFilter, OrderTally, list_orders
from shared.db.work import Work
from shared.rules.duties import owners
from shared.rules.pack.model import Duty
from shared.web.access import require, unknown
from shared.web.answers import json_answer, language
from shared.web.cursors import Cursors
from shared.web.paging import PageQuery, by_id, page_of
from shared.web.routes import answers, describe, mount, takes
from shared.web.watching import trace

_PATH = "/v1/towns/<town>/orders"


class OrdersAsked(Struct, frozen=True):
    """What a list of orders is narrowed to, as the query has it."""

    duty: str | None = None
    subject: str | None = None
    is_standing: bool | None = None
    limit: int = 0
    cursor: str | None = None

    @property
    def narrowed(self) -> GivenOrderFilter:
        """The same as the store takes it."""
        return GivenOrderFilter(self.duty, self.subject, self.is_standing)


class PostsAsked(Struct, frozen=True):
    """Which page of an order's posts."""

    limit: int = 0
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class OrderRoutes:
    """Routes over orders."""

    context: DutiesContext
    cursors: Cursors
    keeper: OrderKeeper

    def mount(self, blueprint: Blueprint) -> None:
        """Add the routes."""
        mount(blueprint, "GET", "/v1/towns/<town>/orderable", self.orderable)
        mount(blueprint, "POST", _PATH, self.give)
        mount(blueprint, "GET", _PATH, self.orders)
        mount(blueprint, "GET", f"{_PATH}/<order>", self.order)
        mount(blueprint, "GET", f"{_PATH}/<order>/posts", self.posts)
        mount(blueprint, "POST", f"{_PATH}/<order>/change", self.change)
        mount(blueprint, "POST", f"{_PATH}/<order>/end", self.end)
        mount(blueprint, "POST", f"{_PATH}/<order>/replies/<occurrence>", self.answer)

    @require(*WORKERS)
    @answers(200, OrderableList)
    def orderable(self, town: str) -> Response:
        """List the duties that the caller may order, each with the posts that it may go to."""
        with self.context.store.read() as conn:
            rules, who = self.context.in_force(conn, town), self.context.doer(conn, town)
        found = (_orderable(rules, duty, who) for duty in rules.pack.duties.values() if duty.ordering)
        return json_answer({"duties": [each for each in found if each.posts]})

    @describe(parameters=[KEY_HEADER])
    @require(*WORKERS)
    @takes(OrderInput)
    @answers(201, GivenOrderView)
    def give(self, given: object, town: str) -> Response:
        """Give an order to some posts, or to all that its duty names. Sent again under its key, it is the same."""
        wanted = msgspec.convert(given, OrderGiven)
        with self.context.store.begin() as work:
            work.trace = trace().parent
            rules, who = self.context.in_force(work.conn, town), self.context.doer(work.conn, town)
            order = self.keeper.give(work, rules, wanted, who, claimed(town, wanted))
        with self.context.store.read() as conn:
            return json_answer(self._shown(conn, [order], who)[0], 201)

    @require(*WORKERS)
    @takes(GivenOrdersQuery, "query")
    @answers(200, GivenOrderList)
    def orders(self, query: object, town: str) -> Response:
        """List orders that the caller may see, the newest first, with how far each is done."""
        asked = msgspec.convert(query, OrdersAsked)
        page = page_of(self.cursors, to_builtins(asked), "orders", town)
        with self.context.store.read() as conn:
            who = self.context.doer(conn, town)
            found = list_orders(
                conn,
                town,
                asked.narrowed,
                lambda order: self._may_see(conn, order, who),
                page.after_id,
                page.to_read,
            )
            shown, following = page.cut(found.rows, by_id, page.place_of(found.looked_to))
            views = self._shown(conn, shown, who)
        return json_answer({"orders": views, "next": following})

    @require(*WORKERS)
    @answers(200, WholeOrder)
    def order(self, town: str, order: str) -> Response:
        """Read one order: what is asked, how far it is done, what was said of it."""
        with self.context.store.read() as conn:
            who = self.context.doer(conn, town)
            kept = self._find(conn, town, order, who)
            whole = self._whole(conn, kept, who)
        return json_answer(whole)

    @require(*WORKERS)
    @takes(PageQuery, "query")
    @answers(200, OrderedList)
    def posts(self, query: object, town: str, order: str) -> Response:
        """List what an order asks of its posts, by post, with the replies that the caller may see."""
        page = page_of(self.cursors, to_builtins(msgspec.convert(query, PostsAsked)), "order posts", order)
        with self.context.store.read() as conn:
            who = self.context.doer(conn, town)
            kept = self._find(conn, town, order, who)
            after = str(page.after[0]) if page.after else None
            rows = self.keeper.orders.posts(conn, kept.id, after, page.to_read)
            shown, following = page.cut(rows, lambda row: (row.post,))
            is_whole = who.oversees or self._gives(conn, kept, who)
            views = [self._ordered(conn, row, who) for row in shown if is_whole or row.post in who.posts]
        return json_answer({"posts": views, "next": following})

    @require(*WORKERS)
    @takes(OrderChangeInput)
    @answers(200, GivenOrderView)
    def change(self, given: object, town: str, order: str) -> Response:
        """Ask for something else, by another day, or of further posts."""
        change = msgspec.convert(given, ChangedDemand)
        with self.context.store.begin() as work:
            held, rules, who = self._held(work, town, order)
            changed = self.keeper.change(work, rules, held, change, who)
        return self._answered(changed, who)

    @require(*WORKERS)
    @takes(OrderEndInput)
    @answers(200, GivenOrderView)
    def end(self, given: object, town: str, order: str) -> Response:
        """End an order: what is still open is owed no more."""
        reason = msgspec.convert(given, ReasonGiven).reason
        with self.context.store.begin() as work:
            held, rules, who = self._held(work, town, order)
            ended = self.keeper.end(work, rules, held, reason, who)
        return self._answered(ended, who)

    @require(*WORKERS)
    @takes(ReplyInput)
    @answers(200, OccurrenceView)
    def answer(self, given: object, town: str, order: str, occurrence: str) -> Response:
        """Accept a post's reply, or send it back with a reason: then it is owed again."""
        answer = msgspec.convert(given, ReplyAnswer)
        with self.context.store.begin() as work:
            held, rules, who = self._held(work, town, order)
            known = self.keeper.judge.occurrences.get(work, occurrence)
            if known is None or known.town != town or known.ordered != held.id:
                raise unknown("occurrence", occurrence)
            self.keeper.answer(work, rules, held, known, answer, who)
        with self.context.store.read() as conn:
            return json_answer(self.context.shown(conn, self.context.find(conn, town, occurrence)))

    def _answered(self, order: KeptOrder, who: ActingPerson) -> Response:
        with self.context.store.read() as conn:
            return json_answer(self._shown(conn, [order], who)[0])

    def _held(self, work: Work, town: str, id_: str) -> tuple[KeptOrder, DatedRules, ActingPerson]:
        """An order held for a change, with the rules under which it was given, and who acts."""
        work.trace = trace().parent
        who = self.context.doer(work.conn, town)
        self._find(work.conn, town, id_, who)
        held = self.keeper.orders.get(work, town, id_)
        if held is None:
            raise unknown("order", id_)
        return held, self._rules(work.conn, held), who

    def _find(self, conn: sa.Connection, town: str, id_: str, who: ActingPerson) -> KeptOrder:
        kept = self.keeper.orders.find(conn, town, id_)
        if kept is None or not self._may_see(conn, kept, who):
            raise unknown("order", id_)
        return kept

    def _rules(self, conn: sa.Connection, order: KeptOrder) -> DatedRules:
        found = self.context.rules.of_edition(conn, order.town, order.edition, self.context.store.now(conn))
        return found or self.context.in_force(conn, order.town)

    def _duty(self, conn: sa.Connection, order: KeptOrder) -> Duty | None:
        return self._rules(conn, order).pack.duties.get(order.duty)

    def _may_see(self, conn: sa.Connection, order: KeptOrder, who: ActingPerson) -> bool:
        if who.oversees or order.post in who.posts or self._gives(conn, order, who):
            return True
        return self.keeper.orders.is_given_to(conn, order.id, who.posts)

    def _gives(self, conn: sa.Connection, order: KeptOrder, who: ActingPerson) -> bool:
        """Whether such orders are somebody's to give at all: of which posts is asked when something is done."""
        rules = self._rules(conn, order)
        duty = rules.pack.duties.get(order.duty)
        if duty is None or duty.ordering is None:
            return False
        town = f"{rules.pack.town}/"
        return who.role in duty.ordering.by or not who.posts.isdisjoint(
            addresses(rules.pack, duty.ordering.by, order.post or town)
        )

    def _shown(self, conn: sa.Connection, found: Sequence[KeptOrder], who: ActingPerson) -> list[OrderShown]:
        at = self.context.store.now(conn)
        tallies = self.keeper.orders.tallies(conn, [order.id for order in found], at)
        return [self._one(conn, order, tallies.get(order.id), who) for order in found]

    def _one(
        self, conn: sa.Connection, order: KeptOrder, tally: OrderTally | None, who: ActingPerson
    ) -> OrderShown:
        duty = self._duty(conn, order)
        return order_shown(order, duty, tally, language(), yours=self._gives(conn, order, who))

    def _whole(self, conn: sa.Connection, order: KeptOrder, who: ActingPerson) -> WholeOrderShown:
        shown, duty = self._shown(conn, [order], who)[0], self._duty(conn, order)
        is_whole = who.oversees or self._gives(conn, order, who)
        own = {row.id for row in self.keeper.orders.posts_among(conn, order.id, who.posts)}
        steps = self.keeper.orders.steps(conn, order.id)
        seen = [each for each in steps if is_whole or each.occurrence is None or each.occurrence in own]
        return WholeOrderShown(
            **{name: getattr(shown, name) for name in OrderShown.__struct_fields__},
            because=duty.origin.because if duty else (),
            steps=tuple(map(step_shown, seen)),
        )

    def _ordered(self, conn: sa.Connection, kept: KeptOccurrence, who: ActingPerson) -> OrderedShown:
        shown = self.context.shown(conn, kept)
        return OrderedShown(
            **{name: getattr(shown, name) for name in OccurrenceShown.__struct_fields__},
            order_number=kept.order_number,
            returned_at=kept.returned_at,
            accepted_at=kept.accepted_at,
            records=self._records(conn, kept, who),
        )

    def _records(
        self, conn: sa.Connection, kept: KeptOccurrence, who: ActingPerson
    ) -> tuple[RecordShown, ...]:
        """Every reply, those that were sent back too."""
        if not kept.has_records and kept.state is not KeptState.MET:
            return ()
        pack, records = self.context.rules_of(conn, kept).pack, self.keeper.judge.records
        return tuple(
            record_view(record, form, records.corrected_by(conn, record.id), language())
            for record in records.of_occurrence(conn, kept)
            if may_see(pack, form := pack.records.get(record.form), record, who)
        )


def _orderable(rules: DatedRules, duty: Duty, who: ActingPerson) -> OrderableShown:
    ordering, posts = duty.ordering, owners(rules.pack, duty, rules.today)
    return OrderableShown(
        duty.key,
        duty.name.in_language(language()),
        ordering.about.value if ordering and ordering.about else None,
        bool(ordering and ordering.within),
        tuple(post for post in posts if may_order(rules.pack, duty, [post], who)),
    )
