"""Builds who is told by a notice or an escalation: parties, roles, units, and units that a fact names.

Decides that nobody is named twice.
"""

from collections.abc import Sequence

from shared.rules.language.entries import Entry, Item
from shared.rules.pack.build.byfact import unit_by_fact
from shared.rules.pack.build.drafting import Draft
from shared.rules.pack.build.steps import who


def told_by(draft: Draft, items: Sequence[Item]) -> tuple[str, ...]:
    """Return the words for whom a list names, in its order."""
    named = [
        (unit_by_fact(draft, item.value),) if isinstance(item.value, Entry) else who(draft, [item])
        for item in once(draft, items)
    ]
    return tuple(name for names in named for name in names if name)


def once(draft: Draft, items: Sequence[Item]) -> list[Item]:
    """Return the parts of a list; complain of one that stands twice."""
    seen: set[object] = set()
    kept: list[Item] = []
    for item in items:
        name = item.value.name("fact") if isinstance(item.value, Entry) else item.value
        said = (isinstance(item.value, Entry), name)
        if said in seen:
            draft.complain("listed-twice", item.where, name=name)
        else:
            kept.append(item)
        seen.add(said)
    return kept
