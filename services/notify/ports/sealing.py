"""Opening sealed addresses: asked for at the moment of sending and at no other."""

from typing import Protocol


class Opener(Protocol):
    """Opens what the registry sealed."""

    def open(self, sealed: str) -> str:
        """Return the address.

        Raises:
            Exception: it was sealed with another secret, or changed.
        """
        ...
