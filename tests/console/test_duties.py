"""Pages of duties without a script: my day, forms made from the pack, what is missing, meetings, leave, the year."""

import re
from collections.abc import Iterator
from io import BytesIO

import pytest

from tests.console.owing import BASE, OwingConsole, owing_console
from tests.occurrences.conftest import EAST, OFFICE, WEST
from tests.occurrences.packs import TOWN
from tests.occurrences.pictures import jpeg, png
from tests.occurrences.test_plans import PLANNED

LOG, PATROL, MEETING = "log-of-the-day", "patrols", "weekly-meeting"


@pytest.fixture
def town() -> Iterator[OwingConsole]:
    """The town on the morning of Monday the 2nd of March 2026."""
    with owing_console() as found:
        yield found


def form_at(town: OwingConsole, duty: str, day: str = "2026-03-02", post: str = EAST) -> str:
    """Where the record of an occurrence is filled in."""
    return f"{BASE}/occurrences/{town.occurrence(duty, day, post)['id']}/record"


def main_of(text: str) -> str:
    """What a page says, without its frame."""
    return text.split("<main", 1)[1].split("</main>", 1)[0]


def test_my_day_says_what_is_owed_by_the_time_that_remains(town: OwingConsole) -> None:
    """Due today before what is late is told by how late it is; the form is one touch away, and then it is gone."""
    town.advance("2026-03-03 09:00")
    east = town.signed_in("east")
    page = main_of(east.get(f"{BASE}/day").text)
    assert page.index("Due today: 2") < page.index("Late: ")
    path = form_at(town, LOG, "2026-03-03")
    assert f'href="{path}' in page
    answer = east.post(path, {"fact.done": "two visits", "day": "2026-03-03", "key": "k1"}, seen_at=path)
    assert answer.status_code == 303
    assert town.occurrence(LOG, "2026-03-03", EAST)["state"] == "met"
    assert path not in main_of(east.get(f"{BASE}/day").text)


def test_what_is_entered_after_its_day_is_kept_and_marked(town: OwingConsole) -> None:
    """The form of what was missed is of its own day; the record says that it is late."""
    town.advance("2026-03-04 09:00")
    path, east = form_at(town, LOG), town.signed_in("east")
    assert 'value="2026-03-02"' in east.get(path).text
    answer = east.post(path, {"fact.done": "late", "day": "2026-03-02", "key": "k"}, seen_at=path)
    said = east.get(str(answer.headers["Location"])).text
    assert "marked late" in said
    assert '<span class="tag late">late</span>' in said
    assert town.occurrence(LOG, "2026-03-02", EAST)["state"] == "late"


def test_a_form_that_is_sent_again_makes_no_second_record(town: OwingConsole) -> None:
    """By its key, as a phone sends it that never got the answer; the place where it led is the same."""
    path, east = form_at(town, LOG), town.signed_in("east")
    sent = {"fact.done": "once", "day": "2026-03-02", "key": "the-phones-own"}
    first, again = (
        east.post(path, sent, seen_at=path, headers={"X-Gridcase-Later": "yes"}).json for _ in range(2)
    )
    assert first == again
    assert len(town.records(form="work-log")) == 1


def test_what_is_missing_or_no_number_is_said_beside_what_was_typed(town: OwingConsole) -> None:
    """Nothing is lost of it, and nothing kept."""
    path, east = form_at(town, LOG), town.signed_in("east")
    missing = east.post(path, {"fact.situation": "the river is high", "key": "k"}, seen_at=path)
    assert (missing.status_code, "lacks: done" in missing.text) == (422, True)
    assert "the river is high" in missing.text
    typed = east.post(path, {"fact.done": "x", "fact.hours": "many", "key": "k"}, seen_at=path)
    assert typed.status_code == 422
    assert town.records() == []


def test_duties_come_into_a_calendar_by_an_address(town: OwingConsole) -> None:
    """Made on a page, told once, in the maker's language, good until it is revoked there."""
    east, page = town.signed_in("east", "zh"), f"{BASE}/duties/calendar"
    assert f'href="{page}"' in east.get(f"{BASE}/duties/year").text
    shown = east.post(page, {}, seen_at=page).text
    (path,) = re.findall(r"https?://[^/]+(/v1/towns/[^\"<]+/duties\.ics)", shown)[:1]
    feed = east.get(path)
    assert (feed.status_code, "周例会" in feed.text) == (200, True)
    again = east.get(page).text
    assert path not in again
    (reference,) = re.findall(r'name="reference" value="([^"]+)"', again)
    east.post(f"{page}/revoke", {"reference": reference, "sure": "yes"}, seen_at=page)
    assert east.get(path).status_code == 404


