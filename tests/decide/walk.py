"""Lives a case through on paper: steps, decisions, clocks and notices, from the rules alone.

A slow oracle of what the services do together, without stores, messages or people: each step is taken in one
go and answered at once. It leans on `decide` for what rules say and on `worktime` for days.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from shared.rules.decide import (
    CompiledRules,
    Decision,
    Situation,
    Unroutable,
    address,
    decided,
    key_of,
    local_day,
    resolve_parties,
)
from shared.rules.logic.facts import Kind
from shared.rules.pack.model import Effect, EffectKind, Pack, Procedure, Step
from shared.rules.scenario.model import Amendment
from tests.decide.clocks import PaperClock, Shop

REACHES = {
    EffectKind.ACCEPT: "accepted", EffectKind.SETTLE: "settled", EffectKind.VERIFY: "verified",
    EffectKind.REOPEN: "reopened", EffectKind.PUBLISH: "published", EffectKind.CLOSE: "closed",
    EffectKind.REJECT: "rejected", EffectKind.DECLINE: "declined",
}  # fmt: skip
ASKS = (EffectKind.DECIDE_AGAIN, EffectKind.DECLINE)
MOVING = (EffectKind.EXTEND, EffectKind.SET_DUE)
STATES = ("closed", "rejected", "verified", "settled", "reopened", "accepted", "assigned", "reported")
ROLES = ("grid_worker", "unit_staff", "supervisor", "operator", "reporter")


@dataclass(frozen=True, slots=True)
class Heard:
    """Somebody was told."""

    rule: str
    on: str
    party: str
    unit: str | None
    at: datetime

    def is_for(self, who: str) -> bool:
        """Tell whether a scenario's word means this recipient."""
        return who in (self.party, key_of(self.unit) if self.unit else None)


class Refused(Exception):
    """A step that may not be taken."""


