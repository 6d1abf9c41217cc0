"""A pack's rules compiled: who is responsible, which limits apply, who is told.

Decides by both evaluators and holds back where they differ. Nouns are looked up after the decision. Pure: no
clock, no store; must not act on what it decides.
"""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Literal, TypeVar, cast

from shared.kernel.problems import Problem
from shared.rules.decide.addresses import address, key_of
from shared.rules.decide.answers import Answers, Decision, Hiding, Told, Unroutable, Verdicts
from shared.rules.decide.facts_used import facts_used
from shared.rules.decide.fallback import fallback_decision
from shared.rules.decide.parties import units_of
from shared.rules.decide.situation import Situation, all_facts, departments_of
from shared.rules.decide.tables import Holding, Ruled, Table
from shared.rules.logic.judge import Evaluator, JudgeCache
from shared.rules.pack.model import Hidden, Limit, Notice, Pack, RoutingRule

R = TypeVar("R", RoutingRule, Limit, Notice, Hidden)
_PARTS_PER_BOOK = 8  # four sections, each of a town's part and a template's


class Book:
    """The tables of one pack. Immutable; safe to share between threads.

    Raises:
        RulesRefused: on building, a condition cannot be decided by both evaluators.
    """

    def __init__(self, pack: Pack, judges: JudgeCache) -> None:
        self.pack = pack
        self.routing = Table(pack.routing, pack, judges)
        self._limits = Table(pack.limits, pack, judges)
        self._tell = Table(pack.tell, pack, judges)
        self._hidden = Table(pack.hidden, pack, judges)
        self._events = frozenset(event for notice in pack.tell for event in notice.on)
        self._is_dated = any(_has_dates(rule) for rule in pack.routing)

    def route(self, situation: Situation, on: date) -> Decision | Unroutable:
        """Return who is responsible: by the first rule that holds and is in force on `on`.

        `on` is the report's local day; whoever leads now is the 'previous lead' of the decision to come.
        Never raises: what cannot be decided goes to the fallback owner, with the cause.
        """
        pack = self.pack
        try:
            facts = all_facts(pack, situation)
            held = self.routing.holding(facts) if self._is_dated else self.routing.first(facts)
        except Problem as problem:
            return self._unroutable("error", situation, {"error": str(problem)}, "reference")
        if not held.agreed:
            return self._unroutable("disagreement", situation, held.answers, held.evaluator)
        rule = next((rule for rule in _in_force(pack.routing, held, on)), None)
        if rule is None:
            return self._unroutable("no-rule", situation, {}, held.evaluator)
        return self._decided(rule, situation, held.evaluator)

    def limits(self, situation: Situation, on: date) -> Verdicts:
        """Return the limits whose conditions hold now and which are in force on `on` (the clock's first day).

        A default limit only where RC-20 reads platform and no other limit of its clock holds.

        Raises:
            FactError: a fact is not what it was declared to be.
        """
        held = self._limits.holding(all_facts(self.pack, situation))
        limits = _without_idle_defaults(self.pack, _in_force(self.pack.limits, held, on))
        return Verdicts(limits, held.agreed, held.answers)

    def notices(self, event: str, situation: Situation, on: date) -> Told:
        """Return the notices that `event` brings: a milestone, a step, or '<clock> warned' and the like.

        Raises:
            FactError: a fact is not what it was declared to be.
        """
        if event not in self._events:
            return Told((), True, {})
        held = self._tell.holding(all_facts(self.pack, situation))
        notices = tuple(one for one in _in_force(self.pack.tell, held, on) if event in one.on)
        return Told(notices, held.agreed, held.answers)

    def hidden(self, situation: Situation, on: date) -> Hiding:
        """Return the rules that say who sees the case until their milestone stands, in force on `on`.

        Raises:
            FactError: a fact is not what it was declared to be.
        """
        if not self.pack.hidden:
            return Hiding((), True, {})
        held = self._hidden.holding(all_facts(self.pack, situation))
        if held.agreed:
            return Hiding(tuple(_in_force(self.pack.hidden, held, on)), True, {})
        return Hiding(tuple(one for one in self.pack.hidden if one.origin.in_force(on)), False, held.answers)

    @property
    def tables(self) -> tuple[Table, Table, Table]:
        """Routing, limits and notices as compiled."""
        return self.routing, self._limits, self._tell

    def _decided(self, rule: RoutingRule, situation: Situation, evaluator: str) -> Decision | Unroutable:
        pack, then = self.pack, rule.then
        before = replace(situation, previous_lead=situation.lead or situation.previous_lead)
        leads = units_of(pack, [then.lead], before) if then.lead else ()
        if then.lead and not leads:
            return self._unroutable("no-lead", situation, {"rule": rule.origin.rule}, evaluator)
        lead = leads[0] if leads else None
        return Decision(
            levels=tuple(pack.noun(level) for level in then.levels),
            lead=lead,
            assisting=_assisting(pack, then.assist, before, lead),
            procedure=then.procedure,
            acceptance=then.acceptance or self._acceptance(situation, lead),
            flagged=then.flagged,
            fallback=False,
            rule=rule.origin,
            facts_used=facts_used(pack, rule, situation),
            evaluator=evaluator,
            departments=tuple(
                address(pack, unit, situation.place) for unit in departments_of(pack, situation)
            ),
            pass_to=pack.noun(then.pass_to) if then.pass_to else None,
            returned=then.returned,
        )

    def _acceptance(self, situation: Situation, lead: str | None) -> Literal["automatic", "lead"]:
        """A lead that stays has accepted already; a new one accepts as the pack says."""
        if situation.lead is None:
            return self.pack.acceptance
        return "automatic" if lead == situation.lead else self.pack.acceptance_after_handover

    def _unroutable(
        self,
        cause: Literal["no-rule", "disagreement", "no-lead", "error"],
        situation: Situation,
        answers: Answers,
        evaluator: str,
    ) -> Unroutable:
        return Unroutable(cause, fallback_decision(self.pack, situation, evaluator), answers)


