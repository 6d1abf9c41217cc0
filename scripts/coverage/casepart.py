"""What of a town bears on its cases alone: its pack without duties, forms, figures and grids, and scenarios of cases.

A change of those leaves it as it was, so that what was measured of it need not be measured again. Where something is
written bears on nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

from scripts.coverage.runs import Town
from shared.kernel.canonical import content_hash
from shared.rules.pack.model import Spot

_ABOUT = (
    "edition",
    "policies",
    "bindings",
    "teams",
    "figures",
    "measures",
    "documents",
)  # of a pack: what only names or explains, and what no case asks for; slots in use are looked up below


def case_part(town: Town) -> str:
    """Return a hash of all that a case of the town, or a scenario of one, could feel."""
    pack = replace(town.pack, records={}, duties={})
    said = "".join(_plain(pack))
    used = {slot: noun for slot, noun in pack.bindings.items() if f"'${slot}'" in said}
    return content_hash([said, used, "".join(_plain(town.scenarios))])


def _plain(value: object) -> Iterator[str]:
    if is_dataclass(value):
        named = {
            field.name: getattr(value, field.name) for field in fields(value) if field.name not in _ABOUT
        }
        yield from () if isinstance(value, Spot) else _mapping(named)
    elif isinstance(value, Mapping):
        yield from _mapping(value)
    elif isinstance(value, tuple | list):
        yield "["
        for part in value:
            yield from _plain(part)
    else:
        yield repr(sorted(value, key=repr) if isinstance(value, frozenset) else value)


def _mapping(values: Mapping[Any, object]) -> Iterator[str]:
    for key in sorted(values, key=repr):
        yield repr(key)
        yield from _plain(values[key])
