"""Facts of entries as somebody states them: held against the type that the pack declares.

Decides nothing of who may say so.
"""

from collections.abc import Mapping

from services.ledger.domain.refusal import refusal
from shared.kernel.problems import Problem
from shared.rules.logic.facts import FactError, Value, check_facts, is_text, normalised
from shared.rules.pack.model import EntryType

LONGEST = 2000  # characters of a text of several sentences


def checked(type_: EntryType, given: Mapping[str, Value]) -> dict[str, Value]:
    """Return stated facts, typed and normalised; what is None is left out.

    Raises:
        Problem: `fact-unknown`, `fact-wrong` or `fact-too-long`, with the field.
    """
    for name in given:
        if name not in type_.facts:
            known = "、".join(type_.facts)
            raise refusal("fact-unknown", f"facts.{name}"[:100], type=type_.key, fact=name, known=known)
    long = {name: value for name, value in given.items() if type_.facts[name].long and value is not None}
    short = {name: value for name, value in given.items() if name not in long}
    try:
        facts = dict(check_facts({name: type_.facts[name].type for name in short}, short))
    except FactError as wrong:
        raise _wrong(wrong) from wrong
    return facts | {name: _long_text(name, value) for name, value in long.items()}


def _wrong(wrong: FactError) -> Problem:
    return refusal(
        "fact-wrong", f"facts.{wrong.fact}"[:100], fact=wrong.fact, cause=wrong.cause, remedy=wrong.remedy
    )


def _long_text(name: str, value: object) -> str:
    if not isinstance(value, str) or not is_text(value):
        raise refusal("fact-wrong", f"facts.{name}", fact=name, cause="不是文字 / no text", remedy="")
    if len(value) > LONGEST:
        raise refusal("fact-too-long", f"facts.{name}", fact=name, most=LONGEST)
    return normalised(value)


def require_needs(type_: EntryType, there: Mapping[str, Value]) -> None:
    """Refuse an entry that lacks a fact which its type needs.

    Raises:
        Problem: `facts-needed`.
    """
    missing = [fact for fact in type_.needs if fact not in there]
    if missing:
        raise refusal("facts-needed", "facts", facts="、".join(missing))
