"""Builds when notices are told: quiet times, gathering, what is urgent (decision 42).

Decides which of it cannot be meant by itself; what it does to a town's notices is for the checks.
"""

import re
from typing import cast

from shared.kernel.texts import Text
from shared.rules.language import vocabulary
from shared.rules.language.entries import Entry
from shared.rules.language.errors import Where, nearest
from shared.rules.pack.build.assemble import Sourced
from shared.rules.pack.build.drafting import Draft, spot
from shared.rules.pack.build.rules import condition_of, each, is_occasion
from shared.rules.pack.model import Gathering, NoticeTimes, Quiet, Urgent
from shared.rules.pack.model.telling import DAY_MINUTES
from shared.rules.worktime.amount import Amount, TimeUnit

_IN_MINUTES = {TimeUnit.MINUTES: 1, TimeUnit.HOURS: 60}
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_LONE_BRACE = re.compile(r"[{}]")


def build_telling(draft: Draft) -> NoticeTimes | None:
    """Return when notices are told; None where the town does not say: at once."""
    entry = draft.assembly.root.entry("telling")
    if entry is None:
        return None
    draft.only_from(2, entry.node.where)
    if "quiet" not in entry and "gather" not in entry:
        draft.complain("telling-says-nothing", entry.node.where)
    gather = entry.entry("gather")
    return NoticeTimes(
        because=draft.because(entry, None),
        quiet=tuple(_quiet(draft, times) for times in entry.entries("quiet")),
        gather=_gathering(draft, gather) if gather else None,
        urgent=each(draft, [Sourced(item, None) for item in entry.items("urgent")], _urgent),
        channels=tuple(str(item.value) for item in draft.distinct(entry.items("channels")))
        or tuple(vocabulary.UNIT_CHANNELS.chinese),
        spot=spot(entry.node.where),
    )


def _quiet(draft: Draft, entry: Entry) -> Quiet:
    if not any(key in entry for key in ("between", "days", "office_hours")):
        draft.complain("quiet-says-nothing", entry.node.where)
    calendar = draft.assembly.root.entry("calendar")
    if "office_hours" in entry and calendar and not {"office_hours", "office_hours_on"} & set(calendar):
        draft.complain("hours-not-declared", entry.where("office_hours"))
    return Quiet(
        between=tuple(cast(tuple[str, str], item.value) for item in draft.distinct(entry.items("between"))),
        days=tuple(str(item.value) for item in draft.distinct(entry.items("days"))),
        office_hours=entry.flag("office_hours") if "office_hours" in entry else None,
    )


def _gathering(draft: Draft, entry: Entry) -> Gathering | None:
    if ("every" in entry) == ("at" in entry):
        draft.complain("gather-every-or-at", entry.node.where)
        return None
    minutes = _every(draft, entry) if "every" in entry else _times(draft, entry)
    return Gathering(minutes, _beginning(draft, entry) if "text" in entry else None) if minutes else None


def _every(draft: Draft, entry: Entry) -> tuple[int, ...]:
    """The same times on every day, so that no two workers and no replay can see another span."""
    item = entry.item("every")
    amount = item.as_(Amount) if item else None
    if item is None or amount is None:
        return ()
    span = amount.number * _IN_MINUTES.get(amount.unit, 0)
    if not span or DAY_MINUTES % span:
        draft.complain("gather-uneven", item.where)
        return ()
    return tuple(range(span, DAY_MINUTES + 1, span))


def _times(draft: Draft, entry: Entry) -> tuple[int, ...]:
    items = draft.distinct(entry.items("at"))
    return tuple(sorted(item.value for item in items if isinstance(item.value, int)))


def _beginning(draft: Draft, entry: Entry) -> Text:
    text, where = entry.text("text"), entry.where("text")
    return Text(_canonical(draft, text.zh, where), _canonical(draft, text.en, where))


def _canonical(draft: Draft, text: str, where: Where) -> str:
    if _LONE_BRACE.search(_PLACEHOLDER.sub("", text)):
        draft.complain("lone-brace", where, text=text)
    return _PLACEHOLDER.sub(lambda match: "{" + _known(draft, match[1], where) + "}", text)


def _known(draft: Draft, name: str, where: Where) -> str:
    words = vocabulary.GATHERED
    if name not in words and name not in words.english:
        draft.complain(
            "unknown-placeholder", where, name=name, advice=nearest(name, [*words.chinese, *words.english])
        )
    return words.english.get(name, name)


def _urgent(draft: Draft, sourced: Sourced, entry: Entry) -> Urgent | None:
    origin, when = draft.origin(sourced), condition_of(draft, entry)
    if "on" not in entry and "when" not in entry:
        draft.complain("urgent-always", entry.where("rule"))
    occasions = tuple(
        str(item.value) for item in draft.distinct(entry.items("on")) if is_occasion(draft, item)
    )
    return None if when is None else Urgent(origin, when, occasions)
