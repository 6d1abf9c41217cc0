"""The facts file of `gridcase compare`: one case in a few lines of YAML, and what is called otherwise in a town.

    text: 两户之间污水井满溢
    facts: {solvable: no}
    towns:
      t-com: {category: sewer, facts: {needs_others: no}}

Keys in English or Chinese. Decides which words may stand in the file; which of them a town knows is asked later.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from shared.kernel.problems import Problem
from shared.kernel.texts import Text
from shared.rules.language.keys import keys_of

LARGEST = 1_000_000  # bytes
ENGLISH = {
    **keys_of("case", ("category", "channel", "place", "facts")).english,
    "内容": "text",
    "辖区": "towns",
}
OF_CASE = frozenset({"category", "channel", "place", "facts", "text"})


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What the file says of the case: for all towns, or for one."""

    text: str | None = None
    category: str | None = None
    channel: str | None = None
    place: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)

    def with_own(self, own: "CaseFacts") -> "CaseFacts":
        """Return this with what is said for one town over it."""
        return CaseFacts(
            own.text or self.text,
            own.category or self.category,
            own.channel or self.channel,
            own.place or self.place,
            {**self.facts, **own.facts},
        )


@dataclass(frozen=True, slots=True)
class ComparedCase:
    """A case, and what differs from town to town (by the word that names the town)."""

    common: CaseFacts
    towns: Mapping[str, CaseFacts]

    def of(self, *names: str) -> CaseFacts:
        """Return what is told to a town; the first of its names that the file has counts."""
        own = next((self.towns[name] for name in names if name in self.towns), CaseFacts())
        return self.common.with_own(own)


def read_case(text: bytes) -> ComparedCase:
    """Return the case that a facts file describes.

    Raises:
        Problem: `bad-facts`, naming what is wrong with the file.
    """
    given = _read(text)
    towns = given.pop("towns", None) or {}
    if not isinstance(towns, dict):
        raise _bad("“辖区”应写成 {辖区: {…}}", "towns are written as {town: {…}}")
    own = {str(name): _facts_of(_english(value), str(name)) for name, value in towns.items()}
    return ComparedCase(_facts_of(given, ""), own)


def _read(text: bytes) -> dict[str, Any]:
    if len(text) > LARGEST:
        raise _bad("文件过大", "it is too large")
    try:
        given = yaml.load(text, Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError) as wrong:
        raise _bad(f"不是有效的 YAML：{wrong}", f"no valid YAML: {wrong}") from wrong
    return _english(given)


def _english(given: object) -> dict[str, Any]:
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise _bad("应写成 {键: 值}", "it is written as {key: value}")
    return {ENGLISH.get(str(key), str(key)): value for key, value in given.items()}


def _facts_of(given: Mapping[str, Any], town: str) -> CaseFacts:
    if unknown := sorted(given.keys() - OF_CASE):
        raise _bad(f"{town} 不认识的键：{unknown}".strip(), f"unknown keys: {unknown} {town}".strip())
    facts = given.get("facts") or {}
    if not isinstance(facts, dict):
        raise _bad("“事实”应写成 {事实: 值}", "facts are written as {fact: value}")
    words = {name: str(value) for name, value in given.items() if name != "facts" and value is not None}
    return CaseFacts(**words, facts={str(name): value for name, value in facts.items()})


def _bad(zh: str, en: str) -> Problem:
    return Problem(
        "bad-facts",
        Text(f"案情文件有误：{zh}", f"the facts file is wrong: {en}"),
        Text("见 gridcase compare --help", "see 'gridcase compare --help'"),
    )
