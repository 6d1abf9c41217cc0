"""E-mail against a real SMTP server on loopback: what arrives, and what each answer means."""

import email
import email.policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notify.adapters.mail import MailChannel, MailServer, compose, one_line
from services.notify.domain.attempts import Attempt, AttemptResult
from services.notify.ports.channel import ChannelMessage
from shared.kernel.clock import SetClock
from shared.kernel.texts import Text
from tests.notify.certificates import certificate
from tests.notify.samples import FAR, NOON, channel_message
from tests.notify.smtp import Behaviour, smtp_server

SENDER = "platform@example.org"


def channel(port: int) -> MailChannel:
    """A channel to a server on this machine."""
    return MailChannel(MailServer("127.0.0.1", port, SENDER, "none", timeout_seconds=0.3), SetClock(NOON))


def deliver(behaviour: Behaviour, *letters: ChannelMessage) -> list[Attempt]:
    """Hand letters in to a server that behaves so."""
    with smtp_server(behaviour) as port:
        return channel(port).deliver(letters, FAR)


def parsed(raw: bytes) -> EmailMessage:
    """Read a message as a mail program does."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def test_a_letter_arrives_in_its_language_with_a_stable_id() -> None:
    """Subject and text survive in Chinese, and the Message-ID is made of the stable key."""
    ours = Behaviour()
    assert deliver(ours, channel_message()) == [Attempt(AttemptResult.DELIVERED)]
    message = parsed(ours.messages[0])
    assert ours.recipients == ["a@example.org"]
    assert message["To"] == "a@example.org"
    assert message["Subject"] == "〔镇〕2026-1"
    assert message["Message-ID"] == f"<{'ab' * 32}@example.org>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content().strip() == "请办结。"


def test_a_repetition_carries_the_same_id() -> None:
    """Whoever gets a letter twice can tell that it is one."""
    ours = Behaviour()
    deliver(ours, channel_message(), channel_message())
    assert len({parsed(raw)["Message-ID"] for raw in ours.messages}) == 1


def test_one_connection_serves_a_batch() -> None:
    """A hundred letters are one conversation."""
    ours = Behaviour()
    assert (
        deliver(ours, *(channel_message(key=f"{n:064x}") for n in range(100)))
        == [Attempt(AttemptResult.DELIVERED)] * 100
    )
    assert ours.connections == 1


def test_a_refused_recipient_does_not_trouble_the_others() -> None:
    """An unknown mailbox is final, a busy one is tried again, and the letters behind it arrive."""
    ours = Behaviour(rcpt={"no@example.org": "550 unknown", "busy@example.org": "450 later"})
    assert deliver(
        ours, channel_message("no@example.org"), channel_message("busy@example.org"), channel_message()
    ) == [
        Attempt(AttemptResult.REFUSED, "smtp-550"),
        Attempt(AttemptResult.AGAIN, "smtp-450"),
        Attempt(AttemptResult.DELIVERED),
    ]


@pytest.mark.parametrize(
    ("reply", "result"),
    [
        ("250 ok", AttemptResult.DELIVERED),
        ("451 later", AttemptResult.AGAIN),
        ("554 spam", AttemptResult.REFUSED),
    ],
)
def test_the_answer_to_the_text_decides(reply: str, result: AttemptResult) -> None:
    """Taken, worth another attempt, or final."""
    (attempt,) = deliver(Behaviour(after_data=reply), channel_message())
    assert attempt.result is result


def test_a_line_lost_after_the_text_leaves_it_uncertain() -> None:
    """The server may have taken the text before the line broke; the letters behind it are not sent."""
    assert deliver(Behaviour(after_data=""), channel_message(), channel_message()) == [
        Attempt(AttemptResult.UNCERTAIN, "connection-lost"),
        Attempt(AttemptResult.AGAIN, "connection-lost"),
    ]


def test_a_server_that_never_answers_the_text_leaves_it_uncertain() -> None:
    """Silence is bounded in time, and no verdict."""
    (attempt,) = deliver(Behaviour(after_data=None), channel_message())
    assert attempt.result is AttemptResult.UNCERTAIN


def test_a_server_that_does_not_greet_is_tried_again() -> None:
    """Nothing was sent; the batch does not wait once for each letter."""
    attempts = deliver(Behaviour(greet=False), channel_message(), channel_message())
    assert [attempt.result for attempt in attempts] == [AttemptResult.AGAIN] * 2


def test_a_server_that_is_not_there_is_tried_again() -> None:
    """Nobody listens: nothing was sent."""
    with smtp_server(Behaviour()) as port:
        pass
    assert channel(port).deliver([channel_message()], FAR) == [Attempt(AttemptResult.AGAIN, "unreachable")]


def test_letters_whose_turn_does_not_come_are_postponed() -> None:
    """When the batch's time is over, the rest is put back and the server not even called."""
    ours = Behaviour()
    with smtp_server(ours) as port:
        assert channel(port).deliver([channel_message()], NOON) == [Attempt(AttemptResult.POSTPONED)]
    assert not ours.connections


