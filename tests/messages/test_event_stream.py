"""Events for programs: signed by a key, resumed by Last-Event-ID."""

import hashlib
import hmac
import http.client
import time
import uuid
from collections.abc import Callable
from pathlib import Path

from messages.receiving import flow
from running import KEY, SECRET, Running


def signed(server: Running, secret: str = SECRET) -> dict[str, str]:
    heads = {
        "host": f"127.0.0.1:{server.port}",
        "x-acs-content-sha256": hashlib.sha256(b"").hexdigest(),
        "x-acs-date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "x-acs-signature-nonce": uuid.uuid4().hex,
    }
    names = ";".join(sorted(heads))
    lines = "".join(f"{name}:{heads[name]}\n" for name in sorted(heads))
    request = "\n".join(["GET", "/-/events", "", lines, names, heads["x-acs-content-sha256"]])
    text = f"ACS3-HMAC-SHA256\n{hashlib.sha256(request.encode()).hexdigest()}"
    signature = hmac.new(secret.encode(), text.encode(), "sha256").hexdigest()
    claim = f"ACS3-HMAC-SHA256 Credential={KEY},SignedHeaders={names},Signature={signature}"
    return {**heads, "authorization": claim}


def read(server: Running, last: str, until: Callable[[list[tuple[str, str]]], bool]) -> list[tuple[str, str]]:
    """(id, type) of events as they come."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.request("GET", "/-/events", headers=signed(server) | ({"last-event-id": last} if last else {}))
    answer = connection.getresponse()
    assert answer.status == 200 and answer.getheader("content-type", "").startswith("text/event-stream")
    found: list[tuple[str, str]] = []
    place = ""
    while not until(found):
        line = answer.fp.readline().decode().rstrip("\n")
        if line.startswith("id: "):
            place = line[4:]
        elif line.startswith("event: "):
            found.append((place, line[7:]))
    connection.close()
    return found


def test_events_come_as_they_happen_and_again_for_who_was_away(server: Running, short: Path) -> None:
    flow_id = flow(server, "stream/", {})
    server.put("cin", "stream/film.mp4", short)
    found = read(server, "0", lambda got: bool(got) and got[-1][1] == "execution.finished")
    assert found[0][1] == "execution.started" and len({place for place, _ in found}) == len(found)
    assert read(server, found[1][0], lambda got: len(got) >= len(found) - 2) == found[2:]
    server.ended(flow_id)


def test_who_asks_is_looked_at(server: Running) -> None:
    for heads, status in ((signed(server, "wrong secret"), 400), ({}, 401)):
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
        connection.request("GET", "/-/events", headers=heads)
        assert connection.getresponse().status == status
        connection.close()
