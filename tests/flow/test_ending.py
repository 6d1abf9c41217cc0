"""A process ends when it is asked to, whichever of its threads hears it."""

import signal
import subprocess
import sys

PROCESS = """
import signal, threading, time
from shared.flow.ending import asked_to_end, wait_until
stop = asked_to_end()
def hear():  # as the kernel may choose: a thread of a process that just thawed
    print("up", flush=True)
    signal.pthread_kill(threading.get_ident(), signal.SIGTERM)
threading.Timer(0.3, hear).start()
wait_until(stop)
"""


def test_a_signal_that_another_thread_catches_ends_the_process_too() -> None:
    """A process whose main thread sleeps hears of a signal that was delivered to another thread."""
    process = subprocess.run([sys.executable, "-c", PROCESS], capture_output=True, timeout=60, check=False)
    assert (process.returncode, process.stdout, process.stderr) == (0, b"up\n", b"")


def test_a_process_ends_on_sigterm() -> None:
    """SIGTERM to the process ends it in order."""
    code = PROCESS.replace("signal.pthread_kill(threading.get_ident(), signal.SIGTERM)", "None")
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0
