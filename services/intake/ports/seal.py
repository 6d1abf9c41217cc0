"""Keeping a person's identity unreadable to whoever holds the store alone."""

from collections.abc import Mapping
from typing import Protocol


class Seal(Protocol):
    """Closes and opens identities."""

    def close(self, identity: Mapping[str, str]) -> bytes:
        """Return the identity in sealed form."""
        ...

    def open(self, sealed: bytes) -> dict[str, str]:
        """Return the identity that was sealed.

        Raises:
            ValueError: sealed with another secret, or changed since.
        """
        ...
