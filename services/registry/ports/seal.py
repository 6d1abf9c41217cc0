"""Sealing what names a person."""

from collections.abc import Mapping
from typing import Protocol


class Seal(Protocol):
    """Seals and opens texts."""

    def seal(self, text: str) -> str:
        """Return the sealed form."""
        ...

    def seal_all(self, addresses: Mapping[str, str]) -> dict[str, str]:
        """Return channel → sealed address."""
        ...

    def open(self, sealed: str) -> str:
        """Return the text."""
        ...
