"""A pack's rules compiled: who is responsible, which limits apply, who is told.

Decides by both evaluators and holds back where they differ. Nouns are looked up after the decision. Pure: no
clock, no store; must not act on what it decides.
"""

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache, partial
from typing import TypeVar, cast

from shared.kernel.problems import Problem
from shared.rules.case.addresses import address, key_of
from shared.rules.case.situation import (
    Situation,
    all_facts,
    categories_of,
    departments_of,
    given_facts,
    named_categories,
)
from shared.rules.decide.answers import (
    Answers,
    ApplicableLimits,
    ApplicableNotices,
    Decision,
    Hiding,
    StepAllowed,
    Unroutable,
    UnroutableCause,
    Urgency,
)
from shared.rules.decide.facts_used import facts_used
from shared.rules.decide.fallback import fallback_decision
from shared.rules.decide.parties import units_of
from shared.rules.decide.parts import PartCache
from shared.rules.decide.slots import Ruled
from shared.rules.decide.tables import Holding, RuleTable
from shared.rules.logic.facts import Value
from shared.rules.logic.judge import Evaluator, JudgeCache
from shared.rules.pack.model import Acceptance, Hidden, Limit, Notice, Pack, RoutingRule, Then, Urgent

R = TypeVar("R", RoutingRule, Limit, Notice, Hidden, Urgent)
_MOST_GIVEN = 16  # matters of a town at places, of each what its pack says of it: about a kilobyte
# Each town has eleven at most, and hardly any has so many: five sections and the steps, its own part and a template's.
_MOST_TABLES = 2560