def test_a_week_shows_each_day_with_what_it_owed_and_what_was_written(town: OwingConsole) -> None:
    """The worker's own and, for who checks it, another's; what is missing leads the worker to its form."""
    path, east = form_at(town, LOG), town.signed_in("east")
    east.post(path, {"fact.done": "two visits in the lane", "day": "2026-03-02", "key": "k"}, seen_at=path)
    town.advance("2026-03-04 09:00")
    east = town.signed_in("east")
    own = main_of(east.get(f"{BASE}/duties/week").text)
    assert own.index("two visits in the lane") < own.index(form_at(town, LOG, "2026-03-03"))
    checked = main_of(town.signed_in("supervisor").get(f"{BASE}/duties/week?unit={EAST}&day=2026-03-05").text)
    assert "two visits in the lane" in checked
    assert '/record"' not in checked  # who checks it fills nothing in
    assert "two visits" not in main_of(east.get(f"{BASE}/duties/week?day=2026-03-10").text)


def test_plans_stand_beside_what_was_held(town: OwingConsole) -> None:
    """Nothing asks for one in this town; the page says so, and a plan of such a meeting is refused in words."""
    office, page = town.signed_in("office"), f"{BASE}/duties/plans"
    assert "No meeting or training is to be planned" in main_of(office.get(page).text)
    sent = {"duty": MEETING, "label": "2026-03-09", "post": OFFICE, "item": "topics"}
    no = office.post(page, sent, seen_at=page)
    assert (no.status_code, "no plan is asked for" in no.text) == (422, True)
    town.registry.publish(TOWN, PLANNED)
    town.house.world.settle()
    assert main_of(office.get(page).text).count("Plan it</summary>") > 20
    half = {"duty": MEETING, "label": "2026-03-09", "post": OFFICE, "item": ["the river", ""]}
    refused = office.post(page, half, seen_at=page)
    assert (refused.status_code >= 400, "the river</textarea>" in refused.text) == (True, True)
    whole = {**half, "item": ["the river", "a map"]}
    assert office.post(page, whole, seen_at=page).status_code == 303
    shown = main_of(office.get(page).text)
    assert '<dt>papers</dt><dd class="said">a map</dd>' in shown
    assert "Plan it</summary>" not in main_of(town.signed_in("east").get(page).text)


def test_pictures_go_with_their_record(town: OwingConsole) -> None:
    """Chosen in the form, shown at the record, kept or left by a correction; sent again they are the same."""
    path, east = form_at(town, PATROL), town.signed_in("east")
    assert 'name="pictures"' in east.get(path).text
    assert 'name="pictures"' not in east.get(form_at(town, LOG)).text

    def sent() -> dict[str, object]:
        files = [(BytesIO(jpeg(6)), "one.jpg", "image/jpeg"), (BytesIO(png()), "two.png", "image/png")]
        return {"fact.found": "a lid is loose", "key": "k", "pictures": files}

    places = {str(east.post(path, sent(), seen_at=path).headers["Location"]) for _ in range(2)}
    (place,) = places
    shown = re.findall(r'<img loading="lazy" src="([^"]+)" alt="Photograph \d"', east.get(place).text)
    assert len(shown) == 2
    got = east.get(shown[0])
    assert (got.status_code, got.content_type) == (200, "image/jpeg")
    assert got.headers["Content-Security-Policy"].startswith("sandbox")
    form = f"{place}/correct"
    first, second = re.findall(r'name="picture" value="([^"]+)" checked', east.get(form).text)
    fixed = east.post(form, {"fact.found": "it is fixed", "key": "k2", "picture": [second]}, seen_at=form)
    left = east.get(str(fixed.headers["Location"])).text
    assert (first in left, second in left) == (False, True)


