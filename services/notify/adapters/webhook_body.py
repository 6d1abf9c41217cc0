"""The body of a webhook: a CloudEvent, whose data say who is told what, and of which case.

Decides the form that receivers read and its version; `docs/webhook.schema.json` is made of these types. Must not know
how it is sent.
"""

import sys
from typing import Literal

import msgspec
import orjson
from msgspec import Struct

from services.notify.domain.matter import SCHEMA_VERSION, Matter
from services.notify.ports.channel import ChannelMessage, GatheredLine
from shared.kernel.instants import format_instant
from shared.kernel.texts import Text

SCHEMA = f"urn:gridcase:notification:{SCHEMA_VERSION}"


class ToldTogether(Struct, frozen=True):
    """One of several notices that a request tells; `key` is the one that it would have had alone."""

    key: str
    on: str
    case: str | None
    occurrence: str | None
    number: str | None
    text: Text
    time: str
    matter: Matter | None


class NotificationData(Struct, frozen=True, omit_defaults=True):
    """What is told.

    Args:
        on: the event: a milestone, '<clock> breached', 'gathered'.
        case: its id; None: it is about no case. occurrence: id of a duty's occurrence.
        unit: 'jurisdiction/unit' that is told.
        matter: the case as it stood when this was told; None: the unit may not read the case, or there is none.
        gathered: notices that are told together; missing where there is one alone.
    """

    on: str
    case: str | None
    occurrence: str | None
    number: str | None
    unit: str | None
    text: Text
    matter: Matter | None
    gathered: tuple[ToldTogether, ...] = ()


class NotificationEvent(Struct, frozen=True):
    """A request's body.

    Args:
        id: the same at every attempt, as the header `webhook-id`.
        subject: the case or occurrence, else the town.
        time: when it was told first.
    """

    specversion: Literal["1.0"]
    id: str
    source: Literal["/gridcase/notify"]
    type: Literal["cn.gridcase.notification.v1"]
    subject: str
    time: str
    datacontenttype: Literal["application/json"]
    dataschema: str
    town: str
    data: NotificationData


def body_of(message: ChannelMessage) -> bytes:
    """Return the request's body: a CloudEvent that says what the receiver's unit is told."""
    event = NotificationEvent(
        specversion="1.0",
        id=message.key,
        source="/gridcase/notify",
        type="cn.gridcase.notification.v1",
        subject=message.case or message.occurrence or message.town,
        time=format_instant(message.made_at),
        datacontenttype="application/json",
        dataschema=SCHEMA,
        town=message.town,
        data=_told(message),
    )
    return msgspec.json.encode(event)


def schema() -> bytes:
    """Return the JSON Schema of a body, as it is published."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA}
    return (
        orjson.dumps({**head, **msgspec.json.schema(NotificationEvent)}, option=orjson.OPT_INDENT_2) + b"\n"
    )


def _told(message: ChannelMessage) -> NotificationData:
    return NotificationData(
        on=message.on,
        case=message.case or None,
        occurrence=message.occurrence or None,
        number=message.number or None,
        unit=message.unit,
        text=message.text,
        matter=message.matter,
        gathered=tuple(map(_line, message.gathered)),
    )


def _line(line: GatheredLine) -> ToldTogether:
    return ToldTogether(
        key=line.key,
        on=line.on,
        case=line.case or None,
        occurrence=line.occurrence or None,
        number=line.number or None,
        text=line.text,
        time=format_instant(line.at),
        matter=line.matter,
    )


if __name__ == "__main__":
    sys.stdout.buffer.write(schema())
