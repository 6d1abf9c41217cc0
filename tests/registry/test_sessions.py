"""Signing in: one answer to whoever may not, a session that ends, its tokens with it, and no secret that is kept."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from services.registry.domain.accounts import AccountRole
from services.registry.domain.passwords import FIRST_FOR
from services.registry.domain.sessions import KEPT_FOR, LONGEST_AGENT, MOST_OPEN
from services.registry.store.tables import account_events, flow, sessions
from shared.contracts.short_tokens import LIFETIME, SESSION, Grant, ShortTokens, mark_of_end
from shared.flow.tokens import short_token_lookup
from shared.kernel.instants import parse_instant
from shared.kernel.session_life import SessionLife
from shared.web.quotas import Allowance, DoorSettings, Measure
from tests.notify.samples import NOON, SECRET
from tests.registry.house import TOWN
from tests.registry.sessions import LOGIN, PASSWORD, SignedInHouse

OTHER = "t-zq"
# Forty in an hour; a slice more may be given, and what comes back while the test runs.
FORTY, SOME = Allowance(40, 3600), 50


@pytest.fixture
def house() -> SignedInHouse:
    return SignedInHouse()


def test_signing_in_opens_a_session_of_a_person(house: SignedInHouse) -> None:
    """The secret stands in the answer and nowhere in the store; the session is the person's, for twelve hours."""
    house.give()
    answer = house.sign_in()
    opened = answer.get_json()
    assert (answer.status_code, answer.headers["Cache-Control"]) == (201, "no-store")
    assert opened["person"]["name"] == "Lan"
    assert parse_instant(opened["ends_at"]) - parse_instant(opened["opened_at"]) == SessionLife().longest
    shown = house.in_session("GET", "/v1/session", opened["session"]).get_json()
    assert shown["person"] == opened["person"]
    assert shown["reference"] == opened["reference"]
    assert shown["must_change_password"] is False
    (role,) = shown["roles"]
    assert (role["role"], role["towns"], role["unit"]) == ("operator", [TOWN], None)
    assert role["town_names"][TOWN].keys() == {"zh", "en"}
    stored = house.everything_stored()
    assert opened["session"] not in stored
    assert PASSWORD not in stored
    assert "Lan" not in stored


def test_whoever_may_not_sign_in_hears_one_and_the_same(house: SignedInHouse) -> None:
    """Unknown login, wrong password, closed account, first password past its week: nothing tells them apart."""
    house.give()
    closed, late = house.give(login="closed"), house.give(login="late", password=None)
    house.registry.accounts.set_disabled(None, "closed", disabled=True)
    house.pass_time(seconds=FIRST_FOR.total_seconds())
    tries = [("nobody", PASSWORD), (LOGIN, "not the password"), ("closed", closed), ("late", late)]
    said = [house.sign_in(login, password) for login, password in tries]
    assert {answer.status_code for answer in said} == {401}
    assert {answer.headers["WWW-Authenticate"] for answer in said} == {"Session"}
    bodies = [{**answer.get_json(), "trace": ""} for answer in said]
    assert bodies[0]["code"] == "sign-in-refused"
    assert all(body == bodies[0] for body in bodies)
    assert house.figure("gridcase_sign_ins_total", outcome="refused") == 4


def test_an_unknown_login_costs_as_much_as_a_known_one(house: SignedInHouse, monkeypatch: Any) -> None:
    """A password is verified for every try, against somebody's or nobody's."""
    house.give()
    verified: list[str] = []
    hasher = house_passwords(house)._hasher
    right = type(hasher).verify

    def counted(self: Any, kept: str, password: str) -> bool:
        verified.append(kept.rpartition("$")[0].rpartition("$")[0])  # the parameters, without salt and hash
        return bool(right(self, kept, password))

    monkeypatch.setattr(type(hasher), "verify", counted)
    for login in (LOGIN, "nobody"):
        assert house.sign_in(login, "not the password").status_code == 401
    known, unknown = verified
    assert known == unknown


def house_passwords(house: SignedInHouse) -> Any:
    return house.registry.sessions.passwords


