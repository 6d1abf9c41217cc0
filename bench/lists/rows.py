"""The rows: a hundred thousand cases of fifty towns, one of which has two fifths of them.

Decides what is common and what is rare, and where it lies. Whatever is rare lies in the old half too, for there a list
that reads from its new end must go furthest; a list that reads from its old end meets all that is over first.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from scripts.security.town import OTHER, OWN

BIG, SMALL = OWN, OTHER
TOWNS = (BIG, SMALL, *(f"town-{number:02}" for number in range(2, 50)))
CASES = 100_000
BEGAN = datetime(2024, 6, 1, tzinfo=UTC)
NOW = datetime(2026, 6, 1, tzinfo=UTC)
_STEP = (NOW - BEGAN) / (CASES + 1)
RECENT = CASES * 92 // 100  # from here on cases are open, but for a few; before, over, but for a few
# Persons of whom a town has very much: a reporter, a grid worker who finds, a person who is given work.
OFTEN, FINDER, BUSY = f"p-reporter-{BIG}-None", f"p-grid_worker-{BIG}-east-grid", "p-busy"
RARE_REVISION, MUCH = 2, 5_000
COMMON_UNIT, SECOND_UNIT, RARE_UNIT = "station", "bureau", "rare-unit"
RARE_LEVEL, RARE_CATEGORY = "county", "bridge"
DUTY, RARE_DUTY = "log", "inspection"
ORDER = "order-to-many"
REDECISION = "00000000-0000-7000-9000-000000000000"

Row = dict[str, Any]


class Case:
    """What the services' rows of one case have in common; `n`: 0 is the oldest."""

    def __init__(self, n: int) -> None:
        self.n = n
        at = BEGAN + _STEP * n
        self.moment = at
        self.at = written(at)
        self.head = _head(at)
        self.id = f"{self.head}-7000-8000-{n:012x}"
        self.town = BIG if n % 5 < 2 else TOWNS[1 + n % 49]
        self.number = f"{at.year}-{n:06}"
        self.is_stuck = n % 2503 == 1  # never came to its end
        self.is_open = n >= RECENT or self.is_stuck
        self.unit = self._unit()
        self.lead = f"{self.town}/{self.unit}"
        self.private = n % 10 == 5
        self.seen_by = f"|{self.lead}|" if n % 97 == 6 else None
        self.is_unaccepted = self.is_open and n % 13 == 1
        self.accepted_at = None if self.is_unaccepted else self.at
        self.state = self._state()
        self.level = RARE_LEVEL if n % 1987 == 11 else ("village" if n % 3 else "town")
        self.category = RARE_CATEGORY if n % 1993 == 11 else "family" if self.private else "ditch"
        self.reporter = self._reporter()
        self.is_overdue = n % 20 == 15
        self.is_extended = n % 1801 == 1 or (
            self.is_stuck and n % 2 == 1
        )  # and no due instant is written yet
        self.is_busys = self.town == BIG and n % 20 == 1  # the busy person's
        self.assists = (RARE_UNIT if n % 1500 < 7 else SECOND_UNIT) if n % 7 == 0 else None
        self.ended_at = None if self.is_open else written(at + timedelta(days=6))

    def _unit(self) -> str:
        if self.n % 997 == 11:
            return RARE_UNIT
        return SECOND_UNIT if self.n % 5 == 1 else COMMON_UNIT

    def _state(self) -> str:
        if not self.is_open:
            return "rejected" if self.n % 50 == 6 else "closed"
        if self.is_unaccepted:
            return "assigned"
        return "reopened" if self.n % 1009 == 5 else "settled" if self.n % 11 == 0 else "accepted"

    def _reporter(self) -> str:
        if self.town == BIG and self.n % 40 in (0, 1):
            return OFTEN if self.n % 40 else FINDER
        return f"p-{self.n}"


def is_flagged(case: Case) -> bool:
    """Tell whether the evaluators differed about a case."""
    return case.n % 1777 == 1


def handles(case: Case, unit: str) -> bool:
    """Tell whether a unit leads or assists."""
    return unit in (case.unit, case.assists)


def all_cases() -> list[Case]:
    """Return every case, the oldest first."""
    return [Case(n) for n in range(CASES)]


