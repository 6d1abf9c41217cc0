"""What people call the parties, milestones, steps and facts that a refusal names; machines read their keys."""

from collections.abc import Iterable

from shared.kernel.texts import Text
from shared.rules.language.vocabulary import ACTORS, MILESTONES, STEP_INPUTS
from shared.rules.pack.model import Pack

_CHINESE = {**ACTORS.chinese, **STEP_INPUTS.chinese, **MILESTONES.chinese}


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