@pytest.mark.parametrize("written", ["LAN", " lan ", "ｌａｎ"])
def test_letters_case_and_width_of_a_login_make_no_difference(house: SignedInHouse, written: str) -> None:
    """People write their login as it comes; the password is taken as it was typed."""
    house.give()
    assert house.sign_in(written).status_code == 201
    assert house.sign_in(LOGIN, PASSWORD.upper()).status_code == 401


def test_wrong_passwords_are_slowed_for_the_account_and_the_right_one_costs_nothing(
    house: SignedInHouse,
) -> None:
    """Twenty in an hour, from wherever they come: then 429 with when to come again; so for nobody's."""
    house.give()
    for _ in range(30):
        assert house.sign_in().status_code == 201  # none of these counts
    for login in (LOGIN, "nobody"):
        answers = [house.sign_in(login, "wrong", client=f"198.51.100.{n}") for n in range(25)]
        assert refused_after([answer.status_code for answer in answers], 401) in (20, 21)
        assert int(answers[-1].headers["Retry-After"]) > 0
    assert house.sign_in(client="203.0.113.9").status_code == 429
    assert house.sign_in("other", "wrong").status_code == 401


def refused_after(statuses: list[int], until_then: int) -> int:
    """After how many answers of one kind every other one was 429."""
    count = statuses.count(until_then)
    assert set(statuses[:count]) == {until_then}
    assert set(statuses[count:]) == {429}
    return count


def test_tries_from_one_address_are_limited_whatever_the_login() -> None:
    """As many as the quota says; whoever comes from elsewhere is not touched by it."""
    house = SignedInHouse(door=DoorSettings({Measure.SIGN_INS_ADDRESS: FORTY}))
    answers = [house.sign_in(f"nobody-{n}", "wrong").status_code for n in range(SOME)]
    assert 40 <= refused_after(answers, 401) < SOME
    assert house.sign_in("nobody-x", "wrong", client="203.0.113.9").status_code == 401


def test_a_session_opens_its_own_routes_and_no_other(house: SignedInHouse) -> None:
    """Nor does a token open one of a session's, of whichever role; a secret under the wrong scheme is nothing."""
    house.give(AccountRole("engineer", "*"))
    secret = house.secret()
    for scheme, shown, path in (
        ("Session", secret, f"/v1/towns/{TOWN}/calendar"),
        ("Session", secret, "/v1/tokens"),
        ("Bearer", secret, "/v1/tokens"),
        ("Bearer", secret, "/v1/session"),
        ("Bearer", house.engineer, "/v1/session"),
        ("Session", house.engineer, "/v1/session"),
        ("Session", house.short_token(secret), "/v1/session"),
        ("Session", "made-up", "/v1/session"),
        ("Session", "", "/v1/session"),
    ):
        assert house.sent("GET", path, {"Authorization": f"{scheme} {shown}"}).status_code == 401, (
            scheme,
            path,
        )
    assert house.in_session("GET", "/v1/session", secret).status_code == 200


def test_a_session_ends_by_itself(house: SignedInHouse) -> None:
    """After an hour without a word, and twelve hours after signing in however busy."""
    house.give()
    idle, busy = house.secret(), house.secret()
    for _ in range(13):
        house.pass_time(minutes=50)
        assert house.in_session("GET", "/v1/session", busy).status_code == 200
    assert house.in_session("GET", "/v1/session", idle).status_code == 401
    house.pass_time(minutes=50)
    assert house.in_session("GET", "/v1/session", busy).status_code == 200
    house.pass_time(minutes=30)
    assert house.in_session("GET", "/v1/session", busy).status_code == 401


def test_a_token_of_a_session_is_good_for_its_role_and_a_quarter_of_an_hour(house: SignedInHouse) -> None:
    """Role, towns, unit and person are the account's; nothing of the token is kept; it never outlasts its session."""
    house.give(AccountRole("operator", TOWN), AccountRole("unit_staff", TOWN, f"{TOWN}/u"))
    secret = house.secret()
    before = house.everything_stored().count("issued")
    token = house.short_token(secret, "operator")
    assert house.ask("GET", f"/v1/towns/{TOWN}/members", token).status_code == 200
    assert house.ask("GET", f"/v1/towns/{OTHER}/members", token).status_code == 404
    staff = house.short_token(secret, "unit_staff")
    assert house.ask("GET", f"/v1/towns/{TOWN}/members", staff).status_code == 403
    assert token not in house.everything_stored()
    assert house.everything_stored().count("issued") == before
    house.pass_time(seconds=LIFETIME.total_seconds())
    assert house.ask("GET", f"/v1/towns/{TOWN}/members", token).status_code == 401
    for minutes in [0, *[50] * 14]:
        house.pass_time(minutes=minutes)
        house.in_session("GET", "/v1/session", secret)
    own = house.in_session("GET", "/v1/session", secret).get_json()
    last = house.in_session("POST", "/v1/session/token", secret, {"role": own["roles"][0]["id"]}).get_json()
    assert parse_instant(last["ends_at"]) == parse_instant(own["ends_at"])


