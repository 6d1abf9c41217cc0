"""Builds how long data is kept and what is masked in texts.

Decides which amounts of time can be a period of retention: calendar days alone, which nobody has to reckon from a
calendar of years to come.
"""

from collections.abc import Mapping
from datetime import timedelta

from shared.rules.language.entries import Entry
from shared.rules.pack.build.assemble import Sourced
from shared.rules.pack.build.drafting import Draft, spot
from shared.rules.pack.model import DataClass, Mask, Masked, Retained
from shared.rules.worktime.amount import Amount, TimeUnit


def build_retention(draft: Draft) -> dict[DataClass, Retained]:
    """Return how long each class of data is kept; a class that is not named is kept without end."""
    made = {
        DataClass(key): retained
        for key, sourced, entry in _entries(draft.sourced("retention"))
        if (retained := _retained(draft, sourced, entry)) is not None
    }
    _check_identities(draft, made)
    return made


def build_masks(draft: Draft) -> dict[Masked, Mask]:
    """Return what is masked in texts, and for whom."""
    return {
        Masked(key): Mask(
            draft.because(entry, sourced.template),
            frozenset(str(item.value) for item in draft.distinct(entry.items("roles"))),
            spot(entry.node.where),
        )
        for key, sourced, entry in _entries(draft.sourced("masked"))
    }


def _entries(section: Mapping[str, Sourced]) -> list[tuple[str, Sourced, Entry]]:
    return [
        (key, sourced, entry)
        for key, sourced in section.items()
        if (entry := sourced.item.as_(Entry)) is not None
    ]


def _retained(draft: Draft, sourced: Sourced, entry: Entry) -> Retained | None:
    item = entry.item("keep")
    amount = item.as_(Amount) if item else None
    if item is None or amount is None:
        return None
    if amount.unit is not TimeUnit.DAYS:
        draft.complain("retention-not-in-days", item.where)
        return None
    because = draft.because(entry, sourced.template)
    return Retained(because, timedelta(days=amount.number), spot(entry.node.where))


def _check_identities(draft: Draft, made: Mapping[DataClass, Retained]) -> None:
    """Who reported is needed for what was reported, and for no longer (PIPL 19)."""
    identities, texts = made.get(DataClass.IDENTITIES), made.get(DataClass.TEXTS)
    if identities is not None and texts is not None and identities.keep > texts.keep:
        where = draft.sourced("retention")[DataClass.IDENTITIES].item.head
        draft.complain("identity-outlives-text", where, days=identities.keep.days, texts=texts.keep.days)
