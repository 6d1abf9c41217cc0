"""durable-rules as a stateless matcher: a case in, the rules that fire out, nothing kept.

Speaks to the C interface alone, so that none of the host's background threads ever starts. Decides nothing
itself; gives rule sets and cases only in forms known to be safe (`sharding`, `encoding`). Any surprise ends
as `EngineFailed`, after which the matcher is thrown away.
"""

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from itertools import islice
from threading import Lock
from typing import Any as Anything
from typing import Protocol, TypeAlias
from weakref import finalize

from shared.rules.logic.encoding import MESSAGE_ID, PROBE
from shared.rules.logic.facts import Facts, Value
from shared.rules.logic.network import MOST_PENDING, MOST_RULES
from shared.rules.logic.sharding import PROBE_RULE, CompiledTable, RuleSet

_HANDLED, _NOT_HANDLED = 0, 1  # answers of the C interface; 2 means 'seen before', which never may be
_MOST_FIRED = MOST_RULES * MOST_PENDING  # no set can fire more often
_RETRACTED = f'{{"id":"{MESSAGE_ID}"}}'
_PROBING = f'{{"id":"{MESSAGE_ID}","{PROBE}":1}}'


class Engine(Protocol):
    """The functions of the C interface that a matcher needs."""

    def create_ruleset(self, name: str, rules: str, /) -> int:
        """Compile a set; return its handle."""

    def delete_ruleset(self, handle: int, /) -> None:
        """Free a set; its states must be gone."""

    def delete_state(self, handle: int, sid: str | None, /) -> None:
        """Free a state in which something has fired before."""

    def assert_event(self, handle: int, message: str, /) -> tuple[int, int]:
        """Take in a message that the first completed action consumes; return a status and the state."""

    def assert_fact(self, handle: int, message: str, /) -> tuple[int, int]:
        """Take in a message that stays until it is retracted; return a status and the state."""

    def retract_fact(self, handle: int, message: str, /) -> tuple[int, int]:
        """Forget the message with this id."""

    def start_action_for_state(self, handle: int, state: int, /) -> tuple[str, str] | None:
        """Start the first action: the state's and the firing's JSON."""

    def complete_and_start_action(self, handle: int, state: int, /) -> str | None:
        """Complete the running action and start the next: its firing's JSON."""


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether durable-rules can be used here; true when it can, else `reason` says why not.

    Args:
        engine: its C interface; None: it can't be used.
    """

    engine: Engine | None
    reason: str

    def __bool__(self) -> bool:
        return self.engine is not None


class EngineFailed(Exception):
    """durable-rules did something that it never should; its answers are worth nothing."""


def available(load: Callable[[str], Anything] = import_module) -> Availability:
    """Find durable-rules.

    Args:
        load: imports a module by name; tests let it fail.
    """
    try:
        engine: Engine = load("durable_rules_engine")
    except Exception as error:  # noqa: BLE001 - a build for another Python fails in ways of its own
        return Availability(None, f"durable-rules cannot be imported: {type(error).__name__}: {error}")
    missing = [name for name in vars(Engine) if name[0] != "_" and not hasattr(engine, name)]
    if missing:
        return Availability(None, f"durable-rules lacks {', '.join(missing)}")
    return Availability(engine, "")


class DurableMatcher:
    """One compiled table inside durable-rules. One lock; safe to share between threads.

    Without the lock four threads that asked at once got half of their answers wrong. The memory outside Python is freed
    by `close`, or with the matcher.

    Args:
        table: what `sharding` compiled.
        engine: the C interface.

    Raises:
        EngineFailed: on building, durable-rules refuses a set or its probe does not fire.
    """

    def __init__(self, table: CompiledTable, engine: Engine) -> None:
        self._lock = Lock()
        self._closed = False
        self._message, self._repeats = table.encoding.message, table.repeats
        # What frees the sets is there before the first of them is: one that can't be built must not leave the others'
        # memory behind. At exit nothing is freed by hand, since the process gives everything back.
        handles: list[int] = []
        self._free = finalize(self, _free, engine, handles)
        self._free.atexit = False
        running = [_Running(rules, engine, handles) for rules in table.sets]
        self._open: list[_SetToAsk] = [(rules.lowest, rules) for rules in running if rules.gate is None]
        self._gates = _gates(running)

    def numbers_of(self, facts: Facts) -> list[int]:
        """The places (from 0) of all rules that fire, in order.

        Args:
            facts: checked against the declarations that the table was compiled with.

        Raises:
            EngineFailed: durable-rules failed; throw the matcher away.
        """
        message = self._message(facts)  # outside the lock: it touches nothing of durable-rules
        found: list[int] = []
        with self._lock:
            for _, rules in self._concerned(facts):
                found += rules.fired(message)
        return sorted({*found} if self._repeats else found)

    def first_number(self, facts: Facts, none: int) -> int:
        """The place of the first rule that fires; `none`, above every place, where no rule does.

        Sets that could only bring a later rule than the one found are not asked.

        Raises:
            EngineFailed: durable-rules failed; throw the matcher away.
        """
        message, best = self._message(facts), none
        with self._lock:
            for lowest, rules in self._concerned(facts):
                if lowest < best:
                    best = min(best, rules.first(message, none))
        return best

    def close(self) -> None:
        """Free what durable-rules holds; a closed matcher fails every question."""
        with self._lock:
            self._closed = True
            self._free()

    def _concerned(self, facts: Facts) -> "list[_SetToAsk]":
        """The sets that could match; behind the first open one those whose gates open."""
        if self._closed:
            raise EngineFailed("the matcher is closed")
        concerned = self._open
        for fact, by_value in self._gates:
            value = facts.get(fact)
            if value is not None and value in by_value:
                concerned = concerned[:1] + by_value[value] + concerned[1:]
        return concerned


class _Running:
    """One rule set inside durable-rules; asked under its matcher's lock."""

    def __init__(self, rules: RuleSet, engine: Engine, handles: list[int]) -> None:
        self.lowest, self.gate = rules.lowest, rules.gate
        self._engine = engine
        self._place = {name: int(name) for name in rules.rules if name != PROBE_RULE}
        try:
            self._handle = engine.create_ruleset("rules", json.dumps(rules.rules))
            probe = self._first_firing(_PROBING)
        except Exception as error:
            raise EngineFailed(f"a rule set could not be built: {error}") from error
        if probe is None or not probe.startswith(f'{{"{PROBE_RULE}"'):
            raise EngineFailed("the probe rule did not fire")
        handles.append(self._handle)  # only now can it be freed: a state where nothing ever fired crashes

    def first(self, message: str, none: int) -> int:
        """The place of the first rule of this set that fires, else `none`."""
        try:
            firing = self._first_firing(message)
            return none if firing is None else self._places([firing], message)[0]
        except Exception as error:
            # An event that no action has consumed would stay, and the next case would get its matches.
            self._retract()
            raise EngineFailed(_said_of(error)) from error

    def fired(self, message: str) -> list[int]:
        """The places of all rules of this set that fire; one that fires in two ways comes twice."""
        try:
            return self._places(self._all_firings(message), message)
        except Exception as error:
            raise EngineFailed(_said_of(error)) from error

    def _first_firing(self, message: str) -> str | None:
        """Ask with an event, which the first action consumes: nothing is left to be retracted."""
        engine, handle = self._engine, self._handle
        status, state = engine.assert_event(handle, message)
        if status == _NOT_HANDLED:
            return None
        started = engine.start_action_for_state(handle, state) if status == _HANDLED else None
        if started is None:
            raise EngineFailed(f"an event was answered with {status}, and nothing fired")
        if engine.complete_and_start_action(handle, state) is not None:
            raise EngineFailed("an event fired twice")
        return started[1]

    def _all_firings(self, message: str) -> list[str]:
        """Ask with a fact, which stays until it is retracted, whatever went wrong: else the next case would get the
        matches of this one.
        """
        engine, handle = self._engine, self._handle
        status, state = engine.assert_fact(handle, message)
        if status == _NOT_HANDLED:
            return []
        try:
            started = engine.start_action_for_state(handle, state) if status == _HANDLED else None
            if started is None:
                raise EngineFailed(f"a fact was answered with {status}, and nothing fired")
            # One more than a set can bring is read, which is enough to see that it never ends.
            more = iter(partial(engine.complete_and_start_action, handle, state), None)
            firings = [started[1], *islice(more, _MOST_FIRED)]
        finally:
            engine.retract_fact(handle, _RETRACTED)
        if len(firings) > _MOST_FIRED:
            raise EngineFailed("a rule set fires without end")
        return firings

    def _places(self, firings: Sequence[str], message: str) -> list[int]:
        """The places of the rules; each firing reads `{"place":{"m":message}}`."""
        end = -len('":{"m":}}') - len(message)
        place = self._place
        return [place[firing[2:end]] for firing in firings]

    def _retract(self) -> None:
        try:
            self._engine.retract_fact(self._handle, _RETRACTED)
        except Exception as error:
            raise EngineFailed(f"a case could not be retracted: {error}") from error


_SetToAsk: TypeAlias = tuple[int, _Running]  # a set, and the lowest place of a rule in it that could hold


def _gates(running: Sequence[_Running]) -> list[tuple[str, dict[Value, list[_SetToAsk]]]]:
    gates: dict[str, dict[Value, list[_SetToAsk]]] = {}
    for rules in running:
        if rules.gate is not None:
            for value, lowest in rules.gate.lowest.items():
                asked = (max(lowest, rules.lowest), rules)
                gates.setdefault(rules.gate.fact, {}).setdefault(value, []).append(asked)
    return list(gates.items())


def _free(engine: Engine, handles: list[int]) -> None:
    while handles:
        handle = handles.pop()
        with suppress(Exception):  # nobody is left to tell, and the other sets still hold memory
            engine.delete_state(handle, None)
            engine.delete_ruleset(handle)


def _said_of(error: Exception) -> str:
    """Our own words, or the kind alone: durable-rules repeats the whole case in its errors, which others will read."""
    return str(error) if isinstance(error, EngineFailed) else f"durable-rules: {type(error).__name__}"
