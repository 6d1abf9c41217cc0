"""Saying no: a code, where it applies, and the terms that its sentence needs.

Knows no language; the catalogue beside this module (`words.toml`) has the sentences and the statuses.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(slots=True)
class Refusal(Exception):
    """Something is not admitted or may not be done.

    Args:
        code: key in the catalogue.
        where: what it concerns, for machines.
        terms: what the sentence names, for people.
    """

    code: str
    where: Mapping[str, str | int] = field(default_factory=dict)
    terms: Mapping[str, object] = field(default_factory=dict)


def refusal(code: str, where: Mapping[str, str | int] | None = None, **terms: object) -> Refusal:
    """Return a refusal with its terms."""
    return Refusal(code, where or {}, terms)
