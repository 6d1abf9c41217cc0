"""What can be altered in a procedure: which steps belong to it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from gridcase.mutation.mutant import Mutant, bilingual
from gridcase.scenarios.participants import PROCEDURE
from gridcase.scenarios.wording import word
from shared.kernel.texts import Text
from shared.rules.pack.model import Pack, Procedure


def of_procedure(pack: Pack, procedure: Procedure) -> Iterator[Mutant]:
    """Yield every alteration of a procedure; felt where a case follows it."""
    for key in procedure.steps:
        # Outside the order it may be taken all the same: that it belongs here says nothing of it.
        if not pack.steps[key].any_time:
            change = bilingual("procedure-step-dropped", was=word(key))
            yield _altered(procedure, change, partial(_shortened, key=key))


def _shortened(procedure: Procedure, *, key: str) -> Procedure:
    return replace(procedure, steps=tuple(step for step in procedure.steps if step != key))


def _altered(procedure: Procedure, change: Text, altered: Callable[[Procedure], Procedure]) -> Mutant:
    part = (PROCEDURE, procedure.key)

    def alter(pack: Pack) -> Pack:
        changed = altered(pack.procedures[procedure.key])
        return replace(pack, procedures={**pack.procedures, procedure.key: changed})

    return Mutant(
        "procedure",
        procedure.key,
        procedure.spot,
        change,
        alter,
        felt_by=frozenset({part}),
        part=part,
        because=procedure.because,
    )
