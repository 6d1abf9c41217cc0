"""Runs long commands of others: a person sees how far they are, and their words only when they fail."""

import os
import re
import subprocess
import sys
from collections import deque
from collections.abc import Mapping, Sequence


class Steps:
    """Counts the lines of a command that mark a step, and shows the count as it grows."""

    def __init__(self, title: str, pattern: str, total: int | None = None) -> None:
        """Show `title`; a line that matches `pattern` is a step, named by the pattern's first group."""
        self.title, self.total, self.done = title, total, 0
        self._pattern = re.compile(pattern)
        self._rewrites = sys.stdout.isatty()

    def see(self, line: str) -> None:
        """Count the line when it marks a step."""
        found = self._pattern.match(line)
        if found:
            self.done += 1
            self._show(found.group(1))

    def _show(self, name: str) -> None:
        count = f"{self.done} of {self.total}" if self.total else str(self.done)
        if self._rewrites:
            print(f"\r{self.title}: {count} {name:<30.30}", end="", flush=True)
        elif self.done % 10 == 0:
            print(f"{self.title}: {count}", flush=True)

    def close(self) -> None:
        """Say that it is done."""
        print(
            f"{chr(13) if self._rewrites else ''}{self.title}: done{' ' * 40 if self._rewrites else ''}",
            flush=True,
        )


def follow(command: Sequence[str], steps: Steps, extra: Mapping[str, str] | None = None) -> bool:
    """Run a command to its end and tell whether it succeeded; its last words are shown when it did not."""
    last: deque[str] = deque(maxlen=25)
    with subprocess.Popen(
        list(command),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env={**os.environ, **(extra or {})},
    ) as process:
        for line in process.stdout or ():
            last.append(line.rstrip())
            steps.see(line)
    if process.returncode:
        print("\n  ".join([f"\n{steps.title}: failed; the last words of `{command[0]}`:", *last]), flush=True)
        return False
    steps.close()
    return True
