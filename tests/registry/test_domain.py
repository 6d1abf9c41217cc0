"""What may be published, held and issued: decided from values alone."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.domain.calendars import CalendarAmendment, Days, amend
from services.registry.domain.editions import Published, check_file_names, in_force, judge, scheduled
from services.registry.domain.keys import check_key, check_unit, root_of
from services.registry.domain.members import check_addresses, check_role
from services.registry.domain.refusals import catalogue
from services.registry.domain.tokens import Scope, check_scope
from shared.kernel.problems import Problem
from shared.web.callers import Role

NOW = datetime(2026, 3, 9, tzinfo=UTC)


def at(hours: int) -> datetime:
    """Return an instant some hours from now."""
    return NOW + timedelta(hours=hours)


def test_the_first_content_is_the_first_edition() -> None:
    """A town that never published gets number 1, at once."""
    verdict = judge("e1", None, NOW, [])
    assert (verdict.number, verdict.effective_at, verdict.is_new) == (1, NOW, True)


def test_the_content_in_force_again_changes_nothing() -> None:
    """Publishing what is in force is no new edition, however often it is done."""
    verdict = judge("e1", None, NOW, [Published("e1", 1, at(-5))])
    assert (verdict.number, verdict.effective_at, verdict.is_new) == (1, at(-5), False)


def test_an_earlier_content_may_come_back() -> None:
    """Returning to an earlier edition is a publication like any other, under a new number."""
    verdict = judge("e1", None, NOW, [Published("e1", 1, at(-5)), Published("e2", 2, at(-2))])
    assert (verdict.number, verdict.is_new) == (3, True)


def test_the_content_in_force_cannot_follow_a_scheduled_one_yet() -> None:
    """It would leave the town without rules until then: refused, naming the edition that is set to follow."""
    with pytest.raises(Problem) as refused:
        judge("e1", at(9), NOW, [Published("e1", 1, at(-5)), Published("e2", 2, at(5))])
    assert refused.value.code == "edition-in-force"
    assert "2" in refused.value.cause.en


def test_nothing_takes_effect_in_the_past() -> None:
    """An instant that has passed is refused; history is not rewritten."""
    with pytest.raises(Problem, match="effective-in-the-past"):
        judge("e2", at(-1), NOW, [])


@given(
    st.lists(
        st.tuples(st.sampled_from(["e1", "e2", "e3"]), st.none() | st.integers(0, 20), st.integers(0, 5)),
        max_size=8,
    )
)
def test_a_town_with_rules_always_has_rules(history: list[tuple[str, int | None, int]]) -> None:
    """Copies keep one row a content with its latest effect: whatever is published, some edition stays in
    force.
    """
    known: list[Published] = []
    copies: dict[str, Published] = {}
    now = NOW
    for edition, ahead, pause in history:
        now += timedelta(hours=pause)
        try:
            verdict = judge(edition, None if ahead is None else now + timedelta(hours=ahead), now, known)
        except Problem:  # only ever the content that is in force, with another to follow
            current = in_force(list(copies.values()), now)
            assert current is not None
            assert current.edition == edition
            continue
        had_rules = in_force(list(copies.values()), now) is not None
        if verdict.is_new:
            known.append(Published(edition, verdict.number, verdict.effective_at))
            copies[edition] = known[-1]
        assert not had_rules or in_force(list(copies.values()), now) is not None
        assert [one.number for one in known] == list(range(1, len(known) + 1))
        assert all(one.effective_at > now for one in scheduled(known, now))


@pytest.mark.parametrize(
    "name",
    [
        "../x/pack.yaml",
        "/etc/passwd",
        "t\\pack.yaml",
        "pack.yaml",
        "t/a/b.yaml",
        "t/..",
        "./a",
        "t/.hidden",
        "c:/a",
        "t/\n",
        "t/" + "a" * 300,
        "t/ ",
        "/a",
        "t/a\0",
    ],
)
def test_file_names_that_climb_or_hide_are_refused(name: str) -> None:
    """A pack's files are 'folder/file' and nothing else."""
    with pytest.raises(Problem, match="bad-file-name"):
        check_file_names({name: ""})
    check_file_names({"t-vtc/pack.yaml": "", "镇/规则.yaml": ""})


@pytest.mark.parametrize(
    "key", ["", "a b", "a/b", "a.b", "a\n", "a" * 101, "a\u200b", "e\u0301", "<a>", "*", "a\\b"]
)
def test_keys_without_shape_are_refused(key: str) -> None:
    """A key has no separators, no blanks, no controls, and one normal form."""
    with pytest.raises(Problem, match="bad-key"):
        check_key(key)


def test_units_belong_to_their_town() -> None:
    """A town's operator appoints to the town's units and those of its places, and to no other's."""
    assert check_unit("t/a", "t") == "t/a"
    assert check_unit("t.东村/网格站", "t") == "t.东村/网格站"
    assert root_of("t.east/station") == "t"
    for unit in ("u/a", "t", "t/", "/a", "tt/a", "t.x.y/a", "t/a/b"):
        with pytest.raises(Problem):
            check_unit(unit, "t")


