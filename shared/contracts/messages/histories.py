"""What is said of all histories at the end of a day, so that it is kept outside the store that holds them."""

from msgspec import Struct

from shared.contracts.messages.body import Body

FIRST = "0" * 64  # what the first head follows


class TownHead(Struct, frozen=True, forbid_unknown_fields=True):
    """A town's entries of one day, in the order of their cases' ids and their numbers.

    Args:
        digest: SHA-256 of 'case n hash' lines, 64 hexadecimal digits.
    """

    cases: int
    entries: int
    digest: str


class HistoriesAnchored(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The head of one day, or of several where the house stood still. Days are those of UTC.

    Args:
        since, until: instants as entries have them, RFC 3339 in UTC; `until` is not within. The first begins with ''.
        towns: those that had entries.
        previous: the signature of the head before it; of the first one 64 zeros.
        key, seal: id of the key that signed it, and the signature.
    """

    since: str
    until: str
    towns: dict[str, TownHead]
    previous: str
    key: str
    seal: str


class HeadLine(Struct, frozen=True):
    """A head as a line of a file, perhaps beside other lines."""

    history_head: HistoriesAnchored