@pytest.mark.parametrize(
    "address",
    [
        "",
        "a",
        "a@",
        "@b.org",
        "a@b.org\r\nBcc: c@d.org",
        "a@b.org\nX",
        "a b@c.org",
        "a@b.org,c@d.org",
        "<a@b.org>",
        "a@b@c.org",
        "名@b.org",
        "a@b.org\0",
        "(x)a@b.org",
        '"a"@b.org',
        "a" * 250 + "@b.org",
        "a@[127.0.0.1]",
    ],
)
def test_an_address_that_is_none_is_refused_here(address: str) -> None:
    """No text in an address reaches the server or a header unless it is exactly one address."""
    ours = Behaviour()
    assert deliver(ours, channel_message(address)) == [Attempt(AttemptResult.REFUSED, "bad-address")]
    assert not ours.messages


@given(st.text(max_size=300), st.text(max_size=300))
def test_no_text_breaks_a_header(subject: str, text: str) -> None:
    """Whatever a subject or text holds, the message has exactly the headers that it should have."""
    usual = set(parsed(compose(channel_message(), SENDER, NOON)).keys())
    safe = subject.encode("utf-8", "replace").decode(), text.encode("utf-8", "replace").decode()
    message = parsed(compose(channel_message(subject=safe[0], text=Text(safe[1] + "x", "")), SENDER, NOON))
    assert set(message.keys()) == usual
    assert message["To"] == "a@example.org"
    assert "\n" not in message["Subject"]


def test_line_breaks_in_a_subject_become_spaces() -> None:
    """CR and LF begin no header."""
    assert one_line("a\r\nBcc: b@c.org\u2028d\te") == "a Bcc: b@c.org d e"


def test_mail_travels_encrypted(tmp_path: Path) -> None:
    """With STARTTLS the text goes over TLS, to a server whose certificate is trusted."""
    server, client = certificate(tmp_path)
    ours = Behaviour(tls=server)
    with smtp_server(ours) as port:
        sending = MailChannel(
            MailServer("localhost", port, SENDER, timeout_seconds=2), SetClock(NOON), lambda: client
        )
        assert sending.deliver([channel_message()], FAR) == [Attempt(AttemptResult.DELIVERED)]
    assert ours.over_tls == [True]


def test_mail_is_not_sent_where_encryption_fails(tmp_path: Path) -> None:
    """A server without STARTTLS, or with a certificate that nobody vouches for, gets no text."""
    server, _ = certificate(tmp_path)
    for ours in (Behaviour(), Behaviour(tls=server)):
        with smtp_server(ours) as port:
            sending = MailChannel(MailServer("localhost", port, SENDER, timeout_seconds=2), SetClock(NOON))
            (attempt,) = sending.deliver([channel_message()], FAR)
        assert attempt.result is AttemptResult.AGAIN
        assert not ours.messages
