"""Several workers may run the tests of one checkout: files stay whole, and what cannot be shared is held by one."""

import os
import re
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from scripts.servers.processes import PORTS, free_port
from tests.workers import rank, share_of

ROOT = Path(__file__).resolve().parents[2]
ON_WORKER = """
import os, pathlib, pytest

@pytest.mark.parametrize("number", range(8))
def test_somewhere(number):
    with pathlib.Path(__file__).with_suffix(".ran").open("a") as ran:
        ran.write(os.environ["PYTEST_XDIST_WORKER"] + "\\n")
"""


def _two_workers(folder: Path) -> str:
    """Run the tests of a folder on two workers and return what is said."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "tests.conftest", "-n", "2"]
    command += ["-p", "no:schemathesis"]
    command += ["--rootdir", str(ROOT), "-c", str(ROOT / "pyproject.toml"), str(folder)]
    own = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_XDIST")}
    return subprocess.run(command, cwd=ROOT, env=own, capture_output=True, text=True, check=True).stdout


def test_a_file_goes_to_one_worker_whole(tmp_path: Path) -> None:
    """What a module puts up is put up once; the run still ends with one line that counts all."""
    files = [tmp_path / f"test_{name}.py" for name in "abcd"]
    for file in files:
        file.write_text(ON_WORKER)
    said = _two_workers(tmp_path)
    ran = [file.with_suffix(".ran").read_text().split() for file in files]
    assert [len(workers) for workers in ran] == [8] * 4
    assert [len(set(workers)) for workers in ran] == [1] * 4
    assert {workers[0] for workers in ran} == {"gw0", "gw1"}
    assert re.search(r"^=+ 32 passed in .* =+$", said.splitlines()[-1])


def test_troubled_servers_are_put_up_once() -> None:
    """All fault tests go to the worker whose session holds the servers that they trouble."""
    assert share_of("tests/faults/test_poison.py::test_a") == share_of("tests/faults/test_workers.py::test_b")
    assert share_of("tests/db/test_bulk.py::test_a") != share_of("tests/db/test_absence.py::test_b")


def test_long_ones_begin_first() -> None:
    """A worker is never left with the longest alone: these stand before all others."""
    assert rank("tests/faults/test_poison.py::test_a") < rank("tests/docs/test_readme.py::test_b")
    assert rank("tests/docs/test_readme.py::test_b") < rank("tests/bus/test_bundles.py::test_c")


def _ports(number: int) -> list[int]:
    return [free_port() for _ in range(number)]


def test_no_port_is_given_twice() -> None:
    """Ports chosen by processes side by side are all different, though nobody listens on any of them yet."""
    with ProcessPoolExecutor(4, mp_context=get_context("spawn")) as pool:
        given = [port for ports in pool.map(_ports, [200] * 4) for port in ports]
    assert len(set(given)) == len(given)
    assert set(given) <= set(PORTS)
