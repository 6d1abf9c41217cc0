"""Running the console examples of a document: `$` begins a command, what follows is what it must print.

`…` stands for anything; white space, content hashes and lines of rule files do not count. A question that is
asked too early (the answer travels as a message) is asked again for a while.
"""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.docs.reading import PROJECT

PATIENCE_SECONDS = 20.0
LOCALES = {"zh": "zh_CN.UTF-8", "en": "en_US.UTF-8"}
_TOO_EARLY = ("not-signed-in", "no-edition")  # the token or the edition is on its way
_CHANGES = re.compile(r" -[dFX] |publish|sed -i|printf .* > ")


@dataclass(frozen=True)
class Example:
    """A command and what the document says it prints."""

    command: str
    wanted: str


@dataclass
class Shell:
    """A folder in which commands run one after another, what they export kept.

    Args:
        variables: known from the beginning.
    """

    folder: Path
    language: str
    variables: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._exports = self.folder / ".exports"
        self._exports.write_text("", encoding="utf-8")
        self._paths = [str(PROJECT / ".venv" / "bin")]
        if shutil.which("curl") is None:
            self._paths.append(str(Path(__file__).parent / "without-curl"))

    def run(self, command: str) -> str:
        """Run a command and return everything that it prints."""
        script = f". {self._exports}\n{command}\nexport -p > {self._exports}"
        done = subprocess.run(
            ["bash", "-c", script],
            cwd=self.folder,
            env=self._environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=300,
            check=False,
        )
        return done.stdout.decode()

    def difference(self, example: Example) -> str | None:
        """Run an example; return what it printed where that is not what the document says."""
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            got = self.run(example.command)
            if is_as_shown(example.wanted, got):
                return None
            is_too_early = any(code in got for code in _TOO_EARLY)
            if time.monotonic() > until or (_CHANGES.search(example.command) and not is_too_early):
                return f"$ {example.command}\n--- shown\n{example.wanted}\n--- printed\n{got}"
            time.sleep(0.2)

    def _environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("HOME", "TMPDIR") if name in os.environ}
        path = os.pathsep.join([*self._paths, os.environ.get("PATH", os.defpath)])
        return {**kept, "PATH": path, "LANG": LOCALES[self.language], "COLUMNS": "100",
                "PYTHONPATH": str(PROJECT), **self.variables}  # fmt: skip


def examples(text: str) -> list[Example]:
    """Return the commands of a console example with what each prints."""
    parts = re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]
    return [Example(*(part.split("\n", 1) if "\n" in part else (part, ""))) for part in parts]


def is_as_shown(wanted: str, got: str) -> bool:
    """Tell whether a command printed what a document shows."""
    pattern = ".*".join(re.escape(piece) for piece in _plain(wanted).split("…"))
    return re.fullmatch(pattern, _plain(got), re.DOTALL) is not None


def _plain(text: str) -> str:
    text = re.sub(r"\.yaml:\d+", ".yaml:N", text)
    text = re.sub(r"\b[0-9a-f]{12}\b", "HASH", text)
    return re.sub(r"\s+", "", text)
