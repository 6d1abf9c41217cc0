"""How long data about people is kept once its case has ended, and what of a text is masked for whom.

Decides nothing: whoever holds such data erases it, whoever shows a text masks it.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from shared.rules.pack.model.origins import Spot


class DataClass(StrEnum):
    """A class of data that a town's rules may end."""

    IDENTITIES = "identities"  # who reported, in intake
    TEXTS = "texts"  # title, text, free-text facts and the words that came with steps, in intake
    ATTACHMENTS = "attachments"  # contents and names of files, in intake
    DELIVERIES = "deliveries"  # the texts of what people were told, in notify


class Masked(StrEnum):
    """What can be found in a text and masked."""

    TELEPHONES = "telephones"
    IDENTITY_NUMBERS = "identity_numbers"
    NAMES = "names"


@dataclass(frozen=True, slots=True)
class Retained:
    """How long one class of data is kept, counted from the instant at which its case ended."""

    because: tuple[str, ...]
    keep: timedelta
    spot: Spot


@dataclass(frozen=True, slots=True)
class Mask:
    """For which roles something is masked; whoever holds the case or found it has need of it."""

    because: tuple[str, ...]
    roles: frozenset[str]
    spot: Spot
