"""Whether a facts file of `gridcase compare` is understood by the towns that it names.

Decides only what is a slip of the pen: a key or a town that there is not, a category or a fact that the town lacks.
"""

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from gridcase.compare.facts_file import ENGLISH, OF_CASE
from shared.kernel.texts import Text
from shared.rules.language.errors import Complaints, PackError, PackErrors, nearest, shown
from shared.rules.language.nodes import Mapping as MapNode
from shared.rules.language.nodes import Node, Scalar
from shared.rules.language.source import load, parse
from shared.rules.pack.model import Pack

FOLDER = "comparisons"


def check_comparisons(rules: Path, towns: Mapping[str, Pack]) -> int:
    """Hold every comparison beside the towns against them; return how many there are.

    Args:
        towns: packs by the town's key.

    Raises:
        PackErrors: every fault, with its file and line.
    """
    paths, faults = sorted((rules / FOLDER).glob("*.yaml")), list[PackError]()
    for path in paths:
        complaints, file = Complaints(), f"{FOLDER}/{path.name}"
        text = load(path, file, complaints)
        root = parse(text, file, complaints) if text is not None else None
        faults += [*complaints.found, *(_faults(root, towns) if root is not None else ())]
    if faults:
        raise PackErrors(faults)
    return len(paths)


def _faults(root: Node, towns: Mapping[str, Pack]) -> Iterator[PackError]:
    known = {*OF_CASE, "towns"}
    for key, (spot, value) in _entries(root).items():
        yield from _unknown(spot, ENGLISH.get(key, key), known, "键", "key")
        if ENGLISH.get(key, key) == "towns":
            for name, (at, own) in _entries(value).items():
                town = name.partition(":")[0]
                yield from _unknown(at, town, towns, "辖区", "town")
                yield from _of_town(own, towns.get(town))


def _of_town(own: Node, pack: Pack | None) -> Iterator[PackError]:
    for key, (spot, value) in _entries(own).items():
        word = ENGLISH.get(key, key)
        yield from _unknown(spot, word, OF_CASE, "键", "key")
        if pack is None:
            continue
        if word == "category" and isinstance(value, Scalar):
            yield from _unknown(value, value.text, pack.categories, "类别", "category")
        for fact, (at, _) in _entries(value).items() if word == "facts" else ():
            yield from _unknown(at, fact, pack.facts, "事实", "fact")


def _entries(node: Node) -> Mapping[str, tuple[Scalar, Node]]:
    return node.entries if isinstance(node, MapNode) else {}


def _unknown(spot: Scalar, name: str, known: Collection[str], zh: str, en: str) -> Iterator[PackError]:
    if name not in known:
        cause = Text(f"没有{zh}“{shown(name)}”", f"there is no {en} '{shown(name)}'")
        advice, where = nearest(name, known), spot.where
        yield PackError("bad-comparison", where.file, where.line, where.column, None, cause, advice)