def test_a_picture_that_is_none_is_refused_beside_what_was_typed(town: OwingConsole) -> None:
    """No record is kept; what was typed stays, and the picture that was taken stands in the form to be sent with it."""
    path, east = form_at(town, PATROL), town.signed_in("east")
    strange = [(BytesIO(png()), "one.png", "image/png"), (BytesIO(b"none"), "two.png", "image/png")]
    no = east.post(path, {"fact.found": "a lid", "key": "k", "pictures": strange}, seen_at=path)
    assert (no.status_code, "a lid" in no.text, "not accepted" in no.text) == (415, True, True)
    assert town.records() == []
    assert 'name="picture"' in no.text


def test_a_finding_becomes_a_case_with_the_words_of_the_record(town: OwingConsole) -> None:
    """Words, place and pictures are typed once; sent again there is one record and one case."""
    path, east = form_at(town, PATROL), town.signed_in("east")
    sent = {
        "fact.found": "two families shout",
        "found": "quarrel",
        "place": "east",
        "from": "09:00",
        "key": "k",
    }
    answers = [east.post(path, sent, seen_at=path) for _ in range(2)]
    assert "/reported/" in str(answers[0].headers["Location"])
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    (case,) = town.ask("/cases", "supervisor")["cases"]
    whole = town.ask(f"/cases/{case['id']}", "supervisor")
    assert (whole["report"]["text"], whole["report"]["place"]["key"]) == ("two families shout", "east")
    assert len(town.records(form="patrol")) == 1


def test_a_patrol_is_begun_and_ended(town: OwingConsole) -> None:
    """One touch begins it at the time of pressing; the end is a record in its place, and half the day is done."""
    town.advance("2026-03-02 09:10")
    path, east = form_at(town, PATROL), town.signed_in("east")
    begun = east.post(path, {"begin": "yes", "finished": "no", "from": "", "key": "b"}, seen_at=f"{BASE}/day")
    record = str(begun.headers["Location"]).rpartition("/")[2]
    assert town.occurrence(PATROL, "2026-03-02", EAST)["given"] == 0
    day = main_of(east.get(f"{BASE}/day").text)
    assert "Begun and not ended: 1" in day
    town.advance("2026-03-02 10:00")
    end = f"{BASE}/records/{record}/correct"
    page = east.get(end).text
    assert 'value="09:10"' in page
    assert 'value="10:00"' in page
    east.post(
        end, {"fact.found": "-", "from": "09:10", "to": "10:00", "day": "2026-03-02", "key": "e"}, seen_at=end
    )
    half = town.occurrence(PATROL, "2026-03-02", EAST)
    assert (half["given"], half["lacks"]["spans"]) == (1, ["12:00-24:00"])
    assert "Begun" not in main_of(east.get(f"{BASE}/day").text)


def test_a_correction_stands_beside_what_it_corrects(town: OwingConsole) -> None:
    """The form comes filled in; both records stay, and each leads to the other."""
    path, east = form_at(town, LOG), town.signed_in("east")
    first = str(
        east.post(path, {"fact.done": "one visit", "fact.hours": "3", "key": "a"}, seen_at=path).headers[
            "Location"
        ]
    )
    page = east.get(f"{first}/correct").text
    assert 'value="one visit"' in page
    assert 'value="3"' in page
    second = east.post(
        f"{first}/correct",
        {"fact.done": "two visits", "fact.hours": "3", "key": "b"},
        seen_at=f"{first}/correct",
    )
    assert str(second.headers["Location"]) in east.get(first).text
    assert first in east.get(str(second.headers["Location"])).text
    assert [row["facts"]["done"] for row in town.records(form="work-log")] == ["two visits", "one visit"]


def test_rows_are_filled_in_and_more_can_be_had(town: OwingConsole) -> None:
    """Without a script a button asks for more of them, and what was typed stays; empty ones are not sent."""
    town.advance("2026-03-02 09:00")
    path, officer = form_at(town, MEETING, post=OFFICE), town.signed_in("officer")
    typed = {"fact.present": "2", "row.0.item": "the river", "row.2.item": "the bridge"}
    more = officer.post(path, {**typed, "more": "yes", "key": "k"}, seen_at=path)
    assert more.status_code == 200
    assert 'name="row.5.item"' in more.text
    assert 'value="the bridge"' in more.text
    officer.post(path, {**typed, "fact.decided": "to watch it", "key": "k"}, seen_at=path)
    (minutes,) = town.records(form="minutes")
    assert minutes["rows"] == [{"item": "the river"}, {"item": "the bridge"}]


