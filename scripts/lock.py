"""Cuts the hashed lock files from one resolution of everything that the project may install.

One resolution, so that a tool of `make bench` never asks for another version than the running house has.
It writes no index address and no folder of wheels: whoever installs decides where packages come from.
"""

import os
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "requirements"
VERSIONS = FOLDER / "versions.txt"
OLDEST_PYTHON = "3.11"


def wanted(pyproject: Path = ROOT / "pyproject.toml") -> dict[str, list[str]]:
    """Name each lock file and the requirements that it answers, as `pyproject.toml` states them."""
    text = tomllib.loads(pyproject.read_text(encoding="utf-8"))
    project, groups = text["project"], text["dependency-groups"]
    return {
        "runtime": [*project["dependencies"], *groups["build"]],
        "engine": project["optional-dependencies"]["engine"],
        "dev": groups["dev"],
        "bench": groups["bench"],
        "assets": groups["assets"],
    }


def resolve(requirements: list[str], target: Path, *options: str) -> None:
    """Write into `target` the versions that answer `requirements` on every system and Python we serve."""
    uv = Path(sys.executable).with_name("uv")
    places = {"PIP_FIND_LINKS", "UV_FIND_LINKS", "UV_INDEX", "UV_EXTRA_INDEX_URL"}
    environment = {name: value for name, value in os.environ.items() if name not in places}
    environment["UV_CUSTOM_COMPILE_COMMAND"] = "make lock"  # what the head of each file names
    with tempfile.NamedTemporaryFile("w", suffix=".in", encoding="utf-8") as source:
        source.write("\n".join(requirements) + "\n")
        source.flush()
        command = [str(uv), "pip", "compile", "--quiet", "--universal", "--python-version", OLDEST_PYTHON]
        command += ["--no-annotate", "--no-emit-index-url", "--no-emit-find-links"]
        subprocess.run([*command, *options, source.name, "-o", str(target)], check=True, env=environment)


def main(arguments: list[str]) -> int:
    """Write every lock; with `--upgrade`, look for newer versions than the ones pinned now."""
    locks = wanted()
    FOLDER.mkdir(exist_ok=True)
    print("lock: one resolution of everything", flush=True)
    resolve([line for lines in locks.values() for line in lines], VERSIONS, *arguments)
    for name, lines in locks.items():
        target = FOLDER / f"{name}.txt"
        resolve(lines, target, "--generate-hashes", "--upgrade", "-c", str(VERSIONS))
        pins = target.read_text(encoding="utf-8").count("==")
        print(f"lock: {target.relative_to(ROOT)}: {pins} packages", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
