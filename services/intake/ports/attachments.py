"""Where attached files lie. Names are made by the service; a sender's name is never a path."""

from typing import Protocol


class Attachments(Protocol):
    """A keeper of files by generated name."""

    def keep(self, name: str, content: bytes) -> None:
        """Store a file durably; a name is used once.

        Raises:
            KeyError: the name was not made by this service.
        """
        ...

    def remove(self, name: str) -> None:
        """Remove a file for good; one that is gone already is no fault.

        Raises:
            KeyError: the name was not made by this service.
        """
        ...

    def read(self, name: str) -> bytes:
        """Return a file's content.

        Raises:
            KeyError: there is no such file.
        """
        ...
