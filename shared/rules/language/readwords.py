"""Reads keys and words: closed words in the file's language, the pack's own keys as they are.

Decides whether a word is one, in which language it is, and how the compound forms are taken apart
('first accepted', 'settle breached', '1 working day before'). Knows no declared names. Each function
returns what was meant, or the complaint.
"""

import re

from shared.kernel.texts import Language
from shared.rules.language import scalars, shapes, vocabulary
from shared.rules.language.errors import nearest
from shared.rules.language.scalars import Wrong
from shared.rules.language.vocabulary import LANGUAGE_NAMES, Words
from shared.rules.worktime.amount import Amount, AmountError, parse_amount

PERSON = "set by a person"
_CALLED = ("who", "unit")
_CALL = re.compile(r"\w+( \w+){1,5}")
_FEW = 3  # words beside which a bad key is a bad key, not a word that was missed


def word(language: Language, words: Words, text: str) -> str | Wrong:
    """Return one of a closed list of words in its English form."""
    return closed_word(language, words, text) or Wrong(
        "unknown-word", {"word": text, "advice": nearest(text, words.all(language))}
    )


def closed_word(language: Language, words: Words, text: str) -> str | Wrong | None:
    """Return a closed word in its English form, None for any other; one of the other language is refused."""
    known = words.canonical(text, language)
    if known is not None:
        return known
    foreign = words.canonical(text, other_than(language))
    return None if foreign is None else mixing(language, text, words.written(foreign, language))


def mixing(language: Language, text: str, written: str) -> Wrong:
    """Return the complaint of a word in the other language than the file's."""
    names = {"other": LANGUAGE_NAMES[other_than(language)], "language": LANGUAGE_NAMES[language]}
    return Wrong("mixed-languages", {"word": text, "written": written, **names})


def other_than(language: Language) -> Language:
    """Return the other language."""
    return "en" if language == "zh" else "zh"


def name(language: Language, shape: shapes.Name, text: str) -> str | Wrong:
    """Return a key of the pack's own, or a closed word in its English form."""
    rest, first = _without_first(language, text) if shape.first else (text, "")
    known = closed_word(language, shape.words, rest) if shape.words else None
    if isinstance(known, Wrong):
        return known
    if known is not None:
        return first + known
    own = _own_key(language, shape, rest)
    return own if isinstance(own, Wrong) else first + own


def _own_key(language: Language, shape: shapes.Name, text: str) -> str | Wrong:
    if text.startswith("$") and not shape.slot:
        return Wrong("slot-not-here")
    checked = scalars.key(text.removeprefix("$"), shape.free)
    if isinstance(checked, Wrong):
        if shape.of in _CALLED and not shape.new and _CALL.fullmatch(text):
            return text  # what a unit is called, in place of its key: whoever knows the units says so
        if shape.words is None or shape.new or len(shape.words.chinese) < _FEW:
            return checked
        return Wrong("unknown-word", {"word": text, "advice": nearest(text, shape.words.all(language))})
    return text


def _without_first(language: Language, text: str) -> tuple[str, str]:
    mark = vocabulary.FIRST.written("first", language)
    rest = text.removeprefix(mark)
    # Chinese writes no space after it; in English 'firstling' is a name of its own.
    if rest != text and rest and (language == "zh" or rest.startswith(" ")):
        return rest.strip(), "first "
    return text, ""


def occasion(language: Language, text: str) -> str | Wrong:
    """Return a milestone or step, or '<clock> <event>' in English words."""
    known = closed_word(language, vocabulary.MILESTONES, text)
    if known is not None:
        return known
    clock, event = _clock_event(language, text)
    if not event:
        return scalars.key(text)
    meant = word(language, vocabulary.CLOCK_EVENTS, event)
    if isinstance(meant, Wrong):
        return Wrong("unknown-clock-event", meant.terms) if meant.code == "unknown-word" else meant
    whose = closed_word(language, vocabulary.CLOCKS, clock) or scalars.key(clock)
    return whose if isinstance(whose, Wrong) else f"{whose} {meant}"


def _clock_event(language: Language, text: str) -> tuple[str, str]:
    clock, space, event = text.rpartition(" ")
    if space:
        return clock.strip(), event
    if language == "zh":
        for written in vocabulary.CLOCK_EVENTS.english:
            if text.endswith(written) and text[: -len(written)] in vocabulary.CLOCKS.english:
                return text[: -len(written)], written
    return text, ""


def duration(language: Language, shape: shapes.Duration, text: str) -> Amount | str | Wrong:
    """Return an amount of time with its unit, or 'set by a person'."""
    known = closed_word(language, vocabulary.BY_PERSON, text) if shape.person else None
    if known is not None:
        return known
    amount = _without_before(text) if shape.before else text
    return Wrong("warn-not-before") if amount is None else _amount(amount)


def _without_before(text: str) -> str | None:
    if text.endswith(" before"):
        return text.removesuffix(" before")
    if text.startswith("提前"):
        return text.removeprefix("提前").strip()
    return text.removesuffix("前") if text.endswith("前") else None


def _amount(text: str) -> Amount | Wrong:
    if text.isascii() and text.isdigit():
        return Wrong("bare-number", {"text": text})
    try:
        return parse_amount(text)
    except AmountError as wrong:
        return Wrong("bad-amount", {"cause": wrong.cause, "remedy": wrong.remedy})
