"""The same pack with other choices: for scenarios that ask 'what if', and for samples.

Decides how a choice is written into a pack's text without touching the rest, so that the variant is an edition
like any other. Must not know what the choices mean.
"""

from collections.abc import Mapping

import yaml

from shared.kernel.texts import Language
from shared.rules.language.readings import READINGS

Node = yaml.nodes.Node


def with_choices(files: Mapping[str, str], town: str, choices: Mapping[str, object]) -> dict[str, str]:
    """Return the files of a town with some top-level entries of its pack replaced or added.

    Args:
        choices: key in English and Chinese separated by '|' → value; a mapping is merged into the entry's own.
    """
    path = f"{town}/pack.yaml"
    text = files[path]
    for names, value in choices.items():
        text = _set(text, tuple(names.split("|")), _in_words_of(text, value))
    return {**files, path: text}


def _in_words_of(text: str, value: object) -> object:
    """Take the form of each inner key that the file's language wants."""
    if not isinstance(value, Mapping):
        return value
    form = 0 if _is_english(text) else -1
    return {key.split("|")[form]: item for key, item in value.items()}


def with_readings(files: Mapping[str, str], town: str, readings: Mapping[str, str]) -> dict[str, str]:
    """Return the files of a town under other readings, whose values are given in English."""
    if not readings:
        return dict(files)
    language: Language = "en" if _is_english(files[f"{town}/pack.yaml"]) else "zh"
    written = {name: READINGS[name].written(value, language) for name, value in readings.items()}
    return with_choices(files, town, {"readings|读法": written})


def _set(text: str, names: tuple[str, ...], value: object) -> str:
    pairs = _top(text)
    found = next(((key, node) for key, node in pairs if key.value in names), None)
    if found is None:
        name = names[0] if _is_english(text) else names[-1]
        return f"{text.rstrip()}\n\n{name}: {_flow(value)}\n"
    key, node = found
    merged = {**_plain_mapping(node), **value} if isinstance(value, Mapping) else value
    colon = text.index(":", key.end_mark.index)
    rest = text[node.end_mark.index :].lstrip(" ")
    gap = "" if rest.startswith("\n") else "  " if rest.startswith("#") else "\n"
    return f"{text[: colon + 1]} {_flow(merged)}{gap}{rest}"


def _is_english(text: str) -> bool:
    return any(key.value == "town" for key, _ in _top(text))


def _top(text: str) -> list[tuple[Node, Node]]:
    root = yaml.compose(text, Loader=yaml.CSafeLoader)
    assert isinstance(root, yaml.nodes.MappingNode), "a checked pack is a mapping"
    pairs: list[tuple[Node, Node]] = root.value
    return pairs


def _plain_mapping(node: Node) -> dict[str, str]:
    """Return an entry that already stands there, its values as they are written."""
    if not isinstance(node, yaml.nodes.MappingNode):
        return {}
    return {key.value: _written(value) for key, value in node.value}


def _written(node: Node) -> str:
    if isinstance(node, yaml.nodes.SequenceNode):
        return f"[{', '.join(_written(item) for item in node.value)}]"
    if isinstance(node, yaml.nodes.MappingNode):
        return f"{{{', '.join(f'{key.value}: {_written(value)}' for key, value in node.value)}}}"
    return str(node.value)


def _flow(value: object) -> str:
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key}: {_flow(item)}' for key, item in value.items())}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_flow(item) for item in value)}]"
    return str(value)
