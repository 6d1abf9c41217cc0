"""What of a case is shown to those who reported it.

Decides: the reporter does not see what staff write for one another; who reported another case that was merged
into this one does not see what somebody else reported, nor who that was.
"""

from collections.abc import Mapping
from typing import Any

from services.intake.domain.case import Case

_FOR_STAFF = ("history", "decisions", "work_orders", "merged", "duplicates")
_OF_ANOTHER = ("title", "text", "source", "first_contact")


def for_reporter(whole: Mapping[str, Any], case: Case, person: str | None) -> dict[str, Any]:
    """Return the view of a case for somebody who reported it, or a case merged into it."""
    own = {
        **whole,
        **{part: [] for part in _FOR_STAFF},
        "notifications": [one for one in whole["notifications"] if _concerns(one, person)],
        "draft": {name: said for name, said in case.draft.items() if name != "by"} if case.draft else None,
        "satisfaction": [one for one in whole["satisfaction"] if one["reporter"] == person],
    }
    return own if case.reporter == person else {**own, **_without_report(whole, case, person)}


def _concerns(notice: Mapping[str, Any], person: str | None) -> bool:
    return notice["party"] == "reporter" and notice["person"] in (None, person)


def _without_report(whole: Mapping[str, Any], case: Case, person: str | None) -> dict[str, Any]:
    """The file without the words, the files and the point of whoever reported it."""
    report = {**whole["report"], **dict.fromkeys(_OF_ANOTHER), "reporter": person}
    place = {**case.place, "lat": None, "lon": None}
    return {"report": {**report, "place": place}, "facts": dict(case.facts), "attachments": [], "draft": None}


def listed_for_reporter(row: Mapping[str, Any], person: str | None) -> dict[str, Any]:
    """Return a row of a list without what another person reported."""
    if row["reporter"] == person:
        return dict(row)
    return {**row, "title": None, "place": {**row["place"], "lat": None, "lon": None}}
