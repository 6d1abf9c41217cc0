"""The facts file of `gridcase decide`: a report in a few lines of YAML, its keys in English or in Chinese.

Decides what may stand in it: names that the pack has, facts that it declares. Must not know what follows.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from shared.kernel.problems import Problem
from shared.kernel.texts import Text
from shared.rules.decide import Situation
from shared.rules.decide.propose import propose
from shared.rules.language.keys import keys_of
from shared.rules.language.vocabulary import PLATFORM_FACTS, ROLES, YES_NO, chosen
from shared.rules.logic.facts import Kind
from shared.rules.pack.model import Pack
from shared.rules.pack.platform import platform_facts

# What the platform knows by yes or no, as far as a situation states it by itself.
_TRUTHS_OF_PLATFORM = tuple(
    name
    for name, fact in platform_facts().items()
    if fact.type.kind is Kind.BOOL and name in Situation.__dataclass_fields__
)
_CHINESE: Mapping[str, str] = {
    **keys_of("case", ("category", "text", "also", "channel", "place", "facts")).english,
    **chosen(PLATFORM_FACTS, _TRUTHS_OF_PLATFORM).english,
    PLATFORM_FACTS.chinese["finder"]: "finder_role",
}
_SOMEBODY = "somebody"  # nobody in particular: enough to see what a member of the public is told
_FIELDS = frozenset(_CHINESE.values())
_TRUTHS = {YES_NO.chinese["yes"]: True, YES_NO.chinese["no"]: False}


def read_situation(pack: Pack, text: bytes) -> Situation:
    """Return the case that a facts file describes.

    Raises:
        Problem: `bad-facts`, naming what is wrong with the file.
    """
    given = _read(text)
    finder = given.get("finder_role")
    for name, known in (("category", pack.categories), ("place", pack.places), ("channel", pack.channels)):
        _expect(name, given.get(name), known)
    return Situation(
        category=given.get("category") or _proposed(pack, given),
        also=_also(pack, given.get("also")),
        channel=given.get("channel") or next(iter(pack.channels), ""),
        place=given.get("place"),
        facts=_facts(pack, given.get("facts") or {}),
        finder_role=finder,
        reporter=None if _is_staff(finder) else _SOMEBODY,
        **{name: _is_said(given.get(name)) for name in _TRUTHS_OF_PLATFORM},
    )


def _is_staff(finder: object) -> bool:
    """Whoever finds a matter in an office is no reporter who is told; everything else a member of the public brings."""
    return finder in ROLES.chinese or finder in ROLES.english


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
    return fields


def _proposed(pack: Pack, given: Mapping[str, Any]) -> str:
    """The category that the words propose, as the town would take it of a report, or show it to a person."""
    if "text" not in given:
        raise _bad("没有写“类别”（category）", "it names no category")
    if pack.proposed_category is None:
        raise _bad(
            "本辖区不按内容建议类别，须写“类别”", "the town proposes no category by words: name the category"
        )
    proposal = propose(pack, str(given["text"]))
    if proposal is None:
        raise _bad("内容里没有任何类别的关键词", "no category's keyword stands in the text")
    return proposal.category


def _also(pack: Pack, given: object) -> tuple[str, ...]:
    """Further categories concerned: one, or a list."""
    keys = given if isinstance(given, list) else [] if given is None else [given]
    for key in keys:
        _expect("category", key, pack.categories)
    return tuple(keys)


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
    return {**_counted(pack), **{name: _value(pack, name, value) for name, value in given.items()}}


def _counted(pack: Pack) -> dict[str, int]:
    """What every case has counted when it is reported: nothing has happened to it, and it is the first of its kind."""
    of_history = {name: 0 for name, fact in pack.facts.items() if fact.counts}
    return {**of_history, **{name: 1 for name, fact in pack.facts.items() if fact.earlier is not None}}


def _value(pack: Pack, name: str, value: Any) -> Any:
    """是 and 否 are a truth where one is wanted, and words elsewhere."""
    return _truth(value) if pack.facts[name].type.kind is Kind.BOOL else value


def _truth(value: Any) -> Any:
    return _TRUTHS.get(value, value) if isinstance(value, str) else value


def _is_said(value: Any) -> Any:
    return _truth(value) is True


def _bad(zh: str, en: str) -> Problem:
    return Problem(
        "bad-facts",
        Text(f"案情文件有误：{zh}", f"the facts file is wrong: {en}"),
        Text("见 gridcase decide --help", "see 'gridcase decide --help'"),
    )
