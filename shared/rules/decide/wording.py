"""Texts to people: a rule's text with its placeholders filled in.

Decides what each placeholder means. Values are inert: braces inside a value stay braces. Texts have no logic.
"""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from shared.kernel.texts import Language, Text
from shared.rules.case.addresses import key_of
from shared.rules.case.situation import Situation
from shared.rules.pack.model import Pack

_PLACEHOLDER = re.compile(r"\{([^{}\n]{1,100})\}")
DEADLINE = "deadline."
OTHER = "case.other"


def placeholders(
    pack: Pack,
    situation: Situation,
    *,
    number: str = "",
    state: str = "",
    deadlines: Mapping[str, str] | None = None,
    unit: str | None = None,
    reason: Text | None = None,
) -> dict[str, Text]:
    """Return what each placeholder means for a case and a recipient.

    Args:
        number: the case's number as people write it.
        state: the case's state: a milestone, or the key of a step or mark of the pack.
        deadlines: clock → due time as people of the town write it; clocks without one are left out.
        unit: address of the recipient, where it is a unit.
        reason: why the case was returned: the title of the rule that decided so.
    """
    category = pack.categories.get(situation.category)
    place = pack.places.get(situation.place or "")
    values = {
        "case.number": Text(number, number) if number else None,
        "case.category": category.name if category else None,
        "case.state": state_name(pack, state),
        "case.place": place.name if place else None,
        "case.lead": unit_name(pack, situation.lead),
        "case.level": pack.levels[situation.levels[0]].name if situation.levels else None,
        "case.reason": reason,
        OTHER: None,  # of a merging alone
        "town": pack.name,
        "unit": unit_name(pack, unit),
    }
    due = {DEADLINE + clock: Text(label, label) for clock, label in (deadlines or {}).items()}
    return {name: value or _word("missing") for name, value in values.items()} | due


def render(text: Text, values: Mapping[str, Text], language: Language) -> str:
    """Return a text in one language with its placeholders filled in.

    A deadline that is not set says so; a placeholder that nobody knows stays as it is.

    Args:
        values: as `placeholders` returns them; each stands as it is, braces within it too.
    """

    def value(found: re.Match[str]) -> str:
        name = found[1].strip()
        known = values.get(name) or (_word("no_deadline") if name.startswith(DEADLINE) else None)
        return known.in_language(language) if known else found[0]

    return _PLACEHOLDER.sub(value, text.in_language(language))


def names_in(text: Text) -> frozenset[str]:
    """Return the placeholders that a text uses, in either language."""
    return frozenset(name.strip() for wording in (text.zh, text.en) for name in _PLACEHOLDER.findall(wording))


def unit_name(pack: Pack, unit: str | None) -> Text | None:
    """Return the name of a unit given by its address; an unknown one (another town's) by its key.

    Args:
        unit: its address; None: None is returned.
    """
    if unit is None:
        return None
    known = pack.units.get(key_of(unit))
    return known.name if known else Text(key_of(unit), key_of(unit))


def state_name(pack: Pack, state: str) -> Text | None:
    """Return what people call a state: a milestone's word, or the name of a step; any other as it is.

    Args:
        state: a milestone, or the key of a step or mark of the pack; empty: None is returned.
    """
    if not state:
        return None
    words = _catalogue()["states"].get(state)
    if words:
        return Text(**words)
    step = pack.steps.get(state)
    return step.name if step else Text(state, state)


def _word(key: str) -> Text:
    return Text(**_catalogue()[key])


@cache
def _catalogue() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("words.toml").read_text(encoding="utf-8"))
