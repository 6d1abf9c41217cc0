"""Processes that outlive the command that started them: start, watch, stop, kill.

A process is known by its number and its start, so that a number used again never gets another's signal.
"""

import fcntl
import os
import random
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from scripts.servers.places import Owner, Unready

# Below the ports that the kernel lends to clients, so that a restart finds its own free.
PORTS = range(20_000, 32_000)
NEXT = Path(__file__).resolve().parents[2] / ".servers" / "next-port"
STATE, PARENT, TERMINAL, START = 0, 1, 4, 19  # fields of /proc/<pid>/stat, counted after the name


def free_port() -> int:
    """Give a loopback port that nobody listens on, and to nobody else of this checkout for a long time.

    Between the choice of a port and the server that listens on it lie seconds, in which a test beside this one
    would find the same port free: so a file counts on through all of them.
    """
    NEXT.parent.mkdir(exist_ok=True)
    with NEXT.open("a+", encoding="ascii") as counter:
        fcntl.flock(counter, fcntl.LOCK_EX)
        counter.seek(0)
        begin = int(counter.read() or random.randrange(len(PORTS)))  # noqa: S311 - other checkouts begin elsewhere
        place = next(
            place for place in range(begin, begin + len(PORTS)) if _is_free(PORTS[place % len(PORTS)])
        )
        counter.truncate(0)
        counter.write(str(place + 1))
    return PORTS[place % len(PORTS)]


def _is_free(port: int) -> bool:
    with socket.socket() as candidate, suppress(OSError):
        candidate.bind(("127.0.0.1", port))
        return True
    return False


def start(
    command: Sequence[str], folder: Path, owner: Owner, environment: Mapping[str, str], log: str
) -> str:
    """Start a process of its own session and return its mark; its words go to `log` in `folder`."""
    with (folder / log).open("ab") as words:
        process = subprocess.Popen(
            list(command),
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=words,
            start_new_session=True,
            **owner.identity(),
        )
    process.returncode = 0  # it is not ours to wait for: it stays when we go
    return mark(process.pid)


def _stat(pid: int) -> list[str]:
    """Read the fields of a process after its name; empty when there is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def mark(pid: int) -> str:
    """Name a process for good: its number and the tick at which it began."""
    fields = _stat(pid)
    return f"{pid}/{fields[START] if fields else 0}"


def pid_of(name: str) -> int:
    """Give the number of a process named by `mark`."""
    return int(name.partition("/")[0])


def is_alive(name: str) -> bool:
    """Tell whether the very process that `mark` named still runs; a dead one not yet buried does not."""
    fields = _stat(pid_of(name))
    return bool(fields) and fields[STATE] != "Z" and mark(pid_of(name)) == name


def family(name: str) -> list[int]:
    """List a process and all its descendants, the process first."""
    parents = {
        int(entry.name): _stat(int(entry.name)) for entry in Path("/proc").iterdir() if entry.name.isdigit()
    }
    found = [pid_of(name)]
    for pid in found:
        found += [child for child, fields in parents.items() if fields and int(fields[PARENT]) == pid]
    return found


def dwelling(folder: Path) -> list[str]:
    """Name every process that lives in `folder` without a terminal, as all of ours do, recorded or not."""
    found = []
    for entry in Path("/proc").iterdir():
        with suppress(OSError):
            if entry.name.isdigit() and (entry / "cwd").readlink().is_relative_to(folder):
                found.append(int(entry.name))
    return [mark(pid) for pid in found if _stat(pid)[TERMINAL:][:1] == ["0"]]  # a person's shell has one


def stop(name: str, how: signal.Signals, patience_for: float = 40.0) -> None:
    """Ask a process to stop and see it gone; kills it and its children when patience ends."""
    if not is_alive(name):
        return
    os.kill(pid_of(name), how)
    if not _gone(name, patience_for):
        kill(name)


def kill(name: str) -> None:
    """End a process and its descendants at once, as a power cut would."""
    if not is_alive(name):
        return
    relatives = [mark(pid) for pid in family(name)]
    for relative in relatives:
        with suppress(ProcessLookupError):
            os.kill(pid_of(relative), signal.SIGKILL)
    for relative in relatives:
        if not _gone(relative, 20.0):
            raise Unready(f"process {relative} does not die")


def _gone(name: str, patience_for: float) -> bool:
    with suppress(ChildProcessError):
        os.waitpid(pid_of(name), os.WNOHANG)
    return until(lambda: not is_alive(name), patience_for)


def until(holds: Callable[[], bool], patience_for: float) -> bool:
    """Wait until `holds`, looking fifty times a second; false when it never did."""
    end = time.monotonic() + patience_for
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def answers(port: int, host: str = "127.0.0.1") -> bool:
    """Tell whether something listens on a port, of loopback unless said otherwise."""
    with suppress(OSError), socket.create_connection((host, port), 0.5):
        return True
    return False


def await_ready(name: str, holds: Callable[[], bool], log: Path, patience_for: float = 90.0) -> None:
    """Wait until a server is ready; raises Unready with its last words when it died or never was."""
    ready = until(lambda: holds() or not is_alive(name), patience_for)
    if ready and is_alive(name):
        return
    words = log.read_text(errors="replace").splitlines()[-15:] if log.exists() else []
    fate = "died while starting" if ready else f"was not ready after {patience_for:.0f} s"
    raise Unready("\n  ".join([f"a server {fate}; its last words, from {log}:", *words]))
