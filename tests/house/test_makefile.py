"""The Makefile explains itself, and names what people and CI rely on."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
EXPECTED = {"setup", "run", "test", "check", "bench", "faults", "lock", "clean", "help"}


def _make(*words: str) -> str:
    return subprocess.run(["make", *words], cwd=ROOT, capture_output=True, text=True, check=True).stdout


def _for_people() -> dict[str, str]:
    """Read the targets that carry an explanation."""
    return dict(re.findall(r"^([a-z-]+):.*?## (.+)$", MAKEFILE, re.MULTILINE))


def test_make_alone_explains() -> None:
    """`make` without a target says what there is and does nothing else."""
    assert _make() == _make("help")


def test_every_target_for_people_is_explained() -> None:
    """Each target that the README, CI or a person uses has one line of explanation, and help shows it."""
    shown = _make("help")
    assert set(_for_people()) >= EXPECTED
    for name, promise in _for_people().items():
        assert re.search(rf"make {name} +{re.escape(promise)}$", shown, re.MULTILINE)


def test_no_explained_target_is_a_file() -> None:
    """A file or folder that happens to be called like a target never stops it from running."""
    phony = set(re.findall(r"^\.PHONY: (\S+)", MAKEFILE, re.MULTILINE))
    assert set(_for_people()) <= phony


def test_ci_runs_what_people_run() -> None:
    """CI is `make check` and `make test`, in that order, and nothing else."""
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert re.findall(r"^step (.+)$", script, re.MULTILINE) == ["make check", "make test"]
    assert "set -euo pipefail" in script