def test_minutes_are_begun_with_less_than_they_are_finished_with(town: OwingConsole) -> None:
    """What the form needs on opening is enough to begin; to finish, it says what is wanting."""
    town.advance("2026-03-02 09:00")
    path, officer = form_at(town, MEETING, post=OFFICE), town.signed_in("officer")
    assert officer.post(path, {"key": "a"}, seen_at=path).status_code == 422
    assert officer.post(path, {"fact.present": "2", "key": "b"}, seen_at=path).status_code == 422
    begun = officer.post(path, {"fact.present": "2", "finished": "no", "key": "c"}, seen_at=path)
    assert begun.status_code == 303
    assert town.occurrence(MEETING, "2026-03-02", OFFICE)["given"] == 0


def test_what_is_sealed_is_opened_by_a_button_and_by_its_readers_alone(town: OwingConsole) -> None:
    """The page of the record shows that something is sealed and not what; whom the form names opens it."""
    east, path = town.signed_in("east"), f"{BASE}/forms/talk"
    sent = {"subject": "p-7", "fact.topic": "work", "fact.trouble": "drinks", "key": "k"}
    record = str(east.post(path, sent, seen_at=path).headers["Location"])
    for who, is_shown in (("centre", True), ("supervisor", False)):
        browser = town.signed_in(who)
        assert "drinks" not in browser.get(record).text
        opened = browser.post(f"{record}/sealed", {}, seen_at=record)
        assert ("drinks" in opened.text) == is_shown
        assert opened.status_code == (200 if is_shown else 403)


def test_a_log_is_drafted_from_the_days_records_and_cases(town: OwingConsole) -> None:
    """Each record of the day and each case on which something was done has its line; nothing is kept by looking."""
    east = town.signed_in("east")
    patrol = form_at(town, PATROL)
    sent = {
        "fact.found": "two families shout",
        "found": "quarrel",
        "place": "east",
        "from": "09:00",
        "to": "09:40",
    }
    east.post(patrol, {**sent, "key": "k"}, seen_at=patrol)
    town.house.world.settle()
    path = f"{form_at(town, LOG)}?draft=yes"
    page = east.get(path).text
    assert "This was drafted" in page
    draft = re.search(r'<textarea id="fact.situation"[^>]*>([^<]*)', page)
    assert draft is not None
    lines = draft[1].splitlines()
    assert lines[0] == "09:00–09:40 patrol: two families shout"
    assert re.fullmatch(r"2026-\d+ quarrel \(East\) – \w+", lines[1])
    assert town.records(form="work-log") == []


def test_behind_every_figure_stands_a_list_as_long_as_it_says(town: OwingConsole) -> None:
    """What is missing, open, given, by unit and by duty: each figure leads to as many rows."""
    town.advance("2026-03-04 09:00")
    watcher = town.signed_in("supervisor")
    for by in ("post", "duty"):
        page = watcher.get(f"{BASE}/duties?by={by}&from=2026-03-02&to=2026-03-08").text
        figures = re.findall(r'<a[^>]*href="([^"]*/duties/list[^"]*)">(?:<b>)?(\d+)', page)
        assert len(figures) > 8
        for path, number in figures:
            listed = watcher.get(path.replace("&amp;", "&")).text
            assert listed.count('class="row"') == int(number), path


def test_what_was_missed_is_excused_with_a_reason_that_stays(town: OwingConsole) -> None:
    """A supervisor says why; nobody else has the form, and the service refuses one that was made up."""
    town.advance("2026-03-04 09:00")
    path = form_at(town, LOG).removesuffix("/record")
    for who, status in (("office", 403), ("supervisor", 303)):
        browser = town.signed_in(who)
        page = browser.get(path)
        assert (f'action="{path}/excuse"' in page.text) == (who == "supervisor"), page.text
        seen_at = path if page.status_code == 200 else f"{BASE}/duties"
        answer = browser.post(
            f"{path}/excuse", {"reason": "a flood"}, seen_at="/account" if status == 403 else seen_at
        )
        assert answer.status_code in (status, 404)
    assert "a flood" in town.signed_in("supervisor").get(path).text
    assert town.occurrence(LOG, "2026-03-02", EAST)["state"] == "excused"


