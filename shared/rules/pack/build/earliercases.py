"""Builds what a fact from earlier cases counts: which cases, how many days back, how many at most (decision 35).

Decides what of it could never have an effect, or could not be counted within bounds. Must not know any case.
"""

from shared.rules.language.entries import Entry
from shared.rules.logic.facts import Kind
from shared.rules.pack.build.drafting import Draft
from shared.rules.pack.build.factkinds import Declared
from shared.rules.pack.model import EarlierCases
from shared.rules.worktime.amount import Amount, TimeUnit

MOST_COUNTED = 20
MOST_DAYS = 366
EARLIER = "earlier cases"  # the source


def earlier_cases(draft: Draft, entry: Entry, source: str, declared: Declared) -> EarlierCases | None:
    """Return what a fact from earlier cases counts; None for any other fact, or after a complaint."""
    if source != EARLIER:
        for item in filter(None, map(entry.item, ("same", "within"))):
            draft.complain("earlier-key-elsewhere", item.where, key=item.key.text if item.key else "")
        return None
    draft.only_from(2, entry.where("from"))
    _check_type(draft, entry, declared)
    if "default" in entry:
        draft.complain("earlier-with-default", entry.where("default"))
    if not {"same", "within"} <= set(entry):
        draft.complain("earlier-incomplete", entry.where("from"))
        return None
    same, days = _same(draft, entry), _days(draft, entry)
    return EarlierCases(same, days) if same and days else None


def _check_type(draft: Draft, entry: Entry, declared: Declared) -> None:
    """The case itself counts, so that 1 is the least; with 1 for the most nothing would be counted."""
    is_counted = declared.kind is Kind.INT and declared.low == 1
    if not is_counted or declared.high is None or not 1 < declared.high <= MOST_COUNTED:
        draft.complain("earlier-not-bounded", entry.where("type"), most=MOST_COUNTED)


def _same(draft: Draft, entry: Entry) -> tuple[str, ...]:
    same = tuple(str(item.value) for item in draft.distinct(entry.items("same")))
    if same == ("place",):
        draft.complain("earlier-place-alone", entry.where("same"))
    if "device" in same and not _has_machine(draft):
        draft.complain("earlier-without-machine", entry.where("same"))
    return same


def _has_machine(draft: Draft) -> bool:
    channels = (sourced.item.as_(Entry) for sourced in draft.sourced("channels").values())
    return any(channel is not None and channel.flag("machine") for channel in channels)


def _days(draft: Draft, entry: Entry) -> int | None:
    item = entry.item("within")
    amount = item.as_(Amount) if item else None
    if item is None or amount is None:
        return None
    if amount.unit is not TimeUnit.DAYS or amount.number > MOST_DAYS:
        draft.complain("earlier-not-in-days", item.where, most=MOST_DAYS)
        return None
    return amount.number