def test_a_person_acts_in_all_towns_of_a_role_with_one_token(house: SignedInHouse) -> None:
    """One role in several towns is one choice; roles of several kinds are several, the highest first."""
    house.give(AccountRole("supervisor", TOWN))
    house.registry.accounts.add(
        OTHER, wanted(AccountRole("supervisor", OTHER), AccountRole("operator", OTHER))
    )
    roles = house.in_session("GET", "/v1/session", house.secret()).get_json()["roles"]
    assert [(each["role"], each["towns"]) for each in roles] == [
        ("operator", [OTHER]),
        ("supervisor", sorted([TOWN, OTHER])),
    ]


def wanted(*roles: AccountRole) -> Any:
    from services.registry.handlers.accounts import NewAccount

    return NewAccount(LOGIN, roles)


def test_signing_out_ends_the_tokens_at_once(house: SignedInHouse) -> None:
    """Here at once, elsewhere by `token.changed`: a copy that heard of it takes the token no longer."""
    house.give()
    secret = house.secret()
    token, reference = (
        house.short_token(secret),
        house.in_session("GET", "/v1/session", secret).get_json()["reference"],
    )
    assert house.in_session("DELETE", "/v1/session", secret).status_code == 204
    assert house.in_session("GET", "/v1/session", secret).status_code == 401
    assert house.ask("GET", f"/v1/towns/{TOWN}/members", token).status_code == 401
    said = [message for message in house.said("token.changed") if message.data["role"] == SESSION]
    assert [(each.data["token_hash"], each.data["revoked"]) for each in said] == [
        (mark_of_end(reference), True)
    ]


def test_a_session_without_tokens_ends_without_a_word_to_anybody(house: SignedInHouse) -> None:
    """Nobody needs to know: no row is left in any service."""
    house.give()
    before = len(house.said("token."))
    assert house.in_session("DELETE", "/v1/session", house.secret()).status_code == 204
    assert len(house.said("token.")) == before


def test_own_sessions_are_seen_and_ended(house: SignedInHouse) -> None:
    """With from where and by what; somebody else's are as if they were not there."""
    house.give()
    house.give(login="other")
    first, second, others = house.secret(), house.secret(client="203.0.113.9"), house.secret("other")
    items = house.in_session("GET", "/v1/session/sessions", first).get_json()["items"]
    assert [(each["client"], each["this"]) for each in items] == [("203.0.113.9", False), ("192.0.2.7", True)]
    assert {each["agent"] for each in items} == {"a browser"}
    (foreign,) = house.in_session("GET", "/v1/session/sessions", others).get_json()["items"]
    path = "/v1/session/sessions"
    assert house.in_session("DELETE", f"{path}/{foreign['reference']}", first).status_code == 404
    assert house.in_session("DELETE", f"{path}/{items[0]['reference']}", first).status_code == 204
    assert house.in_session("DELETE", f"{path}/{items[0]['reference']}", first).status_code == 404
    assert house.in_session("GET", "/v1/session", second).status_code == 401
    assert house.in_session("GET", "/v1/session", others).status_code == 200


def test_what_a_browser_calls_itself_is_kept_short_and_inert(house: SignedInHouse) -> None:
    """A long name of control characters fills no row and turns no line."""
    house.give()
    body = {"login": LOGIN, "password": PASSWORD}
    house.sent("POST", "/v1/sessions", {"User-Agent": "x\x1b[31m" * 500}, body)
    with house.store.read() as conn:
        (agent,) = conn.scalars(sa.select(sessions.c.agent).where(sessions.c.agent != "a browser"))
    assert len(agent) <= LONGEST_AGENT
    assert agent.isprintable()


