"""From a message's plain data to the type that says what it means.

Decides which version is understood: the same major version, and of a newer minor one what is known of it. Types are
checked as they are made; whatever does not fit is shown to the marshmallow schema, the one judge of what is right,
which names what is wrong.
"""

import msgspec
from marshmallow import ValidationError
from msgspec import Struct

from shared.contracts.envelope import Envelope
from shared.contracts.routes import BODIES, minor_of
from shared.contracts.schemas import LENIENT, SCHEMAS
from shared.kernel.problems import Problem
from shared.kernel.texts import Text

MAJOR = 1


def body_of(message: Envelope) -> Struct:
    """Return what a message says, as the frozen type of its data (`routes.BODIES`).

    Args:
        message: as it was decoded, with plain values.

    Raises:
        Problem: `unknown-type`, `unknown-version` or `invalid-message` naming the fields.
    """
    body = BODIES.get(message.type)
    if body is None:
        raise Problem(
            "unknown-type", Text(f"未知的消息类型 {message.type}", f"unknown message type {message.type}")
        )
    if message.version != MAJOR:
        raise Problem(
            "unknown-version",
            Text(f"未知的消息版本 {message.version}", f"unknown version {message.version} of {message.type}"),
        )
    try:
        # The common way: nothing passes here that the schema would refuse, as a property test holds.
        return msgspec.convert(message.data, body)
    except msgspec.ValidationError:
        return _judged_by_schema(message, body)


def _judged_by_schema(message: Envelope, body: type[Struct]) -> Struct:
    """A newer minor version may say more than is known here; any other unknown field is a mistake."""
    is_newer = message.minor > minor_of(message.type)
    schema = (LENIENT if is_newer else SCHEMAS)[message.type]()
    try:
        return msgspec.convert(schema.load(message.plain), body)
    except (ValidationError, msgspec.ValidationError) as wrong:
        faults = wrong.messages if isinstance(wrong, ValidationError) else str(wrong)
        raise Problem(
            "invalid-message", Text(f"消息内容有误：{faults}", f"the message breaks its contract: {faults}")
        ) from wrong