class CompiledRules:
    """The tables of one pack. Immutable; safe to share between threads.

    Args:
        pack: an edition, or one that is being tried out.
        parts: equal tables of several towns share what was compiled.

    Raises:
        RulesRefused: on building, a condition cannot be decided by both evaluators.
    """

    def __init__(self, pack: Pack, parts: PartCache) -> None:
        self.pack = pack
        self.routing = RuleTable(pack.routing, pack, parts)
        self._limits = RuleTable(pack.limits, pack, parts)
        self._notices = RuleTable(pack.tell, pack, parts)
        self._hidden = RuleTable(pack.hidden, pack, parts)
        self._urgent = RuleTable(pack.urgent, pack, parts)
        conditions = [condition for step in pack.steps.values() for condition in step.conditions]
        self._steps = RuleTable(conditions, pack, parts)
        self._conditions = tuple(condition.origin.rule for condition in conditions)
        self._events = frozenset(event for notice in pack.tell for event in notice.on)
        self._is_dated = any(_has_dates(rule) for rule in pack.routing)
        # Most of a town's cases are of a few matters: what the pack says of each is not looked up for every message.
        self._given = lru_cache(_MOST_GIVEN)(partial(given_facts, pack))

    def route(self, situation: Situation, on: date) -> Decision | Unroutable:
        """Return who is responsible: by the first rule that holds and is in force on `on`.

        Never raises: what cannot be decided goes to the fallback owner, with the cause.

        Args:
            situation: as it stands; whoever leads now is the 'previous lead' of the decision to come.
            on: the report's local day.
        """
        pack = self.pack
        try:
            facts = self.facts(situation)
            # The first rule that holds may not be in force: where any has dates, all are asked for.
            holding = self.routing.holding(facts) if self._is_dated else self.routing.first(facts)
        except Problem as problem:
            # What a pack or a report brings must not keep a case from being anybody's: the fallback owner gets it.
            return self._unroutable(UnroutableCause.ERROR, situation, {"error": str(problem)}, "reference")
        if not holding.agreed:
            return self._unroutable(
                UnroutableCause.DISAGREEMENT, situation, holding.answers, holding.evaluator
            )
        rule = next((rule for rule in _in_force(pack.routing, holding, on)), None)
        if rule is None:
            return self._unroutable(UnroutableCause.NO_RULE, situation, {}, holding.evaluator)
        return self._decided(rule, situation, facts, holding.evaluator)

    def limits(self, situation: Situation, on: date) -> ApplicableLimits:
        """Return the limits whose conditions hold now and which are in force on `on`.

        A default limit only where RC-20 reads platform and no other limit of its clock holds.

        Args:
            on: the local day on which a clock of theirs starts.

        Raises:
            FactError: a fact is not what it was declared to be.
        """
        holding = self._limits.holding(self.facts(situation))
        limits = _without_idle_defaults(self.pack, _in_force(self.pack.limits, holding, on))
        return ApplicableLimits(limits, holding.agreed, holding.answers)

    def notices(self, event: str, situation: Situation, on: date) -> ApplicableNotices:
        """Return the notices that an event brings.

        Args:
            event: a milestone, a step, or '<clock> warned' and the like; most bring none, and no rule is asked then.
            on: the event's local day.

        Raises:
            FactError: a fact is not what it was declared to be.
        """
        if event not in self._events:
            return ApplicableNotices((), True, {})
        holding = self._notices.holding(self.facts(situation))
        notices = tuple(notice for notice in _in_force(self.pack.tell, holding, on) if event in notice.on)
        return ApplicableNotices(notices, holding.agreed, holding.answers)

    def hidden(self, situation: Situation, on: date) -> Hiding:
        """Return the rules that say who sees the case until their milestone stands, in force on `on`.

        Args:
            on: the report's local day.

        Raises:
            FactError: a fact is not what it was declared to be.
        """
        if not self.pack.hidden:
            return Hiding((), True, {})
        holding = self._hidden.holding(self.facts(situation))
        if holding.agreed:
            return Hiding(tuple(_in_force(self.pack.hidden, holding, on)), True, {})
        # In doubt every rule hides: what somebody has seen can't be hidden again.
        in_force = tuple(rule for rule in self.pack.hidden if rule.origin.in_force(on))
        return Hiding(in_force, False, holding.answers)

    def urgency(self, event: str, situation: Situation, on: date) -> Urgency:
        """Return whether what an event brings is told at once, whatever the hour.

        Args:
            event: as of `notices`. on: its local day.

        Raises:
            FactError: a fact is not what it was declared to be.
        """
        if not any(not rule.on or event in rule.on for rule in self.pack.urgent):
            return Urgency(None, True, {})
        holding = self._urgent.holding(self.facts(situation))
        found = (rule for rule in _in_force(self.pack.urgent, holding, on) if not rule.on or event in rule.on)
        rule = next((rule.origin for rule in found), None)
        return Urgency(rule, holding.agreed, holding.answers)

    def allows(self, step: str, situation: Situation) -> StepAllowed:
        """Return whether a condition of a step holds now; one that is not there always does.

        Args:
            step: its key, or of a mark's condition that rule's id.

        Raises:
            FactError: a fact is not what it was declared to be.
        """
        if step not in self._conditions:
            return StepAllowed(True, True, {})
        holding = self._steps.holding(self.facts(situation))
        return StepAllowed(self._conditions.index(step) in holding.places, holding.agreed, holding.answers)

    @property
    def tables(self) -> tuple[RuleTable, RuleTable, RuleTable]:
        """Routing, limits and notices as compiled, in this order."""
        return self.routing, self._limits, self._notices

    def facts(self, situation: Situation) -> dict[str, Value]:
        """Return everything that is known of a case, by fact."""
        return all_facts(self.pack, situation, self._given(situation.place, named_categories(situation)))

    def _decided(
        self, rule: RoutingRule, situation: Situation, facts: Mapping[str, Value], evaluator: str
    ) -> Decision | Unroutable:
        pack, then = self.pack, rule.then
        # The words of the rule mean the decision to come: whoever leads until now is its 'previous lead'.
        before = replace(situation, previous_lead=situation.lead or situation.previous_lead)
        leads = units_of(pack, [then.lead], before) if then.lead else ()
        if then.lead and not leads:
            return self._unroutable(UnroutableCause.NO_LEAD, situation, {"rule": rule.origin.rule}, evaluator)
        lead = leads[0] if leads else None
        return Decision(
            levels=tuple(pack.noun(level) for level in then.levels),
            lead=lead,
            assisting=_assisting(pack, then, before, lead),
            procedure=then.procedure,
            acceptance=then.acceptance or self._acceptance(situation, lead),
            flagged=then.flagged,
            fallback=False,
            rule=rule.origin,
            facts_used=facts_used(pack, rule, facts),
            evaluator=evaluator,
            departments=tuple(
                address(pack, unit, situation.place) for unit in departments_of(pack, situation)
            ),
            pass_to=pack.noun(then.pass_to) if then.pass_to else None,
            returned=then.returned,
        )

    def _acceptance(self, situation: Situation, lead: str | None) -> Acceptance:
        """A lead that stays has accepted already; a new one accepts as the pack says."""
        if situation.lead is None:
            return self.pack.acceptance
        return Acceptance.AUTOMATIC if lead == situation.lead else self.pack.acceptance_after_handover

    def _unroutable(
        self,
        cause: UnroutableCause,
        situation: Situation,
        answers: Answers,
        evaluator: str,
    ) -> Unroutable:
        return Unroutable(cause, fallback_decision(self.pack, situation, evaluator), answers)