@dataclass(slots=True)
class Walk:
    """One case being lived."""

    pack: Pack
    book: CompiledRules
    shop: Shop
    situation: Situation
    at: datetime
    marks: dict[str, datetime] = field(default_factory=dict)
    firsts: dict[str, datetime] = field(default_factory=dict)
    taken: list[str] = field(default_factory=list)
    run: list[str] = field(default_factory=list)
    approvals: list[str] = field(default_factory=list)
    is_awaiting: bool = False
    answer: Decision | Unroutable | None = None
    heard: list[Heard] = field(default_factory=list)
    alarms: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)  # ids of rules, keys of steps and procedures that took part

    @property
    def state(self) -> str:
        """The furthest milestone that stands."""
        return next(state for state in STATES if state in self.marks)

    @property
    def is_flagged(self) -> bool:
        """Tell whether the operator is shown the last decision."""
        answer = self.answer
        return answer.decision.flagged if isinstance(answer, Unroutable) else bool(answer and answer.flagged)

    def report(self) -> None:
        """Report the case; routing answers at once."""
        self._reach("reported")
        self._decide()

    def advance(self, until: datetime) -> None:
        """Let clocks warn and breach up to an instant, that instant included."""
        while (due := self.shop.next_due()) is not None and due[0] <= until:
            at, clock, event = due
            clock.fire(event, at)
            self._tell(f"{clock.limit.clock} {event}", at)
            if event == "breached":
                self._escalate(clock, at)
        self.at = max(self.at, until)

    def take(
        self, key: str, by: str | None, facts: Mapping[str, Any], due_at: datetime | None, at: datetime
    ) -> None:
        """Take a step.

        Raises:
            Refused: the pack does not let this actor take it now.
        """
        self.advance(at)
        step = self._allowed(key, by, facts, due_at)
        self.used.add(key)
        if any(effect.kind is EffectKind.REOPEN for effect in step.does):
            self._reopen()
        self._carry(step, facts)
        self.is_awaiting = any(effect.kind in ASKS for effect in step.does)
        reached = [self._mark_of(effect) for effect in step.does]
        self._reach(*dict.fromkeys([*(one for one in reached if one), key]))
        self.taken.append(key)
        self.run.append(key)
        self.approvals = [one for one in self.approvals if one != key]
        self._effects(step, due_at)
        if self.is_awaiting:
            self.is_awaiting = False
            self._decide()
        self._start_clocks()

    def amend(self, days: Amendment, at: datetime) -> None:
        """Publish days of the calendar."""
        self.advance(at)
        self.shop.amend(days)

    def is_open_to(self, key: str, by: str | None) -> bool:
        """Tell whether a step might be taken, whatever would have to come with it."""
        try:
            self._allowed(key, by, dict.fromkeys(self.pack.steps[key].needs, ""), self.at)
        except Refused:
            return False
        return True

    # --- steps

    def _allowed(self, key: str, by: str | None, facts: Mapping[str, Any], due_at: datetime | None) -> Step:
        step = self.pack.steps.get(key)
        if step is None:
            raise Refused(f"no step {key}")
        for refusal in self._objections(step, by, {*facts, *(["due_at"] if due_at else [])}):
            raise Refused(refusal)
        if by is not None and self._is_anothers(by, facts.get("category")):
            raise Refused(f"{facts['category']} is not {by}'s to bring")
        if by is not None and due_at is not None and self._postpones_in_silence(step, by, facts, due_at):
            raise Refused(f"{by} postpones its own limit without a reason")
        return step

    def _is_anothers(self, by: str, category: object) -> bool:
        known = self.pack.categories.get(category) if isinstance(category, str) else None
        if known is None or not known.opened_by or category == self.situation.category:
            return False
        return by not in {*known.opened_by, *map(self.pack.noun, known.opened_by)}

    def _postpones_in_silence(self, step: Step, by: str, facts: Mapping[str, Any], due_at: datetime) -> bool:
        has_words = any(
            self.pack.facts[name].type.kind is Kind.TEXT for name in facts if name in self.pack.facts
        )
        if has_words or by in ROLES or not self._is(by, "lead"):
            return False
        moved = [
            clock for effect in step.does for clock in self.shop.open(effect.value) if effect.kind in MOVING
        ]
        return any((due := clock.due_at()) is not None and due_at > due for clock in moved)

    def _objections(self, step: Step, by: str | None, given: set[str]) -> Iterator[str]:
        if by is not None and not any(self._is(by, word) for word in step.who):
            yield f"{by} is none of {step.who}"
        if {"closed", "rejected"} & self.marks.keys():
            yield "the case has ended"
        yield from (f"not after {mark}" for mark in step.after if mark not in self.marks)
        yield from (f"already {mark}" for mark in step.before if mark in self.marks)
        if step.when is not None and not self.book.allows(step.key, self.situation).holds:
            yield f"{step.key} does not apply"
        if not step.any_time:
            yield from self._out_of_order(step)
        yield from (f"needs {name}" for name in step.needs if name not in given)
        yield from (f"takes no {name}" for name in given if name not in (*step.needs, *step.may_have))

    def _out_of_order(self, step: Step) -> Iterator[str]:
        procedure = self.procedure
        if self.approvals and step.key not in self.approvals:
            yield f"waits for {self.approvals}"
        if step.key not in procedure.steps:
            yield f"{step.key} is no step of {procedure.key}"
            return
        place = procedure.steps.index(step.key)
        for earlier in procedure.steps[:place]:
            if earlier not in procedure.optional and not self._is_done(self.pack.steps[earlier]):
                yield f"first {earlier}"
        yield from (f"passed by {later}" for later in procedure.steps[place + 1 :] if later in self.run)

    @property
    def procedure(self) -> Procedure:
        """The procedure that the case follows."""
        assert self.situation.procedure is not None
        return self.pack.procedures[self.situation.procedure]

    def _is_done(self, step: Step) -> bool:
        reaches = {mark for effect in step.does if (mark := self._mark_of(effect))}
        return step.key in self.taken or (bool(reaches) and reaches <= self.marks.keys())

    def _mark_of(self, effect: Effect) -> str | None:
        return effect.value if effect.kind is EffectKind.MARK else REACHES.get(effect.kind)

    def _is(self, by: str, word: str) -> bool:
        if by in ROLES:
            meant = {"reporter": "reporter", "grid_worker": "grid worker", "supervisor": "supervisor"}
            return word in (by, meant.get(by)) or (by == "grid_worker" and word == "first contact")
        is_party = word not in ROLES or word == "supervisor"
        found = resolve_parties(self.pack, [word], self.situation) if is_party else ()
        # A scenario may name whoever acts as the rules do: 'assisting' is each of those who assist.
        return (by == word and bool(found)) or address(self.pack, by, self.situation.place) in {
            one.unit for one in found
        }

    def _carry(self, step: Step, facts: Mapping[str, Any]) -> None:
        category = facts.get("category", self.situation.category)
        known = {name: value for name, value in facts.items() if name in self.pack.facts}
        self.situation = replace(
            self.situation, category=category, facts={**self.situation.facts, **known, **step.sets},
            place=facts.get("place", self.situation.place),
        )  # fmt: skip

    def _reopen(self) -> None:
        for mark in ("settled", "verified", "published"):
            self.marks.pop(mark, None)
        for key in [key for key in self.taken if self._reaches(key, {"settled", "verified"})]:
            self.taken.remove(key)
            self.marks.pop(key, None)
        self.run = []
        self.situation = replace(self.situation, round=self.situation.round + 1)

    def _reaches(self, key: str, marks: set[str]) -> bool:
        return any(self._mark_of(effect) in marks for effect in self.pack.steps[key].does)

    def _effects(self, step: Step, due_at: datetime | None) -> None:
        for effect in step.does:
            if effect.kind is EffectKind.ASK_APPROVAL and effect.value:
                self.approvals.append(effect.value)
            for clock in self.shop.open(effect.value):
                if effect.kind is EffectKind.EXTEND and clock.extend(self.at):
                    self._tell(f"{clock.limit.clock} extended", self.at)
                elif effect.kind is EffectKind.SET_DUE and due_at is not None:
                    clock.write(due_at)
                elif effect.kind is EffectKind.PAUSE:
                    clock.pause(self.at)
                elif effect.kind is EffectKind.RESUME:
                    clock.resume(self.at)

    # --- decisions, milestones, notices

    def _decide(self) -> None:
        before = self.situation
        self.answer = self.book.route(before, local_day(self.pack, self.firsts["reported"]))
        decision = self.answer.decision if isinstance(self.answer, Unroutable) else self.answer
        self.situation = decided(before, decision)
        self.used |= {decision.rule.rule, decision.procedure}
        is_new_lead = before.lead is not None and decision.lead != before.lead
        if before.procedure != decision.procedure:
            self.taken, self.run = [], []
        self.approvals = []
        if is_new_lead:
            # Whoever has it now begins where it begins: nothing of the order was passed by.
            self.marks.pop("accepted", None)
            self.run = []
        self._reach("assigned", *(["handed_over"] if is_new_lead else []))
        if decision.acceptance == "automatic" and "accepted" not in self.marks:
            self._reach("accepted")
        self._start_clocks()

    def _reach(self, *marks: str) -> None:
        for mark in marks:
            self.marks[mark] = self.at
            self.firsts.setdefault(mark, self.at)
        self._start_clocks()
        for clock in self.shop.until(marks, self.at):
            clock.stop(self.at, is_met=True)
        if {"closed", "rejected"} & set(marks):
            for clock in self.shop.open(None):
                clock.stop(self.at, is_met=False)
        for mark in marks:
            self._tell(mark, self.at)

    def _start_clocks(self) -> None:
        """RC-12 own: what no longer applies stops; what applies and whose milestone stands starts.

        While a decision is awaited, the case is between two levels: nothing starts or stops by its rules.
        """
        if self.is_awaiting:
            return
        day = local_day(self.pack, self.at)
        wanted = self.book.limits(self.situation, day).limits
        for clock in self.shop.open(None):
            if clock.limit not in wanted:
                clock.stop(self.at, is_met=False)
        for limit in wanted:
            clock = self.shop.start(limit, self.marks, self.firsts, self.situation.round)
            if clock is not None:
                self.used.add(limit.origin.rule)
                if clock.state(self.at) == "withheld":
                    self.alarms.add("calendar-missing")
                self._tell(f"{limit.clock} started", self.at)

    def _escalate(self, clock: PaperClock, at: datetime) -> None:
        """Tell those to whom a breach is escalated without any delay; the platform does so by itself."""
        for step in clock.limit.escalate:
            for one in resolve_parties(self.pack, step.to, self.situation) if step.after is None else ():
                event = f"{clock.limit.clock} escalated"
                self.heard.append(Heard(clock.limit.origin.rule, event, one.party, one.unit, at))

    def _tell(self, event: str, at: datetime) -> None:
        told = self.book.notices(event, self.situation, local_day(self.pack, at))
        assert told.agreed
        for notice in told.notices:
            self.used.add(notice.origin.rule)
            for one in resolve_parties(self.pack, notice.who, self.situation):
                self.heard.append(Heard(notice.origin.rule, event, one.party, one.unit, at))
