"""What a town's pack lets people report: categories with their questions, channels, places."""

from datetime import date
from typing import Any

from shared.kernel.texts import Language, Text
from shared.rules.pack.model import Category, Fact, Pack


def catalogue_view(pack: Pack, reader: Language, on: date) -> dict[str, Any]:
    """Return what can be reported in a town on a local day, in the reader's language."""
    channels = [
        {**_named(key, name, reader), "machine": key in pack.machines} for key, name in pack.channels.items()
    ]
    places = [
        {**_named(key, place.name, reader), "part_of": place.part_of}
        for key, place in pack.places.items()
        if place.takes_cases(on)
    ]
    return {
        "town": pack.town,
        "edition": pack.edition,
        "zone": pack.zone,
        "categories": [_category(pack, category, reader) for category in pack.categories.values()],
        "channels": channels,
        "places": places,
        "proposed_category": pack.proposed_category,
    }


def _category(pack: Pack, category: Category, reader: Language) -> dict[str, Any]:
    asks = [asked(pack.facts[name], name, reader) for name in category.asks]
    return {**_named(category.key, category.name, reader), "private": category.private, "asks": asks}


def _named(key: str, name: Text, reader: Language) -> dict[str, Any]:
    return {"key": key, "name": name.in_language(reader) or key}


def asked(fact: Fact, name: str, reader: Language) -> dict[str, Any]:
    """Return how a fact is asked for: its name, question, kind and allowed values."""
    question = fact.ask.in_language(reader) or fact.name.in_language(reader) or name
    values = [_named(value, fact.value_names.get(value, Text()), reader) for value in fact.type.values]
    return {"fact": name, "ask": question, "type": fact.type.kind.value, "values": values}
