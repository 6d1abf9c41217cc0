"""Merging on a page: what it would do is seen before; and a case as a slip of paper, with who held it how long."""

import re

from tests.console.town import TOWN, ConsoleTown

BASE = f"/towns/{TOWN}"


def test_what_merging_does_to_the_limits_is_seen_before_it_is_done(town: ConsoleTown) -> None:
    """Looking changes nothing; then one case ends in the other, which says so in its story."""
    first, second = (town.report("noise", f"a drill {n}", "drum-community") for n in range(2))
    browser, path = town.signed_in("watcher"), f"{BASE}/cases/{second['case']}/merge"
    page = browser.get(f"{path}?into={first['number']}").text
    assert f"What merging into {first['number']} does" in page
    assert re.search(r"settling: the other(&#39;s| takes)", page)
    assert town.case(second["case"])["state"] == "accepted"
    answer = browser.post(path, {"into": first["number"]}, seen_at=path)
    assert answer.status_code == 303, answer.text
    assert answer.headers["Location"].endswith(first["case"])
    assert town.case(second["case"])["state"] == "merged"


def test_what_can_not_be_merged_says_why(town: ConsoleTown) -> None:
    """Into itself, or into what is not there: a sentence, and the case stays as it was."""
    case = town.report("noise", "a drill", "drum-community")
    browser, path = town.signed_in("watcher"), f"{BASE}/cases/{case['case']}/merge"
    for into in (case["number"], "2020-999999"):
        page = browser.get(f"{path}?into={into}")
        assert page.status_code == 200
        assert "note warning" in page.text or 'id="refused"' in page.text
    assert browser.post(path, {"into": case["number"]}, seen_at=path).status_code in (409, 422)
    assert town.case(case["case"])["state"] == "accepted"


def test_a_case_says_who_held_it_and_goes_out_as_a_slip(town: ConsoleTown) -> None:
    """By name, and for how long; the slip has what somebody outside needs, and room to sign."""
    case = town.report("noise", "a drill\nat night", "drum-community")
    browser = town.signed_in("leader")
    page = browser.get(f"{BASE}/cases/{case['case']}").text
    held = page.split('id="held"')[1].split("</section>")[0]
    assert "leads" in held
    assert "min" in held
    slip = browser.get(f"{BASE}/cases/{case['case']}/slip").text
    for word in (case["number"], "a drill", "Drum community", "Handled by", "Date"):
        assert word in slip
