"""The first start of a house prints by whom it can be signed in to, and no later one does."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from os import environ
from pathlib import Path

import requests

from tests.e2e.houses import ROOT


@contextmanager
def serving(folder: Path, *more: str) -> Iterator[list[str]]:
    """Run a house; give what it printed until it was ready."""
    words = ["serve", "--data", str(folder), "--port", "0", "--engine", "reference", *more]
    house = subprocess.Popen(
        [sys.executable, "-m", "gridcase", *words],
        cwd=ROOT,
        env={**environ, "GRIDCASE_LANG": "en", "COLUMNS": "200"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert house.stdout is not None
    try:
        lines = []
        for line in house.stdout:
            lines.append(line)
            if "Ctrl+C" in line:
                break
        yield lines
    finally:
        house.send_signal(signal.SIGTERM)
        house.communicate(timeout=60)


def found(pattern: str, lines: list[str]) -> re.Match[str]:
    matches = [match for line in lines if (match := re.search(pattern, line))]
    assert matches, "".join(lines)
    return matches[0]


def test_the_first_start_prints_a_sign_in_once(tmp_path: Path) -> None:
    """An engineer of every town, and whoever works in a town with samples: each signs in with what was printed."""
    with serving(tmp_path, "--with-samples") as lines:
        address = found(r"address: (\S+)", lines)[1]
        first = found(r"first sign-in: login (\S+), first password (\S+)", lines)
        for login, password, role, towns in (
            (first[1], first[2], "engineer", ["*"]),
            ("operator.t-vtc", found(r"operator\.t-vtc\W+(\S+)", lines)[1], "operator", ["t-vtc"]),
            ("unit_staff.t-vtc", found(r"unit_staff\.t-vtc\W+(\S+)", lines)[1], "unit_staff", ["t-vtc"]),
        ):
            signing_in = requests.post(
                f"{address}/v1/sessions", json={"login": login, "password": password}, timeout=20
            )
            assert signing_in.status_code == 201, signing_in.text
            asking = {"Authorization": f"Session {signing_in.json()['session']}"}
            session = requests.get(f"{address}/v1/session", headers=asking, timeout=20).json()
            (held,) = session["roles"]
            assert (held["role"], held["towns"], session["must_change_password"]) == (role, towns, True)
    with serving(tmp_path, "--with-samples") as lines:
        assert not [line for line in lines if "first sign-in" in line or "first password" in line]


def test_a_house_without_towns_says_so(tmp_path: Path) -> None:
    """Started where no rules lie, it names the folder that it looked in and the way to a first town."""
    with serving(tmp_path / "var", "--rules", str(tmp_path / "rules")) as lines:
        assert found(r"no town has rules in (\S+):", lines)[1] == str(tmp_path / "rules")
