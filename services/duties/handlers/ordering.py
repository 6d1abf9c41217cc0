"""Orders: a supervision order, a campaign. Given, changed, ended, and their replies accepted or sent back.

Decides what each of these makes of the occurrences of an order. An occurrence is met by its record, as any other is.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from services.duties.domain.occurrence import KeptOccurrence, KeptState, new_occurrence
from services.duties.domain.order import KeptOrder, KeptOrderStep, OrderStep
from services.duties.domain.people import ActingPerson
from services.duties.domain.refusals import refusal
from services.duties.domain.rights import may_order
from services.duties.handlers.judging import OccurrenceJudge
from services.duties.handlers.saying import say_changed, say_owed
from services.duties.handlers.town_rules import DatedRules
from services.duties.store.claims import RecordClaim, SqlRecordClaims
from services.duties.store.orders import SqlOrders
from shared.contracts.messages import OccurrenceEvent
from shared.db.work import Work
from shared.kernel.ids import derived_id
from shared.rules.case.timing import local_day
from shared.rules.duties import Occurrence, ordered, owners
from shared.rules.pack.model import Duty, OrderSubject

_TICK = timedelta(microseconds=1)  # an end is exclusive


class OrderGiven(Struct, frozen=True, kw_only=True):
    """What somebody orders.

    Args:
        posts: of whom; everybody: of all that the duty names.
        subject: what it is about.
        until: the last day; None: within the time of the rules.
    """

    duty: str
    words: str
    posts: tuple[str, ...] = ()
    everybody: bool = False
    subject: str | None = None
    until: date | None = None


class ChangedDemand(Struct, frozen=True, kw_only=True):
    """What is asked from now on; None: as before. `posts`: of whom as well."""

    words: str | None = None
    until: date | None = None
    posts: tuple[str, ...] = ()


class ReplyAnswer(Struct, frozen=True, kw_only=True):
    """What a reply is answered; `until`: the last day for another, None: as before."""

    accepted: bool
    words: str = ""
    until: date | None = None


@dataclass(frozen=True, slots=True)
class OrderKeeper:
    """Keeps orders."""

    judge: OccurrenceJudge
    orders: SqlOrders = field(default_factory=SqlOrders)
    claims: SqlRecordClaims = field(default_factory=SqlRecordClaims)

    def give(
        self, work: Work, rules: DatedRules, given: OrderGiven, who: ActingPerson, claim: RecordClaim | None
    ) -> KeptOrder:
        """Give an order, tell every post of it, and return it.

        Args:
            rules: in force in the town.
            claim: of the request; sent again, it gets the order that it gave.

        Raises:
            Problem: it may not be given, or lacks something.
        """
        if claim is not None and (known := self._known(work, rules, claim)) is not None:
            return known
        duty = _duty(rules, given.duty)
        posts = _posts(rules, duty, owners(rules.pack, duty, rules.today) if given.everybody else given.posts)
        _check_may(rules, duty, posts, who)
        self._check_subject(work, rules, duty, given.subject)
        found = _reckoned(rules, duty, given.until)
        order = self._order(work, rules, given, duty, who, found)
        self.orders.put(work, order)
        self._say(work, order, OrderStep.ISSUED, given.words, who, due_at=order.due_at)
        self._add(work, duty, order, posts, found)
        if claim is not None:
            self.claims.keep(work, claim, order.id)
        return order

    def change(
        self, work: Work, rules: DatedRules, order: KeptOrder, change: ChangedDemand, who: ActingPerson
    ) -> KeptOrder:
        """Ask for something else, by another day, or of further posts; return the order as it now stands.

        Args:
            rules: of the order's edition.
        """
        duty = self._standing(work, rules, order, who)
        known = self.orders.occurrences(work, order.id)
        further = _posts(rules, duty, change.posts) if change.posts else ()
        further = tuple(post for post in further if post not in {each.post for each in known})
        _check_may(rules, duty, further, who)
        found = _reckoned(rules, duty, change.until) if change.until else None
        changed = replace(
            order, words=change.words or order.words, due_at=_due(found) if found else order.due_at
        )
        self.orders.put(work, changed)
        self._say(
            work, changed, OrderStep.CHANGED, changed.words, who, due_at=changed.due_at if found else None
        )
        if found is not None:
            self._move(work, known, found)
        self._add(work, duty, changed, further, _from_now(changed, rules))
        return changed

    def end(
        self, work: Work, rules: DatedRules, order: KeptOrder, reason: str, who: ActingPerson
    ) -> KeptOrder:
        """End an order: what is still open is not owed any more; return it."""
        self._standing(work, rules, order, who)
        ended = replace(order, ended_at=work.at)
        self.orders.put(work, ended)
        self._say(work, ended, OrderStep.ENDED, reason, who)
        for each in self.orders.occurrences(work, order.id):
            if each.state is KeptState.OPEN:
                gone = replace(each, state=KeptState.WITHDRAWN, changed_at=work.at)
                self.judge.occurrences.put(work, gone)
                say_changed(work, gone, OccurrenceEvent.WITHDRAWN, work.at, who.person)
        return ended

    def answer(
        self,
        work: Work,
        rules: DatedRules,
        order: KeptOrder,
        occurrence: KeptOccurrence,
        answer: ReplyAnswer,
        who: ActingPerson,
    ) -> KeptOccurrence:
        """Accept a reply, or send it back: then it is owed again. Return the occurrence as it now stands.

        Raises:
            Problem: `no-reply`: there is none; `reason-missing`: it is sent back without a word.
        """
        duty = self._standing(work, rules, order, who)
        if occurrence.ordered != order.id or occurrence.state is not KeptState.MET:
            raise refusal("no-reply")
        if not answer.accepted and not answer.words.strip():
            raise refusal("reason-missing", {"field": "words"})
        found = _reckoned(rules, duty, answer.until) if answer.until and not answer.accepted else None
        step = OrderStep.ACCEPTED if answer.accepted else OrderStep.RETURNED
        due_at = _due(found) if found else None
        self._say(work, order, step, answer.words, who, occurrence=occurrence.id, due_at=due_at)
        if answer.accepted:
            accepted = replace(occurrence, accepted_at=work.at, changed_at=work.at)
            self.judge.occurrences.put(work, accepted)
            return accepted
        return self._returned(work, occurrence, found)

    def _returned(self, work: Work, occurrence: KeptOccurrence, found: Occurrence | None) -> KeptOccurrence:
        returned = replace(
            occurrence,
            state=KeptState.OPEN,
            met_at=None,
            returned_at=work.at,
            accepted_at=None,
            changed_at=work.at,
        )
        self.judge.occurrences.put(work, returned)
        say_changed(work, returned, OccurrenceEvent.REOPENED, work.at)
        if found is not None:
            self._move(work, [returned], found)
        return self.judge.occurrences.get(work, occurrence.id) or returned

    def _known(self, work: Work, rules: DatedRules, claim: RecordClaim) -> KeptOrder | None:
        before = self.claims.known(work, claim)
        if before is None:
            return None
        if before.body_hash != claim.body_hash:
            raise refusal("key-reused", {"field": "Idempotency-Key"})
        return self.orders.get(work, rules.pack.town, before.record)

    def _standing(self, work: Work, rules: DatedRules, order: KeptOrder, who: ActingPerson) -> Duty:
        """The duty of an order that stands and is this one's to decide about."""
        duty = _duty(rules, order.duty)
        _check_may(rules, duty, [each.post for each in self.orders.occurrences(work, order.id)], who)
        if order.ended_at is not None:
            raise refusal("order-ended")
        return duty

    def _check_subject(self, work: Work, rules: DatedRules, duty: Duty, subject: str | None) -> None:
        about = duty.ordering.about if duty.ordering else None
        if (about is None) != (subject is None):
            raise refusal("order-about", {"field": "subject"}, what=about.value if about else "—")
        if subject is None or about is not OrderSubject.DUTY:
            return  # what cases there are this service doesn't know
        missed = self.judge.occurrences.get(work, subject)
        if missed is None or missed.town != rules.pack.town:
            raise refusal("unknown-occurrence", {"occurrence": subject}, given=subject)

    def _order(
        self,
        work: Work,
        rules: DatedRules,
        given: OrderGiven,
        duty: Duty,
        who: ActingPerson,
        found: Occurrence,
    ) -> KeptOrder:
        about = duty.ordering.about if duty.ordering else None
        return KeptOrder(
            id=work.new_id(),
            town=rules.pack.town,
            number=self.orders.next_number(work, rules.pack.town, rules.today.year),
            duty=duty.key,
            edition=rules.pack.edition,
            words=given.words,
            about=about.value if about else None,
            subject=given.subject,
            post=who.unit,
            person=who.person,
            issued_at=work.at,
            due_at=_due(found),
        )

    def _add(
        self,
        work: Work,
        duty: Duty,
        order: KeptOrder,
        posts: Iterable[str],
        found: Occurrence,
    ) -> None:
        for post in posts:
            fresh = new_occurrence(
                derived_id(order.id, post), order.town, post, found, order.edition, work.at
            )
            owed = replace(
                fresh,
                state=KeptState.OPEN,
                ordered=order.id,
                order_number=order.number,
                ordered_by=order.post,
            )
            self.judge.occurrences.add(work, owed)
            say_owed(work, owed, duty, work.at, is_judged=True)

    def _move(self, work: Work, known: Iterable[KeptOccurrence], found: Occurrence) -> None:
        for each in known:
            if each.state is KeptState.OPEN and each.due_at != found.due_at:
                moved = replace(each, on=found.on, due_at=found.due_at, was_on=each.on, changed_at=work.at)
                self.judge.occurrences.put(work, moved)
                say_changed(work, moved, OccurrenceEvent.MOVED, work.at)

    def _say(
        self,
        work: Work,
        order: KeptOrder,
        what: OrderStep,
        words: str,
        who: ActingPerson,
        *,
        occurrence: str | None = None,
        due_at: datetime | None = None,
    ) -> None:
        step = KeptOrderStep(
            id=work.new_id(),
            town=order.town,
            ordered=order.id,
            occurrence=occurrence,
            what=what,
            at=work.at,
            person=who.person,
            words=words,
            due_at=due_at,
        )
        self.orders.say(work, step)


