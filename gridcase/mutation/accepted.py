"""Survivors that a town accepts, with the reason: `mutants.yaml` in its folder, no part of its edition.

    - rule: own-matter-limit
      change: warn 1 working day → 2 working days     # as `gridcase test --mutate` prints it, in either language
      reason: nobody is told of the warning

Keys in English or Chinese (规则, 改动, 理由). Decides what may stand in the file; must not know who survives.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from gridcase.mutation.mutant import Mutant
from shared.kernel.texts import Text
from shared.rules.language.errors import Complaints, PackError, PackErrors, Where, nearest, shown
from shared.rules.language.nodes import Mapping as MapNode
from shared.rules.language.nodes import Node, Scalar, Sequence
from shared.rules.language.source import load, parse
from shared.rules.pack.build.files import MUTANTS_FILE

KEYS: Mapping[str, str] = {"规则": "rule", "改动": "change", "理由": "reason"}
WANTED = frozenset(KEYS.values())
_RULE = "rule"


@dataclass(frozen=True, slots=True)
class Accepted:
    """One survivor that is accepted."""

    rule: str
    change: str
    reason: str

    def means(self, rule: str, change: Text) -> bool:
        """Tell whether this entry names a change of a rule, in either language."""
        return self.rule == rule and self.change in (change.zh, change.en)


def read_accepted(folder: Path) -> tuple[Accepted, ...]:
    """Return the accepted survivors of a town, none where it has no such file.

    Raises:
        PackErrors: every fault of the file, each with its line.
    """
    path, complaints = folder / MUTANTS_FILE, Complaints()
    if not path.is_file():
        return ()
    file = f"{folder.resolve().name}/{MUTANTS_FILE}"
    text = load(path, file, complaints)
    root = parse(text, file, complaints) if text is not None else None
    complaints.refuse()
    faults: list[PackError] = []
    if not isinstance(root, Sequence):
        faults.append(_fault(Where(file, 1), None, "应为列表", "it is no list"))
    found = [_entry(node, faults) for node in root.items] if isinstance(root, Sequence) else []
    if faults:
        raise PackErrors(faults)
    return tuple(entry for entry in found if entry is not None)


def obsolete(accepted: Iterable[Accepted], survivors: Iterable[Mutant]) -> list[Accepted]:
    """Return the entries that no longer name a survivor: a scenario feels the change now, or nothing is so called."""
    alive = list(survivors)
    return [
        entry for entry in accepted if not any(entry.means(mutant.rule, mutant.change) for mutant in alive)
    ]


def _entry(node: Node, faults: list[PackError]) -> Accepted | None:
    written = {KEYS.get(key, key): value for key, (_, value) in _entries(node).items()}
    fields = {key: value.text for key, value in written.items() if isinstance(value, Scalar) and value.text}
    rule = fields.get(_RULE)
    for key, (spot, _) in _entries(node).items():
        if KEYS.get(key, key) not in WANTED:
            advice = nearest(key, [*WANTED, *KEYS])
            zh, en = f"不认识的键“{shown(key)}”，{advice.zh}", f"unknown key '{shown(key)}', {advice.en}"
            faults.append(_fault(spot.where, rule, zh, en))
    if missing := sorted(WANTED - fields.keys()):
        names = ", ".join(missing)
        faults.append(_fault(node.where, rule, f"缺少 {names}", f"{names} missing"))
    return Accepted(**fields) if fields.keys() == WANTED else None


def _entries(node: Node) -> Mapping[str, tuple[Scalar, Node]]:
    return node.entries if isinstance(node, MapNode) else {}


def _fault(where: Where, rule: str | None, zh: str, en: str) -> PackError:
    remedy = Text(
        "写成 - {规则: …, 改动: …, 理由: …}，改动照抄 gridcase test --mutate 的输出",
        "write - {rule: …, change: …, reason: …}, the change as 'gridcase test --mutate' prints it",
    )
    return PackError("bad-mutants-file", where.file, where.line, where.column, rule, Text(zh, en), remedy)
