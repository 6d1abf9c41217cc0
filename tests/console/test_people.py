"""The room of people: who holds what, who is away, accounts and tokens of a town – on the real services."""

import re

import pytest

from tests.console.town import PASSWORD, TOWN, ConsoleTown, Visitor

PEOPLE = f"/towns/{TOWN}/people"
ABSENCES = f"/towns/{TOWN}/absences"
ACCOUNTS = f"/towns/{TOWN}/accounts"
TOKENS = f"/towns/{TOWN}/tokens"
GAS = f"{TOWN}/gas-unit"
AT_GAS = f"{PEOPLE}/unit?unit={GAS}"


@pytest.fixture(scope="module")
def keeper(town: ConsoleTown) -> Visitor:
    """Who keeps the town's people."""
    return town.signed_in("keeper")


@pytest.fixture(scope="module")
def engineer(town: ConsoleTown) -> Visitor:
    """Who keeps its accounts."""
    return town.signed_in("engineer")


def hold(browser: Visitor, unit: str, person: str, held: str = "") -> None:
    """Enter that somebody holds a place in a unit, or no longer."""
    form = {"unit": unit, "person": person, "role": "unit_staff"} | ({"held": held} if held else {})
    answer = browser.post(f"{PEOPLE}/unit", form, seen_at=f"{PEOPLE}/unit?unit={unit}")
    assert answer.status_code == 303, answer.text


def main_of(page: str) -> str:
    """What stands on a page beside its frame."""
    return page.split("<main", 1)[1]


def test_units_are_shown_by_name_with_those_who_hold_them(keeper: Visitor) -> None:
    """No key of a unit or a role is shown, and the way to its cases is there."""
    page = main_of(keeper.get(PEOPLE).text)
    assert f'href="/towns/{TOWN}/cases?unit=' in page
    assert ">staff-1</a>" in page
    texts = re.sub(r"<[^>]+>", " ", page)
    assert "unit_staff" not in texts
    assert f"{TOWN}/" not in texts
    assert not re.search(r">(?:[^<]*· )?grid<", page)  # a sample house's unit that no rule names


def test_whoever_may_not_see_cases_has_no_link_to_them(engineer: Visitor) -> None:
    """An engineer keeps people and reads no case."""
    for path in (PEOPLE, AT_GAS, f"{PEOPLE}/staff-1"):
        page = engineer.get(path)
        assert page.status_code == 200
        assert "/cases?" not in main_of(page.text)


def test_a_unit_that_its_last_holder_leaves_is_vacant_until_somebody_is_entered(keeper: Visitor) -> None:
    """It comes to the list of vacancies, says what that means, and goes from there again."""
    assert AT_GAS not in keeper.get(f"{PEOPLE}?which=vacant").text
    hold(keeper, GAS, "staff-1", "no")
    assert "Nobody holds this unit" in keeper.get(AT_GAS).text
    assert AT_GAS.removeprefix(PEOPLE) in keeper.get(f"{PEOPLE}?which=vacant").text
    hold(keeper, GAS, "staff-1")
    assert "Nobody holds this unit" not in keeper.get(AT_GAS).text
    assert AT_GAS.removeprefix(PEOPLE) not in keeper.get(f"{PEOPLE}?which=vacant").text


def test_somebody_who_leaves_is_seen_with_all_that_is_held(keeper: Visitor) -> None:
    """Each unit with the way to its open cases, and whether anybody else holds it; places end from there."""
    hold(keeper, GAS, "leaver-1")
    page = main_of(keeper.get(f"{PEOPLE}/leaver-1").text)
    assert f"/towns/{TOWN}/cases?unit={GAS}" in page
    assert "1 more hold it" in page
    own = f"/towns/{TOWN}/cases?assignee=leaver-1"
    assert own in page
    assert "given to leaver-1" in keeper.get(own).text
    form = {"unit": GAS, "person": "leaver-1", "role": "unit_staff", "held": "no", "back": "leaver-1"}
    answer = keeper.post(f"{PEOPLE}/unit", form, seen_at=f"{PEOPLE}/leaver-1")
    assert answer.headers["Location"] == f"{PEOPLE}/leaver-1?done=ended"
    assert "holds no unit" in keeper.get(answer.headers["Location"]).text


