"""What of a case's handling stands in its publication: the facts of which its pack says so, masked (P001-05.9, A-20).

Decides that nothing of a text which names a person is shown, whatever the town masks elsewhere: this is for everybody.
"""

from msgspec import Struct

from services.intake.domain.case import Case
from services.intake.domain.masked_case import CaseMask
from shared.kernel.texts import Text
from shared.rules.language.vocabulary import YES_NO
from shared.rules.logic.facts import Value
from shared.rules.pack.model import Fact, Masked, Pack

PLAIN_TO_NOBODY = frozenset(Masked)


class PublicResult(Struct, frozen=True):
    """One thing that the public reads of the handling: its fact, the fact's name, and what was stated."""

    fact: str
    name: Text
    value: Text


def results_of(pack: Pack, case: Case, names: tuple[str, ...]) -> tuple[PublicResult, ...]:
    """Return what the public reads of how a case was handled; what was erased or never stated is left out.

    Args:
        names: of those who reported it.
    """
    mask = CaseMask(PLAIN_TO_NOBODY, names)
    return tuple(
        PublicResult(key, fact.name, _shown(fact, value, mask))
        for key, fact in pack.facts.items()
        if fact.public and (value := case.texts.get(key, case.facts.get(key))) is not None
    )


def _shown(fact: Fact, value: Value, mask: CaseMask) -> Text:
    if isinstance(value, bool):
        word = "yes" if value else "no"
        return Text(YES_NO.written(word, "zh"), YES_NO.written(word, "en"))
    if (named := fact.value_names.get(str(value))) is not None:
        return named
    said = mask.text(str(value))
    return Text(said, said)
