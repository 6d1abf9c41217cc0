"""What pages show and do, over the real services: reporting, the desk, a case, supervision, messages, publications."""

import re
from io import BytesIO

import pytest

from tests.console.town import LEADER, OTHER_TOWN, TOWN, ConsoleTown, Visitor

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
BASE = f"/towns/{TOWN}"


def report(browser: Visitor, category: str = "noise", **form: object) -> str:
    """Report something by the form; return the page that confirms it."""
    path = f"{BASE}/report/{category}"
    given = {"text": "a drill at night", "channel": "app", "place": "drum-1", **form}
    answer = browser.post(path, given, seen_at=path)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def test_a_resident_reports_and_is_promised_a_day(town: ConsoleTown) -> None:
    """Without an account: the number, by when, by which clause, and who is responsible; then it can be followed."""
    browser = town.visitor()
    assert "noise" in browser.get(f"{BASE}/report").text
    confirmed = report(browser)
    town.time.wait_quiet()
    page = browser.get(confirmed).text
    assert re.search(r"\d{4}-\d{6}", page)
    assert re.search(r"By \w+ \d+ \w+ 24:00: settling", page)
    assert "P001-18.4" in page
    assert "responsible leader" in page
    followed = browser.get(f"{BASE}/follow").text
    assert "noise" in followed
    case = confirmed.rpartition("/")[2]
    assert "a drill at night" in browser.get(f"{BASE}/cases/{case}").text
    assert town.visitor().get(f"{BASE}/cases/{case}").status_code == 404  # nobody else's


def test_what_was_typed_survives_a_refusal(town: ConsoleTown) -> None:
    """A report that is refused says what to change, and asks nothing twice."""
    browser, path = town.visitor(), f"{BASE}/report/noise"
    form = {"text": "a drill at night", "channel": "none-such", "place": "drum-1", "name": "Lan"}
    answer = browser.post(path, form, seen_at=path)
    assert answer.status_code in (400, 422)
    assert "Not sent yet" in answer.text
    assert "none-such" in answer.text
    assert "a drill at night</textarea>" in answer.text
    assert '<option value="drum-1" selected>' in answer.text
    assert 'value="Lan"' in answer.text


def test_a_form_that_is_sent_twice_is_one_case(town: ConsoleTown) -> None:
    """The page's own key goes with it: a second press of the button, or a reload, yields the same case."""
    browser, path = town.visitor(), f"{BASE}/report/noise"
    key = browser.get(path).text.split('name="key" value="')[1].split('"')[0]
    assert report(browser, key=key) == report(browser, key=key)


def test_photographs_go_with_the_report(town: ConsoleTown) -> None:
    """They are shown on the case's page, as the file's own content, which may run nothing."""
    browser = town.visitor()
    confirmed = report(browser, photographs=(BytesIO(PNG), "before.png"))
    case = f"{BASE}/cases/{confirmed.rpartition('/')[2]}"
    page = browser.get(case).text
    (source,) = re.findall(r'<img loading="lazy" src="([^"]+)" alt="before.png">', page)
    file = browser.get(source)
    assert (file.status_code, file.data, file.content_type) == (200, PNG, "image/png")
    assert "sandbox" in file.headers["Content-Security-Policy"]


def test_a_photograph_that_is_none_does_not_lose_the_report(town: ConsoleTown) -> None:
    """The case is reported; why the file was not taken stands on the next page."""
    browser = town.visitor()
    confirmed = report(browser, photographs=(BytesIO(b"no picture at all"), "strange.png"))
    page = browser.get(confirmed)
    assert page.status_code == 200
    assert "strange.png:" in page.text


@pytest.mark.parametrize(
    ("language", "words", "expected"), [("zh", "楼上噪声", "噪声扰民"), ("en", "noise at night", "noise")]
)
def test_words_find_a_category(town: ConsoleTown, language: str, words: str, expected: str) -> None:
    """What was written goes on into the form."""
    browser = town.visitor(language)
    page = browser.get(f"{BASE}/report?text={words}").text
    likely = page.split('class="choices likely"')[1].split("</ul>")[0]
    assert expected in likely
    target = re.findall(r'href="([^"]+)"', likely)[0].replace("&amp;", "&")
    assert f">{words}</textarea>" in browser.get(target).text


def test_the_desk_shows_the_own_units_cases_by_time(town: ConsoleTown) -> None:
    """What is due first stands first, with its stage and what remains; another unit's is not there."""
    town.report("noise", "at the corner", "drum-community")
    page = town.signed_in("leader").get(f"{BASE}/desk").text
    rows = re.findall(r'<span class="left (\w+)">', page)
    assert rows
    assert "responsible leader" in page
    assert "smell of gas" not in page
    assert "left" in page
    filtered = town.signed_in("leader").get(f"{BASE}/desk?state=breached").text
    assert "No case fits" in filtered


