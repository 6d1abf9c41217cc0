"""Which alarms of a machine are one: same device, same matter, same place."""

from collections.abc import Mapping
from typing import Any

from shared.kernel.canonical import content_hash
from shared.rules.pack.model import Pack


def alarm_key(
    pack: Pack, channel: str, source: str | None, category: str, place: Mapping[str, Any]
) -> str | None:
    """Return the key under which repetitions meet; None where each report counts for itself."""
    if source is None or pack.machines.get(channel) is None:
        return None
    where = [place["key"]] if place["key"] else [place["lat"], place["lon"]]
    return content_hash([pack.town, channel, source, category, where])