def written(at: datetime) -> str:
    """Return an instant as both stores take it in text."""
    return at.strftime("%Y-%m-%d %H:%M:%S.%f")


def _head(at: datetime) -> str:
    millis = f"{int(at.timestamp() * 1000):012x}"
    return f"{millis[:8]}-{millis[8:]}"


def made_id(case: Case, kind: str) -> str:
    """Return an id of something else of a case: `kind` is two hexadecimal digits."""
    return f"{case.head}-70{kind}-8000-{case.n:012x}"


def intake_cases(cases: list[Case]) -> Iterator[Row]:
    """The case file."""
    for case in cases:
        yield {
            "id": case.id, "town": case.town, "number": case.number, "state": case.state, "lead": case.lead,
            "level": case.level, "category": case.category, "private": case.private, "seen_by": case.seen_by,
            "accepted_at": case.accepted_at, "breached": case.is_overdue, "flagged": is_flagged(case),
            "extended_without_due": case.is_extended,
            "reporter": case.reporter, "reported_at": case.at, "admitted_at": case.at, "changed_at": case.at,
            "finder_unit": f"{case.town}/east-grid", "place_key": f"grid-{case.n % 7}",
        }  # fmt: skip


def orders(cases: list[Case]) -> Iterator[Row]:
    """A lead's for each case, and an assisting unit's for some; a busy person has many done, and some in hand."""
    for case in cases:
        state = ("issued" if case.is_unaccepted else "accepted") if case.is_open else "done"
        own = {"case_id": case.id, "town": case.town, "number": case.number, "issued_at": case.at}
        yield {"id": made_id(case, "01"), "unit": case.lead, "part": "lead", "state": state,
               "assignee": BUSY if case.is_busys else None, **own}  # fmt: skip
        if case.assists:
            yield {"id": made_id(case, "02"), "unit": f"{case.town}/{case.assists}", "part": "assist", "state": state,
                   "assignee": None, **own}  # fmt: skip


def of_some(*names: str) -> Any:
    """Rows of every twentieth case, which are found by it: its id under the first name, one of their own beside."""

    def rows(cases: list[Case]) -> Iterator[Row]:
        of_case, *own = names
        for case in cases[1::20]:
            yield {of_case: case.id, **dict.fromkeys(own, made_id(case, "05"))}

    return rows


def history(cases: list[Case]) -> Iterator[Row]:
    """An entry of every twentieth case."""
    for case in cases[1::20]:
        yield {"case_id": case.id, "n": 1, "at": f"{case.at.replace(' ', 'T')}Z"}


def decisions(cases: list[Case]) -> Iterator[Row]:
    """A decision of every twentieth case, in intake."""
    for case in cases[1::20]:
        yield {"case_id": case.id, "n": 1}


def intake_publications(cases: list[Case]) -> Iterator[Row]:
    """Of every second case that is over, a private one without its category; a few for one level alone."""
    for case in cases:
        if (not case.is_open and case.n % 2 == 0) or case.private:
            yield {
                "id": made_id(case, "06"), "town": case.town, "number": case.number, "state": "closed",
                "category": None if case.private else '{"zh":"沟渠","en":"ditch"}', "round": 1,
                "published_on": case.at[:10], "level": RARE_LEVEL if case.n % 1001 == 4 else None,
                "published_at": case.at,
            }  # fmt: skip


def retained(cases: list[Case]) -> Iterator[Row]:
    """What ended still holds something of everything."""
    for case in cases:
        yield {"case_id": case.id, "town": case.town, "ended_at": case.ended_at, "texts": True,
               "attachments": True, "identities": True, "deliveries": True}  # fmt: skip


def erasures(cases: list[Case]) -> Iterator[Row]:
    """Of every fifth case."""
    for case in cases:
        if case.n % 5 == 0:
            yield {"id": made_id(case, "07"), "town": case.town, "case_id": case.id, "number": case.number,
                   "data": "texts", "because": '["P"]', "ended_at": case.at, "erased_at": case.at}  # fmt: skip


def redecisions(cases: list[Case]) -> Iterator[Row]:
    """Thirty of the big town, of which one was about half of its cases."""
    del cases
    for number in range(30):
        yield {"id": f"{REDECISION[:-2]}{number:02x}", "town": BIG, "state": "done",
               "scope": "{}", "reason": "a trial"}  # fmt: skip


