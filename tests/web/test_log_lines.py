"""Every line of a log is one line of JSON, whoever writes it."""

import json
import subprocess
import sys

PROGRAM = """
import logging, socket, sys, threading, warnings
import structlog
from shared.flow.webserver import WebServer
from shared.obs.logs import set_up_logs

set_up_logs("intake")

def fail(*_asked):
    raise ValueError("of two\\nlines")

structlog.get_logger("web").info("ours", token="hidden")
logging.getLogger("sqlalchemy.pool").error("a library's %s", "words")
try:
    fail()
except ValueError:
    logging.getLogger("kombu").exception("caught")
warnings.warn("be warned")
thread = threading.Thread(target=fail)
thread.start()
thread.join()
server = WebServer(fail, "127.0.0.1", 0)
server.start()
with socket.create_connection(("127.0.0.1", server.port)) as own:
    own.sendall(b"GET / HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n")
    while own.recv(4096):
        pass
with socket.create_connection(("127.0.0.1", server.port)) as own:
    own.sendall(b"no request\\r\\n\\r\\n")
    while own.recv(4096):
        pass
server.stop()
"""


def test_every_line_is_json_whoever_writes_it() -> None:
    """Ours, a library's, a warning, what ended a thread, the web server's: each is one object, with its service."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == ""
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert {line["service"] for line in lines} == {"intake"}
    assert all({"event", "level", "timestamp"} <= line.keys() for line in lines)
    assert [line["event"] for line in lines[:2]] == ["ours", "library"]
    assert "thread-ended" in {line["event"] for line in lines}
    loggers = {line.get("logger") for line in lines}
    assert loggers >= {"sqlalchemy.pool", "kombu", "py.warnings", "uvicorn.error"}
    assert lines[0]["token"] == "…"
