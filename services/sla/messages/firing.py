"""What is said when deadlines are fired in bulk: the same words as for a single clock, made quickly."""

from functools import lru_cache
from typing import Any

import orjson

from services.sla.domain.firing import Outcome
from services.sla.domain.rungs import Rung
from services.sla.ports.deadlines import Due
from shared.kernel.instants import format_instant


def fired_event(due: Due, outcome: Outcome) -> dict[str, Any]:
    """Return the data of the message that a fired deadline is said with; the certificate came with the start.

    `outcome` carries the verdict that stands after it.
    """
    return {
        "case": due.case_id,
        "number": due.number,
        "clock": due.clock_id,
        "stage": due.stage,
        "state": outcome.state.value,
        "verdict": outcome.verdict.value if outcome.verdict else None,
        "reason": {
            "rule": due.rule,
            "because": orjson.Fragment(due.because),
            "facts": orjson.Fragment(due.facts),
        },
        "level": due.level,
        "unit": due.unit,
        "round": due.round,
        "started_at": format_instant(due.started_at),
        "due_at": _text(due.clock_due_at) if due.clock_due_at else None,
        "label": due.label,
        "provisional": due.is_provisional,
        "at": _text(due.due_at),
        "silent": due.is_silent,
    }


def escalated_event(breach: dict[str, Any], nth: int, rung: Rung) -> dict[str, Any]:
    """Return the data that say that an escalation has been reached."""
    return {**breach, "escalation": nth, "to": list(rung.to), "mark": rung.mark}


_text = lru_cache(maxsize=1024)(format_instant)  # due instants are few: many clocks share one
