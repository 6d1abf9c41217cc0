"""Installs one lock file into the environment that runs this, showing how far it is.

Every file is compared with the hashes of the lock; where packages come from, pip's own settings say.
"""

import subprocess
import sys
from pathlib import Path

from scripts.progress import Steps, follow

PIP = [sys.executable, "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]


def lock(path: Path) -> bool:
    """Install every package of a lock and tell whether that succeeded."""
    pins = sum("==" in line for line in path.read_text(encoding="utf-8").splitlines())
    steps = Steps(
        f"setup: {path}", r"(?:Collecting|Processing|Requirement already satisfied:) (?:\S*/)?(\S+)", pins
    )
    return follow([*PIP, "--require-hashes", "--no-deps", "-r", str(path)], steps)


def project() -> bool:
    """Install the project itself so that edits take effect at once, with the build tools of the lock."""
    steps = Steps("setup: gridcase, from this folder", r"Successfully installed (\S+)")
    return follow([*PIP, "--no-deps", "--no-build-isolation", "-e", "."], steps)


def engine(path: Path) -> bool:
    """Build and install the second evaluator and tell whether that succeeded."""
    command = [
        *PIP,
        "--quiet",
        "--require-hashes",
        "--no-deps",
        "--no-build-isolation",
        "--use-pep517",
        "-r",
        str(path),
    ]
    print("setup: durable-rules, built from source", flush=True)
    built = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    (Path(sys.prefix) / "engine.log").write_text(built.stdout + built.stderr, encoding="utf-8")
    return built.returncode == 0 and _can_be_used()


def _can_be_used() -> bool:
    """On Python 3.13 it is built, lacks what that Python no longer has, and can't be imported."""
    tried = [sys.executable, "-c", "import durable_rules_engine"]
    if subprocess.run(tried, capture_output=True, check=False).returncode == 0:
        return True
    subprocess.run(
        [*PIP[:3], "uninstall", "--yes", "--quiet", "durable-rules"], capture_output=True, check=False
    )
    return False


def main(words: list[str]) -> int:
    """Install what the first word names: `lock FILE`, `project`, `engine FILE` or `engine-required FILE`."""
    deed, *rest = words
    if deed == "lock":
        return int(not lock(Path(rest[0])))
    if deed == "project":
        return int(not project())
    if engine(Path(rest[0])):
        return 0
    log = f"(why: {Path(sys.prefix) / 'engine.log'})"
    if deed == "engine-required":
        print(
            f"setup: durable-rules was not built {log}; a C compiler and a Python before 3.13 with headers are needed",
            flush=True,
        )
        return 1
    print(f"setup: durable-rules was not built {log}: the reference evaluator decides alone", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
