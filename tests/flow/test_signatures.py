"""A message that its source did not sign is parked with an alarm and acted on by nobody; a genuine one goes its way."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gridcase.secret_file import rotate_settings
from services.intake import bootstrap as intake
from shared.bus.batch import Batch
from shared.contracts.envelope import Envelope, decode
from shared.contracts.messages import TokenChanged
from shared.contracts.routes import LISTENS
from shared.contracts.signatures import Authenticity, Signer, signer_of
from shared.db.engines import open_engine
from shared.flow.dead_letters import DeadLetter, list_letters, try_again
from shared.flow.deployment import NEWEST_OF_SECRETS, OLD_SECRETS, secrets_of
from shared.flow.host import Host
from shared.flow.outbox import Outgoing, pick
from shared.flow.relay import Relay
from shared.flow.service import Service
from shared.flow.signatures import Signatures
from shared.kernel.keyring import Keyring
from shared.kernel.problems import Problem
from shared.obs.metrics import Metrics
from tests.flow.stores import sqlite_store

SECRET = b"the house's secret, of this test"
AT = datetime(2026, 3, 9, tzinfo=UTC)
SIGNERS = {name: signer_of(SECRET, name) for name in LISTENS}


def token(n: int = 1, id_: str = "m-1") -> bytes:
    """Return the frame of a message that gives an engineer's token everywhere."""
    given = TokenChanged(token_hash=f"{n:064x}", role="engineer", towns=("*",), revoked=False)
    return Envelope(id_, "registry", "token.changed", "tokens", n, "*", AT, given).encode()


class Nobody:
    """A transport that takes nothing."""

    def send(self, messages: Sequence[Outgoing]) -> None:
        """Keep nothing."""

    def outcome(self, wait_seconds: float) -> tuple[list[int], list[int]]:
        """Confirm nothing."""
        return [], []


class Given:
    """Gives frames once, in batches, and tells when all were answered for."""

    def __init__(self, *batches: Sequence[bytes]) -> None:
        self._batches = batches
        self.done = threading.Event()

    def batches(self, size: int, stop: threading.Event) -> Iterator[Batch]:
        for frames in self._batches:
            yield Batch(frames, committed=lambda: None, unreadable=lambda _index: None)
        self.done.set()
        stop.wait()


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """Intake, which believes what the registry says about tokens."""
    engine = open_engine(f"sqlite:///{tmp_path}/intake.db", intake.NAME)
    intake.metadata.create_all(engine)
    settings = intake.IntakeSettings("unused", SECRET, tmp_path)
    built = intake.build(settings, store=intake.store_on(engine))
    yield built
    built.store.close()


def take(
    service: Service,
    *batches: Sequence[bytes],
    unsigned_until: datetime | None = None,
    signers: Mapping[str, Signer] = SIGNERS,
    until: Callable[[], bool] = lambda: True,
) -> None:
    """Have a host take frames as they come from a broker, and go on until something is so."""
    source = Given(*batches)
    signatures = Signatures(signers[service.name], signers, unsigned_until)
    host = Host(service, source, Nobody(), Metrics(), signatures=signatures)
    host.start()
    assert source.done.wait(60)
    ends = time.monotonic() + 60
    while not until() and time.monotonic() < ends:
        time.sleep(0.05)
    host.stop()


def signers_of(*secrets: bytes) -> dict[str, Signer]:
    """Return all services' signers of a house with these secrets, the newest first."""
    return {name: signer_of(Keyring(secrets), name) for name in LISTENS}


def tokens(service: Service) -> set[str]:
    """Return the tokens that the service believes in."""
    with service.store.read() as conn:
        return {row.token_hash for row in conn.execute(service.store.flow.tokens.select())}


def parked(service: Service) -> list[DeadLetter]:
    """Return what is parked."""
    return list_letters(service.store, ("parked",))


def alarms(service: Service) -> list[dict[str, object]]:
    """Return the alarms that the service raised."""
    said = [decode(one.frame) for one in pick(service.store, 100)]
    return [message.plain for message in said if message.type == "alarm.raised"]


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        (token(), "unsigned"),
        (SIGNERS["sla"].sign(token()), "bad-signature"),  # another service
        (signer_of(b"another house's secret", "registry").sign(token()), "bad-signature"),
        (
            SIGNERS["registry"].sign(token(2)).replace(f"{2:064x}".encode(), f"{1:064x}".encode()),
            "bad-signature",
        ),
        (
            SIGNERS["registry"].sign(token()).replace(b"/gridcase/registry", b"/gridcase/stranger"),
            "bad-signature",
        ),
    ],
    ids=["unsigned", "another service's", "another house's", "changed", "of nobody known"],
)
def test_a_forged_token_is_parked_with_an_alarm(service: Service, frame: bytes, reason: str) -> None:
    """It opens no door; a person finds it, and nobody can have it handled after all."""
    take(service, [frame])
    assert tokens(service) == set()
    (letter,) = parked(service)
    assert (letter.type, letter.reason) == ("token.changed", reason)
    (alarm,) = alarms(service)
    assert alarm["code"] == "forged-message"
    assert alarm["detail"] == {"source": letter.source, "type": "token.changed", "service": "intake"}
    with pytest.raises(Problem) as no:
        try_again(service.store, letter.message_id)
    assert no.value.code == "forged-letter"


