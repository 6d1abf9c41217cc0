"""P4: what a decision costs, against zen-engine's fastest call on the same tables and the same cases.

Run with `python -m bench.decisions`. Every answer is compared with zen-engine's before anything is timed.
Rounds are short and interleaved; a figure is the median of its rounds, a ratio that of the rounds' ratios.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from random import Random
from statistics import median
from time import process_time
from typing import Any as Anything

from shared.rules.logic.condition import All, Op, Test
from shared.rules.logic.facts import FactType, Kind, Value
from shared.rules.logic.judge import Judge
from shared.rules.logic.rulebook import Row

SIZES = (10, 100, 300, 1000)
ROUNDS = 15
CASES = 200
_SHORTEST = 0.006  # seconds that one timing lasts at least
_WIDTHS = (6, 6, 8, 8, 10, 8, 8, 14, 9)

CATEGORIES = tuple(f"类别{number:02}" for number in range(60))
DECLARED = {
    fact.name: fact
    for fact in (
        FactType("category", Kind.CHOICE, CATEGORIES),
        FactType("level", Kind.CHOICE, ("村", "镇", "县", "市")),
        FactType("channel", Kind.CHOICE, ("grid", "phone", "web", "visit", "patrol", "media")),
        FactType("area", Kind.CHOICE, tuple(f"area {number}" for number in range(20))),
        FactType("urgent", Kind.BOOL),
        FactType("photo", Kind.BOOL),
        FactType("departments", Kind.INT, low=0, high=9),
        FactType("repeats", Kind.INT, low=0, high=99),
        FactType("loss", Kind.DECIMAL, low=0, high=100_000),
        FactType("people", Kind.INT, low=0, high=500),
    )
}
Facts = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Contender:
    """One way to decide: its name and the call that decides one case."""

    name: str
    decide: Callable[[Facts], object]
    cases: Sequence[Facts]


def strict(random: Random) -> list[Test]:
    """Rules that all ask for a category, as a routing table's do: one in a hundred matches."""
    return [_category(random), *_others(list(DECLARED)[1:], random)]


def few(random: Random) -> list[Test]:
    """Rules of which a fifth ask for no category: about one in sixteen matches."""
    return [*([_category(random)] if random.random() < 0.8 else []), *_others(list(DECLARED)[1:], random)]


def many(random: Random) -> list[Test]:
    """Rules without a telling equality: about one in four matches."""
    return _others(["level", "urgent", "photo", "departments", "repeats", "loss", "people"], random)


def run(rounds: int = ROUNDS, sizes: Sequence[int] = SIZES) -> dict[str, Anything]:
    """Measure all tables: microseconds per decision, and speed relative to zen-engine (above 1 is faster)."""
    results = [
        _measured(shape, size, verb, rounds)
        for shape in (strict, few, many)
        for size in sizes
        for verb in ("first", "collect")
    ]
    about = {"zen_engine": version("zen-engine"), "rounds": rounds, "check_us": _checking(rounds)}
    return {**about, "tables": results}


def _category(random: Random) -> Test:
    if random.random() < 0.7:
        return Test("category", Op.EQ, random.choice(CATEGORIES))
    return Test("category", Op.IN, tuple(random.sample(CATEGORIES, 3)))


def _others(names: Sequence[str], random: Random) -> list[Test]:
    return [_other(name, random) for name in random.sample(names, random.randint(1, 3))]