class Books:
    """Books by edition, compiled on first use and bounded in number; equal tables are compiled once.

    Args:
        engine: 'both' evaluators, or 'reference' alone.
        capacity: how many books are kept; the least recently used are let go.

    Raises:
        ValueError: no such engine.
    """

    def __init__(self, engine: str = "both", capacity: int = 256) -> None:
        if engine not in ("both", "reference"):
            raise ValueError(f"engine is 'both' or 'reference', not {engine!r}")
        self._capacity = capacity
        self.judges = JudgeCache(_PARTS_PER_BOOK * capacity, cast(Evaluator, engine))
        self._books: OrderedDict[tuple[str, str], Book] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, pack: Pack) -> Book:
        """Return the book of a pack.

        Raises:
            RulesRefused: a condition cannot be decided by both evaluators.
        """
        key = (pack.town, pack.edition)
        with self._lock:
            if key in self._books:
                self._books.move_to_end(key)
                return self._books[key]
        return self._keep(key, Book(pack, self.judges))

    def _keep(self, key: tuple[str, str], book: Book) -> Book:
        with self._lock:
            book = self._books.setdefault(key, book)
            self._books.move_to_end(key)
            while len(self._books) > self._capacity:
                self._books.popitem(last=False)
        return book


def _in_force(rules: Sequence[R], held: Holding, on: date) -> list[R]:
    return [rules[place] for place in held.places if rules[place].origin.in_force(on)]


def _without_idle_defaults(pack: Pack, limits: Sequence[Limit]) -> tuple[Limit, ...]:
    """A matter without a limit has none, or the one that the town's default gives it (RC-20)."""
    set_by_rule = {limit.clock for limit in limits if not limit.default}
    return tuple(
        limit for limit in limits
        if not limit.default
        or (limit.clock not in set_by_rule and pack.reading("RC-20", limit.readings) == "platform")
    )  # fmt: skip


def _assisting(pack: Pack, words: Sequence[str], before: Situation, lead: str | None) -> tuple[str, ...]:
    """Whoever assists but the lead; a first contact that is no unit of the pack (a grid worker) does not."""
    first = before.first_contact
    if first is not None and key_of(first) not in pack.units:
        before = replace(before, first_contact=None)
    return tuple(unit for unit in units_of(pack, words, before) if unit != lead)


def _has_dates(rule: Ruled) -> bool:
    return rule.origin.valid_from is not None or rule.origin.valid_until is not None
