"""The words in which this room refuses facts, conditions, rules and trials; `words.toml` holds them.

Every refusal has a code (stable, lower case with hyphens), a cause and a remedy. Knows no rule of any kind:
who finds the fault chooses the code and supplies the terms.
"""

import tomllib
from collections.abc import Sequence
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Any

from shared.kernel.texts import Text

_SHOWN = 40  # characters of a foreign text that a message repeats
_COMPARED = 2000  # names looked through for a near one


def cause_and_remedy(code: str, **terms: object) -> tuple[Text, Text]:
    """Return cause and remedy of `code` with its terms filled in.

    Args:
        code: of `words.toml`.
        terms: by the names that stand in braces; where the languages differ, one each, such as `kind_zh` and `kind_en`.

    Raises:
        KeyError: no such code, or a term is missing.
    """
    cause, remedy = _catalogue()[code]["cause"], _catalogue()[code]["remedy"]
    return _filled(cause, terms), _filled(remedy, terms)


def kind_words(kind: str) -> Text:
    """What a fact of this kind takes, as the refusals name it.

    Args:
        kind: one of `facts.Kind`.
    """
    return Text(**_catalogue()["kinds"][kind])


def value_words(value: object) -> Text:
    """What a foreign value is, as the refusals name it."""
    kind = type(value).__name__
    return Text(**_catalogue()["values"].get(kind, {"zh": kind, "en": kind}))


def codes() -> frozenset[str]:
    """Every code that this room can answer with."""
    return frozenset(_catalogue()) - {"kinds", "values"}


def shown(value: object) -> str:
    """A foreign value as a message may repeat it: printable and short; what is no text or number, by type."""
    if not isinstance(value, str):
        return format(value) if isinstance(value, bool | float) or _is_short(value) else type(value).__name__
    text = "".join(mark if mark.isprintable() else "\N{REPLACEMENT CHARACTER}" for mark in value[:_SHOWN])
    return text if len(value) <= _SHOWN else text + "…"


def nearest_terms(name: object, known: Sequence[str]) -> dict[str, str]:
    """The remedy's terms for a name that is not known: the nearest one that is, or what there is.

    Args:
        name: as it was given; anything.
        known: names that there are.

    Returns:
        `nearest_zh` and `nearest_en`.
    """
    close = get_close_matches(str(name)[:100], known[:_COMPARED], n=1) if isinstance(name, str) else []
    if close:
        near = shown(close[0])
        return {"nearest_zh": f"是否指“{near}”？", "nearest_en": f"did you mean '{near}'?"}
    first = ", ".join(shown(other) for other in known[:8]) + (" …" if len(known) > 8 else "")
    return {"nearest_zh": f"可用的有：{first}", "nearest_en": f"there are: {first}"}


def _is_short(value: object) -> bool:
    return isinstance(value, int) and value.bit_length() <= 64


def _filled(words: dict[str, str], terms: dict[str, object]) -> Text:
    return Text(words["zh"].format_map(terms), words["en"].format_map(terms))


@cache
def _catalogue() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("words.toml").read_text(encoding="utf-8"))
