"""The facts file of `gridcase decide`: a report in a few lines of YAML, its keys in English or in Chinese.

Decides what may stand in it: names that the pack has, facts that it declares. Must not know what follows.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from shared.kernel.problems import Problem
from shared.kernel.texts import Text
from shared.rules.decide import Situation
from shared.rules.logic.facts import Kind
from shared.rules.pack.keys import keys_of
from shared.rules.pack.model import Pack
from shared.rules.pack.vocabulary import PLATFORM_FACTS, YES_NO

_CHINESE: Mapping[str, str] = {
    **keys_of("case", ("category", "channel", "place", "facts")).english,
    PLATFORM_FACTS.chinese["from_above"]: "from_above",
    PLATFORM_FACTS.chinese["finder"]: "finder_role",
}
_FIELDS = frozenset(_CHINESE.values())
_TRUTHS = {YES_NO.chinese["yes"]: True, YES_NO.chinese["no"]: False}


def read_situation(pack: Pack, text: bytes) -> Situation:
    """Return the case that a facts file describes.

    Raises:
        Problem: `bad-facts`, naming what is wrong with the file.
    """
    given = _read(text)
    for name, known in (("category", pack.categories), ("place", pack.places), ("channel", pack.channels)):
        _expect(name, given.get(name), known)
    return Situation(
        category=given["category"],
        channel=given.get("channel") or next(iter(pack.channels), ""),
        place=given.get("place"),
        facts=_facts(pack, given.get("facts") or {}),
        from_above=_truth(given.get("from_above", False)) is True,
        finder_role=given.get("finder_role"),
    )


def _read(text: bytes) -> dict[str, Any]:
    try:
        given = yaml.safe_load(text)
    except yaml.YAMLError as wrong:
        raise _bad(f"不是有效的 YAML：{wrong}", f"no valid YAML: {wrong}") from wrong
    fields = (
        {_CHINESE.get(str(key), str(key)): value for key, value in given.items()}
        if isinstance(given, dict)
        else {}
    )
    if unknown := fields.keys() - _FIELDS:
        raise _bad(f"不认识的键：{sorted(unknown)}", f"unknown keys: {sorted(unknown)}")
    if "category" not in fields:
        raise _bad("没有写“类别”（category）", "it names no category")
    return fields


def _expect(name: str, value: object, known: Iterable[str]) -> None:
    names = list(known)
    if value is not None and value not in names:
        raise _bad(
            f"没有{_written(name)} {value}；现有：{'、'.join(names)}",
            f"there is no {name} {value}; there are: {', '.join(names)}",
        )


def _written(field: str) -> str:
    return next(chinese for chinese, english in _CHINESE.items() if english == field)


def _facts(pack: Pack, given: object) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise _bad("“事实”应写成 {事实: 值}", "facts are written as {fact: value}")
    declared = [name for name, fact in pack.facts.items() if fact.source != "platform"]
    for name in given:
        if name not in declared:
            raise _bad(
                f"没有声明事实 {name}；现有：{'、'.join(declared)}",
                f"no fact {name} is declared; there are: {', '.join(declared)}",
            )
    return {name: _value(pack, name, value) for name, value in given.items()}


def _value(pack: Pack, name: str, value: Any) -> Any:
    """是 and 否 are a truth where one is wanted, and words elsewhere."""
    return _truth(value) if pack.facts[name].type.kind is Kind.BOOL else value


def _truth(value: Any) -> Any:
    return _TRUTHS.get(value, value) if isinstance(value, str) else value


def _bad(zh: str, en: str) -> Problem:
    return Problem(
        "bad-facts",
        Text(f"案情文件有误：{zh}", f"the facts file is wrong: {en}"),
        Text("见 gridcase decide --help", "see 'gridcase decide --help'"),
    )
