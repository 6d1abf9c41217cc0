"""How what is wanted at a place looks in a file, in a few characters: '{within: …}', '[…]', '{settle: …}'.

For complaints about something of another kind. Decides nothing.
"""

from shared.kernel.texts import Language
from shared.rules.language import shapes
from shared.rules.language.schema import RECORDS, keys
from shared.rules.language.shapes import Record, Shape

_MOST_KEYS = 3


def form(shape: Shape, language: Language) -> str:
    """Return the form of what a shape wants, with keys as a file in the language writes them."""
    if isinstance(shape, shapes.Part | shapes.Labelled):
        return form_of(RECORDS[shape.record], language)
    if isinstance(shape, shapes.Table):
        return f"{{{_key(shape.key, language)}: …}}"
    if isinstance(shape, shapes.Many):
        return f"[{form(shape.item, language)}]"
    if isinstance(shape, shapes.Either):
        chosen = shape.mapping or shape.sequence or shape.scalar
        return form(chosen, language) if chosen else "…"
    return "…"


def form_of(record: Record, language: Language) -> str:
    """Return the keys that a record needs, or its first ones, in braces."""
    needed = [name for name, field in record.fields.items() if field.required]
    names = (needed or list(record.fields))[:_MOST_KEYS]
    return "{" + ", ".join(f"{keys(record.name).written(name, language)}: …" for name in names) + "}"


def _key(shape: Shape, language: Language) -> str:
    words = getattr(shape, "words", None)
    return words.all(language)[0] if words else "键" if language == "zh" else "key"
