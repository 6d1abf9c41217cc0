"""Which units a case may be told to in full: the one answer for whoever hands its facts on without being asked.

Decides from the snapshot alone, and gives no more than `shared.db.visibility` lets a unit's staff read when they ask.
Must not know people, roles nor stores.
"""

from shared.kernel.roles import Role
from shared.rules.case.snapshot import CaseSnapshot


def unit_may_read(case: CaseSnapshot, unit: str) -> bool:
    """Tell whether a unit may read what a case is about, where and how far it is.

    Args:
        unit: 'jurisdiction/unit'. Who finished a share of a private case and holds none any more is not known here,
            and taken for one who may not.
    """
    return _is_open_to(case, unit) and _is_shown_to(case, unit)


def _is_open_to(case: CaseSnapshot, unit: str) -> bool:
    held = case.assignment
    holds = held is not None and unit in (held.lead, *held.assisting)
    return not case.private or holds or _names(case.seen_by, unit) or _names(case.asked, unit)


def _is_shown_to(case: CaseSnapshot, unit: str) -> bool:
    found_it = case.finder_role == Role.GRID_WORKER.value and case.finder_unit == unit
    return case.seen_by is None or found_it or _names(case.seen_by, unit)


def _names(names: str | None, unit: str) -> bool:
    return names is not None and f"|{unit}|" in names
