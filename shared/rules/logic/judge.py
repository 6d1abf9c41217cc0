"""The one door behind which both evaluators stand: a judgement on a case, and whether they agreed on it.

durable-rules decides, the reference explains and must agree. Where they differ, or durable-rules fails, the
judgement says so with both answers, the compiled matcher is built anew, and the caller holds the case for a
person. Where durable-rules cannot be installed, the reference decides alone. Knows no towns and no packs.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from threading import Lock
from typing import Any as Anything
from typing import Literal, TypeAlias

from shared.rules.logic.durable import Availability, DurableMatcher, EngineFailed, available
from shared.rules.logic.facts import Facts, FactType, check_facts, ensured
from shared.rules.logic.packing import Aim
from shared.rules.logic.plain import fingerprint
from shared.rules.logic.reference import Reference
from shared.rules.logic.rulebook import Row, require_sound
from shared.rules.logic.sharding import CompiledTable, compile_rules

Evaluator: TypeAlias = Literal["both", "reference"]
Compile: TypeAlias = Callable[[Sequence[Row], Mapping[str, FactType], Aim], CompiledTable]
Load: TypeAlias = Callable[[str], Anything]
# Most cases of a town get one of a few answers: those are kept ready. A longer one is hardly ever given twice.
_MOST_REMEMBERED = 1024  # judgements of a judge
_LONGEST_REMEMBERED = 64  # rules in such a judgement


@dataclass(frozen=True, slots=True)
class Judgement:
    """What follows for one case.

    Args:
        matched: the reference's answer; a case on which `agreed` is false is not to be decided by it.
        agreed: whether durable-rules says the same, or takes no part.
        reference: ids of rules that hold, as the reference finds them.
        durable: the same as durable-rules finds them; None: it did not answer, by choice or absence (`evaluator` is
            "reference"), or because it failed.
        error: how it failed; None: it did not.
        evaluator: who takes part.
    """

    matched: tuple[str, ...]
    agreed: bool
    reference: tuple[str, ...]
    durable: tuple[str, ...] | None
    error: str | None
    evaluator: Evaluator


class Judge:
    """One table under both evaluators. Safe to share between threads.

    The reference has no state; durable-rules has a lock in each matcher; one more guards which matchers there are. What
    is remembered is written without one: two threads that meet write the same, or forget a little.

    Attributes:
        degraded: why durable-rules is missing although it was wanted; None: it is not.
        evaluator: who takes part.
        rebuilt: how often durable-rules was started anew.

    Args:
        rows: the rules, in file order.
        declared: the facts that they may test; not to be changed afterwards.
        engine: "both", or "reference" to leave durable-rules out.
        compile_rows: turns the table into what durable-rules runs. Tests plant faults here, to prove that a
            wrong compilation never decides a case unnoticed.
        load: imports a module by name; tests take durable-rules away here.

    Raises:
        RulesRefused: the table is not sound.
    """

    def __init__(
        self,
        rows: Sequence[Row],
        declared: Mapping[str, FactType],
        engine: Evaluator = "both",
        compile_rows: Compile = compile_rules,
        load: Load = import_module,
    ) -> None:
        self.declared = declared
        self.reference = Reference(rows, declared)
        self._ids = tuple(row.id for row in self.reference.rows)
        self._compile = compile_rows
        wanted = available(load) if engine == "both" else Availability(None, "")
        self._engine, self.degraded = wanted.engine, wanted.reason or None
        self.evaluator: Evaluator = "both" if wanted else "reference"
        # Ready from the start: who asks for the first rule gets one of the rules or none, and no more answers exist.
        self._firsts = [self._agreed(ids) for ids in [*((rule,) for rule in self._ids), ()]]
        self._judgements: dict[tuple[int, ...], Judgement] = {}
        self._matchers: dict[Aim, DurableMatcher] = {}
        self._building = Lock()
        self._closed = False
        self.rebuilt = 0

    def check(self, given: Mapping[str, object]) -> Facts:
        """Facts checked once, to be judged many times.

        Raises:
            FactError: a fact is not what it was declared to be.
        """
        return check_facts(self.declared, given)

    def all(self, facts: Mapping[str, object]) -> Judgement:
        """Every rule that holds, in file order.

        Args:
            facts: checked (`check`), or plain, which are checked first.

        Raises:
            FactError: a fact is not what it was declared to be.
        """
        checked = ensured(self.declared, facts)
        by_reference = self.reference.numbers_of(checked)
        if self._engine is None:
            return self._agreed_on(by_reference)
        matcher = None
        try:
            matcher = self._matchers.get("all") or self._built("all")
            fired = matcher.numbers_of(checked)
        except EngineFailed as failure:
            return self._distrusted(by_reference, None, str(failure), matcher)
        return (
            self._agreed_on(by_reference)
            if fired == by_reference
            else self._distrusted(by_reference, fired, None, matcher)
        )

    def first(self, facts: Mapping[str, object]) -> Judgement:
        """The first rule in file order that holds: one id, or none.

        Args:
            facts: checked (`check`), or plain, which are checked first.

        Raises:
            FactError: a fact is not what it was declared to be.
        """
        checked = ensured(self.declared, facts)
        by_reference = self.reference.first_number(checked)
        if self._engine is None:
            return self._firsts[by_reference]
        matcher = None
        try:
            matcher = self._matchers.get("first") or self._built("first")
            fired = matcher.first_number(checked, len(self._ids))
        except EngineFailed as failure:
            return self._distrusted([by_reference], None, str(failure), matcher)
        return (
            self._firsts[by_reference]
            if fired == by_reference
            else self._distrusted([by_reference], [fired], None, matcher)
        )

    def prepare(self) -> None:
        """Compile now what would be compiled with the first question of either kind.

        Raises:
            EngineFailed: durable-rules refuses the table; every judgement on it would be held.
        """
        if self._engine is not None:
            self._built("first")
            self._built("all")

    def close(self) -> None:
        """Free what durable-rules holds; every later question to it fails."""
        with self._building:
            self._closed = True
            while self._matchers:
                self._matchers.popitem()[1].close()

    def _built(self, aim: Aim) -> DurableMatcher:
        """The matcher for this kind of question, compiled when it is first needed.

        Asking for the first rule and for all have one each: a table is packed otherwise for either. What goes wrong
        while compiling is durable-rules' failure, whatever it looks like: the case is held, and nothing stops.
        """
        with self._building:
            if self._closed or self._engine is None:
                raise RuntimeError("this judge is closed")
            if aim not in self._matchers:
                try:
                    table = self._compile(self.reference.rows, self.declared, aim)
                    self._matchers[aim] = DurableMatcher(table, self._engine)
                except Exception as error:
                    raise EngineFailed(f"{type(error).__name__}: {error}") from error
            return self._matchers[aim]

    def _distrusted(
        self,
        found: Sequence[int],
        fired: Sequence[int] | None,
        error: str | None,
        matcher: DurableMatcher | None,
    ) -> Judgement:
        """Distrust the matcher: the next question builds another, and the last user of this one frees it.

        Only if it is still the one in use: another thread may have distrusted it already and built the next.
        """
        with self._building:
            for aim in [aim for aim, kept in self._matchers.items() if kept is matcher]:
                del self._matchers[aim]
                self.rebuilt += 1
        ids = self._named(found)
        return Judgement(
            ids, False, ids, None if fired is None else self._named(fired), error, self.evaluator
        )

    def _agreed_on(self, found: list[int]) -> Judgement:
        """The same answer is the same judgement: towns see the same kinds of cases every day."""
        known = self._judgements.get(tuple(found))
        return known if known is not None else self._remembered(tuple(found))

    def _remembered(self, found: tuple[int, ...]) -> Judgement:
        judgement = self._agreed(self._named(found))
        if len(found) <= _LONGEST_REMEMBERED:
            if len(self._judgements) >= _MOST_REMEMBERED:
                self._judgements = {}
            self._judgements[found] = judgement
        return judgement

    def _agreed(self, ids: tuple[str, ...]) -> Judgement:
        return Judgement(ids, True, ids, ids if self._engine else None, None, self.evaluator)

    def _named(self, numbers: Sequence[int]) -> tuple[str, ...]:
        ids = self._ids
        # Asked for the first rule, both evaluators answer with the count of rules where none holds.
        return tuple([ids[number] for number in numbers if number < len(ids)])


@dataclass(slots=True)
class _Slot:
    """Where one table's judge is or will be; its lock makes those wait who want the same table, and nobody else."""

    lock: Lock = field(default_factory=Lock)
    judge: Judge | None = None