def _duty(rules: DatedRules, key: str) -> Duty:
    known = {name: duty for name, duty in rules.pack.duties.items() if duty.ordering}
    if key not in known:
        raise refusal("not-ordered", {"duty": key}, given=key, known=", ".join(known) or "—")
    return known[key]


def _posts(rules: DatedRules, duty: Duty, wanted: Iterable[str]) -> tuple[str, ...]:
    """The posts that an order goes to: of those that the duty names."""
    named = owners(rules.pack, duty, rules.today)
    posts = tuple(dict.fromkeys(wanted))
    if not posts:
        raise refusal("posts-missing", {"field": "posts"})
    if strange := [post for post in posts if post not in named]:
        raise refusal("not-its-post", {"unit": strange[0]}, post=strange[0], known=", ".join(named[:20]))
    return posts


def _check_may(rules: DatedRules, duty: Duty, posts: Iterable[str], who: ActingPerson) -> None:
    if not may_order(rules.pack, duty, posts, who):
        units = ", ".join(rules.pack.noun(unit) for unit in duty.ordering.by) if duty.ordering else ""
        raise refusal("not-yours-to-order", units=units)


def _reckoned(rules: DatedRules, duty: Duty, until: date | None) -> Occurrence:
    if until is not None and until < rules.today:
        raise refusal("until-behind", {"field": "until"}, day=until)
    found = ordered(rules.pack, rules.calendar, duty, rules.at, until)
    if found is None:
        raise refusal("until-missing", {"field": "until"})
    return found


def _due(found: Occurrence) -> datetime:
    assert found.due_at is not None
    return found.due_at


def _from_now(order: KeptOrder, rules: DatedRules) -> Occurrence:
    """What further posts owe: from now on, until the order's own end."""
    on = local_day(rules.pack, order.due_at - _TICK)
    return Occurrence(order.duty, rules.today, on, opens_at=rules.at, due_at=order.due_at, since=rules.today)