def _other(name: str, random: Random) -> Test:
    fact = DECLARED[name]
    if fact.kind is Kind.BOOL:
        return Test(name, Op.EQ, random.random() < 0.5)
    if fact.kind is Kind.CHOICE:
        return Test(name, Op.IN, tuple(random.sample(fact.values, len(fact.values) // 2)))
    value = random.randint(0, fact.high or 0)
    return Test(name, random.choice((Op.GE, Op.LT)), float(value) if fact.kind is Kind.DECIMAL else value)


def _case(random: Random) -> dict[str, Value]:
    return {name: _value(fact, random) for name, fact in DECLARED.items()}


def _value(fact: FactType, random: Random) -> Value:
    if fact.kind is Kind.BOOL:
        return random.random() < 0.5
    if fact.kind is Kind.CHOICE:
        return random.choice(fact.values)
    value = random.randint(0, fact.high or 0)
    return float(value) if fact.kind is Kind.DECIMAL else value


def _measured(
    shape: Callable[[Random], list[Test]], size: int, verb: str, rounds: int
) -> dict[str, Anything]:
    name = shape.__name__
    random = Random(f"{name} {size}")
    rows = tuple(Row(f"rule {number}", All(tuple(shape(random)))) for number in range(size))
    cases = [_case(random) for _ in range(CASES)]
    contenders, matches = _contenders(rows, cases, verb)
    times = _interleaved(contenders, rounds)
    ratios = {
        one: [zen / time for zen, time in zip(times["zen"], some, strict=True)] for one, some in times.items()
    }
    return {
        "table": name,
        "rules": size,
        "verb": verb,
        "matches": round(matches, 1),
        "us": {one: round(median(some) * 1e6, 2) for one, some in times.items()},
        "ratio": {one: round(median(some), 2) for one, some in ratios.items() if one != "zen"},
    }


def _contenders(rows: Sequence[Row], cases: Sequence[Facts], verb: str) -> tuple[list[Contender], float]:
    alone, both = Judge(rows, DECLARED, "reference"), Judge(rows, DECLARED)
    if both.degraded:
        raise RuntimeError(both.degraded)
    checked = [both.check(case) for case in cases]
    zen = zen_decider(rows, verb)
    ask = [(judge.first if verb == "first" else judge.all) for judge in (alone, both)]
    for raw, facts in zip(cases, checked, strict=True):
        verdict, lone, rival = ask[1](facts), ask[0](facts), zen_rules(zen(raw))
        if not verdict.agreed or not verdict.matched == lone.matched == rival:
            raise RuntimeError(f"the contenders do not agree: {verdict}, {lone}, {rival}")
    matches = sum(len(both.all(facts).matched) for facts in checked) / len(checked)
    return [
        Contender("reference", ask[0], checked),
        Contender("both", ask[1], checked),
        Contender("zen", zen, cases),
    ], matches


def _interleaved(contenders: Sequence[Contender], rounds: int) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {one.name: [] for one in contenders}
    repeats = {one.name: max(1, round(_SHORTEST / _timed(one, 1) / CASES)) for one in contenders}
    for _ in range(rounds):
        for one in contenders:
            times[one.name].append(_timed(one, repeats[one.name]))
    return times


def _timed(contender: Contender, repeats: int) -> float:
    """Seconds of processor time per decision, of all threads of the process."""
    decide, cases = contender.decide, contender.cases
    start = process_time()
    for _ in range(repeats):
        for case in cases:
            decide(case)
    return (process_time() - start) / repeats / len(cases)


def _checking(rounds: int) -> float:
    judge = Judge((), DECLARED, "reference")
    random = Random("cases")
    checking = Contender("check", judge.check, [_case(random) for _ in range(CASES)])
    return round(median(_interleaved([checking], rounds)["check"]) * 1e6, 2)


def zen_decider(rows: Sequence[Row], verb: str) -> Callable[[Facts], Anything]:
    """The table as zen-engine's own decision table behind its static loader, which evaluates fastest."""
    from zen import ZenEngine

    engine = ZenEngine({"loader": {"type": "static", "content": {"table": _zen_graph(rows, verb)}}})
    evaluate = engine.evaluate
    return lambda facts: evaluate("table", facts)


def zen_rules(answer: Anything) -> tuple[str, ...]:
    """The ids in zen-engine's answer to either kind of question."""
    result = answer["result"]
    rows = result if isinstance(result, list) else [result] if result else []
    return tuple(row["rule"] for row in rows)


def _zen_graph(rows: Sequence[Row], verb: str) -> dict[str, Anything]:
    place = {"x": 0, "y": 0}
    table = {
        "hitPolicy": verb,
        "inputs": [{"id": name, "name": name, "field": name} for name in DECLARED],
        "outputs": [{"id": "rule", "name": "rule", "field": "rule"}],
        "rules": [_zen_row(row) for row in rows],
    }
    return {
        "nodes": [
            {"id": "in", "name": "in", "position": place, "type": "inputNode"},
            {
                "id": "table",
                "name": "table",
                "position": place,
                "type": "decisionTableNode",
                "content": table,
            },
            {"id": "out", "name": "out", "position": place, "type": "outputNode"},
        ],
        "edges": [
            {"id": "1", "type": "edge", "sourceId": "in", "targetId": "table"},
            {"id": "2", "type": "edge", "sourceId": "table", "targetId": "out"},
        ],
    }


def _zen_row(row: Row) -> dict[str, str]:
    cells = {test.fact: _zen_cell(test) for test in row.when.parts}  # type: ignore[union-attr]
    return {"_id": row.id, **dict.fromkeys(DECLARED, ""), **cells, "rule": json.dumps(row.id)}


def _zen_cell(test: Test) -> str:
    if isinstance(test.value, tuple):
        return ", ".join(json.dumps(value, ensure_ascii=False) for value in test.value)
    sign = {Op.EQ: "", Op.GE: ">= ", Op.LT: "< "}[test.op]
    return sign + json.dumps(test.value, ensure_ascii=False)


def table_of(result: Mapping[str, Anything]) -> str:
    """The figures as a table for people."""
    lines = [
        f"zen-engine {result['zen_engine']}; medians of {result['rounds']} rounds, processor time in us",
        f"checking the facts of a case once: {result['check_us']} us",
        _line(("table", "rules", "verb", "matches", "reference", "both", "zen", "zen/reference", "zen/both")),
    ]
    for one in result["tables"]:
        us, ratio = one["us"], one["ratio"]
        cells = (
            one["table"],
            one["rules"],
            one["verb"],
            one["matches"],
            us["reference"],
            us["both"],
            us["zen"],
        )
        lines.append(_line((*cells, ratio["reference"], ratio["both"])))
    return "\n".join(lines)


def _line(cells: Sequence[object]) -> str:
    return "".join(f"{cell!s:>{width}}" for cell, width in zip(cells, _WIDTHS, strict=True))


if __name__ == "__main__":
    print(table_of(run()))
