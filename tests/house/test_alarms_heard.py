"""What any service notices about messages is on the platform's desk, which its engineers read."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gridcase.house import HousePlan, build_house, passing_stores
from gridcase.house_stores import NAMES
from gridcase.registry_admin import RegistryAdmin
from shared.contracts.envelope import Envelope, decode
from shared.contracts.routes import LISTENS
from shared.db.store import Store
from shared.flow.alarms import ABOUT_MESSAGES, alarm_about_messages
from shared.flow.outbox import mark_sent, pick
from shared.flow.receive import Receiver
from shared.flow.service import Service
from shared.flow.signatures import Arrived, park
from shared.obs.metrics import Metrics

SECRET = b"the secret of a house of this test"
LISTENERS = tuple(name for name in NAMES if LISTENS[name])


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Mapping[str, Service]]:
    """A whole house in memory, none of it running."""
    plan = HousePlan("sqlite://", SECRET, "reference", tmp_path)
    built = build_house(plan, passing_stores(plan), Metrics())
    yield built
    for service in built.values():
        service.store.close()


def carry(services: Mapping[str, Service]) -> None:
    """Take everything that was said to everybody who listens, until nothing more is said."""
    while any((said := {name: _said(service.store) for name, service in services.items()}).values()):
        for name in LISTENERS:
            heard = [message for source in LISTENS[name] for message in said[source]]
            if heard:
                Receiver(services[name]).take(heard)


def _said(store: Store) -> list[Envelope]:
    found = pick(store, 1000)
    with store.read() as conn:
        now = store.now(conn)
    if found:
        mark_sent(store, [one.id for one in found], now)
    return [decode(one.frame) for one in found]


def desk(services: Mapping[str, Service]) -> list[str]:
    """Return what lies on the desk of the platform's engineers, as they read it."""
    token = RegistryAdmin(services["registry"].store, SECRET).issue_token("engineer", None, None, ("*",))
    carry(services)
    client = services["notify"].app.test_client()
    answer = client.get("/v1/inbox", headers={"Authorization": f"Bearer {token}", "Accept-Language": "en"})
    assert answer.status_code == 200, answer.text
    return [f"{item['on']}: {item['text']}" for item in answer.json["items"]]


@pytest.mark.parametrize("service", LISTENERS)
def test_a_forged_message_to_any_service_is_on_the_engineers_desk(
    services: Mapping[str, Service], service: str
) -> None:
    """Once and by the name of who was given it, also where notify does not hear that service: routing, and itself."""
    frame = forged(LISTENS[service][0])
    park(services[service].store, [(Arrived(decode(frame), frame), "unsigned")])
    (told,) = desk(services)
    assert told.startswith("alarm forged-message")
    assert f"{service} was given a message" in told
    assert desk(services) == [told]


@pytest.mark.parametrize("code", sorted(ABOUT_MESSAGES))
@pytest.mark.parametrize("service", LISTENERS)
def test_every_alarm_about_messages_is_told_once(
    services: Mapping[str, Service], service: str, code: str
) -> None:
    """A hole that routing waits behind reached no desk either."""
    with services[service].store.begin() as work:
        alarm_about_messages(work, code, {"source": "intake", "type": "case.admitted", "service": service})
    (told,) = desk(services)
    assert code in told


def forged(source: str) -> bytes:
    """Return a frame that nobody signed."""
    body = {"case": "made-up"}
    return Envelope(
        "m-1", source, "case.admitted", "made-up", 1, "*", datetime(2026, 3, 9, tzinfo=UTC), body
    ).encode()