def test_roles_and_addresses_are_checked_without_repeating_them() -> None:
    """A refusal names the channel and never the address: refusals are logged."""
    assert check_role("unit_staff") == "unit_staff"
    for role in ("engineer", "reporter", "king"):
        with pytest.raises(Problem, match="bad-role"):
            check_role(role)
    assert check_addresses({"mail": "a@b.cn", "webhook": "https://h.cn/x"})
    for channel, address in (
        ("mail", "a@b@c"),
        ("mail", "a b@c.cn"),
        ("mail", "a@b.cn\nBcc: x@y.z"),
        ("phone", "1"),
        ("webhook", "http://h.cn"),
        ("webhook", "https://u:p@h.cn"),
        ("webhook", "https://"),
        ("webhook", "https://["),
    ):
        with pytest.raises(Problem, match="bad-address") as refused:
            check_addresses({channel: address})
        assert address not in str(refused.value) + refused.value.cause.zh


@pytest.mark.parametrize(
    "scope",
    [
        Scope("king", ("t",)),
        Scope("operator", ()),
        Scope("operator", ("*",)),
        Scope("engineer", ("*", "t")),
        Scope("unit_staff", ("t",)),
        Scope("grid_worker", ("t",), person="p"),
        Scope("reporter", ("t",)),
        Scope("operator", ("a b",)),
        Scope("unit_staff", ("t",), "no-slash"),
        Scope("operator", ("t",), valid_until=NOW),
    ],
)
def test_scopes_that_make_no_sense_are_refused(scope: Scope) -> None:
    """Unknown roles, no town, every town for a town's role, no unit where one is spoken for, ended before
    begun.
    """
    with pytest.raises(Problem):
        check_scope(scope, NOW)


def test_sound_scopes_pass() -> None:
    """One of each role."""
    for scope in (
        Scope("operator", ("t",)),
        Scope("engineer", ("*",)),
        Scope("unit_staff", ("t",), "c/department"),
        Scope("reporter", ("t",), person="r"),
        Scope("grid_worker", ("t",), "t.e/grid", "p", at(1)),
        Scope("supervisor", ("t", "u")),
    ):
        assert check_scope(scope, NOW) == scope


DAYS = st.dates(date(2026, 1, 1), date(2026, 1, 12))
NAMED = st.dictionaries(DAYS, st.sampled_from(["春节", "x"]), max_size=4)


@given(st.lists(st.tuples(NAMED, NAMED, st.frozensets(DAYS, max_size=3)), max_size=6))
def test_the_later_word_about_a_day_counts(
    amendments: list[tuple[dict[date, str], dict[date, str], frozenset[date]]],
) -> None:
    """Against a slow retelling: each day is what the last accepted amendment that names it says."""
    known, told = Days(), dict[date, tuple[str, str]]()
    for holidays, make_up, ordinary in amendments:
        is_sound = not (holidays.keys() & make_up.keys() or ordinary & (holidays.keys() | make_up.keys()))
        try:
            known = amend(known, CalendarAmendment(Days(holidays, make_up), ordinary))
        except Problem:
            assert not is_sound
            continue
        assert is_sound
        told |= {day: ("holiday", name) for day, name in holidays.items()}
        told |= {day: ("make-up", name) for day, name in make_up.items()}
        told = {day: what for day, what in told.items() if day not in ordinary}
    assert known.holidays == {day: name for day, (kind, name) in told.items() if kind == "holiday"}
    assert known.make_up == {day: name for day, (kind, name) in told.items() if kind == "make-up"}


def test_years_out_of_reach_are_refused() -> None:
    """A slip of the finger in a year does not become a calendar."""
    for days in (
        Days(years=frozenset({20266})),
        Days({date(1026, 1, 1): "x"}),
        Days({date(2026, 1, 1): "x" * 200}),
    ):
        with pytest.raises(Problem, match="bad-calendar"):
            amend(Days(), CalendarAmendment(days))


def test_every_refusal_speaks_both_languages_with_a_status() -> None:
    """The catalogue has a status, and cause and remedy in Chinese and English, for every code."""
    for code in catalogue().codes:
        # What others keep from us passes by itself; everything else is the asker's to mend.
        assert code == "provider-away" or 400 <= (catalogue().status(code) or 0) < 500
        terms = dict.fromkeys(
            (
                "count",
                "name",
                "edition",
                "at",
                "number",
                "value",
                "what",
                "key",
                "part_of",
                "provider",
                "unit",
                "town",
                "role",
                "roles",
                "channel",
                "detail",
                "advice",
                "reference",
                "absence",
                "until",
                "units",
                "chain",
                "serial",
                "last",
                "allowed",
                "choices",
                "most",
                "login",
                "longest",
                "character",
                "reading",
                "readings",
                "written",
                "street",
                "community",
                "place",
                "fact",
                "known",
                "posts",
                "rota",
                "since",
                "days",
                "cause",
                "remedy",
            ),
            "x",
        )
        problem = catalogue().problem(code, None, **terms)
        assert all((problem.cause.zh, problem.cause.en, problem.remedy.zh, problem.remedy.en))


def test_roles_of_tokens_are_those_of_the_web() -> None:
    """Every role that a route may ask for can be issued, given what it needs."""
    for role in Role:
        towns = ("*",) if role is Role.ENGINEER else ("t",)
        assert check_scope(Scope(role.value, towns, "t/u", "p"), NOW).role == role.value
