"""E-mail over SMTP (RFC 5321), with headers that no text can break.

Decides how a notification becomes an e-mail and what an SMTP server's answers mean. Must not know stores.
"""

import re
import smtplib
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Literal
from unicodedata import category

from services.notify.domain.attempts import Attempt, AttemptResult
from services.notify.ports.channel import ChannelMessage
from shared.kernel.clock import SystemClock, TimeSource
from shared.kernel.texts import Language

LONGEST_SUBJECT = 200
LONGEST_ADDRESS = 254  # RFC 5321 section 4.5.3.1
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,64}"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"({_ATOM}(?:\.{_ATOM})*)@({_LABEL}(?:\.{_LABEL})*)")


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed in.

    Args:
        security: 'tls' from the first byte, 'starttls', or 'none' for a server on the same machine.
        sender: the envelope's and the header's From; its domain stands in Message-IDs.
        timeout_seconds: for each answer of the server.
    """

    host: str
    port: int
    sender: str
    security: Literal["none", "starttls", "tls"] = "starttls"
    user: str = ""
    password: str = ""
    timeout_seconds: float = 10.0


class MailChannel:
    """Hands messages to one SMTP server, over one connection a batch.

    Args:
        tls: makes the context for encrypted connections; certificates are verified.
    """

    def __init__(
        self,
        server: MailServer,
        clock: TimeSource | None = None,
        tls: Callable[[], ssl.SSLContext] = ssl.create_default_context,
    ) -> None:
        self._server = server
        self._clock = clock or SystemClock()
        self._tls = tls

    def group_of(self, message: ChannelMessage) -> str:
        """All messages go through the one server."""
        del message
        return "smtp"

    def deliver(self, messages: Sequence[ChannelMessage], until: datetime) -> list[Attempt]:
        """Hand in the messages; when the server is gone the rest waits for another attempt."""
        attempts: list[Attempt] = []
        line = _Line(self._open)
        for message in messages:
            if self._clock.now() >= until:
                attempts.append(Attempt(AttemptResult.POSTPONED))
            else:
                attempts.append(self._hand_in(line, message))
        line.hang_up()
        return attempts

    def _hand_in(self, line: "_Line", message: ChannelMessage) -> Attempt:
        try:
            email = compose(message, self._server.sender, self._clock.now())
        except (ValueError, MessageError):
            return Attempt(AttemptResult.REFUSED, "bad-address")
        return line.send(self._server.sender, message.address, email)

    def _open(self) -> smtplib.SMTP:
        """Open a connection that is fit for mail, or none at all."""
        smtp = self._connect()
        try:
            if self._server.security == "starttls":
                smtp.starttls(context=self._tls())
            if self._server.user:
                smtp.login(self._server.user, self._server.password)
            smtp.ehlo_or_helo_if_needed()
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _connect(self) -> smtplib.SMTP:
        ours = self._server
        if ours.security == "tls":
            return smtplib.SMTP_SSL(ours.host, ours.port, timeout=ours.timeout_seconds, context=self._tls())
        return smtplib.SMTP(ours.host, ours.port, timeout=ours.timeout_seconds)


class _Line:
    """A connection, opened for the first message and not again in this batch once the server is gone."""

    def __init__(self, open_: Callable[[], smtplib.SMTP]) -> None:
        self._open = open_
        self._smtp: smtplib.SMTP | None = None
        self._gone = ""

    def send(self, sender: str, recipient: str, email: bytes) -> Attempt:
        """Go through MAIL, RCPT and DATA; only a failure within DATA leaves it uncertain."""
        if self._gone:
            return Attempt(AttemptResult.AGAIN, self._gone)
        try:
            smtp = self._connected()
            for command, address in ((smtp.mail, sender), (smtp.rcpt, recipient)):
                code, _ = command(address)
                if not 200 <= code < 300:
                    # The sender was accepted already: the next message on this line must not meet half a transaction.
                    smtp.rset()
                    return Attempt(_meaning(code), f"smtp-{code}")
        except smtplib.SMTPResponseException as refusal:
            # Raised for greeting, encryption and login, not for this message: even a lasting refusal says nothing
            # against it, so it is worth another attempt.
            return self._lost(Attempt(AttemptResult.AGAIN, f"smtp-{refusal.smtp_code}"))
        except (smtplib.SMTPException, OSError) as failure:
            return self._lost(Attempt(AttemptResult.AGAIN, _cause(failure)))
        return self._data(smtp, email)

    def _data(self, smtp: smtplib.SMTP, email: bytes) -> Attempt:
        try:
            code, _ = smtp.data(email)
        except smtplib.SMTPDataError as refusal:  # the server did not let the text begin
            return Attempt(_meaning(refusal.smtp_code), f"smtp-{refusal.smtp_code}")
        except (smtplib.SMTPException, OSError) as failure:
            # Uncertain for this message alone: those behind it were not tried, and can be sent without a doubt.
            self._lost(Attempt(AttemptResult.AGAIN, _cause(failure)))
            return Attempt(AttemptResult.UNCERTAIN, _cause(failure))
        return (
            Attempt(AttemptResult.DELIVERED) if 200 <= code < 300 else Attempt(_meaning(code), f"smtp-{code}")
        )

    def hang_up(self) -> None:
        """Say goodbye if there is anybody to say it to."""
        if self._smtp is not None and not self._gone:
            try:
                self._smtp.quit()
            except (smtplib.SMTPException, OSError):
                # What the server has taken stands without its goodbye: no attempt's result changes by it.
                self._smtp.close()

    def _connected(self) -> smtplib.SMTP:
        if self._smtp is None:
            self._smtp = self._open()
        return self._smtp

    def _lost(self, attempt: Attempt) -> Attempt:
        self._gone = attempt.cause
        if self._smtp is not None:
            self._smtp.close()
        return attempt


def compose(message: ChannelMessage, sender: str, at: datetime) -> bytes:
    """Return the e-mail: the text in the message's language, a Message-ID that is the same at every repetition.

    Raises:
        ValueError: the address is none.
    """
    language: Language = "en" if message.language == "en" else "zh"
    email = EmailMessage(policy=SMTP)
    email["From"] = _address(sender)
    email["To"] = _address(message.address)
    email["Subject"] = one_line(message.subject)[:LONGEST_SUBJECT]
    email["Date"] = format_datetime(at)
    email["Message-ID"] = f"<{message.key}@{_address(sender).domain}>"
    email["Auto-Submitted"] = "auto-generated"  # RFC 3834: answering machines stay silent
    email["Content-Language"] = language
    email.set_content(message.words(language) + "\n", cte="base64")
    return email.as_bytes()


def one_line(text: str) -> str:
    """Return a text without line breaks and other control characters: nothing in it can begin a header."""
    return " ".join("".join(" " if category(mark)[0] in "CZ" else mark for mark in text).split())


def _address(text: str) -> Address:
    """The address as a value: a dot-atom at a domain (RFC 5322) and nothing else – no name, comment, quote,
    list.
    """
    found = _ADDRESS.fullmatch(text) if len(text) <= LONGEST_ADDRESS else None
    if found is None:
        raise ValueError("no address")
    return Address(username=found[1], domain=found[2])


def _meaning(code: int) -> AttemptResult:
    return AttemptResult.REFUSED if 500 <= code < 600 else AttemptResult.AGAIN


def _cause(failure: Exception) -> str:
    if isinstance(failure, TimeoutError):
        return "timeout"
    if isinstance(failure, ssl.SSLError):
        return "tls"
    return "connection-lost" if isinstance(failure, smtplib.SMTPException) else "unreachable"
