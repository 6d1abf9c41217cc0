"""What of a case is shown to those who reported it.

Decides: the reporter does not see what staff write for one another; who reported another case that was merged
into this one does not see what somebody else reported, nor who that was.
"""

from collections.abc import Mapping
from dataclasses import replace as changed
from typing import Any

from msgspec.structs import replace

from services.intake.domain.case import Case
from services.intake.store.listed_cases import ListedCase
from shared.rules.case.snapshot import Place

_FOR_STAFF = ("history", "decisions", "work_orders", "merged", "duplicates")
_OF_ANOTHER = ("title", "text", "source", "first_contact")


def for_reporter(whole: Mapping[str, Any], case: Case, person: str | None) -> dict[str, Any]:
    """Return the view of a case for somebody who reported it, or a case merged into it."""
    draft = whole["draft"]
    own = {
        **whole,
        **{part: [] for part in _FOR_STAFF},
        "notifications": [notice for notice in whole["notifications"] if _concerns(notice, person)],
        "draft": {name: value for name, value in draft.items() if name != "by"} if draft else None,
        "satisfaction": [word for word in whole["satisfaction"] if word.reporter == person],
    }
    return own if case.reporter == person else {**own, **_without_report(whole, case, person)}


def without_counts(case: Case) -> Case:
    """Return a case without how many earlier ones it counted: that says something of others' matters."""
    if not case.earlier:
        return case
    facts = {name: value for name, value in case.facts.items() if name not in case.earlier}
    return changed(case, facts=facts, earlier={})


def _concerns(notice: Mapping[str, Any], person: str | None) -> bool:
    return notice["party"] == "reporter" and notice["person"] in (None, person)


def _without_report(whole: Mapping[str, Any], case: Case, person: str | None) -> dict[str, Any]:
    """The file without the words, the files and the point of whoever reported it."""
    report = {**whole["report"], **dict.fromkeys(_OF_ANOTHER), "reporter": person}
    report["place"] = _without_point(case.place)
    return {"report": report, "facts": case.facts, "attachments": [], "draft": None}


def listed_for_reporter(case: ListedCase, person: str | None) -> ListedCase:
    """Return a case of a list without what another person reported."""
    if case.reporter == person:
        return case
    return replace(case, title=None, place=_without_point(case.place))


def _without_point(place: Place) -> Place:
    return replace(place, lat=None, lon=None)
