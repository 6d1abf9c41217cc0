"""PostgreSQL as a cluster of its own, reached over loopback with a password; its administrator may do all."""

import secrets
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Any

from scripts.servers import processes
from scripts.servers.places import Owner

USER, PACKAGE = "postgres", "postgresql"
STOP = signal.SIGINT  # its 'fast' way: sessions are cut, the store is left clean
LOG = "postgres.log"

SETTINGS = """
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = ''
max_connections = 300
shared_buffers = 256MB
"""


def programs() -> Path | None:
    """Find the folder of the newest PostgreSQL's programs; None when the package is missing."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/postgres")]
    if found:
        return max(found, key=lambda folder: int(folder.parent.name))
    elsewhere = shutil.which("postgres")
    return Path(elsewhere).parent if elsewhere else None


def is_installed() -> bool:
    """Tell whether PostgreSQL can be started."""
    return programs() is not None


def _environment(folder: Path) -> dict[str, str]:
    return {"PATH": f"{programs()}:/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": str(folder)}


def prepare(folder: Path) -> dict[str, Any]:
    """Make the cluster, once; returns what is needed to start and reach it."""
    owner = Owner.named(USER)
    owner.folder(folder)
    record = {
        "folder": str(folder),
        "port": processes.free_port(),
        "user": "gridcase",
        "password": secrets.token_hex(8),
    }
    word = folder / "password"
    word.write_text(str(record["password"]))
    owner.give(word, 0o600)
    command = [
        f"{programs()}/initdb",
        "-D",
        f"{folder}/data",
        "-U",
        str(record["user"]),
        "--pwfile",
        str(word),
    ]
    command += ["-A", "scram-sha-256", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
    subprocess.run(
        command,
        check=True,
        cwd=folder,
        env=_environment(folder),
        stdout=subprocess.DEVNULL,
        **owner.identity(),
    )
    word.unlink()
    with (folder / "data" / "postgresql.conf").open("a") as settings:
        settings.write(SETTINGS.format(**record))
    return record


def start(record: dict[str, Any]) -> list[str]:
    """Start the server; returns its mark."""
    folder = Path(record["folder"])
    forget_dead(folder / "data")
    command = [f"{programs()}/postgres", "-D", f"{folder}/data"]
    return [processes.start(command, folder, Owner.named(USER), _environment(folder), LOG)]


def forget_dead(data: Path) -> None:
    """Remove the lock of a killed server that nobody has buried yet: the next one would take it for alive."""
    lock = data / "postmaster.pid"
    if lock.exists() and not processes.is_alive(processes.mark(int(lock.read_text().splitlines()[0]))):
        lock.unlink()


def is_ready(record: dict[str, Any]) -> bool:
    """Tell whether the server takes connections: it listens some time before it does."""
    command = [f"{programs()}/pg_isready", "-q", "-h", "127.0.0.1", "-p", str(record["port"])]
    return subprocess.run(command, env=_environment(Path(record["folder"])), check=False).returncode == 0


def reach(record: dict[str, Any]) -> dict[str, str]:
    """Give the administrator's address and the folder of programs such as `pg_dump`."""
    login = f"{record['user']}:{record['password']}@127.0.0.1:{record['port']}"
    return {"PG_DSN": f"postgresql://{login}/postgres", "PG_PROGRAMS": str(programs())}
