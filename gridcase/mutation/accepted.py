"""Survivors that a town accepts, with the reason: `mutants.yaml` in its folder, no part of its edition.

    - rule: own-matter-limit
      change: warn 1 working day → 2 working days     # as `gridcase test --mutate` prints it, in either language
      reason: nobody is told of the warning

Keys in English or Chinese (规则, 改动, 理由). Decides what may stand in the file; must not know who survives.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from gridcase.mutation.mutant import Mutant
from shared.kernel.problems import Problem
from shared.kernel.texts import Text
from shared.rules.pack.build.files import MUTANTS_FILE

KEYS: Mapping[str, str] = {"规则": "rule", "改动": "change", "理由": "reason"}
WANTED = frozenset(KEYS.values())
LARGEST = 1_000_000  # bytes


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
        Problem: `bad-mutants-file`.
    """
    path = folder / MUTANTS_FILE
    if not path.is_file():
        return ()
    try:
        if path.stat().st_size > LARGEST:
            raise _bad(path, 0, "文件过大", "the file is too large")
        given = yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError) as wrong:
        raise _bad(path, 0, f"不是有效的 YAML：{wrong}", f"no valid YAML: {wrong}") from wrong
    if not isinstance(given, list | None):
        raise _bad(path, 0, "应为列表", "it is no list")
    return tuple(_entry(path, number, entry) for number, entry in enumerate(given or (), start=1))


def obsolete(accepted: Iterable[Accepted], survivors: Iterable[Mutant]) -> list[Accepted]:
    """Return the entries that no longer name a survivor: a scenario feels the change now, or nothing is so called."""
    alive = list(survivors)
    return [
        entry for entry in accepted if not any(entry.means(mutant.rule, mutant.change) for mutant in alive)
    ]


def _entry(path: Path, number: int, given: Any) -> Accepted:
    fields = (
        {KEYS.get(str(key), str(key)): value for key, value in given.items()}
        if isinstance(given, dict)
        else {}
    )
    if fields.keys() != WANTED or not all(isinstance(value, str) and value for value in fields.values()):
        raise _bad(
            path, number, "须有且只有规则、改动、理由", "it needs rule, change and reason, and nothing else"
        )
    return Accepted(**fields)


def _bad(path: Path, number: int, zh: str, en: str) -> Problem:
    return Problem(
        "bad-mutants-file",
        Text(f"{path}，第 {number} 条：{zh}", f"{path}, entry {number}: {en}"),
        Text(
            "写成 - {规则: …, 改动: …, 理由: …}，改动照抄 gridcase test --mutate 的输出",
            "write - {rule: …, change: …, reason: …}, the change as 'gridcase test --mutate' prints it",
        ),
    )
