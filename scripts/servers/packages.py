"""Which Debian packages the tests need, and how they come without waking the machine's own servers."""

import os
import shutil
import sys
import sysconfig
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from scripts.progress import Steps, follow
from scripts.servers import alertmanager, nginx, postgres, prometheus, rabbit
from scripts.servers.cluster import etcd, haproxy, patroni
from scripts.servers.places import Unready

COMPILER = "compiler"
COMPOSE = "compose"  # reads docker-compose.yml as a person's machine would; it needs no engine for that
NGINX = "nginx"  # runs the deployed gateway; each test starts its own, so it is none of the shared servers
ALERT = "alert"  # sends alerts on to their receivers; its test starts it with written settings
CHROMIUM = "chromium"  # shows the console's pages to tests; started by them and no server
CLUSTER = "cluster"  # what joins several machines' servers into one
FONTS = "fonts-noto-cjk"  # without these a browser shows Chinese as boxes
POLICY = Path("/usr/sbin/policy-rc.d")  # Debian's own door: exit code 101 means 'start no service now'
APT = ("apt-get", "-q", "-o", "DPkg::Lock::Timeout=300", "-o", "Acquire::Retries=3")


def compiler_is_installed() -> bool:
    """Tell whether C extensions can be built for the Python that runs this."""
    headers = Path(sysconfig.get_paths()["include"]) / "Python.h"
    return shutil.which("cc") is not None and headers.exists()


def _compiler_packages() -> list[str]:
    headers = f"python{sys.version_info.major}.{sys.version_info.minor}-dev"
    is_debians = sys.base_prefix == "/usr"  # any other Python brings its own headers
    return ["gcc", "libc6-dev", *([headers] if is_debians else [])]


def missing(names: Sequence[str]) -> list[str]:
    """List the packages to install before everything in `names` can run."""
    wanted: list[str] = []
    for name, server in (("rabbit", rabbit), ("pg", postgres), ("prom", prometheus)):
        if name in names and not server.is_installed():
            wanted.append(server.PACKAGE)
    if NGINX in names and not nginx.is_installed():
        wanted.append(nginx.PACKAGE)
    if ALERT in names and not alertmanager.is_installed():
        wanted.append(alertmanager.PACKAGE)
    if COMPOSE in names and shutil.which("docker-compose") is None:
        wanted.append("docker-compose")
    if CLUSTER in names:  # beside RabbitMQ and PostgreSQL
        wanted += [member.PACKAGE for member in (etcd, patroni, haproxy) if not member.is_installed()]
    return wanted + _missing_tools(names)


def _missing_tools(names: Sequence[str]) -> list[str]:
    wanted: list[str] = []
    if CHROMIUM in names and shutil.which("chromium") is None:
        wanted += ["chromium", FONTS]
    if COMPILER in names and not compiler_is_installed():
        wanted += _compiler_packages()
    return wanted


def install(names: Sequence[str]) -> None:
    """Install what is missing for `names`; raises Unready when that takes root or a Debian."""
    packages = missing(names)
    if not packages:
        print(f"packages: {', '.join(names)}: all installed", flush=True)
        return
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise Unready(
            f"not installed: {', '.join(packages)}; "
            f"ask an administrator of this Debian machine for: apt-get install {' '.join(packages)}"
        )
    with _sleeping_services():
        _apt(Steps("packages: Debian's newest lists", r"Get:\d+ (\S+)"), "update")
        steps = Steps(f"packages: {', '.join(packages)} and what they need", r"Setting up (\S+)")
        _apt(steps, "install", "--yes", "--no-install-recommends", *packages)


def _apt(steps: Steps, *words: str) -> None:
    if not follow([*APT, *words], steps, {"DEBIAN_FRONTEND": "noninteractive"}):
        raise Unready(f"apt-get {' '.join(words)} failed; its words are above")


@contextmanager
def _sleeping_services() -> Iterator[None]:
    """Keep packages from starting their servers while they are installed; a policy already there stays."""
    ours = not POLICY.exists()
    if ours:
        POLICY.write_text("#!/bin/sh\nexit 101\n")
        POLICY.chmod(0o755)
    try:
        yield
    finally:
        if ours:
            POLICY.unlink(missing_ok=True)
