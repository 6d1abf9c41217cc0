"""A body on its way in: counted while it comes, and given up when it is too long or too slow.

Decides when a body is refused. Must not know who sends it: the application is asked before anything larger than a
few kilobytes is taken in (`bridge`).
"""

import asyncio
import tempfile
from dataclasses import dataclass
from typing import IO, NoReturn

from shared.flow.serving.limits import ServingLimits
from shared.flow.serving.wire import Receive, next_part

_IN_MEMORY = 256 * 2**10  # of a body that was wanted; more of it goes to a file


class BodyRefused(Exception):
    """A body that is not taken in.

    Args:
        code: of the web's catalogue.
        limit: bytes that were allowed.
    """

    def __init__(self, code: str, limit: int = 0) -> None:
        super().__init__(code)
        self.code = code
        self.limit = limit


class SenderGone(Exception):
    """Nobody is there any more who would read an answer."""


class BodyWanted(BaseException):
    """The application began to read a body that has not been taken in.

    No `Exception`: an application turns those into answers, and this one is no failure of it.
    """


class UnreadBody:
    """`wsgi.input` of an application that is asked whether it wants the body at all."""

    def _wanted(self, *_sizes: int) -> NoReturn:
        raise BodyWanted

    read = readline = readlines = __iter__ = _wanted


@dataclass(slots=True)
class HeldBytes:
    """What all bodies together take at this moment; counted in the server's one thread."""

    most: int
    now: int = 0

    def take(self, size: int) -> None:
        """Reserve room.

        Raises:
            BodyRefused: `busy`: there is none.
        """
        if self.now + size > self.most:
            raise BodyRefused("busy")
        self.now += size

    def give_back(self, size: int) -> None:
        """Let go of it."""
        self.now -= size


@dataclass(slots=True)
class ArrivingBody:
    """The body of one request.

    Args:
        receive: as ASGI gives it: the next part.
        length: as declared; None: it comes in chunks and says at its end that it ends.
    """

    receive: Receive
    length: int | None
    limits: ServingLimits

    @property
    def is_small(self) -> bool:
        """Whether it may be taken in before anybody knows from whom it comes."""
        return self.length is not None and self.length <= self.limits.blind_bytes

    async def into(self, file: IO[bytes], longest: int) -> None:
        """Write it to a file as it comes.

        Args:
            longest: bytes at most; counted, whatever was declared.

        Raises:
            BodyRefused: `too-large` or `too-slow`.
            SenderGone: it broke off.
        """
        if self.length is not None and self.length > longest:
            raise BodyRefused("too-large", longest)
        seconds = self.limits.seconds_for(longest if self.length is None else self.length)
        try:
            async with asyncio.timeout(seconds):
                await self._copy(file, longest)
        except TimeoutError:
            raise BodyRefused("too-slow") from None

    async def _copy(self, file: IO[bytes], longest: int) -> None:
        counted, more = 0, True
        while more:
            part = await next_part(self.receive)
            if part is None:
                raise SenderGone
            counted += len(part.body)
            if counted > longest:
                raise BodyRefused("too-large", longest)
            file.write(part.body)
            more = part.more_body

    async def drain(self) -> None:
        """Read on and throw away, for a while: a sender that is cut off in the middle would not see the answer."""
        try:
            async with asyncio.timeout(self.limits.drain_seconds):
                while (part := await next_part(self.receive)) and part.more_body:
                    pass
        except TimeoutError:
            return


def spool() -> IO[bytes]:
    """Return an empty file for a body that was wanted; closed by whoever asked for it."""
    return tempfile.SpooledTemporaryFile(_IN_MEMORY)
