"""Random tables, random cases, and a third opinion on them that shares no line with either evaluator."""

from collections.abc import Mapping, Sequence
from random import Random
from unicodedata import normalize

from shared.rules.logic.condition import ALWAYS, All, Any, Condition, Not, Op, Test
from shared.rules.logic.facts import FactType, Kind, Value
from shared.rules.logic.rulebook import Row, check_rows

DECLARED = {
    fact.name: fact
    for fact in (
        FactType(
            "类别",
            Kind.CHOICE,
            ("垃圾", "噪音", "邻里纠纷", "道路🚧", 'it\'s "quoted"\\', "0", "true", "a b"),
        ),
        FactType("level", Kind.CHOICE, ("村", "镇", "县")),
        FactType("🏠.open air", Kind.BOOL),
        FactType("has-photo", Kind.BOOL),
        FactType("sid", Kind.INT, low=-5, high=5),
        FactType("人数", Kind.INT),
        FactType("id", Kind.DECIMAL),
        FactType("$s", Kind.DECIMAL, low=-1, high=1),
        FactType("备注", Kind.TEXT),
        FactType("null", Kind.TEXT),
    )
}
TEXTS = ("", "5", "true", "null", "好", "🚧", '"', "\\", "'", "e\u0301", "x" * 200, "a\tb", "垃圾", "\u202e")
INTEGERS = (-(2**53), -6, -5, -1, 0, 1, 4, 5, 6, 2**53 - 1, 2**53)
DECIMALS = (-1.0, -0.5, -0.0001, 0.0, 0.0001, 0.5, 1, 1.0, 2.5, 1e9 + 0.1234, float(2**53), 1e15)
ORDERS = (Op.LT, Op.LE, Op.GT, Op.GE, Op.OR_MORE, Op.OR_LESS)


def random_value(fact: FactType, random: Random) -> Value:
    """A value that the fact may have, near the edges more often than not."""
    if fact.kind is Kind.BOOL:
        return random.random() < 0.5
    if fact.kind is Kind.CHOICE:
        return random.choice(fact.values)
    if fact.kind is Kind.TEXT:
        return random.choice(TEXTS)
    pool: Sequence[float] = INTEGERS if fact.kind is Kind.INT else DECIMALS
    low, high = -(2**53) if fact.low is None else fact.low, 2**53 if fact.high is None else fact.high
    return random.choice([value for value in pool if low <= value <= high])


def random_test(random: Random, declared: Mapping[str, FactType] = DECLARED) -> Test:
    """A test that fits its fact."""
    fact = random.choice(list(declared.values()))
    ops = [Op.EQ, Op.EQ, Op.EQ, Op.NE, Op.IN, Op.NOT_IN, Op.PRESENT, Op.MISSING]
    op = random.choice([*ops, *ORDERS] if fact.kind in (Kind.INT, Kind.DECIMAL) else ops)
    if op in (Op.PRESENT, Op.MISSING):
        return Test(fact.name, op)
    if op in (Op.IN, Op.NOT_IN):
        values = {random_value(fact, random): None for _ in range(random.randint(1, 4))}
        return Test(fact.name, op, tuple(values))
    return Test(fact.name, op, random_value(fact, random))


def random_condition(random: Random, depth: int = 3) -> Condition:
    """A condition with groups up to `depth` deep."""
    if depth == 0 or random.random() < 0.4:
        return random_test(random)
    if random.random() < 0.25:
        return Not(random_condition(random, depth - 1))
    group = All if random.random() < 0.6 else Any
    return group(tuple(random_condition(random, depth - 1) for _ in range(random.randint(1, 3))))


def random_table(random: Random, most: int = 12) -> tuple[Row, ...]:
    """A sound table of 1 to `most` rules, some of them alike, sometimes with one that always holds."""
    conditions: list[Condition] = []
    for _ in range(random.randint(1, most)):
        again = conditions and random.random() < 0.1
        conditions.append(random.choice(conditions) if again else random_condition(random))
    if random.random() < 0.3:
        conditions.append(ALWAYS)
    rows = [Row(f"规则 {number}", condition) for number, condition in enumerate(conditions)]
    return tuple(row for row in rows if not check_rows([row], DECLARED)) or (Row("规则 0", ALWAYS),)


def random_case(random: Random, known: float = 0.7) -> dict[str, Value]:
    """Facts of a case, each known with this probability."""
    return {name: random_value(fact, random) for name, fact in DECLARED.items() if random.random() < known}


def opinion(rows: Sequence[Row], case: Mapping[str, Value]) -> tuple[str, ...]:
    """The ids of the rules that hold, worked out a third way."""
    known = {name: _as_read(value) if isinstance(value, str) else value for name, value in case.items()}
    return tuple(row.id for row in rows if _says(row.when, {**dict.fromkeys(DECLARED), **known}))


def _as_read(text: str) -> str:
    """A text in its one form; of what nobody sees, `TEXTS` has the override of direction alone."""
    return normalize("NFC", text.replace("\u202e", ""))


def _says(condition: Condition, case: Mapping[str, Value | None]) -> bool:
    match condition:
        case All(parts):
            return not [part for part in parts if not _says(part, case)]
        case Any(parts):
            return bool([part for part in parts if _says(part, case)])
        case Not(part):
            return _says(part, case) is False
        case Test(fact, Op.MISSING):
            return case[fact] is None
        case Test(fact, op, value):
            return case[fact] is not None and _compares(op, case[fact], value)
    raise AssertionError(condition)


def _compares(op: Op, value: object, wanted: object) -> bool:
    wanted_list = list(wanted) if isinstance(wanted, tuple) else [wanted]
    if op in (Op.EQ, Op.IN):
        return any(one == value for one in wanted_list)
    if op in (Op.NE, Op.NOT_IN):
        return not any(one == value for one in wanted_list)
    if op is Op.PRESENT:
        return True
    less, same = value < wanted, value == wanted  # type: ignore[operator]
    bounds = {Op.LT: less, Op.LE: less or same, Op.GT: not less and not same, Op.GE: not less}
    return {**bounds, Op.OR_MORE: less is False, Op.OR_LESS: less or same}[op]
