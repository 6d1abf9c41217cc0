"""What can be altered in a form that people fill in: who may make and see it, its entries, what it needs."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from gridcase.mutation.mutant import Mutant, bilingual
from shared.kernel.texts import Text
from shared.rules.language.schema import keys
from shared.rules.pack.model import Form, Pack

FORM = "form"  # kind of a part
_LISTS = {"by": "by", "on_opening": "opens_with", "on_closing": "needs", "seen_by": "seen_by"}


def of_form(pack: Pack, form: Form) -> Iterator[Mutant]:
    """Yield every alteration of a form; that it is gone is felt where a duty owes it."""
    for field, key in _LISTS.items():
        values = getattr(form, field)
        for value in values:
            left = tuple(other for other in values if other != value)
            yield _mutant(form, _without(key, pack.noun(value)), _with(**{field: left}))
    for name in form.facts:
        facts = {key: fact for key, fact in form.facts.items() if key != name}
        yield _mutant(form, _without("facts", name), _with(facts=facts))
    if form.same_day:
        yield _mutant(form, _without("same_day", ""), _with(same_day=False))


def _with(**fields: Any) -> Callable[[Form], Form]:
    return lambda form: replace(form, **fields)


def _mutant(form: Form, change: Text, altered: Callable[[Form], Form]) -> Mutant:
    def alter(pack: Pack) -> Pack:
        return replace(pack, records={**pack.records, form.key: altered(pack.records[form.key])})

    origin = form.origin
    return Mutant("duty", form.key, origin.spot, change, alter, part=(FORM, form.key), because=origin.because)


def _without(key: str, was: object) -> Text:
    return bilingual("duty-without", what=Text(keys("form").written(key, "zh"), key), was=was)