def test_a_person_has_a_bounded_number_of_sessions(house: SignedInHouse) -> None:
    """One more ends the one that was not used for longest."""
    house.give()
    opened = []
    for _ in range(MOST_OPEN + 1):
        house.pass_time(seconds=1)
        opened.append(house.secret())
    assert house.in_session("GET", "/v1/session", opened[0]).status_code == 401
    assert all(house.in_session("GET", "/v1/session", each).status_code == 200 for each in opened[1:])


def test_a_first_password_is_good_for_choosing_another_and_for_nothing_else(house: SignedInHouse) -> None:
    """Whoever gave it knows it: no token, no list of sessions, until its holder has chosen one."""
    first = house.give(password=None)
    secret = house.secret(password=first)
    assert house.in_session("GET", "/v1/session", secret).get_json()["must_change_password"] is True
    for method, path, body in (
        ("POST", "/v1/session/token", {"role": "x"}),
        ("GET", "/v1/session/sessions", None),
        ("DELETE", "/v1/session/sessions/x", None),
    ):
        answer = house.in_session(method, path, secret, body)
        assert (answer.status_code, answer.get_json()["code"]) == (403, "password-change-first")
    change = {"old": first, "new": PASSWORD}
    assert house.in_session("PUT", "/v1/session/password", secret, change).status_code == 204
    assert house.in_session("GET", "/v1/session", secret).get_json()["must_change_password"] is False
    house.short_token(secret)


def test_changing_the_password_ends_the_other_sessions(house: SignedInHouse) -> None:
    """Whoever had the old password is out, tokens and all; the one who changed it goes on."""
    house.give()
    mine, thiefs = house.secret(), house.secret()
    stolen = house.short_token(thiefs)
    new = "three elms by the ferry"
    wrong = house.in_session("PUT", "/v1/session/password", mine, {"old": "wrong", "new": new})
    assert (wrong.status_code, wrong.get_json()["code"]) == (403, "wrong-password")
    same = house.in_session("PUT", "/v1/session/password", mine, {"old": PASSWORD, "new": PASSWORD})
    assert (same.status_code, same.get_json()["code"]) == (422, "same-password")
    changed = house.in_session("PUT", "/v1/session/password", mine, {"old": PASSWORD, "new": new})
    assert changed.status_code == 204
    assert house.in_session("GET", "/v1/session", mine).status_code == 200
    assert house.in_session("GET", "/v1/session", thiefs).status_code == 401
    assert house.ask("GET", f"/v1/towns/{TOWN}/members", stolen).status_code == 401
    assert house.sign_in().status_code == 401
    assert house.sign_in(password=new).status_code == 201


def test_guessing_the_old_password_in_a_session_is_slowed_as_signing_in_is(house: SignedInHouse) -> None:
    """A session that somebody left open is no way to try passwords without end."""
    house.give()
    secret = house.secret()
    change = {"old": "wrong", "new": "three elms by the ferry"}
    said = [house.in_session("PUT", "/v1/session/password", secret, change).status_code for _ in range(24)]
    assert refused_after(said, 403) in (20, 21)


def test_every_sign_in_refusal_and_end_is_on_record(house: SignedInHouse) -> None:
    """Who, in which session and from where; what was typed as a login of nobody's stands nowhere."""
    house.give()
    house.sign_in("p4ssw0rd-typed-as-login", "x")
    house.sign_in(LOGIN, "wrong")
    secret = house.secret()
    house.in_session("DELETE", "/v1/session", secret)
    page = house.ask("GET", "/v1/audit/accounts", house.engineer).get_json()["items"]
    seen = [(each["what"], each["login"], each["client"]) for each in page[:4]]
    assert seen == [
        ("signed-out", LOGIN, "192.0.2.7"),
        ("signed-in", LOGIN, "192.0.2.7"),
        ("sign-in-refused", LOGIN, "192.0.2.7"),
        ("sign-in-refused", None, "192.0.2.7"),
    ]
    assert page[0]["session"] == page[1]["session"] is not None
    assert [each["what"] for each in page[4:]] == [
        "signed-out",
        "password-changed",
        "signed-in",
        "account-added",
    ]
    assert "p4ssw0rd-typed-as-login" not in house.everything_stored()
    older = house.ask("GET", "/v1/audit/accounts", house.engineer, limit=2).get_json()["next"]
    following = house.ask("GET", "/v1/audit/accounts", house.engineer, cursor=older).get_json()["items"]
    assert following == page[2:]


