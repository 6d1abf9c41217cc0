"""Stretching passwords with Argon2id, so that a stolen table of them is of little use.

Decides the parameters (OWASP's for Argon2id) and that few are stretched at a time: each takes memory, and whoever signs
in without end must not take all of it.
"""

import threading
from functools import cached_property
from secrets import choice

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MEMORY_KIB, PASSES, LANES = 19_456, 2, 1
AT_ONCE = 4
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none of which is taken for another when it is read out
_GROUPS, _IN_GROUP = 4, 4


def first_password() -> str:
    """Return a password for somebody who will choose another: some 79 bits by chance, easily read out."""
    return "-".join("".join(choice(_LETTERS) for _ in range(_IN_GROUP)) for _ in range(_GROUPS))


class Argon2Passwords:
    """Stretches passwords and verifies them."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(PASSES, MEMORY_KIB, LANES)
        self._working = threading.BoundedSemaphore(AT_ONCE)

    def stretched(self, password: str) -> str:
        """Return what is kept of a password."""
        with self._working:
            return self._hasher.hash(password)

    def is_right(self, kept: str | None, password: str) -> bool:
        """Tell whether a password is the one of which something is kept; for nobody's the same work is done.

        Args:
            kept: None: there is no such account.
        """
        with self._working:
            try:
                self._hasher.verify(kept or self._nobodys, password)
            except (VerificationError, InvalidHashError):
                return False
        return kept is not None

    def is_weak(self, kept: str) -> bool:
        """Tell whether a password was stretched by other parameters than are used today."""
        return self._hasher.check_needs_rehash(kept)

    @cached_property
    def _nobodys(self) -> str:
        return self._hasher.hash("nobody's")
