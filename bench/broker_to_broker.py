"""P1: broker to broker, beside Celery, Dramatiq and the broker alone; the rounds of all are interleaved."""

from collections.abc import Mapping
from statistics import median
from typing import Any

from bench.broker_alone import broker_alone
from bench.flow_of_cases import Flowed, flow
from bench.ground import Ground
from bench.peers.runs import run_peer

ROUNDS = 3
CASES = 3000
PEER_CASES = 500
BROKER_CASES = 3000


def run(ground: Ground, rounds: int = ROUNDS, cases: int = CASES) -> dict[str, Any]:
    """Measure all contenders: cases a second, and ours relative to each."""
    found: dict[str, list[float]] = {"gridcase": [], "celery": [], "dramatiq": [], "broker": []}
    flowed: Flowed | None = None
    for _ in range(rounds):
        flowed = flow(ground, cases)
        found["gridcase"].append(flowed.per_second)
        for name in ("celery", "dramatiq"):
            found[name].append(run_peer(ground, name, min(cases, PEER_CASES)).per_second)
        found["broker"].append(broker_alone(ground, min(cases, BROKER_CASES), flowed.frames))
    assert flowed is not None
    return _summed(found, flowed, rounds)


def _summed(found: Mapping[str, list[float]], flowed: Flowed, rounds: int) -> dict[str, Any]:
    per_second = {name: median(each) for name, each in found.items()}
    ours = per_second["gridcase"]
    return {
        "rounds": rounds,
        "cases": flowed.cases,
        "per_s": {name: round(each) for name, each in per_second.items()},
        "each": {name: [round(one) for one in each] for name, each in found.items()},
        "ratio": {name: round(ours / each, 2) for name, each in per_second.items() if name != "gridcase"},
        "rows_per_case": round(sum(flowed.rows.values()) / flowed.cases, 1),
        "messages_per_case": len(flowed.frames),
        "frames": dict(flowed.frames),
    }


def table_of(result: dict[str, Any]) -> str:
    """Lay the figures out as a table of Markdown."""
    names = {"gridcase": "gridcase: five processes, inbox, outbox, history, reasons",
             "celery": "Celery, a chain of four",
             "dramatiq": "Dramatiq, a pipeline of four", "broker": "the broker alone, the same hops"}  # fmt: skip
    lines = ["| | cases/s, median | each round | gridcase relative to it |", "|---|---|---|---|"]
    lines += [f"| {names[name]} | {result['per_s'][name]} | {', '.join(map(str, result['each'][name]))} | "
              f"{result['ratio'].get(name, '')} |" for name in names]  # fmt: skip
    return "\n".join(lines)