def redecided(cases: list[Case]) -> Iterator[Row]:
    """The first is about much; a few of it were left."""
    for case in cases:
        if case.town == BIG and case.n % 2:
            yield {"redecision_id": REDECISION, "case_id": case.id, "cause": None,
                   "state": "left" if case.n % 1777 == 1 else "decided"}  # fmt: skip
        elif case.town == BIG and case.n % 50 == 0:
            yield {"redecision_id": f"{REDECISION[:-2]}{1 + case.n // 50 % 29:02x}", "case_id": case.id,
                   "cause": None, "state": "decided"}  # fmt: skip


def rehomings(cases: list[Case]) -> Iterator[Row]:
    """Of a grid that ended; one in hundreds still waits for an answer."""
    for case in cases:
        if case.n % 8 == 0:
            for place in ("grid-0", "grid-9"):
                yield {"case_id": case.id, "place": place, "town": case.town, "home": "grid-1", "choices": "[]",
                       "state": "asked" if case.n % 1600 == 0 else "moved", "at": case.at}  # fmt: skip


def situations(cases: list[Case]) -> Iterator[Row]:
    """What sla knows of cases."""
    for case in cases:
        yield {"subject_id": case.id, "town": case.town, "number": case.number, "private": case.private,
               "seen_by": case.seen_by, "accepted_at": case.accepted_at, "reporters": f"|{case.reporter}|",
               "category": case.category, "place": f"grid-{case.n % 7}", "clock_ids": f'["{made_id(case, "10")}"]',
               "finder_unit": f"{case.town}/east-grid"}  # fmt: skip


def shares(cases: list[Case]) -> Iterator[Row]:
    """Each case is its lead's."""
    for case in cases:
        yield {"case_id": case.id, "unit": case.lead, "has_finished": not case.is_open}


def assisting(cases: list[Case]) -> Iterator[Row]:
    """As the work orders say."""
    for case in cases:
        if case.assists:
            yield {"unit": f"{case.town}/{case.assists}", "subject_id": case.id, "assists": True}


def clocks(cases: list[Case]) -> Iterator[Row]:
    """A limit of each case, and an earlier one of every second."""
    for case in cases:
        yield _clock(case, "10", "settle", is_open=case.is_open)
        if case.n % 2:
            yield _clock(case, "11", "verify" if case.n % 1501 == 2 else "accept", is_open=False)


def _clock(case: Case, kind: str, stage: str, *, is_open: bool) -> Row:
    due_at: str | None = written(case.moment + timedelta(days=5))
    state, verdict = "stopped", "late" if case.n % 12 == 1 else "excused" if case.n % 1511 == 2 else "in_time"
    if is_open:
        state, verdict = _open_state(case.n), "late" if case.n % 12 == 1 else ""
        due_at = None if state in ("paused", "withheld") or (state == "extended" and case.n % 2) else due_at
    elif case.n % 60 == 2:
        due_at = None
    return {
        "clock_id": made_id(case, kind), "subject_id": case.id, "town": case.town, "number": case.number,
        "stage": stage, "unit": case.lead, "level": case.level, "state": state,
        "due_at": due_at, "first_due_at": due_at, "verdict": verdict or None,
        "stopped_at": None if is_open else case.at, "is_unsettled": is_open, "revision": 1, "started_at": case.at,
    }  # fmt: skip


def _open_state(n: int) -> str:
    if n % 401 == 3:
        return "withheld"
    if n % 211 == 4 or n % 2503 == 1:
        return "extended"
    return "paused" if n % 17 == 2 else "breached" if n % 12 == 1 else "warned" if n % 9 == 0 else "running"


def moved(cases: list[Case]) -> Iterator[Row]:
    """What two revisions of the days have moved."""
    for case in cases:
        if case.n % 10 == 0:
            yield {"town": case.town, "revision": 1, "clock_id": made_id(case, "10"), "subject_id": case.id,
                   "number": case.number, "stage": "settle", "state": "running", "was_state": "running"}  # fmt: skip


def routing_cases(cases: list[Case]) -> Iterator[Row]:
    """What routing knows of cases."""
    for case in cases:
        yield {"case_id": case.id, "town": case.town, "private": case.private, "seen_by": case.seen_by,
               "reporters": f"|{case.reporter}|", "reported_at": case.at}  # fmt: skip