def test_a_name_is_shown_when_asked_for_and_recorded(town: ConsoleTown, keeper: Visitor) -> None:
    """It stands in no list; whoever reads it is on record."""
    form = {"unit": GAS, "person": "named-1", "role": "unit_staff", "name": "Lan of the gas works"}
    assert keeper.post(f"{PEOPLE}/unit", form, seen_at=AT_GAS).status_code == 303
    for path in (PEOPLE, AT_GAS, f"{PEOPLE}/named-1"):
        assert "Lan of the gas works" not in keeper.get(path).text
    shown = keeper.post(f"{PEOPLE}/named-1/name", {}, seen_at=f"{PEOPLE}/named-1")
    assert "Lan of the gas works" in shown.text
    engineer = town.registry.issue_token("engineer", None, None, ("*",))
    town.time.wait_quiet()
    read = town.api("GET", "/v1/audit/identities", engineer)["items"]
    assert any(each["person"] == "named-1" for each in read)
    hold(keeper, GAS, "named-1", "no")


def test_a_supervisor_sees_people_and_changes_no_place(town: ConsoleTown) -> None:
    """No form is shown, and one that is made up is refused by the registry with words of its own."""
    watcher = town.signed_in("watcher")
    assert 'name="held"' not in watcher.get(AT_GAS).text
    form = {"unit": GAS, "person": "staff-9", "role": "unit_staff"}
    answer = watcher.post(f"{PEOPLE}/unit", form, seen_at=AT_GAS)
    assert answer.status_code == 403
    assert "staff-9" not in watcher.get(AT_GAS).text


def test_an_absence_is_entered_shown_and_ended(keeper: Visitor) -> None:
    """With who stands in, out of the same unit; the person is marked wherever shown."""
    hold(keeper, GAS, "ill-1")
    path = f"{ABSENCES}?person=ill-1"
    assert '<option value="staff-1"' in main_of(keeper.get(path).text)
    form = {
        "person": "ill-1",
        "from": "2020-01-06T08:00",
        "until": "2099-01-09T08:00",
        "substitute": "staff-1",
    }
    assert keeper.post(ABSENCES, form, seen_at=path).headers["Location"] == f"{ABSENCES}?done=entered"
    listed = main_of(keeper.get(ABSENCES).text)
    assert "ill-1" in listed
    assert "staff-1 stands in" in keeper.get(AT_GAS).text
    (end,) = re.findall(rf'action="({ABSENCES}/[^"]+/end)"', listed)
    assert keeper.post(end, {}, seen_at=ABSENCES).status_code == 303
    assert "stands in" not in keeper.get(AT_GAS).text
    hold(keeper, GAS, "ill-1", "no")


@pytest.mark.parametrize(
    "changed",
    [{"from": ""}, {"until": "soon"}, {"until": "2019-01-01T08:00"}, {"substitute": "staff-1"}],
)
def test_an_absence_that_can_not_be_is_said_beside_its_form(keeper: Visitor, changed: dict[str, str]) -> None:
    """What was typed stays, and the words say what to change."""
    form = {"person": "staff-1", "from": "2020-01-06T08:00", "until": "2099-01-09T08:00", "substitute": ""}
    answer = keeper.post(ABSENCES, form | changed, seen_at=f"{ABSENCES}?person=staff-1")
    assert answer.status_code == 422, answer.text
    assert 'role="alert"' in answer.text or 'class="fault"' in answer.text
    assert 'value="2099-01-09T08:00"' in answer.text or "until" in changed


def test_an_account_is_given_with_a_password_that_is_shown_once(town: ConsoleTown, engineer: Visitor) -> None:
    """It opens the account; afterwards no page shows it."""
    form = {"login": "fresh", "role": "unit_staff", "unit": GAS, "person": "fresh-1"}
    answer = engineer.post(ACCOUNTS, form, seen_at=ACCOUNTS)
    (password,) = re.findall(r'<p class="big"><code>([^<]+)</code>', answer.text)
    assert answer.headers["Cache-Control"] == "no-store"
    assert password not in engineer.get(f"{ACCOUNTS}/fresh").text
    assert "fresh" in engineer.get(ACCOUNTS).text
    town.time.wait_quiet()
    assert town.newly_signed_in("fresh", password).get(f"/towns/{TOWN}/desk").status_code == 200


def test_roles_are_given_and_taken(engineer: Visitor) -> None:
    """One beside the other; the last stays, since an account without any is one to be shut."""
    engineer.post(ACCOUNTS, {"login": "doubly", "role": "supervisor"}, seen_at=ACCOUNTS)
    path, roles = f"{ACCOUNTS}/doubly", f"{ACCOUNTS}/doubly/roles"
    assert (
        engineer.post(roles, {"role": "unit_staff", "unit": GAS, "deed": "give"}, seen_at=path).status_code
        == 303
    )
    assert engineer.get(path).text.count('value="take"') == 2
    assert (
        engineer.post(roles, {"role": "supervisor", "unit": "", "deed": "take"}, seen_at=path).status_code
        == 303
    )
    assert 'value="take"' not in engineer.get(path).text
    refused = engineer.post(roles, {"role": "unit_staff", "unit": GAS, "deed": "take"}, seen_at=path)
    assert refused.status_code in (400, 422)
    assert 'role="alert"' in refused.text


