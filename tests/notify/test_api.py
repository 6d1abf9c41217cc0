"""The routes: desks, the public list, deliveries in trouble – and what each token may see of them."""

from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from services.notify.domain.attempts import AttemptResult
from shared.web.callers import hash_token
from tests.notify.house import CENTRE, HEAD, OFFICE, OPERATOR, House
from tests.notify.samples import SECRET
from tests.notify.test_delivery import Scripted, deliver, mail_row, mailing

TOKENS = {
    "staff": ("unit_staff", HEAD, "p-1", ["t-vtc"]),
    "centre": ("unit_staff", CENTRE, "p-2", ["t-vtc"]),
    "reporter": ("reporter", None, "r-9", ["t-vtc"]),
    "elsewhere": ("reporter", None, "r-9", ["t-zq"]),
    "other-reporter": ("reporter", None, "r-10", ["t-vtc"]),
    "operator": ("operator", None, "p-op", ["t-vtc"]),
    "neighbour": ("operator", None, "p-no", ["t-zq"]),
    "engineer": ("engineer", None, None, ["*"]),
    "towns-engineer": ("engineer", None, "p-en", ["t-vtc"]),
    "supervisor": ("supervisor", None, None, ["t-vtc"]),
    "grid": ("grid_worker", HEAD, "p-42", ["t-vtc"]),
}


class Web:
    """A house seen through its routes."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.client = Client(house.service.app)
        for name, (role, unit, person, towns) in TOKENS.items():
            house.take(
                house.envelope(
                    "registry",
                    "token.changed",
                    f"token/{name}",
                    {
                        "token_hash": hash_token(name),
                        "role": role,
                        "unit": unit,
                        "person": person,
                        "towns": towns,
                        "revoked": False,
                    },
                )
            )

    def get(self, path: str, token: str | None = None, **query: Any) -> TestResponse:
        """Ask as somebody."""
        return self.client.get(path, query_string=query, headers=headers(token))

    def post(self, path: str, token: str | None, body: Any) -> TestResponse:
        """Tell as somebody."""
        return self.client.post(path, json=body, headers=headers(token))


def headers(token: str | None) -> dict[str, str]:
    """Who asks, and in which language."""
    return {"Accept-Language": "en", **({"Authorization": f"Bearer {token}"} if token else {})}


@pytest.fixture
def web() -> Web:
    """A village matter was accepted, breached and closed."""
    house = House()
    house.take(house.admitted(), house.accepted(), house.clock_event("started"))
    house.take(house.clock_event("breached", state="breached", verdict="late"))
    house.take(
        house.step("settled", "settle", ["settle", "settled"]),
        house.step("published", "close", ["close", "published", "closed"], state="closed"),
    )
    house.take(house.alarm("calendar-missing", "c-1", year=2027))
    return Web(house)


def events(answer: TestResponse) -> list[str]:
    """The events of a page of a desk."""
    return [item["on"] for item in answer.get_json()["items"]]


def test_a_units_desk_is_open_to_its_token_alone(web: Web) -> None:
    """Each unit reads what was laid on its own desk, newest first."""
    assert events(web.get("/v1/inbox", "staff")) == ["settled", "accepted"]
    assert events(web.get("/v1/inbox", "centre")) == []
    item = web.get("/v1/inbox", "staff").get_json()["items"][1]
    assert (item["unit"], item["rule"], item["read_at"]) == (HEAD, "tell-low-head", None)
    assert item["text"].endswith("settle it by 2026-03-12 24:00.")


def test_a_persons_desk_is_open_to_that_person_alone(web: Web) -> None:
    """The reporter reads what the reporter was told; another one, or the same reference elsewhere, reads
    nothing.
    """
    assert events(web.get("/v1/inbox", "reporter")) == ["settled"]
    assert events(web.get("/v1/inbox", "other-reporter")) == []
    assert events(web.get("/v1/inbox", "elsewhere")) == []


def test_operators_read_their_own_towns_desk(web: Web) -> None:
    """Alarms are for the town's operators; a neighbour's operator sees none of them."""
    assert events(web.get("/v1/inbox", "operator")) == ["alarm calendar-missing"]
    assert events(web.get("/v1/inbox", "neighbour")) == []
    assert events(web.get("/v1/inbox", "engineer")) == []


def test_what_concerns_the_platform_is_for_its_own_engineers(web: Web) -> None:
    """An alarm of no town lies on the platform's desk, which an engineer of one town does not open."""
    alarm = {"code": "clock-skew", "detail": {}, "at": web.house.now()}
    web.house.take(web.house.envelope("sla", "alarm.raised", "alarm/sla", alarm, town="*"))
    assert events(web.get("/v1/inbox", "engineer")) == ["alarm clock-skew"]
    assert events(web.get("/v1/inbox", "towns-engineer")) == []


