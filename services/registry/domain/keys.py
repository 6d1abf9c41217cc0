"""Keys of jurisdictions and units: 'town', 'town.place', 'town/unit', 'town.place/unit'.

Decides which texts may be keys: packs may name things in Chinese, so it is not a matter of ASCII, but of
nothing that could be taken for a separator, for nothing, or for something else.
"""

from unicodedata import category, is_normalized

from services.registry.domain.refusals import refusal
from shared.kernel.texts import Text

LONGEST = 100
_SEPARATORS = frozenset("/.\\\"'<>{}*")


JURISDICTION = Text("辖区名", "the key of a jurisdiction")
UNIT = Text("单位名", "the key of a unit")


def check_key(key: str, what: Text = JURISDICTION) -> str:
    """Return the key.

    Raises:
        Problem: `bad-key`.
    """
    is_sound = 0 < len(key) <= LONGEST and is_normalized("NFC", key) and not _SEPARATORS & set(key)
    if not is_sound or any(category(mark)[0] in "CZ" for mark in key):
        raise refusal("bad-key", value=key, what=what)
    return key


def check_jurisdiction(key: str) -> str:
    """Return the key of a town, or of a place within one ('town.place').

    Raises:
        Problem: `bad-key`.
    """
    for part in key.split(".", 1):
        check_key(part)
    return key


def check_unit(unit: str, town: str) -> str:
    """Return the address of a unit of a town or of one of its places.

    Raises:
        Problem: `bad-key` or `other-towns-unit`.
    """
    jurisdiction, _, key = unit.partition("/")
    if root_of(jurisdiction) != town or not key:
        raise refusal("other-towns-unit", unit=unit, town=town)
    check_jurisdiction(jurisdiction)
    check_key(key, UNIT)
    return unit


def root_of(jurisdiction: str) -> str:
    """Return the town (or county) that a jurisdiction or a unit's address begins with."""
    return jurisdiction.partition("/")[0].partition(".")[0]
