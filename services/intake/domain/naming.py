"""What people call the parties, milestones, steps and facts that a refusal names; machines read their keys."""

from collections.abc import Iterable, Sequence

from shared.kernel.texts import Text
from shared.rules.decide.explain import Tested
from shared.rules.language.vocabulary import (
    ACTORS,
    BY_CLOCK,
    CLOCKS,
    MILESTONES,
    OPERATORS,
    PLATFORM_FACTS,
    STEP_INPUTS,
)
from shared.rules.logic.terms import Op
from shared.rules.pack.model import Pack

_CHINESE = {
    **CLOCKS.chinese,
    **ACTORS.chinese,
    **BY_CLOCK.chinese,
    **STEP_INPUTS.chinese,
    **MILESTONES.chinese,
}


def named(pack: Pack, keys: Iterable[str]) -> Text:
    """Return names, in Chinese and in English, of parties, units, milestones, steps and facts of a pack."""
    names = [_name(pack, key) for key in keys]
    return Text(
        "、".join(name.zh or name.en for name in names), ", ".join(name.en or name.zh for name in names)
    )


def _name(pack: Pack, key: str) -> Text:
    own = pack.steps.get(key) or pack.units.get(key) or pack.facts.get(key)
    if own is not None and str(own.name):
        return own.name
    return Text(_CHINESE.get(key, key), key)


def tests_in_words(pack: Pack, tests: Sequence[Tested]) -> Text:
    """Return what a condition wants of each fact and what it is, as people read it."""
    said = [_test_in_words(pack, test) for test in tests]
    return Text("；".join(text.zh for text in said), "; ".join(text.en for text in said))


def _test_in_words(pack: Pack, test: Tested) -> Text:
    fact = pack.facts.get(test.fact)
    name = fact.name if fact and str(fact.name) else Text(PLATFORM_FACTS.written(test.fact, "zh"), test.fact)
    op, wanted = _OPERATORS.get(Op(test.op), ""), _values(pack, test.fact, test.wanted)
    got = _values(pack, test.fact, test.got)
    return Text(
        f"{name.zh or name.en}须{OPERATORS.written(op, 'zh') if op else '为'}{wanted.zh}，现为{got.zh}",
        f"{name.en or name.zh} has to be {f'{op} '.replace('_', ' ').lstrip()}{wanted.en}, and is {got.en}",
    )


_OPERATORS = {Op.NE: "not", Op.NOT_IN: "not", Op.GE: "at_least", Op.LE: "at_most", Op.GT: "more_than",
              Op.LT: "less_than", Op.OR_MORE: "or_more", Op.OR_LESS: "or_less", Op.PRESENT: "present"}  # fmt: skip


def _values(pack: Pack, fact: str, given: object) -> Text:
    values = given if isinstance(given, tuple) else () if given is None else (given,)
    said = [_value(pack, fact, value) for value in values] or [Text("未知", "not known")]
    return Text("、".join(text.zh for text in said), ", ".join(text.en for text in said))


def _value(pack: Pack, fact: str, value: object) -> Text:
    if isinstance(value, bool):
        return Text("是" if value else "否", "yes" if value else "no")
    own = pack.facts[fact].value_names.get(str(value)) if fact in pack.facts else None
    noun = pack.categories.get(str(value)) if fact == "category" else pack.units.get(str(value))
    name = own or (noun.name if noun else None)
    return name if name is not None and str(name) else Text(str(value), str(value))
