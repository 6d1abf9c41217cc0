"""The lock files pin and hash everything that is declared, and say nothing of where it came from."""

import re
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from scripts.lock import FOLDER, VERSIONS, wanted

NAMES = ["runtime", "engine", "dev", "bench"]
PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==(\S+)", re.IGNORECASE)


def _pins(path: Path) -> dict[str, str]:
    found = (PIN.match(line) for line in path.read_text(encoding="utf-8").splitlines())
    return {canonicalize_name(pin[1]): pin[2] for pin in found if pin}


@pytest.mark.parametrize("name", NAMES)
def test_every_package_is_pinned_and_hashed(name: str) -> None:
    """Each requirement of a lock names one version and at least one hash."""
    text = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    statements = re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).replace("\\\n", " ").splitlines()
    assert statements
    for statement in statements:
        assert PIN.match(statement), statement
        assert re.search(r"--hash=sha256:[0-9a-f]{64}(\s|$)", statement), statement


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.txt")), ids=lambda path: path.stem)
def test_no_lock_says_where_packages_come_from(path: Path) -> None:
    """Where packages come from is decided by who installs: no index, no folder of wheels, no address."""
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"--(extra-)?index-url|--find-links|--trusted-host|^-[if]\b|://", text, re.MULTILINE)


@pytest.mark.parametrize("name", NAMES)
def test_lock_answers_what_is_declared(name: str) -> None:
    """Every requirement in pyproject.toml is answered by a pin that it allows."""
    pins = _pins(FOLDER / f"{name}.txt")
    for line in wanted()[name]:
        requirement = Requirement(line)
        assert requirement.specifier.contains(pins[canonicalize_name(requirement.name)]), line


def test_locks_agree() -> None:
    """A package that stands in several locks has the same version in all, that of the one resolution."""
    versions = _pins(VERSIONS)
    for name in NAMES:
        for package, version in _pins(FOLDER / f"{name}.txt").items():
            assert versions[package] == version, (name, package)
