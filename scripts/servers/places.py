"""Where the servers' files lie, and as whom each server runs.

PostgreSQL refuses root, so root hands each server to its package's user; anyone else runs them as themselves.
"""

import hashlib
import os
import pwd
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FALLBACK = Path("/var/tmp")  # noqa: S108 - made with our own checks, in `own_folder`


class Unready(Exception):
    """Something outside our control is in the way; the message says what, and what to do about it."""


@dataclass(frozen=True, slots=True)
class Owner:
    """The account that runs a server; `account` is None when that is simply whoever asked."""

    account: pwd.struct_passwd | None

    @classmethod
    def named(cls, user: str) -> "Owner":
        """Take the package's user when we are root, else ourselves. Raises KeyError for an unknown user."""
        return cls(pwd.getpwnam(user) if os.geteuid() == 0 else None)

    def identity(self) -> Mapping[str, Any]:
        """Give the arguments that make a child process run as this account."""
        if self.account is None:
            return {}
        return {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []}

    def give(self, path: Path, mode: int) -> Path:
        """Hand a file or folder to this account with exactly these permissions."""
        if self.account is not None:
            os.chown(path, self.account.pw_uid, self.account.pw_gid)
        path.chmod(mode)
        return path

    def folder(self, path: Path) -> Path:
        """Make a folder that this account alone may enter."""
        path.mkdir(parents=True, exist_ok=True)
        return self.give(path, 0o700)


def may_everyone_enter(folder: Path) -> bool:
    """Tell whether any account can walk down to `folder`: each folder on the way lets others through."""
    existing = (step for step in [folder, *folder.parents] if step.exists())
    return all(step.stat().st_mode & 0o001 for step in existing)


def data_folder(asked: Path) -> Path:
    """Choose where the data lies: in the folder asked for, unless the packages' users could not reach it."""
    if os.geteuid() != 0 or may_everyone_enter(asked):
        return own_folder(asked / "data")
    mark = hashlib.sha256(str(asked).encode()).hexdigest()[:12]
    return own_folder(FALLBACK / f"gridcase-{mark}")


def own_folder(path: Path) -> Path:
    """Make a folder that others may walk through; refuses one that somebody else has put there.

    Raises Unready for a folder of another owner or a link.
    """
    path.mkdir(parents=True, exist_ok=True, mode=0o755)
    if path.is_symlink() or path.stat().st_uid != os.geteuid():
        raise Unready(f"{path} belongs to somebody else: remove it, or choose another folder")
    path.chmod(0o755)
    return path
