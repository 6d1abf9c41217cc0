"""Following a report by number and code: on another device, without an account; the reporter's word on the result."""

import re

from tests.console.test_pages import BASE, report
from tests.console.town import TOWN, ConsoleTown, Visitor


def code_on(page: str) -> tuple[str, str]:
    """The number and the code that the last page of a report shows."""
    number, code = re.findall(r'<p class="big(?: code)?">([^<]+)</p>', page)
    return number, code


def reported(town: ConsoleTown, browser: Visitor, **form: object) -> tuple[str, str, str]:
    confirmed = report(browser, **form)
    return (confirmed.rpartition("/")[2], *code_on(browser.get(confirmed).text))


def test_number_and_code_lead_to_the_case_on_another_device(town: ConsoleTown) -> None:
    """As its reporter sees it; the address that stays in the browser says nothing of the code."""
    case, number, code = reported(town, town.visitor())
    elsewhere = town.visitor()
    sent = elsewhere.post(
        f"{BASE}/follow", {"number": number, "code": code.lower()}, seen_at=f"{BASE}/follow"
    )
    assert (sent.status_code, sent.headers["Location"]) == (303, f"{BASE}/cases/{case}")
    assert "a drill at night" in elsewhere.get(sent.headers["Location"]).text
    assert number in elsewhere.get(f"{BASE}/follow").text  # and stays at hand


def test_the_picture_is_the_link(town: ConsoleTown) -> None:
    """What the picture holds opens the case where nobody has typed anything."""
    browser = town.visitor()
    confirmed = report(browser)
    page = browser.get(confirmed).text
    assert '<svg aria-hidden="true"' in page
    assert 'class="qr"' in page
    (link,) = re.findall(r'href="http://localhost(/[^"]+/follow/[^"]+)"', page)
    case = confirmed.rpartition("/")[2]
    assert town.visitor().get(link).headers["Location"] == f"{BASE}/cases/{case}"


def test_a_wrong_code_says_so_and_keeps_the_number(town: ConsoleTown) -> None:
    """Nothing tells whether the number was somebody's."""
    _, number, _ = reported(town, town.visitor())
    for tried in (number, "2026-999999"):
        answer = town.visitor().post(
            f"{BASE}/follow", {"number": tried, "code": "00000-00000"}, seen_at=f"{BASE}/follow"
        )
        assert answer.status_code == 404
        assert "no case with this number and code" in answer.text
        assert f'value="{tried}"' in answer.text


def test_a_link_without_its_code_asks_for_it(town: ConsoleTown) -> None:
    """The number stands there already."""
    page = town.visitor().get(f"{BASE}/follow/2026-000001")
    assert page.status_code == 200
    assert 'value="2026-000001"' in page.text


def test_whoever_reports_without_a_name_follows_all_the_same(town: ConsoleTown) -> None:
    """The pass with which it was reported sees nothing of it; the code does."""
    browser = town.visitor()
    case, number, code = reported(town, browser, anonymous="yes")
    assert browser.get(f"{BASE}/cases/{case}").status_code == 200
    elsewhere = town.visitor()
    elsewhere.post(f"{BASE}/follow", {"number": number, "code": code}, seen_at=f"{BASE}/follow")
    assert elsewhere.get(f"{BASE}/cases/{case}").status_code == 200
    assert town.visitor().get(f"{BASE}/cases/{case}").status_code == 404


def _settled(town: ConsoleTown) -> tuple[Visitor, str]:
    browser = town.visitor()
    case, number, code = reported(town, browser, place="drum-community")
    town.time.wait_quiet()
    page = f"{BASE}/cases/{case}"
    taken = town.signed_in("leader").post(
        f"{page}/steps/settle", {"fact.result": "they stopped"}, seen_at=page
    )
    assert taken.status_code == 303, taken.text
    town.time.wait_quiet()
    elsewhere = town.visitor()
    elsewhere.post(f"{BASE}/follow", {"number": number, "code": code}, seen_at=f"{BASE}/follow")
    return elsewhere, page


def test_a_reporter_is_satisfied(town: ConsoleTown) -> None:
    """Said once, by the code alone; the page shows it from then on."""
    browser, page = _settled(town)
    assert 'value="yes"' in browser.get(page).text
    assert browser.post(f"{page}/satisfaction", {"satisfied": "yes"}, seen_at=page).status_code == 303
    after = browser.get(page).text
    assert "You said: satisfied" in after
    assert town.case(page.rpartition("/")[2])["satisfaction"][0]["satisfied"] is True


def test_dissatisfaction_has_its_consequence(town: ConsoleTown) -> None:
    """What the town's rules make of it is said at once, and has happened."""
    browser, page = _settled(town)
    browser.post(f"{page}/satisfaction", {"satisfied": "no", "note": "still loud"}, seen_at=page)
    after = browser.get(page).text
    assert "taken up again" in after
    town.time.wait_quiet()
    assert town.case(page.rpartition("/")[2])["round"] == 2
    assert TOWN in page
