"""Documents that explode, bodies without end, requests by halves, markup in answers."""

import json
import re
import socket
import time
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from contract.signing import LINK, signed_body
from contract.traps import pipeline, server, source, trap  # noqa: F401 - fixtures
from running import KEY, SECRET, Running

# --- documents that explode

BOMBS = {
    "brackets": "[" * 500_000,
    "nested objects": '{"a":' * 100_000,
    "nested and closed": '{"a":' * 100_000 + "1" + "}" * 100_000,
    "deep lists": "[" * 200 + "]" * 200,
    "a number": "9" * 500_000,
    "an exponent": "1e" + "9" * 300_000,
    "many keys": "{" + ",".join(f'"{i}":0' for i in range(50_000)) + "}",
    "many times the same key": "{" + '"a":0,' * 90_000 + '"a":1}',
    "a long text": '"' + "a" * 900_000 + '"',
    "escapes": '"' + "\\u0041" * 150_000 + '"',
    "half a character": '{"a":"\\ud800"}',
    "not a number": '{"Crf":NaN}',
    "json in json in json": "",
}

BOMBS["json in json in json"] = "{}"


for _ in range(12):
    BOMBS["json in json in json"] = json.dumps({"a": BOMBS["json in json in json"]})


@pytest.mark.parametrize("name", BOMBS)
def test_documents_that_explode_are_refused_wherever_one_is_taken(server: Running, pipeline: str, name: str) -> None:
    """As JSON text in a form, in every parameter that takes a document, and as the body of the alias."""
    bomb = BOMBS[name]
    for action, parameter in (
        ("AddMediaWorkflow", "Topology"),
        ("AddTemplate", "Video"),
        ("SubmitJobs", "Outputs"),
        ("SubmitSnapshotJob", "SnapshotConfig"),
        ("AddPipeline", "NotifyConfig"),
    ):
        answer = signed(
            server,
            action,
            "/-/rpc/" + action,
            json.dumps(
                {
                    "Name": "x",
                    "PipelineId": pipeline,
                    "OutputBucket": "cout",
                    "Input": source("a%2Fb.mp4"),
                    parameter: bomb,
                }
            ).encode(),
        )
        assert 400 <= answer.status_code < 500 and answer.json()["RequestId"], (
            action,
            answer.status_code,
            answer.text[:300],
        )
    answer = signed(server, "AddPipeline", "/-/rpc/AddPipeline", bomb.encode())
    assert 400 <= answer.status_code < 500 and answer.json()["RequestId"]


def test_xml_is_written_and_never_read(server: Running) -> None:
    """The message service and subtitles read XML, and refuse document types, so there is nothing to blow up
    (tests/unit/test_mns.py, test_subtitles_reading.py); elsewhere a body of XML is refused as what it is."""
    parsers = re.compile(r"(?m)^\s*(?:from|import)\s+(?:xml\.(?!sax\.saxutils)|lxml|defusedxml|xmltodict|bs4)")
    root = Path(__file__).parents[2] / "src"
    found = {str(p.relative_to(root)) for p in root.rglob("*.py") if parsers.search(p.read_text(encoding="utf-8"))}
    assert found == {"reelmill/core/mns_xml.py", "reelmill/media/subtitles/reading.py"}
    answer = httpx.post(
        server.url, content=b'<!DOCTYPE a [<!ENTITY a "b">]><a>&a;</a>', headers={"content-type": "text/xml"}
    )
    assert answer.status_code == 400 and "InvalidParameter.Format" in answer.text


def test_what_a_caller_writes_is_no_markup_in_an_answer(server: Running) -> None:
    """A browser that is led to such an address runs nothing."""
    evil = "<script xmlns='http://www.w3.org/1999/xhtml'>alert(1)</script>"
    for query in (f"Action={quote(evil)}", f"Action=A&Version={quote(evil)}", f"{quote(evil)}=1&{quote(evil)}=2"):
        answer = httpx.get(f"{server.url}/?{query}")
        assert (
            "<script" not in answer.text
            and answer.headers["x-content-type-options"] == "nosniff"
            and "html" not in answer.headers["content-type"]
        )


def test_a_body_that_is_too_large_is_refused_before_it_is_all_read(server: Running) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as link:
        link.sendall(
            b"POST / HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: "
            b"100000000\r\n\r\n" + b"a" * 1_200_000
        )
        assert b" 413 " in link.recv(4096)


def test_half_requests_do_not_keep_others_waiting(server: Running) -> None:
    """A hundred connections that never finish what they say."""
    links = []
    for half in (
        b"POST / HTTP/1.1\r\nhost: x\r\n",
        b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 50\r\n\r\nabc",
    ) * 50:
        links.append(socket.create_connection(("127.0.0.1", server.port), timeout=20))
        links[-1].sendall(half)
    time.sleep(0.2)
    assert server.client.call("SearchPipeline")["TotalCount"] >= 0
    for link in links:
        link.close()


def signed(server: Running, action: str, path: str, body: bytes) -> httpx.Response:
    """A request of the alias, signed by hand."""
    return LINK.post(server.url + path, content=body, headers=signed_body(server.port, action, path, body, KEY, SECRET))