def test_an_account_is_shut_opened_and_given_another_password(town: ConsoleTown, engineer: Visitor) -> None:
    """Shut, its sessions end at once; opened again it signs in; a reset shows a password once."""
    given = engineer.post(ACCOUNTS, {"login": "changing", "role": "supervisor"}, seen_at=ACCOUNTS)
    (password,) = re.findall(r'<p class="big"><code>([^<]+)</code>', given.text)
    path, change = f"{ACCOUNTS}/changing", f"{ACCOUNTS}/changing/change"
    town.time.wait_quiet()
    browser = town.newly_signed_in("changing", password)
    assert engineer.post(change, {"deed": "end-sessions"}, seen_at=path).status_code == 303
    assert browser.post("/sign-in", {"login": "changing", "password": PASSWORD}).status_code == 303
    assert engineer.post(change, {"deed": "disable"}, seen_at=path).status_code == 303
    assert "shut" in main_of(engineer.get(path).text)
    assert town.visitor().post("/sign-in", {"login": "changing", "password": PASSWORD}).status_code == 401
    assert engineer.post(change, {"deed": "enable"}, seen_at=path).status_code == 303
    assert town.signed_in("changing").get("/account").status_code == 200
    reset = engineer.post(change, {"deed": "reset"}, seen_at=path)
    assert len(re.findall(r'<p class="big"><code>[^<]+</code>', reset.text)) == 1
    assert town.visitor().post("/sign-in", {"login": "changing", "password": PASSWORD}).status_code == 401


def test_a_town_s_token_is_issued_shown_once_and_revoked(town: ConsoleTown, engineer: Visitor) -> None:
    """It works until it is revoked; lists know it by its label and reference."""
    form = {"label": "the hotline", "role": "operator", "person": "hotline-1"}
    answer = engineer.post(TOKENS, form, seen_at=TOKENS)
    (token,) = re.findall(r'<p class="big"><code>([^<]+)</code>', answer.text)
    town.time.wait_quiet()
    town.api("GET", f"/v1/towns/{TOWN}/cases", token)
    listed = main_of(engineer.get(TOKENS).text)
    assert token not in listed
    (reference,) = re.findall(
        r'name="reference" value="([^"]+)" aria-label="Yes, do it Revoke the hotline"', listed
    )
    assert engineer.post(f"{TOKENS}/revoke", {"reference": reference}, seen_at=TOKENS).status_code == 303
    assert f'value="{reference}"' not in engineer.get(TOKENS).text
    assert reference in engineer.get(f"{TOKENS}?show=all").text


@pytest.mark.parametrize(
    "changed", [{"role": ""}, {"role": "unit_staff"}, {"valid_until": "2001-01-01T00:00"}]
)
def test_a_token_that_makes_no_sense_is_refused_in_words(engineer: Visitor, changed: dict[str, str]) -> None:
    """The label that was typed stays in its field."""
    form = {"label": "a thing", "role": "operator"} | changed
    answer = engineer.post(TOKENS, form, seen_at=TOKENS)
    assert answer.status_code in (400, 422)
    assert 'role="alert"' in answer.text
    assert 'value="a thing"' in answer.text


def test_an_engineer_of_one_town_keeps_its_tokens_without_a_list_of_all(town: ConsoleTown) -> None:
    """The registry lists tokens to those of the whole platform alone: the page says so and takes a reference."""
    first = town.registry.add_account("local", "engineer", TOWN, None, "local-1")
    town.time.wait_quiet()
    local = town.newly_signed_in("local", str(first))
    page = local.get(TOKENS)
    assert page.status_code == 200
    assert "engineers of the whole platform alone" in page.text
    issued = local.post(TOKENS, {"label": "own", "role": "operator"}, seen_at=TOKENS)
    (reference,) = re.findall(r"reference ([0-9a-f-]+)\)", issued.text)
    assert local.post(f"{TOKENS}/revoke", {"reference": reference}, seen_at=TOKENS).status_code == 303
    assert local.get("/platform").status_code == 403
    assert local.get("/platform/tokens").status_code == 403
    beyond = {"label": "all", "role": "engineer", "towns": "*"}
    assert local.post("/platform/tokens", beyond, seen_at="/account").status_code == 403


def test_editions_are_listed_with_number_day_and_publisher(town: ConsoleTown) -> None:
    """The one in force is told by a word."""
    page = main_of(town.signed_in("watcher").get(f"/towns/{TOWN}/editions").text)
    assert "No. 1" in page
    assert "in force" in page
