"""Who keeps in touch with whom (P001-12.31), and what goes over to a successor (移交)."""

from typing import Any

import pytest

from tests.registry.teams_town import OFFICE, PACK, TOWN, WORKER, TeamsTown


@pytest.fixture
def town() -> TeamsTown:
    """The town; one works in grid East 1, another in the office."""
    made = TeamsTown()
    made.enter("p-ann", WORKER)
    made.enter("p-off", OFFICE, "unit_staff")
    return made


def assign(town: TeamsTown, entry: str, person: str = "p-ann", *, held: bool = True) -> Any:
    """Enter a contact as the operator."""
    return town.ask("PUT", "/contacts", town.operator, {"entry": entry, "person": person, "held": held})


def contacts(town: TeamsTown, token: str, **query: str) -> list[tuple[str, str]]:
    """Who keeps in touch with whom, as somebody sees it."""
    return [(each["person"], each["entry"]) for each in town.ask("GET", "/contacts", token, **query)["items"]]


@pytest.mark.proves("P001-12.31")
def test_members_are_assigned_residents_by_reference(town: TeamsTown) -> None:
    """Listed by person and by entry; what has ended is listed no longer; a worker sees the own ones alone."""
    for entry in ("house-2", "house-1", "house-3"):
        assign(town, entry)
    assign(town, "house-3", held=False)
    assert contacts(town, town.operator) == [("p-ann", "house-1"), ("p-ann", "house-2")]
    assert contacts(town, town.operator, entry="house-2") == [("p-ann", "house-2")]
    assert contacts(town, town.operator, person="p-off") == []
    assert len(contacts(town, town.token("grid_worker", WORKER, "p-ann"), person="p-off")) == 2
    assert contacts(town, town.token("unit_staff", OFFICE, "p-off")) == []
    first = town.ask("GET", "/contacts", town.operator, limit=1)
    rest = town.ask("GET", "/contacts", town.operator, limit=1, cursor=first["next"])
    assert [each["entry"] for each in (*first["items"], *rest["items"])] == ["house-1", "house-2"]


def test_only_members_of_the_posts_are_assigned_and_only_by_whom_it_concerns(town: TeamsTown) -> None:
    """Not whoever holds another unit; a worker speaks for themselves; a town without such a rule has no contacts."""
    body = {"entry": "house-1", "person": "p-off"}
    assert town.refused("PUT", "/contacts", town.operator, body)[1] == "contact-elsewhere"
    own = town.token("grid_worker", WORKER, "p-ann")
    assert town.ask("PUT", "/contacts", own, {"entry": "house-1", "person": "p-ann"})["held"] is True
    other = town.token("unit_staff", OFFICE, "p-off")
    assert (
        town.refused("PUT", "/contacts", other, {"entry": "house-2", "person": "p-ann"})[1]
        == "contact-not-yours"
    )
    town.publish(town.operator, PACK.replace("  contacts: {because: P, posts: worker, of: household}\n", ""))
    assert town.refused("PUT", "/contacts", town.operator, body)[1] == "no-contacts"


def test_a_hand_over_is_seen_by_both_and_contacts_go_over_with_the_successors_look(town: TeamsTown) -> None:
    """Whoever leaves has seen it by opening it; whoever follows holds the post first."""
    assign(town, "house-1")
    assign(town, "house-2")
    leaving, following = (
        town.token("grid_worker", WORKER, "p-ann"),
        town.token("grid_worker", WORKER, "p-ben"),
    )
    body = {"unit": WORKER, "from": "p-ann", "to": "p-ben", "note": "the keys are in the office"}
    assert town.refused("POST", "/hand-overs", leaving, body)[1] == "hand-over-elsewhere"
    town.enter("p-ben", WORKER)
    opened = town.ask("POST", "/hand-overs", leaving, body)
    assert (opened["given_at"] is None, opened["taken_at"], opened["contacts"]) == (False, None, 0)
    assert len(contacts(town, leaving)) == 2, "until the successor has seen it"
    path = f"/hand-overs/{opened['id']}/seen"
    assert town.refused("POST", path, town.token("grid_worker", WORKER, "p-cat"))[1] == "hand-over-not-yours"
    taken = town.ask("POST", path, following)
    assert (taken["taken_at"] is None, taken["contacts"]) == (False, 2)
    assert contacts(town, town.operator) == [("p-ben", "house-1"), ("p-ben", "house-2")]
    assign(town, "house-9")
    assert town.ask("POST", path, following) == taken, "seen once more, nothing more goes over"
    assert ("p-ann", "house-9") in contacts(town, town.operator)


def test_hand_overs_are_listed_to_the_two_and_to_who_watches_the_town(town: TeamsTown) -> None:
    """The newest first, in pages."""
    town.enter("p-ben", WORKER)
    town.enter("p-cat", WORKER)
    for to in ("p-ben", "p-cat"):
        town.ask("POST", "/hand-overs", town.operator, {"unit": WORKER, "from": "p-ann", "to": to})
    watcher = town.token("supervisor", None, "p-watch")

    def listed(token: str) -> list[str]:
        return [each["to"] for each in town.ask("GET", "/hand-overs", token)["items"]]

    assert listed(watcher) == ["p-cat", "p-ben"]
    assert listed(town.token("grid_worker", WORKER, "p-ann")) == ["p-cat", "p-ben"]
    assert listed(town.token("grid_worker", WORKER, "p-ben")) == ["p-ben"]
    assert listed(town.token("grid_worker", WORKER, "p-off")) == []
    first = town.ask("GET", "/hand-overs", watcher, limit=1)
    rest = town.ask("GET", "/hand-overs", watcher, limit=1, cursor=first["next"])
    assert [each["to"] for each in (*first["items"], *rest["items"])] == ["p-cat", "p-ben"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"to": "p-ann"}, "hand-over-to-self"),
        ({"from": "p-off"}, "hand-over-elsewhere"),
        ({"unit": f"{TOWN}.east-2/worker"}, "hand-over-elsewhere"),
    ],
)
def test_unsound_hand_overs_are_refused(town: TeamsTown, change: dict[str, str], code: str) -> None:
    """To oneself, by who never held the post, of a post that neither holds."""
    town.enter("p-ben", WORKER)
    body = {"unit": WORKER, "from": "p-ann", "to": "p-ben", **change}
    assert town.refused("POST", "/hand-overs", town.operator, body)[1] == code
    outsider = town.token("unit_staff", OFFICE, "p-off")
    assert (
        town.refused("POST", "/hand-overs", outsider, {**body, "from": "p-ann"})[1] == "hand-over-not-yours"
    )
    assert town.refused("POST", "/hand-overs/none/seen", town.operator)[1] == "unknown-hand-over"
