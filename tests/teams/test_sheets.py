"""A sheet shows what the pack lets it show, of whoever holds the posts now."""

from dataclasses import replace
from datetime import date

from shared.kernel.texts import Text
from shared.rules.pack.model import Pack, PlaceCode, Sheet, Shown
from shared.rules.teams.known import KnownTeams, PostedPerson, PostHolder
from shared.rules.teams.sheets import SheetPicture, picture
from tests.teams.worlds import NOW, base

OLD, NEW = PostHolder("p-old", "t-more.east/village-clerk"), PostHolder("p-new", "t-more.east/village-clerk")
POSTED = {
    "p-old": PostedPerson("王一", "0573-1", has_photo=True),
    "p-new": PostedPerson("李二", "0573-2", has_photo=True),
}
FACTS = {"east": {"households": 420, "kind": "village"}}


def sheet(name: str, *shows: Shown) -> Sheet:
    """A sheet of the town, showing other things."""
    teams = base().teams
    assert teams is not None
    return replace(teams.sheets[name], shows=shows) if shows else teams.sheets[name]


def drawn(drawn_as: Sheet, *holders: PostHolder, place: str = "east", on: date = NOW) -> SheetPicture:
    """The sheet as it is drawn."""
    return picture(base(), drawn_as, place, KnownTeams(FACTS, holders, POSTED), on)


def test_a_sign_names_whoever_holds_the_post_now() -> None:
    """A change of worker is on the next print; the telephone is not, where the sheet does not show it."""
    before, after = drawn(sheet("sign"), OLD), drawn(sheet("sign"), NEW)
    assert [person.name for post in before.posts for person in post.people] == ["王一"]
    assert [person.name for post in after.posts for person in post.people] == ["李二"]
    assert before.posts[0].people[0].phone == ""
    assert not before.posts[0].people[0].has_photo


def test_a_sign_shows_tasks_facts_and_who_leads() -> None:
    """Tasks of the post, facts of the grid that the pack declares, the group that leads and the offices that guide."""
    sign = drawn(sheet("sign"), OLD)
    (post,) = sign.posts
    assert [task.en for task in post.tasks] == ["visits", "patrols"]
    assert (post.led_by, post.guided_by) == (
        Text("领导小组", "leading group"), (Text("村建", "works"), Text("镇中心", "town centre")),
    )  # fmt: skip
    assert sign.facts == {"households": 420, "kind": "village"}
    assert (sign.title.en, sign.name, sign.code) == ("sign", Text("东村", "East Village"), None)


def test_nothing_is_shown_that_the_sheet_does_not_show() -> None:
    """Each thing by itself: what is left out is None or empty."""
    for shown in Shown:
        seen = drawn(sheet("sign", shown), OLD)
        person = seen.posts[0].people[0] if seen.posts and seen.posts[0].people else PostedPerson("")
        there = {
            Shown.NAME: seen.name is not None, Shown.AREA: seen.has_area, Shown.QR: seen.has_qr,
            Shown.FACTS: bool(seen.facts), Shown.POSTS: bool(seen.posts and seen.posts[0].name),
            Shown.TASKS: bool(seen.posts and seen.posts[0].tasks),
            Shown.WORKER_NAME: bool(person.name), Shown.WORKER_PHONE: bool(person.phone),
            Shown.WORKER_PHOTO: person.has_photo,
        }  # fmt: skip
        assert {key for key, is_there in there.items() if is_there} == {shown} - {Shown.CODE}


def test_a_vacant_post_is_shown_as_vacant() -> None:
    """Nobody holds it: no name, and the sheet says so; somebody who gave no name to be posted leaves it empty."""
    assert [(post.people, post.is_vacant) for post in drawn(sheet("sign")).posts] == [((), True)]
    unnamed = drawn(sheet("sign"), PostHolder("p-other", OLD.unit))
    assert [(post.people, post.is_vacant) for post in unnamed.posts] == [((PostedPerson(""),), False)]


def test_a_map_holds_the_places_within_that_still_stand() -> None:
    """A grid that has ended is no longer on the map; codes stand there where the sheet shows them."""
    wide = sheet("map", Shown.AREA, Shown.CODE, Shown.NAME)
    early = drawn(wide, on=date(2026, 5, 31))
    late = drawn(wide, on=date(2026, 6, 1))
    assert [each.place for each in early.within] == ["east-1", "east-2", "east-3"]
    assert [each.place for each in late.within] == ["east-1", "east-2"]
    assert [each.code for each in late.within] == [None, PlaceCode("琅琊街道", "花园街", 1)]
    assert not drawn(sheet("sign", Shown.NAME)).within


def test_posts_of_the_whole_town_stand_on_the_sheet_of_a_place() -> None:
    """A sheet that names no posts shows all: those of the town as well as those of the place, and of no other."""
    everyone = replace(sheet("sign", Shown.WORKER_NAME), posts=())
    elsewhere = PostHolder("p-new", "t-more.west/village-clerk")
    seen = drawn(everyone, PostHolder("p-old", "t-more/works-office"), elsewhere)
    assert {post.post: [person.name for person in post.people] for post in seen.posts} == {
        "clerk": [], "the-works": ["王一"], "group": ["王一"],
    }  # fmt: skip


def test_a_place_without_a_level_is_a_grid_where_the_lowest_level_has_none() -> None:
    """Its posts sit in it, as duties of it are owed there."""
    places = {key: replace(place, level=None) for key, place in base().places.items()}
    pack: Pack = replace(base(), places=places)
    seen = picture(
        pack,
        sheet("sign"),
        "east-1",
        KnownTeams({}, (PostHolder("p-old", "t-more.east-1/village-clerk"),), POSTED),
        NOW,
    )
    assert [person.name for post in seen.posts for person in post.people] == ["王一"]
