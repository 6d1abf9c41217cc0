"""docker-compose.yml as a person wrote it, and as docker-compose understands it."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "docker-compose.yml"
TEXT = FILE.read_text(encoding="utf-8")
EXAMPLE = ROOT / "deploy" / "example.env"
OURS = ("registry", "intake", "routing", "sla", "notify", "duties", "ledger", "assess")
AT_THE_DOOR = (
    *OURS,
    "console",
)  # whoever answers behind the gateway; the console has neither store nor broker

Composition = Mapping[str, Any]


@cache
def written() -> Composition:
    """Return the file as YAML, variables and all."""
    read: Composition = yaml.safe_load(TEXT)
    return read


def variables() -> dict[str, str]:
    """Return the file's variables with what follows each name: ':-default' or ':?message'."""
    return dict(re.findall(r"\$\{(\w+)(:[-?][^}]*)?\}", TEXT))


def required() -> set[str]:
    """Return the variables without which nothing starts."""
    return {name for name, more in variables().items() if more.startswith(":?")}


def run_config(settings: Mapping[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    """Have docker-compose read the file; on a laptop without it the test is skipped, and CI fails."""
    program = shutil.which("docker-compose")
    if program is None:
        if os.environ.get("CI"):
            raise FileNotFoundError("docker-compose is not installed: make servers-install")
        pytest.skip("docker-compose is not installed")
    environment = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **settings}
    return subprocess.run(
        [program, "--file", str(FILE), *words],
        cwd=ROOT / "deploy",
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def resolved(settings: Mapping[str, str]) -> Composition:
    """Return what docker-compose makes of the file, with every service of every profile."""
    profiles = (word for name in ("workers", "tools", "cluster") for word in ("--profile", name))
    done = run_config(settings, *profiles, "config")
    assert done.returncode == 0, done.stderr
    read: Composition = yaml.safe_load(done.stdout)
    return read


def read_settings(path: Path) -> dict[str, str]:
    """Read a file of NAME=value lines."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
