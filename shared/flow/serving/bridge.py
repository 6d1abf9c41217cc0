"""Asking a WSGI application for what comes in, without a thread of it waiting for any client.

Decides the order: a small body is taken in and the application asked; a larger one waits outside until the application
has been asked without it. It answers then already – nobody known, not allowed, too long for this route – or begins to
read: only then is the body taken in, no longer than the route takes, and the application asked again with it. A route
must change nothing before it reads its body.
"""

import asyncio
import io
from collections.abc import AsyncIterator
from concurrent.futures import Executor
from contextlib import asynccontextmanager
from typing import IO, Any
from wsgiref.types import WSGIApplication, WSGIEnvironment

from shared.flow.serving.answer import Answer, Pieces, ask
from shared.flow.serving.bodies import (
    ArrivingBody,
    BodyRefused,
    BodyWanted,
    HeldBytes,
    SenderGone,
    UnreadBody,
    spool,
)
from shared.flow.serving.environ import environ_of
from shared.flow.serving.limits import LARGEST_BODY, ServingLimits
from shared.flow.serving.refusals import refusal_answer
from shared.flow.serving.wire import ENCODING, INPUT, LANGUAGE, LENGTH, Receive, Send, next_part, send_part
from shared.web.body_length import ASKED_BEFORE, LONGEST_BODY


class Bridge:
    """An ASGI application that asks a WSGI application in threads.

    Args:
        threads: those in which the application runs.
    """

    def __init__(self, app: WSGIApplication, threads: Executor, limits: ServingLimits) -> None:
        self._app = app
        self._threads = threads
        self._limits = limits
        self._held = HeldBytes(limits.held_bytes)

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Answer a request."""
        environ = environ_of(scope)
        arriving = ArrivingBody(receive, _length(environ), self._limits)
        try:
            answer, is_read = await self._answered(environ, arriving)
        except SenderGone:
            return
        if is_read:
            await self._send(answer, receive, send)
        else:
            await _send_early(answer.closing(), arriving, send)

    async def _answered(self, environ: WSGIEnvironment, arriving: ArrivingBody) -> tuple[Answer, bool]:
        """Return the answer, and whether the request was read to its end."""
        try:
            if arriving.is_small:
                content = io.BytesIO()
                if arriving.length:
                    await arriving.into(content, self._limits.blind_bytes)
                return await self._asked(environ, content), True
            early = await self._asked_without(environ)
            if early is not None:
                return early, False
            async with self._taken_in(arriving, _longest(environ)) as file:
                return await self._asked(environ, file), True
        except BodyRefused as refused:
            return refusal_answer(refused.code, environ.get(LANGUAGE, ""), refused.limit), False

    @asynccontextmanager
    async def _taken_in(self, arriving: ArrivingBody, longest: int) -> AsyncIterator[IO[bytes]]:
        """Take a body in that the application wants, and keep it for as long as it is answered."""
        room = longest if arriving.length is None else min(arriving.length, longest)
        self._held.take(room)
        try:
            with spool() as file:
                await arriving.into(file, longest)
                yield file
        finally:
            self._held.give_back(room)

    async def _asked(self, environ: WSGIEnvironment, content: IO[bytes]) -> Answer:
        content.seek(0)
        environ[INPUT] = content
        return await asyncio.get_running_loop().run_in_executor(self._threads, ask, self._app, environ)

    async def _asked_without(self, environ: WSGIEnvironment) -> Answer | None:
        """Return what the application answers without having read the body; None: it wants to read."""
        environ[INPUT] = UnreadBody()
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, _early, self._app, environ)

    async def _send(self, answer: Answer, receive: Receive, send: Send) -> None:
        await answer.begin(send)
        if answer.rest is None:
            await send_part(send, answer.body, has_more=False)
            return
        gone = asyncio.ensure_future(_until_gone(receive))
        try:
            await Pieces(answer, self._threads).send(send, gone.done)
        finally:
            gone.cancel()


def _early(app: WSGIApplication, environ: WSGIEnvironment) -> Answer | None:
    # The application changes its environment as it goes (`SCRIPT_NAME`); it will be asked again with the first one.
    asked = dict(environ)
    try:
        return ask(app, asked, whole=True)
    except BodyWanted:
        environ[LONGEST_BODY] = asked.get(LONGEST_BODY, LARGEST_BODY)
        environ[ASKED_BEFORE] = True
        return None


async def _until_gone(receive: Receive) -> None:
    """Return when nobody reads any more; what is still received of the request before is nothing."""
    while await next_part(receive) is not None:
        pass


def _length(environ: WSGIEnvironment) -> int | None:
    """The declared length; 0 without a body, None for one in chunks. The parser has refused what is no number."""
    if ENCODING in environ:
        return None
    return int(environ.get(LENGTH) or 0)


def _longest(environ: WSGIEnvironment) -> int:
    return min(int(environ[LONGEST_BODY]), LARGEST_BODY)


async def _send_early(answer: Answer, arriving: ArrivingBody, send: Send) -> None:
    """Send an answer whose request is still coming in, and close the connection when its sender may have read it.

    Closed at once, the connection would be reset under a sender that still writes, and the answer be lost.
    """
    await answer.begin(send)
    await send_part(send, answer.body, has_more=True)
    await arriving.drain()
    await send_part(send, b"", has_more=False)