def test_a_meeting_is_signed_in_on_ones_own_phone_and_called_by_who_convenes(town: OwingConsole) -> None:
    """East signs in, the office ticks West; who has signed in is told so and asked no more."""
    path = form_at(town, MEETING, post=OFFICE).removesuffix("/record")
    east, office = town.signed_in("east"), town.signed_in("office")
    assert "I am here" in east.get(path).text
    east.post(f"{path}/attendance", {}, seen_at=path)
    assert "You have signed in" in east.get(path).text
    assert 'name="person"' not in east.get(path).text, "only who calls the roll ticks others"
    assert f'value="p-west {WEST}"' in office.get(path).text
    office.post(f"{path}/attendance", {"person": f"p-west {WEST}", "make-up": "no"}, seen_at=path)
    roll = town.ask(f"/occurrences/{path.rpartition('/')[2]}/attendance", "supervisor")["expected"]
    assert {each["person"]: each["how"] for each in roll} == {"p-east": "present", "p-west": "present"}


def test_leave_is_asked_answered_and_made_up_for(town: OwingConsole) -> None:
    """Until the hour that the rules give; whom it is asked of answers, and the centre enters the make-up."""
    town.advance("2026-03-08 12:00")
    path = form_at(town, MEETING, "2026-03-09", OFFICE).removesuffix("/record")
    west, office = town.signed_in("west"), town.signed_in("office")
    west.post(f"{path}/leave", {"explanation": "a flood"}, seen_at=path)
    assert "office answers it" in west.get(path).text
    leaves = office.get(f"{BASE}/duties/leaves").text
    action = re.search(rf'action="({BASE}/duties/leaves/[^"]+)"', leaves)
    assert action is not None
    office.post(action[1], {"granted": "yes", "words": "go"}, seen_at=f"{BASE}/duties/leaves")
    assert "Granted" in west.get(path).text
    town.advance("2026-03-10 09:00")
    centre = town.signed_in("centre")
    page = centre.get(path).text
    assert "make-up by" in page
    centre.post(f"{path}/attendance", {"person": f"p-west {WEST}", "make-up": "yes"}, seen_at=path)
    assert "Made up" in centre.get(path).text


def test_open_cases_are_carried_from_meeting_to_meeting(town: OwingConsole) -> None:
    """What was reported before it and is open still, with the how-manieth meeting it is; the newest case is in none."""
    path, east = form_at(town, PATROL), town.signed_in("east")
    east.post(
        path,
        {"fact.found": "two families shout", "found": "quarrel", "place": "east", "key": "k"},
        seen_at=path,
    )
    town.advance("2026-03-09 09:00")
    for day, number in (("2026-03-02", 1), ("2026-03-09", 2)):
        meeting = form_at(town, MEETING, day, OFFICE).removesuffix("/record")
        page = main_of(town.signed_in("office").get(meeting).text)
        assert f"meeting no. {number}" in page
        assert "quarrel" in page


def test_the_year_shows_days_and_gives_a_file(town: OwingConsole) -> None:
    """Meetings stand on their days; what comes nearly every day and what has no day are told apart; so has the file."""
    office = town.signed_in("office")
    march = main_of(office.get(f"{BASE}/duties/year?year=2026&month=3&unit=all").text)
    cells = dict(re.findall(r'<time datetime="(2026-03-\d\d)">.*?</b>(.*?)</td>', march, re.DOTALL))
    assert "weekly meeting" in cells["2026-03-09"]
    assert "monthly meeting" in cells["2026-03-27"]
    assert "patrols" not in "".join(cells.values())
    assert "patrols (31 times)" in march
    whole = main_of(office.get(f"{BASE}/duties/year?year=2026&view=year&unit=all").text)
    assert whole.count("<span>weekly meeting</span>") == 12
    file = office.get(f"{BASE}/duties/year.ics?year=2026&unit=all")
    assert file.headers["Content-Type"].startswith("text/calendar")
    days = town.ask("/duties", "supervisor", year="2026")["days"]
    held = [day for day in days if day["duty"] == MEETING and not day["replaced_by"]]
    assert file.text.count("SUMMARY:weekly meeting") == len(held) > 45
