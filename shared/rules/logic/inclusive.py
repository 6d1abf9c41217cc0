"""Whether 'or more' and 'or less' include the figure itself: by law they do (Civil Code art. 1259).

Both evaluators take the two words so; a town that reads them otherwise has its conditions rewritten first.
"""

from shared.rules.logic.terms import All, Any, Condition, Not, Op, Test

_EXCLUSIVE = {Op.OR_MORE: Op.GT, Op.OR_LESS: Op.LT}


def with_figure(condition: Condition, is_included: bool) -> Condition:
    """Return the condition as it is where the figure counts, else with 'more than' and 'less than' (RC-11).

    Args:
        is_included: how the town reads 'or more' and 'or less'.
    """
    if is_included or not _asks(condition):
        return condition
    return _exclusive(condition)


def _exclusive(condition: Condition) -> Condition:
    if isinstance(condition, Test):
        return Test(condition.fact, _EXCLUSIVE.get(condition.op, condition.op), condition.value)
    if isinstance(condition, Not):
        return Not(_exclusive(condition.part))
    parts = tuple(_exclusive(part) for part in condition.parts)
    return All(parts) if isinstance(condition, All) else Any(parts)


def _asks(condition: Condition) -> bool:
    if isinstance(condition, Test):
        return condition.op in _EXCLUSIVE
    if isinstance(condition, Not):
        return _asks(condition.part)
    return any(_asks(part) for part in condition.parts)
