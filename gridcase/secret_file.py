"""Where a deployment keeps its secrets: a file beside the embedded stores, or lines of a file of settings.

Decides their form, that no half-written file is ever taken for a secret, and how a new secret takes the place of the
one before, which stays to open what it closed.
"""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, unquote_to_bytes

from shared.flow.deployment import NEWEST_OF_SECRETS, OLD_SECRETS, secrets_of
from shared.kernel.durable import sync_folder
from shared.kernel.keyring import Keyring

NAME = "secret"
# The file of a house whose secret was never renewed holds that alone, as it did in version 0.1.
_SEVERAL = b"gridcase secrets, newest first\n"


def house_secrets(folder: Path) -> Keyring:
    """Return the secrets of the house in a folder; the first is made here."""
    path = folder / NAME
    with _alone(folder):
        # An empty one was left by a start of version 0.1 that died: nothing can have been sealed with it.
        if (known := read_secrets(path)) is None:
            known = Keyring((new_secret(),))
            _write(path, known.secrets[0])
        return known


def read_secrets(path: Path) -> Keyring | None:
    """Return the secrets that a file holds, or None where there is no file or an empty one."""
    written = path.read_bytes() if path.is_file() else b""
    if written.startswith(_SEVERAL):
        return Keyring(tuple(map(unquote_to_bytes, written.removeprefix(_SEVERAL).split())))
    return Keyring((written,)) if written else None


def rotate_file(path: Path) -> Keyring:
    """Put a new secret before those of a house in a folder, and return them all.

    Raises:
        FileNotFoundError: there is no secret yet.
    """
    with _alone(path.parent):
        known = read_secrets(path)
        if known is None:
            raise FileNotFoundError(path)
        renewed = Keyring((new_secret(), *known.secrets))
        _write(path, _SEVERAL + "".join(f"{quote(each)}\n" for each in renewed.secrets).encode())
        return renewed


def rotate_settings(path: Path) -> Keyring:
    """Put a new secret before those in a file of settings (NAME=value lines), and return them all.

    Raises:
        FileNotFoundError: there is no such file.
        KeyError: the file sets no GRIDCASE_SECRET.
        ValueError: the secret is empty, or has spaces or quotation marks around it.
    """
    with _alone(path.parent):
        lines = path.read_text().splitlines()
        settings = dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
        newest = settings[NEWEST_OF_SECRETS]
        known = secrets_of(newest, settings.get(OLD_SECRETS, ""))
        # Whoever reads the file may take these for something else than what the services were given.
        if not newest or newest != newest.strip(" \t\"'"):
            raise ValueError("what the secret is depends on who reads the file")
        renewed = Keyring((new_secret(), *known.secrets))
        older = " ".join(map(quote, known.secrets))
        set_anew = {NEWEST_OF_SECRETS: renewed.secrets[0].decode(), OLD_SECRETS: older}
        kept = [line for line in lines if line.split("=", 1)[0] not in set_anew]
        _write(path, "".join(f"{line}\n" for line in [*kept, *map("=".join, set_anew.items())]).encode())
        return renewed


def new_secret() -> bytes:
    """Return a secret of 32 random bytes as letters that stand in a file or an environment as they are."""
    # Hexadecimal: some shells and files of settings read more into other letters.
    return secrets.token_hex(32).encode()


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Of two processes at once one waits: two new secrets would overwrite each other, and what one sealed be lost."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)  # and with it the lock


def _write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, readable for its owner alone."""
    half = path.with_name(f"{path.name}.part")
    half.unlink(
        missing_ok=True
    )  # of a process that died; made anew it has these permissions from its first byte
    handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)
    sync_folder(path.parent)