def test_the_genuine_message_goes_its_way_whatever_was_forged(service: Service) -> None:
    """Neither a forged one with its very id and number, before or after, nor one with its number keeps it out."""
    genuine = SIGNERS["registry"].sign(token(1))
    take(service, [token(1), token(1, "m-other")], [genuine], [token(1)])
    assert tokens(service) == {f"{1:064x}"}
    assert [letter.message_id for letter in parked(service)] == ["m-other"]


def test_unsigned_messages_are_taken_until_the_stated_instant(service: Service) -> None:
    """A version before signed nothing: while a house changes over, that is allowed; a wrong signature never is."""
    now = datetime.now(UTC)
    take(service, [token(1), SIGNERS["sla"].sign(token(2, "m-2"))], unsigned_until=now + timedelta(hours=1))
    assert tokens(service) == {f"{1:064x}"}
    take(service, [token(2, "m-3")], unsigned_until=now - timedelta(seconds=1))
    assert tokens(service) == {f"{1:064x}"}
    assert [(letter.message_id, letter.reason) for letter in parked(service)] == [
        ("m-2", "bad-signature"), ("m-3", "unsigned")]  # fmt: skip


def test_the_relay_signs_what_it_sends() -> None:
    """What was said before there were signatures is signed as well: they are made on the way out."""
    store = sqlite_store("intake")
    sent: list[Outgoing] = []

    class Kept(Nobody):
        def send(self, messages: Sequence[Outgoing]) -> None:
            sent.extend(messages)

    with store.begin() as work:
        work.emit("token.changed", {"signature": "none", "text": ',"signature":"'}, stream="tokens", town="*")
    Relay(store, Kept(), signer=SIGNERS["intake"]).step(0)
    (one,) = sent
    assert SIGNERS["intake"].judge(one.frame) is Authenticity.GENUINE
    assert SIGNERS["registry"].judge(one.frame) is Authenticity.FORGED
    assert decode(one.frame).plain == {"signature": "none", "text": ',"signature":"'}
    assert SIGNERS["intake"].judge(pick(store, 1)[0].frame) is not Authenticity.GENUINE
    store.close()


def test_what_the_previous_secret_signed_is_taken_until_that_is_retired(
    service: Service, tmp_path: Path
) -> None:
    """A renewed house signs with its new secret, takes what lies in queues, and forgets the old one when told to."""
    settings = tmp_path / ".env"
    settings.write_text(f"GRIDCASE_SECRET={SECRET.decode().replace(' ', '-')}\n")
    before = secrets_in(settings)
    rotate_settings(settings)
    newest, old = secrets_in(settings)
    assert (old,) == before
    in_queue, since = (
        signers_of(old)["registry"].sign(token(1)),
        signers_of(newest, old)["registry"].sign(token(2, "m-2")),
    )
    take(service, [in_queue, since], signers=signers_of(newest, old))
    assert tokens(service) == {f"{1:064x}", f"{2:064x}"}
    assert signers_of(newest)["registry"].judge(since) is Authenticity.GENUINE
    take(service, [signers_of(old)["registry"].sign(token(3, "m-3"))], signers=signers_of(newest))
    assert tokens(service) == {f"{1:064x}", f"{2:064x}"}
    assert [letter.message_id for letter in parked(service)] == ["m-3"]


def test_what_came_with_a_secret_not_known_yet_is_taken_once_it_is(service: Service) -> None:
    """Of two processes that get a new secret one is first: what it said meanwhile is parked, and taken in its order by
    the other when that has the secret too. What nobody of the house signed stays where it is.
    """
    new = b"the house's next secret, of this"
    frames = [signers_of(new, SECRET)["registry"].sign(token(n, f"m-{n}")) for n in (1, 2)]
    take(service, [*frames, signer_of(b"another house's secret", "registry").sign(token(3, "m-3"))])
    assert tokens(service) == set()
    assert len(parked(service)) == 3
    take(service, signers=signers_of(new, SECRET), until=lambda: len(tokens(service)) == 2)
    assert tokens(service) == {f"{1:064x}", f"{2:064x}"}
    assert [letter.message_id for letter in parked(service)] == ["m-3"]


def secrets_in(settings: Path) -> tuple[bytes, ...]:
    """Return the secrets of a file of settings, as processes read them."""
    told = dict(line.split("=", 1) for line in settings.read_text().splitlines() if "=" in line)
    return secrets_of(told[NEWEST_OF_SECRETS], told.get(OLD_SECRETS, "").strip("'\"")).secrets
