"""Amounts of time that a limit's rules write: as such, or as a share of the limit itself.

A share is worked out when the pack is read: what counts, and what alters rules for trial, knows amounts alone. Decides
what can't be a share, and that rounding is said where it matters.
"""

from fractions import Fraction
from math import ceil, floor

from shared.kernel.texts import Text
from shared.rules.language.entries import Entry, Item
from shared.rules.language.vocabulary import BY_PERSON
from shared.rules.pack.build.drafting import Draft
from shared.rules.worktime.amount import Amount, AmountError, TimeUnit, format_amount

_ROUNDED = {"up": ceil, "down": floor}


def said(amount: Amount | None) -> Text:
    """Return an amount in words, a missing one as set by a person."""
    if amount is None:
        return Text(BY_PERSON.chinese["set by a person"], "set by a person")
    return Text(format_amount(amount, "zh"), format_amount(amount, "en"))


def amount_of(
    draft: Draft, item: Item | None, within: Amount | None, *, is_shared: bool = False
) -> Amount | None:
    """Return the amount that an item holds, a share taken of the limit's own.

    Args:
        within: of the limit; None: a person sets it.
        is_shared: several limits share what is written: rounding need not matter to each of them.
    """
    share = item.as_(Entry) if item else None
    if item is None or share is None:
        return item.as_(Amount) if item else None
    draft.only_from(2, item.where)
    if within is None or within.unit is TimeUnit.AT_ONCE:
        draft.complain("share-without-amount", item.where, within=said(within))
        return None
    written = share.item("of_limit")
    part = written.as_(Fraction) if written else None
    return None if part is None else _of(draft, share, part, within, is_shared)


def _of(draft: Draft, share: Entry, part: Fraction, within: Amount, is_shared: bool) -> Amount | None:
    number, rounding = part * within.number, share.name("rounded")
    fault = _fault(number, rounding, is_shared)
    if fault is not None:
        draft.complain(fault, share.node.where, share=str(part), within=said(within))
        return None
    try:
        return Amount(_ROUNDED[rounding or "up"](number), within.unit)
    except AmountError as wrong:
        draft.complain("bad-amount", share.node.where, cause=wrong.cause, remedy=wrong.remedy)
        return None


def _fault(number: Fraction, rounding: str | None, is_shared: bool) -> str | None:
    is_whole = number.denominator == 1
    if rounding and is_whole and not is_shared:
        return "rounded-in-vain"
    if rounding is None and not is_whole:
        return "share-not-whole"
    return "share-of-nothing" if number < 1 and rounding == "down" else None
