"""What a form's text says, as the type that a question asks for.

Decides which texts are numbers, instants, yes or no. What a value may be, the service says that takes it.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from services.console.domain.sheets import AskedFact, FactGiven
from shared.kernel.instants import format_instant

YES, NO = "yes", "no"
FLAGS = ("flag", "bool", "boolean", "yes_no")
NUMBERS = ("number", "integer", "int", "float", "decimal")
INSTANTS = ("instant",)


class NotTyped(ValueError):
    """A text that is not what the question asks for; its argument is the question."""

    def __init__(self, asked: AskedFact) -> None:
        super().__init__(asked.ask)
        self.asked = asked


def typed(asked: AskedFact, text: str, zone: str) -> FactGiven:
    """Return the value that a text stands for.

    Args:
        zone: IANA name; an instant is typed as the wall time there.

    Raises:
        NotTyped: it stands for none.
    """
    if asked.type in FLAGS:
        return text == YES
    try:
        if asked.type in NUMBERS:
            number = float(text)
            return int(number) if number == int(number) else number
        if asked.type in INSTANTS:
            return format_instant(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)))
    except (ValueError, OverflowError) as wrong:
        raise NotTyped(asked) from wrong
    return text


def typed_all(questions: Iterable[AskedFact], texts: Mapping[str, str], zone: str) -> dict[str, FactGiven]:
    """Return the values of every question that was answered.

    Raises:
        NotTyped: an answer is not what its question asks for.
    """
    given = ((asked, texts.get(asked.fact, "").strip()) for asked in questions)
    return {asked.fact: typed(asked, text, zone) for asked, text in given if text}
