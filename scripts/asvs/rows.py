"""Reads docs/asvs.csv: each requirement with its verdict, and holds every proof against what is there.

Decides that nothing is met by words: a test of that name, or a line of a file.
"""

import ast
import csv
from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "docs" / "asvs.csv"
ALL = {"1": 70, "2": 183}  # requirements of each level in ASVS 5.0.0


class Verdict(StrEnum):
    """What is said of a requirement."""

    MET = "met"
    NOT_MET = "not met"
    NOT_OURS = "not ours"  # the deployer's, or of a thing that this house does not have


class Requirement(NamedTuple):
    """A requirement of the standard, in words of our own.

    Args:
        id: as 1.2.3; level: 1 or 2.
        proofs: `tests/file.py::test`, or `file: words that stand in it`.
        note: what is missing, whose it is, or what a proof rests on.
    """

    id: str
    level: str
    asks_for: str
    verdict: Verdict
    proofs: tuple[str, ...]
    note: str

    @property
    def chapter(self) -> int:
        """Number of the standard's chapter."""
        return int(self.id.partition(".")[0])


def read(source: Path = SOURCE) -> list[Requirement]:
    """Return all requirements, in the order of the file.

    Raises:
        ValueError: an unknown verdict, or a row of another width.
    """
    with source.open(encoding="utf-8", newline="") as text:
        rows = list(csv.reader(text))[1:]
    return [
        Requirement(id_, level, words, Verdict(verdict), _proofs(proof), note)
        for id_, level, words, verdict, proof, note in rows
    ]


def _proofs(written: str) -> tuple[str, ...]:
    return tuple(written.split()) if "::" in written else tuple(filter(None, (written,)))


def faults(requirements: Iterable[Requirement]) -> list[str]:
    """Return what is wrong with the rows: numbers, verdicts without ground, proofs that are not there."""
    found = list(requirements)
    counts = {level: sum(row.level == level for row in found) for level in ALL}
    wrong = [
        f"level {level}: {counts[level]} rows instead of {ALL[level]}"
        for level in ALL
        if counts[level] != ALL[level]
    ]
    wrong += [
        f"{row.id}: twice" for number, row in enumerate(found) if row.id in {one.id for one in found[:number]}
    ]
    for row in found:
        if row.verdict is Verdict.MET and not row.proofs:
            wrong.append(f"{row.id}: met without a proof")
        if row.verdict is not Verdict.MET and not row.note:
            wrong.append(f"{row.id}: {row.verdict} without a word on why")
        wrong += [f"{row.id}: there is no {proof}" for proof in row.proofs if not _is_there(proof)]
    return wrong


def _is_there(proof: str) -> bool:
    file, is_test, name = proof.partition("::")
    if is_test:
        return name in _tests_of(file)
    file, _, words = proof.partition(": ")
    return (ROOT / file).is_file() and words in (ROOT / file).read_text(encoding="utf-8")


@cache
def _tests_of(file: str) -> frozenset[str]:
    path = ROOT / file
    tree = ast.parse(path.read_text(encoding="utf-8")) if path.is_file() else ast.Module([], [])
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
