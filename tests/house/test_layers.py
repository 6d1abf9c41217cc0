"""The architecture is a file that runs, and it notices when somebody breaks a wall."""

import configparser
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ("gridcase", "services", "shared")


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the rooms, empty but for their names, under the project's own contracts."""
    shutil.copy(ROOT / ".importlinter", tmp_path)
    for package in PACKAGES:
        for module in (ROOT / package).glob("**/*.py"):
            room = tmp_path / module.relative_to(ROOT)
            room.parent.mkdir(parents=True, exist_ok=True)
            room.touch()
    return tmp_path


def _lint(house: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("lint-imports")
    environment = {**os.environ, "PYTHONPATH": str(house)}
    return subprocess.run(
        [str(program), "--no-cache"], cwd=house, env=environment, capture_output=True, text=True, check=False
    )


def _write(house: Path, module: str, text: str) -> None:
    room = house / module.replace(".", "/")
    path = room / "__init__.py" if room.is_dir() else room.with_suffix(".py")
    path.parent.mkdir(parents=True, exist_ok=True)
    (path.parent / "__init__.py").touch()
    path.write_text(text)


def test_empty_rooms_keep_every_contract(house: Path) -> None:
    """The contracts hold for the rooms as they are named."""
    done = _lint(house)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("module", "text"),
    [
        ("services.sla.handlers", "import services.intake\n"),
        ("services.sla.domain", "import services.sla.ports\n"),
        ("services.sla.store", "import services.sla.api\n"),
        ("services.sla.domain", "import sqlalchemy\n"),
        ("services.sla.domain", "import time\n"),
        ("services.sla.api", "import gridcase\n"),
        ("shared.kernel.leak", "import shared.rules\n"),
        ("shared.rules.leak", "import shared.contracts\n"),
        ("shared.web.leak", "import shared.db\n"),
        ("shared.bus.leak", "import shared.flow\n"),
        ("shared.flow.leak", "import services.notify\n"),
        ("shared.rules.leak", "import holidays\n"),
        ("services.intake.api", "import celery\n"),
        ("gridcase.leak", "import tests.servers\n"),
        ("gridcase.leak", "import services.sla.store\n"),
        ("gridcase.deep.leak", "from services.sla.domain import x\n"),
    ],
)
def test_broken_wall_is_seen(house: Path, module: str, text: str) -> None:
    """An import against the layers is refused, with the module that makes it."""
    for room in ("api", "handlers", "store", "ports", "domain"):
        _write(house, f"services.sla.{room}", "")
    _write(house, module, text)
    done = _lint(house)
    assert done.returncode == 1
    assert module in done.stdout
    assert "BROKEN" in done.stdout


def test_the_command_line_may_use_a_bootstrap(house: Path) -> None:
    """What a service offers to whoever runs or inspects a house stands in its bootstrap, whatever that rests on."""
    _write(house, "services.sla.store", "")
    _write(house, "services.sla.bootstrap", "import services.sla.store\n")
    _write(house, "gridcase.cli.command", "from services.sla import bootstrap\n")
    done = _lint(house)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("module", ["services.sla.helpers", "services.payroll.api", "shared.extra.thing"])
def test_new_room_must_name_its_layer(house: Path, module: str) -> None:
    """A service, a shared package or a room of a service that no contract knows is refused."""
    _write(house, module, "")
    done = _lint(house)
    assert done.returncode == 1
    assert "BROKEN" in done.stdout


def test_every_service_is_under_the_contract_of_rooms() -> None:
    """The contract of a service's rooms lists each service that exists."""
    contracts = configparser.ConfigParser()
    contracts.read(ROOT / ".importlinter")
    listed = contracts["importlinter:contract:inside-a-service"]["containers"].split()
    found = {f"services.{init.parent.name}" for init in (ROOT / "services").glob("*/__init__.py")}
    assert set(listed) == found
