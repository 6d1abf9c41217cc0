"""Asking the name server, bounded in time and number: the library bounds neither.

Must not judge addresses.
"""

import socket
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from threading import BoundedSemaphore, Thread

MOST_LOOK_UPS = 16  # that hang at once; their threads can't be ended
Resolve = Callable[[str, int], Sequence[str]]


def resolve(host: str, port: int) -> Sequence[str]:
    """Return every address of a host.

    Raises:
        OSError: it has none.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def bounded(look_up: Resolve, seconds: float, most: int = MOST_LOOK_UPS) -> Resolve:
    """Return a look-up that answers within `seconds` or raises TimeoutError.

    A look-up can't be ended from outside: it goes on in its own thread, and while `most` of them hang no further
    one is begun.
    """
    free = BoundedSemaphore(most)

    def within(host: str, port: int) -> Sequence[str]:
        if not free.acquire(timeout=seconds):
            raise TimeoutError("too many look-ups hang")
        answer: Future[Sequence[str]] = Future()
        # A daemon, since a name server that hangs must not keep the process from ending.
        Thread(target=_answer, args=(answer, look_up, host, port, free), name="look-up", daemon=True).start()
        return answer.result(timeout=seconds)

    return within


def _answer(
    answer: "Future[Sequence[str]]", look_up: Resolve, host: str, port: int, free: BoundedSemaphore
) -> None:
    try:
        answer.set_result(look_up(host, port))
    except Exception as failure:  # noqa: BLE001 - whatever it is, it is raised where the answer is awaited
        answer.set_exception(failure)
    finally:
        free.release()
