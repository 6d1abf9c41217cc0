"""What an export says of itself: of which house and form it is, and what its members must be."""

from importlib.metadata import version

from msgspec import Struct

FORMAT = 1
NAME = "manifest.json"


class Member(Struct, frozen=True, omit_defaults=True):
    """A member of the archive.

    Args:
        sha256: of its content.
        size: bytes of its content.
        rows: of a table; None: a file.
        columns: of a table, whose values stand in each line in this order.
    """

    sha256: str
    size: int
    rows: int | None = None
    columns: list[str] = []


class Numbered(Struct, frozen=True):
    """What of a manifest is the same in every form."""

    format: int


class Manifest(Struct, frozen=True, kw_only=True):
    """What stands in `manifest.json`.

    Args:
        format: number of the form of the archive.
        version: of the program that wrote it.
        town: its key.
        at: when it was taken, RFC 3339.
        simulated: whether its time is a simulated one.
        revisions: service → revision of its tables.
        keys: ids of the secrets by which anything in it was closed or signed.
        members: name → what it must be.
    """

    format: int
    version: str
    town: str
    at: str
    simulated: bool
    revisions: dict[str, str]
    keys: list[str]
    members: dict[str, Member]


def table_member(service: str, table: str) -> str:
    """Return the name of the member that holds a table's rows."""
    return f"{service}/{table}.jsonl"


def own_version() -> str:
    """Return the version of this program."""
    return version("gridcase")
