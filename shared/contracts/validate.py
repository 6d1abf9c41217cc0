"""Holding a message against its contract."""

from functools import cache
from typing import Any

from marshmallow import ValidationError

from shared.contracts.envelope import Envelope
from shared.contracts.quick import Check, Unsure, quick
from shared.contracts.schemas import SCHEMAS, Contract
from shared.kernel.problems import Problem
from shared.kernel.texts import Text


@cache
def _schema(type_: str) -> Contract:
    return SCHEMAS[type_]()


@cache
def _quick(type_: str) -> Check:
    return quick(_schema(type_))


def validate(message: Envelope) -> dict[str, Any]:
    """Return the message's data as its schema loads it, with defaults filled in.

    Raises:
        Problem: `unknown-type`, `unknown-version` or `invalid-message` naming the fields.
    """
    if message.type not in SCHEMAS:
        raise Problem(
            "unknown-type", Text(f"未知的消息类型 {message.type}", f"unknown message type {message.type}")
        )
    if message.version != 1:
        raise Problem(
            "unknown-version",
            Text(f"未知的消息版本 {message.version}", f"unknown version {message.version} of {message.type}"),
        )
    loaded: dict[str, Any]
    try:
        loaded = _quick(message.type)(message.data)
    except Unsure:
        loaded = _judged(message)
    return loaded


def _judged(message: Envelope) -> dict[str, Any]:
    try:
        loaded: dict[str, Any] = _schema(message.type).load(message.data)
    except ValidationError as wrong:
        raise Problem(
            "invalid-message",
            Text(f"消息内容有误：{wrong.messages}", f"the message breaks its contract: {wrong.messages}"),
        ) from wrong
    return loaded
