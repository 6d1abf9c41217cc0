"""What several categories of one case come to together: which leads, whom they concern, which facts they give (RC-17).

A further category may add departments and raise a level or an urgency; it never lowers, replaces or hides what the
main one says. That holds from format 2 on, where every fact from the category says how it combines. In format 1 the
values of a further category hold wherever the main one has none, and published editions of it go on deciding so.

Must not know cases or rules.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import cast

from shared.rules.logic.facts import Kind, Value
from shared.rules.pack.model import Combining, Fact, Pack


def ordered(pack: Pack, named: Iterable[str]) -> tuple[str, ...]:
    """Return the categories that the pack has, each once, the main one first.

    It is the one that stands first in the town's file, or the one that the report names first (RC-17).

    Args:
        named: keys as a report names them; unknown ones are left out.
    """
    distinct = dict.fromkeys(named)
    if pack.reading("RC-17") == "first_listed" or len(distinct) == 1:
        return tuple(category for category in distinct if category in pack.categories)
    return tuple(category for category in pack.categories if category in distinct)


def departments(pack: Pack, categories: Iterable[str]) -> tuple[str, ...]:
    """Return the keys of the units that the categories concern, each once and in their order.

    Args:
        categories: keys that the pack has.
    """
    concerned = (pack.categories[category].departments for category in categories)
    return tuple(dict.fromkeys(unit for units in concerned for unit in units))


def main_departments(pack: Pack, categories: Sequence[str]) -> tuple[str, ...]:
    """Return the units of whose first the words 'department of category' speak: those of the main category.

    In format 1 those of all categories: the department of a further one leads where the main one has none.

    Args:
        categories: keys that the pack has, the main one first.
    """
    return departments(pack, categories if pack.format == 1 else categories[:1])


def category_facts(pack: Pack, named: Iterable[str]) -> dict[str, Value]:
    """Return the values of the facts that the categories of a case give; what none gives is left out.

    Args:
        named: keys as a report names them; unknown ones give nothing.
    """
    categories = ordered(pack, named)
    if pack.format == 1 or len(categories) == 1:
        # From the last to the main one: what that says covers what further ones say.
        return {
            name: value for key in reversed(categories) for name, value in pack.categories[key].facts.items()
        }
    given = dict.fromkeys(name for key in categories for name in pack.categories[key].facts)
    combined = {name: _combined(pack, pack.facts[name], categories) for name in given}
    return {name: value for name, value in combined.items() if value is not None}


def _combined(pack: Pack, fact: Fact, categories: Sequence[str]) -> Value | None:
    # What a category leaves unsaid is the fact's default: it takes part like a value that is written.
    said = [pack.categories[key].facts.get(fact.type.name, fact.default) for key in categories]
    if fact.combine in (None, Combining.MAIN):
        return said[0]
    known = [value for value in said if value is not None]
    return _COMBINED[fact.combine](fact, known) if fact.combine and known else None


def _strongest(fact: Fact, values: list[Value]) -> Value:
    if fact.type.kind is Kind.CHOICE:
        return max(values, key=lambda value: fact.type.values.index(cast(str, value)))
    return max(values, key=float)


_COMBINED: Mapping[Combining, Callable[[Fact, list[Value]], Value]] = {
    Combining.ANY: lambda _, values: any(values),
    Combining.ALL: lambda _, values: all(values),
    Combining.STRONGEST: _strongest,
}