class JudgeCache:
    """Judges shared by content: towns with equal tables share one. Least recently used ones are let go.

    A judge that is let go works on for whoever still holds it, and is freed with its last user. Safe to share
    between threads; equal tables that are asked for at once are built once.

    Args:
        most: judges kept; a table of 100 rules takes one to three megabytes outside Python.
        engine: as `Judge` takes it.
        load: as `Judge` takes it.
    """

    def __init__(self, most: int = 64, engine: Evaluator = "both", load: Load = import_module) -> None:
        self._most, self._engine, self._load = most, engine, load
        self._slots: OrderedDict[str, _Slot] = OrderedDict()
        self._lock = Lock()

    def judge_for(self, rows: Sequence[Row], declared: Mapping[str, FactType]) -> Judge:
        """The judge of this table, built when there is none.

        Args:
            rows: the rules, in file order.
            declared: the facts that they may test, by name; not to be changed afterwards.

        Raises:
            RulesRefused: the table is not sound.
        """
        key = _key(rows, declared)
        slot = self._slot(key)
        # The cache's own lock is free by now: while one table is built, others are found and built.
        with slot.lock:
            if slot.judge is None:
                try:
                    slot.judge = Judge(rows, declared, self._engine, load=self._load)
                except Exception:
                    self._forget(key, slot)
                    raise
            return slot.judge

    def __len__(self) -> int:
        return len(self._slots)

    def _slot(self, key: str) -> _Slot:
        with self._lock:
            slot = self._slots.setdefault(key, _Slot())
            self._slots.move_to_end(key)
            while len(self._slots) > self._most:
                self._slots.popitem(last=False)
            return slot

    def _forget(self, key: str, slot: _Slot) -> None:
        with self._lock:
            if self._slots.get(key) is slot:
                del self._slots[key]


def _key(rows: Sequence[Row], declared: Mapping[str, FactType]) -> str:
    try:
        return fingerprint(rows, declared)
    except (RecursionError, TypeError):
        require_sound(rows, declared)  # refuses whatever is too deep, or has no plain form
        raise