def test_a_step_is_taken_and_the_page_says_so(town: ConsoleTown) -> None:
    """With its typed field; what is missing is refused beside the form, which keeps what was typed."""
    case = town.report("noise", "a drill", "drum-community")["case"]
    assert town.case(case)["assignment"]["lead"] == LEADER
    browser, path = town.signed_in("leader"), f"{BASE}/cases/{case}"
    assert f'action="{path}/steps/settle"' in browser.get(path).text
    refused = browser.post(f"{path}/steps/settle", {"note": "spoke to them"}, seen_at=path)
    assert refused.status_code in (400, 422)
    assert 'role="alert"' in refused.text
    assert "spoke to them</textarea>" in refused.text
    taken = browser.post(
        f"{path}/steps/settle", {"fact.result": "they stopped", "note": "thanks"}, seen_at=path
    )
    assert (taken.status_code, taken.headers["Location"]) == (303, path)
    town.time.wait_quiet()
    page = browser.get(path).text
    assert "Done: settle" in page
    assert "they stopped" in page
    assert town.case(case)["state"] in ("settled", "verified", "closed")


def test_a_case_says_who_why_and_why_then(town: ConsoleTown) -> None:
    """Holder, rule with its title, clauses, and a picture in which every day is named."""
    case = town.report("noise", "a drill", "drum-community")["case"]
    page = town.signed_in("watcher").get(f"{BASE}/cases/{case}").text
    assert "responsible leader of the grid" in page
    assert "a matter among its own" in page
    picture = page.split('<svg class="days"')[1].split("</svg>")[0]
    assert 'role="img"' in picture
    assert len(re.findall("<title>", picture)) == len(re.findall("<rect", picture)) > 3
    assert "day 3" in picture
    assert "the starting day, not counted" in picture
    assert "Why not" not in page
    assert "The other steps, and why not now" in page


def test_every_figure_opens_its_list(town: ConsoleTown) -> None:
    """As many rows as the figure says, for each link on the page."""
    browser = town.signed_in("watcher")
    page = browser.get(f"{BASE}/supervision").text
    found = re.findall(r'<td class="n[^"]*"><a href="([^"]+)">(\d+)</a>', page)
    assert found
    for path, figure in found:
        rows = browser.get(path.replace("&amp;", "&")).text.split("<tbody>")[1].count("<tr>")
        assert rows == int(figure), path


def test_messages_are_read_and_marked(town: ConsoleTown) -> None:
    """Unread first, each with the rule by which it was told; what is marked is gone from them, and stays under all."""
    number = town.report("noise", "a drill", "drum-community")["number"]
    browser = town.signed_in("leader")
    page = browser.get("/messages").text
    assert number in page
    assert "Why I was told" in page
    marks = re.findall(r'name="notification" value="([^"]+)"', page)
    assert browser.post("/messages/read", {"notification": marks}, seen_at="/messages").status_code == 303
    assert number not in browser.get("/messages").text
    assert number in browser.get("/messages?show=all").text


def test_a_town_that_published_nothing_says_what_comes_here(town: ConsoleTown) -> None:
    """An empty page explains itself, and anybody may look."""
    page = town.visitor().get(f"/towns/{OTHER_TOWN}/public")
    assert page.status_code == 200
    assert "Nothing has been published yet" in page.text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_page_shows_a_key(town: ConsoleTown, language: str) -> None:
    """Categories, units, places, states and rules are named in the reader's language."""
    case = town.report("noise", "...", "drum-1")["case"]
    browser = town.signed_in("watcher", language)
    for path in (f"{BASE}/cases/{case}", f"{BASE}/cases", f"{BASE}/supervision", f"{BASE}/desk"):
        text = re.sub(r"<[^>]+>", " ", browser.get(path).text)
        for key in (
            "drum-1",
            "grid-responsible-leader",
            "own-matter",
            "accepted_",
            "grid_worker",
            "drum-community",
        ):
            assert key not in text.replace("own-matter-limit", ""), (path, key)


@pytest.mark.parametrize(
    ("language", "category", "name"),
    [("zh", "网格划分与人员", "公示内容"), ("en", "grids and their persons", "what is published")],
)
def test_what_was_published_is_shown_to_anybody(
    town: ConsoleTown, language: str, category: str, name: str
) -> None:
    """With its result, in the reader's language; nobody's name is in it."""
    case = town.report("grid-layout", "the grids of this year", "drum-community")
    path = f"{BASE}/cases/{case['case']}"
    form = {"fact.published_as": "three grids, two persons each"}
    taken = town.signed_in("office").post(f"{path}/steps/announce", form, seen_at=path)
    assert taken.status_code == 303, taken.text
    town.time.wait_quiet()
    page = town.visitor(language).get(f"{BASE}/public").text
    assert category in page
    assert name in page
    assert "three grids, two persons each" in page
    assert case["number"] in page


def test_a_unit_that_assists_moves_its_own_share(town: ConsoleTown) -> None:
    """It accepts and says when its part is done; the lead's page has no such buttons, and a made-up form is refused."""
    found = town.case(town.report("gas-smell", "a smell of gas", "bridge-community")["case"])
    order = next(each for each in found["work_orders"] if each["part"] == "assist")
    path = f"{BASE}/cases/{found['case']}"
    share = f"{path}/orders/{order['id']}"
    lead = town.signed_in("gas")
    assert share not in lead.get(path).text
    refused = lead.post(share, {"move": "done"}, seen_at=path)
    assert refused.status_code == 403
    assert 'role="alert"' in refused.text
    helper = town.signed_in("helper")
    assert f'action="{share}"' in helper.get(path).text
    assert helper.post(share, {"move": "done", "note": "the road is closed"}, seen_at=path).status_code == 303
    states = {each["id"]: each["state"] for each in town.case(found["case"])["work_orders"]}
    assert states[order["id"]] == "done"
    assert share not in helper.get(path).text