class CompiledRulesCache:
    """Compiled rules by edition, compiled on first use and bounded in number; equal tables are compiled once.

    Shared by all threads of a process: an edition is known by the hash of its files, so what is found here is never out
    of date. The lock guards the order of use; compiling, which takes long, is done outside it. Two threads that meet
    may compile one edition twice, and go on with one of both.

    Args:
        engine: 'both' evaluators, or 'reference' alone.
        capacity: how many editions are kept; the least recently used are let go.

    Raises:
        ValueError: no such engine.
    """

    def __init__(self, engine: str = "both", capacity: int = 10_000) -> None:
        if engine not in ("both", "reference"):
            raise ValueError(f"engine is 'both' or 'reference', not {engine!r}")
        self._capacity = capacity
        self.judges = JudgeCache(_MOST_TABLES, cast(Evaluator, engine))
        self._parts = PartCache(self.judges, _MOST_TABLES)
        self._kept: OrderedDict[tuple[str, str], CompiledRules] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, pack: Pack) -> CompiledRules:
        """Return the compiled rules of a pack.

        Args:
            pack: known by its town and edition; two with the same of both must be equal.

        Raises:
            RulesRefused: a condition cannot be decided by both evaluators.
        """
        key = (pack.town, pack.edition)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        return self._keep(key, CompiledRules(pack, self._parts))

    def forget(self, pack: Pack) -> None:
        """Let go of the compiled rules of a pack, and of the pack with them; its tables are kept."""
        with self._lock:
            self._kept.pop((pack.town, pack.edition), None)

    def _keep(self, key: tuple[str, str], rules: CompiledRules) -> CompiledRules:
        with self._lock:
            rules = self._kept.setdefault(key, rules)
            self._kept.move_to_end(key)
            while len(self._kept) > self._capacity:
                self._kept.popitem(last=False)
        return rules


def _in_force(rules: Sequence[R], holding: Holding, on: date) -> list[R]:
    return [rules[place] for place in holding.places if rules[place].origin.in_force(on)]


def _without_idle_defaults(pack: Pack, limits: Sequence[Limit]) -> tuple[Limit, ...]:
    """A matter without a limit has none, or the one that the town's default gives it (RC-20)."""
    set_by_rule = {limit.clock for limit in limits if not limit.default}
    return tuple(
        limit for limit in limits
        if not limit.default
        or (limit.clock not in set_by_rule and pack.reading("RC-20", limit.readings) == "platform")
    )  # fmt: skip


def _assisting(pack: Pack, then: Then, before: Situation, lead: str | None) -> tuple[str, ...]:
    """Whoever assists but the lead; a first contact that is no unit of the pack (a grid worker) does not.

    Where several categories are concerned, none of their departments is left out (from format 2 on, RC-17).
    """
    first = before.first_contact
    if first is not None and key_of(first) not in pack.units:
        before = replace(before, first_contact=None)
    is_joint = pack.format > 1 and not then.returned and len(categories_of(pack, before)) > 1
    words = (*then.assist, "departments of category") if is_joint else then.assist
    return tuple(unit for unit in units_of(pack, words, before) if unit != lead)


def _has_dates(rule: Ruled) -> bool:
    return rule.origin.valid_from is not None or rule.origin.valid_until is not None