def test_ended_sessions_and_their_records_go_after_half_a_year(house: SignedInHouse) -> None:
    """Nothing of a sign-in is kept for ever, and nothing goes before."""
    house.give()
    house.secret()
    (duty,) = [duty for duty in house.service.duties if duty.name == "old-sessions"]
    house.pass_time(seconds=KEPT_FOR.total_seconds())
    assert duty.run(100) == 0 or rows(house, sessions) > 0
    house.pass_time(days=1)
    duty.run(100)
    assert (rows(house, sessions), rows(house, account_events)) == (0, 0)


def rows(house: SignedInHouse, table: sa.Table) -> int:
    with house.store.read() as conn:
        return conn.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def test_a_guest_reports_in_one_town_for_a_quarter_of_an_hour(house: SignedInHouse) -> None:
    """A reporter whom nobody was before, each time another; nothing of it is kept; no token where there is no town."""
    answers = [house.sent("POST", f"/v1/towns/{TOWN}/guest", {}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    look_up = short_token_lookup(house.store, SECRET)
    grants = [look_up(answer.get_json()["token"]) for answer in answers]
    assert {(each.role, each.towns, each.unit) for each in grants if each} == {("reporter", (TOWN,), None)}
    assert len({each.person for each in grants if each}) == 2
    assert parse_instant(answers[0].get_json()["ends_at"]) == NOON + LIFETIME
    assert "guest-" not in house.everything_stored()
    nowhere = house.sent("POST", f"/v1/towns/{OTHER}/guest", {})
    assert (nowhere.status_code, nowhere.get_json()["code"]) == (404, "unknown-town")
    house.pass_time(seconds=LIFETIME.total_seconds())
    assert look_up(answers[0].get_json()["token"]) is None


def test_a_guest_who_comes_back_with_an_ended_token_stays_the_same(house: SignedInHouse) -> None:
    """A phone that was out of the network for a night is who it was; after two days, or elsewhere, somebody new."""
    short = ShortTokens(SECRET)

    def guest(before: str | None = None) -> tuple[str, str]:
        headers = {"Authorization": f"Bearer {before}"} if before else {}
        token = house.sent("POST", f"/v1/towns/{TOWN}/guest", headers).get_json()["token"]
        grant = short.read(token)
        assert grant is not None
        return token, grant.person

    token, person = guest()
    house.pass_time(hours=12)
    assert guest(token)[1] == person
    strange = Grant("guest-x", "reporter", None, "guest-x", (OTHER,), 4_000_000_000)
    staff = Grant("guest-y", "operator", None, "guest-y", (TOWN,), 4_000_000_000)
    for other in (short.sign(strange), short.sign(staff), token + "x", "made-up"):
        assert guest(other)[1] not in (person, "guest-x", "guest-y")
    house.pass_time(hours=37)
    assert guest(token)[1] != person


def test_guest_tokens_are_limited_by_address() -> None:
    """As many as the quota says, from one; whoever comes from elsewhere is not touched by it."""
    house = SignedInHouse(door=DoorSettings({Measure.GUESTS: FORTY}))
    said = [house.sent("POST", f"/v1/towns/{TOWN}/guest", {}).status_code for _ in range(SOME)]
    assert 40 <= refused_after(said, 201) < SOME
    assert house.sent("POST", f"/v1/towns/{TOWN}/guest", {}, client="203.0.113.9").status_code == 201


def test_an_ended_session_leaves_one_mark_however_many_tokens_it_had(house: SignedInHouse) -> None:
    """Short tokens fill no table: a row for a session that was ended before its tokens, and that goes."""
    house.give()
    secret = house.secret()
    for _ in range(10):
        house.short_token(secret)
    house.in_session("DELETE", "/v1/session", secret)
    with house.store.read() as conn:
        marks = conn.execute(sa.select(flow.tokens).where(flow.tokens.c.role == SESSION)).mappings().all()
    assert len(marks) == 1
    assert marks[0]["valid_until"] <= NOON + timedelta(minutes=15)
