"""The image holds all of the project and nothing else: no secrets, no root, no unpinned package."""

import ast
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

from tests.deploy.composition import ROOT

DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
STEPS = re.findall(r"^([A-Z]+) (.*(?:\\\n.*)*)", DOCKERFILE, re.MULTILINE)
LET_IN = [
    line[1:]
    for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    if line.startswith("!")
]
PACKAGES = ("shared", "services", "gridcase")


def _copied() -> list[str]:
    """Return what the image takes from the checkout."""
    lines = [words.split() for step, words in STEPS if step == "COPY" and "--from" not in words]
    return [source for line in lines for source in line[:-1]]


def test_what_is_copied_exists_and_is_let_in() -> None:
    """Every file that the image takes is in the checkout and passes .dockerignore, which stops all others."""
    assert (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()[1] == "*"
    for source in _copied():
        assert (ROOT / source).exists(), source
        assert source.split("/")[0] in LET_IN, source
    assert {source.split("/")[0] for source in _copied()} == set(LET_IN)


def test_packages_come_by_hash() -> None:
    """Every package that is downloaded is compared with the lock's hash; the project itself brings none."""
    installs = re.findall(r"pip install ([^\n\\&]+)", DOCKERFILE)
    assert len(installs) == 3
    assert all("--require-hashes" in words for words in installs if "--requirement" in words)
    assert [words.strip() for words in installs if "--requirement" not in words] == [
        "--no-deps --no-build-isolation ."
    ]


def test_nobody_is_root_and_nothing_is_secret() -> None:
    """The image ends as a user of its own, with bytecode made, and knows no secret at build time."""
    last = DOCKERFILE[DOCKERFILE.rindex("FROM ") :]
    assert re.search(r"^USER gridcase$", last, re.MULTILINE)
    assert "compileall" in DOCKERFILE
    assert not [words for step, words in STEPS if step == "ARG"]
    assert not re.search(r"SECRET|PASSWORD|TOKEN", DOCKERFILE)


def test_the_package_holds_every_file(tmp_path: Path) -> None:
    """What is built from the copied files holds all modules, migrations, catalogues and pages of the checkout."""
    source = tmp_path / "source"
    for name in ("pyproject.toml", *PACKAGES):
        _copy(ROOT / name, source / name)
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--disable-pip-version-check",
        "--wheel-dir",
        str(tmp_path),
        str(source),
    ]
    subprocess.run(command, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if name.split("/")[0] in PACKAGES}
    assert packed == {
        str(path.relative_to(source))
        for package in PACKAGES
        for path in (source / package).rglob("*")
        if path.is_file()
    }


def test_the_lock_holds_every_import() -> None:
    """What the project imports from elsewhere is in the locks that the image installs: the rest is for development."""
    locked = {
        _plain(line.partition("==")[0])
        for name in ("runtime", "engine")
        for line in (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8").splitlines()
        if "==" in line
    }
    providers = packages_distributions()
    foreign = {
        name for package in PACKAGES for path in (ROOT / package).rglob("*.py") for name in _imports(path)
    }
    foreign -= {*PACKAGES, *sys.stdlib_module_names}
    assert "flask" in foreign
    missing = {
        name for name in foreign if not {_plain(each) for each in providers.get(name, [name])} & locked
    }
    assert missing == set()


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower().partition("[")[0].strip()


def _imports(path: Path) -> Iterator[str]:
    """Yield the top-level names that a module imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (each.name.partition(".")[0] for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def _copy(source: Path, target: Path) -> None:
    """Copy as the image does: without caches."""
    if source.is_file():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)
    else:
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "*.py[cod]", ".*"))