def routing_decisions(cases: list[Case]) -> Iterator[Row]:
    """A decision of each case, in routing."""
    for case in cases:
        yield {"case_id": case.id, "decision": 1, "town": case.town, "decided_at": case.at}


def notifications(cases: list[Case]) -> Iterator[Row]:
    """To each case's lead and to a person; mail and webhooks, of which many failed, beside."""
    for case in cases:
        told = {
            "subject_id": case.id,
            "town": case.town,
            "number": case.number,
            "made_at": case.at,
            "cause": None,
        }
        is_read = case.n < RECENT and case.n % 2003 != 1
        yield {"notification": made_id(case, "20"), "unit": case.lead, "person": None, "channel": "inbox",
               "state": "sent", "read_at": case.at if is_read else None, **told}  # fmt: skip
        if case.town == BIG and case.n % 3 == 0:
            person = FINDER if case.n % 9 == 0 else OFTEN
            yield {"notification": made_id(case, "21"), "unit": None, "person": person, "channel": "inbox",
                   "state": "sent", "read_at": case.at if is_read else None, **told}  # fmt: skip
        if case.n % 2:
            state = "uncertain" if case.n % 1999 == 4 else "failed" if case.n % 10 == 1 else "sent"
            yield {"notification": made_id(case, "22"), "unit": case.lead, "person": None, "channel": "mail",
                   "state": state, "read_at": None, **told}  # fmt: skip


def members(cases: list[Case]) -> Iterator[Row]:
    """Thousands, most of whom have left."""
    del cases
    for n in range(MUCH):
        yield {"unit": f"{BIG}/unit-{n % 40:02}", "person": f"p-{n:05}", "role": "unit_staff", "town": BIG,
               "held": n % 20 == 0, "changed_at": written(BEGAN)}  # fmt: skip
    for n in range(20):
        yield {"unit": f"{BIG}/{RARE_UNIT}", "person": f"p-{n:05}", "role": "unit_staff", "town": BIG,
               "held": True, "changed_at": written(BEGAN)}  # fmt: skip


