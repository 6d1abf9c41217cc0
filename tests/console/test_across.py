"""Figures of several towns on one page, each asked in the role that its reader holds there."""

import re

from tests.console.town import OTHER_TOWN, TOWN, ConsoleTown, Visitor

LOGIN = "two-towns"


def county(town: ConsoleTown) -> Visitor:
    """A browser of somebody who supervises both towns."""
    first = town.registry.add_account(LOGIN, "supervisor", TOWN, None, f"{LOGIN}-1")
    town.registry.add_account(LOGIN, "supervisor", OTHER_TOWN, None, f"{LOGIN}-1")
    return town.newly_signed_in(LOGIN, str(first))


def test_each_town_is_a_line_that_opens_it(town: ConsoleTown) -> None:
    """The figures are those of the town's own page; opening another town goes on in the role there."""
    town.report("noise", "a drill", "drum-community")
    browser = county(town)
    page = browser.get("/supervision").text
    lines = dict(re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', page, re.DOTALL))
    assert len(lines) == 2
    own = browser.get(f"/towns/{TOWN}/supervision").text
    whole = int(re.findall(r'<td class="n">(\d+)</td>', lines["Chengguan town"])[-1])
    figures = town.api("GET", f"/v1/towns/{TOWN}/deadlines/figures", town.operator)
    assert whole == sum(figures["counts"].values()) > 0
    assert 'href="/supervision"' in own

    (other,) = (line for name, line in lines.items() if name != "Chengguan town")
    (role,) = re.findall(r'name="role" value="([^"]+)"', other)
    back = f"/towns/{OTHER_TOWN}/supervision"
    answer = browser.post("/account/role", {"role": role, "back": back}, seen_at="/account")
    assert answer.headers["Location"] == back
    assert browser.get(back).status_code == 200


def test_whoever_has_one_town_or_none_is_told_so(town: ConsoleTown) -> None:
    """One line, and no link on the town's page; an engineer of all has no figures of any."""
    watcher = town.signed_in("watcher")
    assert watcher.get("/supervision").text.count('<th scope="row">') == 1
    assert 'href="/supervision"' not in watcher.get(f"/towns/{TOWN}/supervision").text
    assert "You have no town" in town.signed_in("engineer").get("/supervision").text
