"""A server to attack, a trap that nothing may call, and a file that nobody may read."""

import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from clips import clip
from reelmill.cli.client import Refused
from running import LOCATION, SECRET, Running, until

SECRETS = "the-contents-of-a-file-beside-the-buckets"

MP4 = "S00000001-200010"


class Trap:
    """A port on this machine that counts who knocks."""

    def __init__(self) -> None:
        self.knocks: list[bytes] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                link = self._socket.accept()[0]
            except OSError:
                return
            link.settimeout(1)
            try:
                self.knocks.append(link.recv(200))
            except OSError:
                self.knocks.append(b"")
            link.close()

    def close(self) -> None:
        self._socket.close()


@pytest.fixture(scope="module")
def trap() -> Iterator[Trap]:
    made = Trap()
    yield made
    made.close()
    assert made.knocks == []


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, trap: Trap) -> Iterator[Running]:
    running = Running(tmp_path_factory.mktemp("security"))
    running.start()
    for action, bucket in (("BindInputBucket", "cin"), ("BindOutputBucket", "cout")):
        running.client.call(action, Bucket=bucket)
    running.put("cin", "a/b.mp4", clip("base.mp4"))
    (running.home / "secret.mp4").write_bytes(clip("base.mp4").read_bytes() + SECRETS.encode())
    yield running
    log = running.log()
    running.stop()
    assert "Traceback" not in log
    assert SECRET not in log and "Signature=" not in log, "keys and signatures stay out of the log"


@pytest.fixture(scope="module")
def pipeline(server: Running) -> str:
    return str(server.client.call("AddPipeline", Name="p")["Pipeline"]["Id"])


def refused(server: Running, action: str, **values: Any) -> dict[str, Any]:
    """The answer to a call that must be refused."""
    with pytest.raises(Refused) as refusal:
        server.client.call(action, **values)
    return dict(refusal.value.answer)


def source(key: str) -> dict[str, str]:
    return {"Bucket": "cin", "Location": LOCATION, "Object": key}


def ended(server: Running, job_id: str, state: str) -> None:
    def look() -> str:
        found = str(server.client.call("QueryJobList", JobIds=job_id)["JobList"]["Job"][0]["State"])
        return found if found not in ("Submitted", "Transcoding") else ""

    assert until(look, 60, "the job has ended") == state