def absences(cases: list[Case]) -> Iterator[Row]:
    """Of two years; the latest few are not over."""
    for case in cases[:: CASES // MUCH]:
        is_on = case.n >= CASES - 60 * (CASES // MUCH)
        yield {"id": made_id(case, "30"), "town": BIG, "person": "p-rare" if case.n % 499 == 1 else f"p-{case.n % 300}",
               "substitute": None, "stands": True, "from_at": case.at, "changed_at": case.at,
               "until_at": written(NOW + timedelta(days=3)) if is_on else case.at}  # fmt: skip


def grid_codes(cases: list[Case]) -> Iterator[Row]:
    """Codes that were given out."""
    for case in cases[:: CASES // MUCH]:
        yield {"id": made_id(case, "31"), "town": BIG, "street": "NH", "community": "ZY", "serial": case.n,
               "street_name": "南湖", "community_name": "中央", "separator": "", "joined": f"NHZY{case.n}",
               "given_at": case.at}  # fmt: skip


def grid_statements(cases: list[Case]) -> Iterator[Row]:
    """What was said of one grid again and again."""
    for case in cases[:: CASES // MUCH]:
        yield {"id": made_id(case, "32"), "town": BIG, "place": "grid-1", "facts": "{}", "since": case.at[:10],
               "source": "count", "by_role": "operator", "at": case.at}  # fmt: skip


def rota_turns(cases: list[Case]) -> Iterator[Row]:
    """Turns of two years, most of which are over."""
    for case in cases[:: CASES // MUCH]:
        is_ahead = case.n >= CASES - 200 * (CASES // MUCH)
        unit = RARE_UNIT if case.n % 499 == 1 else f"unit-{case.n % 40:02}"
        yield {"id": made_id(case, "33"), "town": BIG, "rota": "station", "unit": f"{BIG}/{unit}",
               "person": f"p-{case.n % 300}", "stands": True, "from_at": case.at, "changed_at": case.at,
               "until_at": written(NOW + timedelta(days=3)) if is_ahead else case.at}  # fmt: skip


def contacts(cases: list[Case]) -> Iterator[Row]:
    """Thousands, half of which have ended."""
    for case in cases[:: CASES // MUCH]:
        person = "p-rare" if case.n % 499 == 1 else f"p-{case.n % 300:05}"
        yield {"town": BIG, "entry": f"e-{case.n}", "person": person, "held": case.n % 2 == 0,
               "changed_at": case.at}  # fmt: skip


def hand_overs(cases: list[Case]) -> Iterator[Row]:
    """Hand-overs of two years."""
    for case in cases[:: CASES // MUCH]:
        yield {"id": made_id(case, "34"), "town": BIG, "unit": case.lead, "from_person": f"p-{case.n % 300}",
               "to_person": f"p-{case.n % 301}", "note": "", "contacts": 0, "opened_at": case.at}  # fmt: skip


def refused(cases: list[Case]) -> Iterator[Row]:
    """Attempts; those at codes are few and old."""
    for case in cases[:: CASES // MUCH]:
        yield {"id": 1_000 + case.n, "town": BIG, "what": "grid-code" if case.n < 200 else "publication",
               "code": "faulty", "detail": "x", "at": case.at}  # fmt: skip


def readings(cases: list[Case]) -> Iterator[Row]:
    """Readings of identities."""
    for case in cases[:: CASES // MUCH]:
        yield {
            "id": 1_000 + case.n,
            "town": case.town,
            "person": case.reporter,
            "by_role": "operator",
            "at": case.at,
        }


def account_events(cases: list[Case]) -> Iterator[Row]:
    """What became of accounts."""
    for case in cases[:: CASES // MUCH]:
        yield {"id": 1_000 + case.n, "at": case.at, "kind": "signed-in", "account": f"a-{case.n}"}


def accounts(cases: list[Case]) -> Iterator[Row]:
    """Accounts of the big town and of another."""
    for case in cases[:: CASES // MUCH]:
        yield {"id": f"a-{case.n}", "login": f"l-{case.n:06}", "person": f"p-{case.n}", "password": "x",
               "must_change": False, "disabled": False}  # fmt: skip


def account_roles(cases: list[Case]) -> Iterator[Row]:
    """What they are there."""
    for case in cases[:: CASES // MUCH]:
        for town in (BIG, TOWNS[-1]):
            for role in ("supervisor", "operator"):
                yield {
                    "account": f"a-{case.n}",
                    "town": town,
                    "role": role,
                    "unit": "",
                    "login": f"l-{case.n:06}",
                }


def token_events(cases: list[Case]) -> Iterator[Row]:
    """What became of tokens."""
    for case in cases[:: CASES // MUCH]:
        yield {"id": 1_000 + case.n, "at": case.at, "kind": "token-issued", "reference": f"r-{case.n}"}


def token_notes(cases: list[Case]) -> Iterator[Row]:
    """Tokens that were issued."""
    for case in cases[:: CASES // MUCH]:
        yield {"token_hash": f"h-{case.n}", "reference": f"r-{case.n:06}", "label": "", "issued_at": case.at}


def tokens(cases: list[Case]) -> Iterator[Row]:
    """And what they allow."""
    for case in cases[:: CASES // MUCH]:
        yield {"token_hash": f"h-{case.n}", "role": "operator", "unit": None, "person": case.reporter,
               "towns": f'["{case.town}"]', "valid_until": None, "revoked": False}  # fmt: skip


def jurisdictions(cases: list[Case]) -> Iterator[Row]:
    """The towns, and their villages."""
    del cases
    for town in TOWNS[2:]:
        yield {"key": town, "part_of": None, "name_zh": town, "name_en": town}
        for village in range(20):
            yield {"key": f"{town}.v{village:02}", "part_of": town, "name_zh": town, "name_en": town}


def registry_publications(cases: list[Case]) -> Iterator[Row]:
    """Four editions of every other town."""
    del cases
    for town in TOWNS[2:]:
        for number in range(1, 5):
            yield {"town": town, "number": number, "edition": f"{town}-{number}"}


def owed(cases: list[Case]) -> Iterator[Row]:
    """An occurrence of a duty for each case; of a few the duty is a rare one, and few were moved."""
    for case in cases:
        day = case.at[:10]
        yield {"id": case.id, "town": case.town, "duty": RARE_DUTY if case.n % 1993 == 11 else DUTY, "post": case.lead,
               "label": day, "held_on": day, "since": day, "opens_at": case.at, "moved": "{}", "also": "[]",
               "was_on": day if case.n % 1801 == 1 else None, "state": "open" if case.is_open else "met",
               "ordered": ORDER if case.town == BIG and case.n % 97 == 5 else None,
               "changed_at": case.at}  # fmt: skip


def kept(cases: list[Case]) -> Iterator[Row]:
    """A record for each of them."""
    for case in cases:
        yield {"id": case.id, "town": case.town, "form": RARE_DUTY if case.n % 1993 == 11 else DUTY, "about": "grid",
               "subject": case.number, "post": case.lead, "day": case.at[:10], "at": case.at, "is_finished": True,
               "occurrence": case.id if case.n % 2 else None, "facts": "{}", "lines": "[]",
               "pictures": "[]"}  # fmt: skip


def given_orders(cases: list[Case]) -> Iterator[Row]:
    """And some orders, one of which went to many."""
    for case in cases[:: CASES // MUCH]:
        yield {"id": case.id, "town": case.town, "number": case.number,
               "duty": RARE_DUTY if case.n % 1993 == 11 else DUTY, "words": "-", "about": "case",
               "subject": case.number, "post": case.lead, "issued_at": case.at, "due_at": case.at,
               "ended_at": None if case.is_open else case.at}  # fmt: skip
    yield {"id": ORDER, "town": BIG, "number": "many", "duty": DUTY, "words": "-",
           "about": None, "subject": None, "post": None, "issued_at": cases[0].at, "due_at": cases[0].at,
           "ended_at": None}  # fmt: skip


def leaves(cases: list[Case]) -> Iterator[Row]:
    """And some who asked for leave."""
    for case in cases[:: CASES // MUCH]:
        yield {"id": case.id, "town": case.town, "occurrence": case.id, "unit": case.lead, "person": case.reporter,
               "asked_of": f"{case.town}/{SECOND_UNIT}", "asked_at": case.at, "explanation": "-"}  # fmt: skip


def surveys(cases: list[Case]) -> Iterator[Row]:
    """Surveys that were given out."""
    for case in cases[:: CASES // MUCH]:
        yield {"id": case.id, "town": case.town, "form": DUTY, "about": "grid", "subject": "grid-1", "post": case.lead,
               "first": case.at[:10], "last": case.at[:10], "ends_at": case.at, "most": 100, "accounts_only": False,
               "answered": 7, "code_hash": case.id}  # fmt: skip


def samples(cases: list[Case]) -> Iterator[Row]:
    """Samples of spot checks."""
    for case in cases[:: CASES // MUCH]:
        strata = '[{"key":"case","share":20,"size":5,"drawn":1}]'
        yield {"id": case.id, "town": case.town, "form": DUTY, "post": case.lead, "of": "case", "first": case.at[:10],
               "last": case.at[:10], "seed": "00", "strata": strata, "drawn_at": case.at}  # fmt: skip


def sample_things(cases: list[Case]) -> Iterator[Row]:
    """What there was to draw from; the lot fell on one each."""
    for case in cases[:: CASES // MUCH]:
        for number in range(5):
            yield {"sample": case.id, "ref": f"{case.number}/{number}", "town": case.town, "stratum": "case",
                   "place": 1 if number == 2 else None}  # fmt: skip


def is_house(case: Case) -> bool:
    """Tell whether the entry that stands for a case is a house; the others are households in it."""
    return case.n % 10 < 2


def house_of(case: Case) -> str | None:
    """Return the house of the household that stands for a case: ten or so share one."""
    return None if is_house(case) else made_id(Case(case.n - case.n % 10), "e0")


def entries(cases: list[Case]) -> Iterator[Row]:
    """An entry of the ledger for each case; few have ended, on few of them sources differ."""
    for case in cases:
        home = is_house(case)
        yield {"id": made_id(case, "e0"), "town": case.town, "type": "house" if home else "household",
               "line": None if home else "population", "place": "grid-1", "about": house_of(case),
               "same_key": f"same-{case.n}", "said": 1, "touched_on": case.at[:10], "differs": case.n % 1777 == 2,
               "entered_at": case.at, "ended_on": case.at[:10] if case.n % 1801 == 2 else None, "erased_at": None,
               }  # fmt: skip


def statements(cases: list[Case]) -> Iterator[Row]:
    """What was said of each."""
    for case in cases:
        note = RARE_CATEGORY if case.n % 1993 == 12 else "-"
        facts = "{}" if is_house(case) else f'{{"members":3,"group":"{_group(case)}","note":"{note}"}}'
        yield {"entry_id": made_id(case, "e0"), "number": 1, "town": case.town, "event": "entered", "change": None,
               "facts": facts, "sealed": "{}", "since": case.at[:10], "source": "visit", "place": None,
               "by_role": "unit_staff", "by_unit": case.lead, "by_person": case.reporter, "at": case.at}  # fmt: skip


def entry_groups(cases: list[Case]) -> Iterator[Row]:
    """By which households are found as members of a group."""
    for case in cases:
        if not is_house(case) and case.n % 1801 != 2:
            yield {"entry_id": made_id(case, "e0"), "fact": "group", "value": _group(case), "town": case.town,
                   "type": "household"}  # fmt: skip


def _group(case: Case) -> str:
    return "alone" if case.n % 97 == 3 else "other"


def openings(cases: list[Case]) -> Iterator[Row]:
    """Who opened what is sealed."""
    for case in cases[:: CASES // MUCH]:
        yield {"id": 1_000 + case.n, "town": case.town, "entry_id": made_id(case, "e0"), "fact": "number",
               "at": case.at, "by_role": "unit_staff", "by_unit": case.lead, "by_person": case.reporter,
               "by_token": f"r-{case.n}", "client": "", "purpose": "a visit"}  # fmt: skip


def objections(cases: list[Case]) -> Iterator[Row]:
    """What was said to be counted wrongly."""
    for case in cases[:: CASES // MUCH]:
        yield {"id": made_id(case, "0b"), "town": case.town, "figure": "in-time", "span": "2026-Q1",
               "subject": "grid-1", "ref": case.id, "words": "the road was closed", "by_unit": case.lead,
               "by_person": case.reporter, "at": case.at, "upheld": None, "verdict": None, "decided_by": None,
               "decided_at": None}  # fmt: skip


def sent_documents(cases: list[Case]) -> Iterator[Row]:
    """Documents that were sent, each for a month of its own; document and edition are the pattern's."""
    for number, case in enumerate(cases[:: CASES // MUCH]):
        yield {"id": made_id(case, "0d"), "town": case.town, "span": f"{1100 + number // 12}-{number % 12 + 1:02}",
               "lines": "[]", "words": '["as it was"]', "by_unit": case.lead, "by_person": case.reporter,
               "at": case.at}  # fmt: skip


ROWS = {
    "intake": {
        "cases": intake_cases, "work_orders": orders, "history": history, "decisions": decisions,
        "clock_copies": of_some("case_id", "id"), "notice_copies": of_some("case_id", "id"),
        "publications": intake_publications, "retained_cases": retained, "erasures": erasures,
        "redecisions": redecisions, "redecided_cases": redecided, "rehomings": rehomings,
    },
    "sla": {
        "situations": situations, "shares": shares, "assisting": assisting, "clocks": clocks,
        "clock_versions": of_some("clock_id"), "moved": moved,
    },
    "routing": {"cases": routing_cases, "shares": shares, "decisions": routing_decisions},
    "notify": {"notifications": notifications},
    "duties": {
        "occurrences": owed, "records": kept, "leaves": leaves, "orders": given_orders, "surveys": surveys,
        "samples": samples, "sample_things": sample_things,
    },
    "ledger": {
        "entries": entries, "statements": statements, "entry_groups": entry_groups, "openings": openings,
    },
    "assess": {"objections": objections, "publications": sent_documents},
    "registry": {
        "members": members, "absences": absences, "grid_codes": grid_codes, "refused": refused,
        "grid_statements": grid_statements, "rota_turns": rota_turns, "contacts": contacts, "hand_overs": hand_overs,
        "accounts": accounts, "account_roles": account_roles, "account_events": account_events,
        "readings": readings, "token_events": token_events, "token_notes": token_notes, "tokens": tokens,
        "jurisdictions": jurisdictions, "publications": registry_publications,
    },
}  # fmt: skip