def test_a_token_without_unit_and_person_has_no_desk(web: Web) -> None:
    """It is told so, and not shown everybody's."""
    assert web.get("/v1/inbox", "supervisor").status_code == 404
    assert web.get("/v1/inbox").status_code == 401
    assert web.get("/v1/inbox", "made-up").status_code == 401


def test_items_are_marked_as_read_on_ones_own_desk_alone(web: Web) -> None:
    """A colleague's mark counts for the unit; another unit's token marks nothing."""
    ids = [item["notification"] for item in web.get("/v1/inbox", "staff").get_json()["items"]]
    assert web.post("/v1/inbox/read", "centre", {"notifications": ids}).get_json() == {"marked": 0}
    assert web.post("/v1/inbox/read", "staff", {"notifications": [*ids, "no-such"]}).get_json() == {
        "marked": 2
    }
    assert web.post("/v1/inbox/read", "staff", {"notifications": ids}).get_json() == {"marked": 0}
    assert events(web.get("/v1/inbox", "staff", unread="yes")) == []
    assert len(events(web.get("/v1/inbox", "staff"))) == 2
    assert {row["read_by"] for row in web.house.rows(channel="inbox", unit=HEAD)} == {"p-1"}


def test_a_desk_is_read_page_by_page_and_nothing_is_left_out(web: Web) -> None:
    """Cursors go on where the page ended, also while new items arrive; another desk's cursor is refused."""
    house = web.house
    for _ in range(7):
        house.take(house.step("progressed", "urge", ["urge"], state="accepted"))
    seen, cursor = [], None
    while True:
        page = web.get("/v1/inbox", "staff", limit=2, **({"cursor": cursor} if cursor else {})).get_json()
        seen += [item["notification"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
        house.take(house.step("progressed", "urge", ["urge"], state="accepted"))
        assert web.get("/v1/inbox", "reporter", limit=2, cursor=cursor).status_code == 400
    assert seen == sorted(seen, reverse=True)
    assert len(seen) == len(set(seen)) == 9


def test_there_is_one_public_list_and_it_is_not_here(web: Web) -> None:
    """Results are published by the case's own service alone."""
    assert web.get("/v1/towns/t-vtc/publications").status_code == 404


def test_deliveries_in_trouble_are_shown_to_the_towns_operator() -> None:
    """Listed without address and text; a neighbour's operator finds nothing, staff may not look."""
    web = Web(mailing(Scripted(AttemptResult.UNCERTAIN), resend_uncertain=frozenset()))
    deliver(web.house)
    path = "/v1/towns/t-vtc/deliveries"
    (item,) = web.get(path, "operator").get_json()["items"]
    assert (item["state"], item["channel"], item["cause"], item["attempts"]) == (
        "uncertain",
        "mail",
        "planned",
        1,
    )
    assert "example.org" not in web.get(path, "operator").text
    assert web.get(path, "neighbour").status_code == 404
    assert web.get(path, "staff").status_code == 403
    assert web.get(path, "operator", state="failed").get_json()["items"] == []


def test_deliveries_in_trouble_come_in_pages() -> None:
    """Newest first, each once; a cursor holds for one state of deliveries in one town."""
    house = mailing(Scripted(AttemptResult.UNCERTAIN), resend_uncertain=frozenset())
    for number in range(2, 6):
        case = f"c-{number}"
        house.take(house.admitted(case), house.accepted(case))
        house.take(house.clock_event("started", case, clock=f"k-{number}"))
    web, path = Web(house), "/v1/towns/t-vtc/deliveries"
    deliver(house)
    seen, cursor = [], None
    while True:
        page = web.get(path, "operator", limit=2, **({"cursor": cursor} if cursor else {})).get_json()
        seen += [item["notification"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
        assert web.get(path, "operator", state="failed", cursor=cursor).status_code == 400
    assert seen == sorted(seen, reverse=True)
    assert len(seen) == len(set(seen)) == 5


@pytest.mark.parametrize(
    ("decision", "state", "said"),
    [("resend", "queued", []), ("arrived", "sent", ["sent"]), ("give_up", "failed", ["failed"])],
)
def test_a_person_decides_about_an_uncertain_delivery(decision: str, state: str, said: list[str]) -> None:
    """Send it again under the same key, note that it arrived, or give it up; the case hears of it."""
    channel = Scripted(AttemptResult.UNCERTAIN, AttemptResult.DELIVERED)
    web = Web(mailing(channel, resend_uncertain=frozenset()))
    deliver(web.house)
    one = mail_row(web.house)
    path = f"/v1/towns/t-vtc/deliveries/{one['notification']}"
    before = len(web.house.emitted("notification."))
    assert web.post(path, "neighbour", {"decision": decision}).status_code == 404
    assert web.post(path, "operator", {"decision": decision}).get_json() == {"state": state}
    assert [message.type.partition(".")[2] for message in web.house.emitted("notification.")[before:]] == said
    if decision == "resend":
        deliver(web.house)
        assert mail_row(web.house)["state"] == "sent"
        assert len({letter.key for letter in channel.given}) == 1
    assert web.post(path, "operator", {"decision": "arrived"}).status_code == (
        200 if state == "failed" else 409
    )


def test_another_towns_delivery_is_not_found(web: Web) -> None:
    """An id smuggled under one's own town finds nothing."""
    one = web.house.rows()[0]["notification"]
    assert (
        web.post(f"/v1/towns/t-zq/deliveries/{one}", "neighbour", {"decision": "arrived"}).status_code == 404
    )
    assert (
        web.post(f"/v1/towns/t-vtc/deliveries/{one}", "operator", {"decision": "arrived"}).status_code == 409
    )


def test_the_webhook_key_is_the_towns_own(web: Web) -> None:
    """An operator reads the own town's key, and it is not another town's nor the secret."""
    key = web.get("/v1/towns/t-vtc/webhook-key", "operator").get_json()["key"]
    assert key != web.get("/v1/towns/t-zq/webhook-key", "neighbour").get_json()["key"]
    assert SECRET.decode() not in key
    assert web.get("/v1/towns/t-vtc/webhook-key", "neighbour").status_code == 404
    assert web.get("/v1/towns/t-vtc/webhook-key", "staff").status_code == 403


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "0"},
        {"limit": "999"},
        {"limit": "x"},
        {"desk": "all'--"},
        {"cursor": "xx"},
        {"cursor": ""},
        {"unknown": "1"},
    ],
)
def test_bad_queries_are_refused(web: Web, query: dict[str, str]) -> None:
    """A query that is not understood is answered with 400, naming the field."""
    assert web.get("/v1/inbox", "staff", **query).status_code == 400


def test_the_office_read_of_the_breach(web: Web) -> None:
    """What was told stands on the right desk, whoever asks: here by looking into the store."""
    assert web.house.told(unit=OFFICE) == [(OFFICE, "settle breached")]
    assert web.house.told(unit=OPERATOR) == [(OPERATOR, "alarm calendar-missing")]
