"""Attacks through the API on a whole server: out of a bucket, into the inner network, with documents that explode. A
trap listens on this machine; nothing may ever knock at it, and a file beside the buckets may never be read."""

import json
import re
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from clips import clip, dash, svg
from contract.signing import LINK, signed_body
from reelmill.cli.client import Refused
from running import KEY, LOCATION, SECRET, Running, until

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


# --- out of the bucket

OUTWARD = [
    "../secret.mp4",
    "a/../../secret.mp4",
    "..%2Fsecret.mp4",
    "%2e%2e/secret.mp4",
    "%2E%2E%2Fsecret.mp4",
    "/etc/passwd",
    "%2Fetc%2Fpasswd",
    "a/./b.mp4",
    "a//b.mp4",
    "..",
    "a/..",
    "a%00.mp4",
    "a%0ab.mp4",
    "..\\secret.mp4",
    "\\etc\\passwd",
    "a/b.mp4/",
    "%c0%ae%c0%ae/secret.mp4",
    "%ff",
    ".",
    "%252e%252e%252fsecret.mp4",
    "file:///etc/passwd",
    "-i",
    "|id",
]


@pytest.mark.parametrize("key", OUTWARD)
def test_no_name_of_an_input_leads_out(server: Running, pipeline: str, key: str) -> None:
    answer = refused(server, "SubmitMediaInfoJob", Input=source(key))
    assert (
        answer["Code"] in ("InvalidParameter.ObjectKeyInvalid", "InvalidParameter.ResourceNotFound")
        and "Input.Object" in answer["Message"]
    )
    answer = refused(server, "AddMedia", FileURL=f"http://cin.{LOCATION}.aliyuncs.com/{key}")
    assert answer["Code"] in (
        "InvalidParameter.ObjectKeyInvalid",
        "InvalidParameter.ResourceNotFound",
        "InvalidParameter.Format",
    )


@pytest.mark.parametrize(
    "key",
    [
        "../x",
        "a/../../x",
        "..%2F..%2Fx",
        "/tmp/x",
        "%2Ftmp%2Fx",
        "a%2F%2Fb",
        "{ObjectPrefix}../x",
        "x%00",
        "x%0A",
        "\\x",
        "{FileName}/../../x",
    ],
)
def test_no_name_of_an_output_leads_out(server: Running, pipeline: str, key: str) -> None:
    outputs = json.dumps([{"OutputObject": key + ".mp4", "TemplateId": MP4}])
    (result,) = server.client.call(
        "SubmitJobs", Input=source("a%2Fb.mp4"), Outputs=outputs, OutputBucket="cout", PipelineId=pipeline
    )["JobResultList"]["JobResult"]
    assert not result["Success"] and result["Code"] == "InvalidParameter.ObjectKeyInvalid", result
    where = {"Bucket": "cout", "Location": LOCATION, "Object": key + ".jpg"}
    assert (
        refused(
            server, "SubmitSnapshotJob", Input=source("a%2Fb.mp4"), SnapshotConfig={"OutputFile": where, "Time": "0"}
        )["Code"]
        == "InvalidParameter.ObjectKeyInvalid"
    )


@pytest.mark.parametrize(
    "name", ["..", ".", "../cin", "cin/..", "cin/a", "", "cin\n", "cin%2f", "CIN", "-", "\u0441in"]
)
def test_no_name_of_a_bucket_is_a_path(server: Running, pipeline: str, name: str) -> None:
    for action in ("BindInputBucket", "BindOutputBucket"):
        assert refused(server, action, Bucket=name)["Code"] in (
            "InvalidParameter.BucketNameInvalid",
            "InvalidParameter.EmptyValue",
        )
    assert refused(server, "SubmitMediaInfoJob", Input={**source("secret.mp4"), "Bucket": name})["Code"].startswith(
        ("InvalidParameter.", "MissingParameter")
    )


def test_links_in_a_bucket_do_not_lead_out(server: Running, pipeline: str, tmp_path: Path) -> None:
    bucket = server.home / "buckets"
    (bucket / "cin" / "link.mp4").symlink_to(server.home / "secret.mp4")
    (bucket / "cin" / "dir").symlink_to(server.home)
    (bucket / "cout" / "dir").symlink_to(tmp_path)
    for key in ("link.mp4", "dir/secret.mp4"):
        assert refused(server, "SubmitMediaInfoJob", Input=source(quote(key, safe="")))["Code"] in (
            "InvalidParameter.ResourceNotFound",
            "InvalidParameter.ObjectKeyInvalid",
        )
    outputs = json.dumps([{"OutputObject": "dir/x.mp4", "TemplateId": MP4}])
    (result,) = server.client.call(
        "SubmitJobs", Input=source("a%2Fb.mp4"), Outputs=outputs, OutputBucket="cout", PipelineId=pipeline
    )["JobResultList"]["JobResult"]
    if result["Success"]:
        ended(server, result["Job"]["JobId"], "TranscodeFail")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "path",
    [
        "/cin/../secret.mp4",
        "/cin/%2e%2e/secret.mp4",
        "/cin/..%2fsecret.mp4",
        "/../secret.mp4",
        "/%2e%2e/signing.key",
        "/cin/a/b.mp4",
        "/-/s/9999999999.00/cin/a/b.mp4",
        "/-/static/../../../secret.mp4",
        "/-/static/..%2f..%2fapp.py",
        "/-/console/..%2f..%2fapp.py",
        "/-/console/assets/..%2f..%2f..%2fapp.py",
        "//secret.mp4",
    ],
)
def test_no_address_reads_what_is_not_published(server: Running, path: str) -> None:
    answer = httpx.get(httpx.URL(server.url).copy_with(raw_path=path.encode()))
    assert SECRETS not in answer.text and "def " not in answer.text and b"ftyp" not in answer.content
    # the console answers its own paths with its page
    assert answer.status_code == 404 or "<!doctype html" in answer.text.lower()


# --- into the inner network


def inward(trap: Trap, server: Running) -> list[str]:
    """Addresses that lead to this machine or to what a cloud keeps for its machines."""
    return [
        f"http://127.0.0.1:{trap.port}/cin/a/b.mp4",
        f"http://localhost:{trap.port}/cin/a/b.mp4",
        f"http://[::1]:{trap.port}/cin/a/b.mp4",
        f"http://2130706433:{trap.port}/cin/a/b.mp4",
        f"http://0x7f000001:{trap.port}/x.mp4",
        "http://169.254.169.254/latest/meta-data/",
        "http://metadata.google.internal/",
        "http://cin.oss-cn-hangzhou.aliyuncs.com.example.com/a/b.mp4",
        f"http://cin.oss-cn-hangzhou.aliyuncs.com@127.0.0.1:{trap.port}/a/b.mp4",
        f"http://127.0.0.1:{server.port}@127.0.0.1:{trap.port}/cin/a/b.mp4",
        f"http://127.0.0.1:{trap.port}#@127.0.0.1:{server.port}/cin/a/b.mp4",
        f"http://127.0.0.1:{trap.port}\\@127.0.0.1:{server.port}/cin/a/b.mp4",
        "https://cin.oss-cn-hangzhou.aliyuncs.com/a/b.mp4",
        "ftp://cin.oss-cn-hangzhou.aliyuncs.com/a/b.mp4",
        "file:///etc/passwd",
        "gopher://127.0.0.1:1/x",
        "//127.0.0.1/x",
        "/etc/passwd",
        "x",
        "http:///etc/passwd",
        f"http://127.0.0.1:{server.port}/-/healthz",
        f"http://cin.oss-cn-hangzhou.aliyuncs.com:{trap.port}/a/b.mp4",
    ]


def test_no_address_of_a_file_or_cover_leads_elsewhere(server: Running, trap: Trap) -> None:
    media = server.client.call("AddMedia", FileURL=f"{server.url}/cin/a/b.mp4")["Media"]["MediaId"]
    for url in inward(trap, server):
        for action, values in (
            ("AddMedia", {"FileURL": url}),
            ("AddMedia", {"FileURL": f"{server.url}/cin/a/b.mp4", "CoverURL": url}),
            ("UpdateMediaCover", {"MediaId": media, "CoverURL": url}),
            ("UpdateMedia", {"MediaId": media, "CoverURL": url}),
        ):
            assert refused(server, action, **values)["Code"].startswith("InvalidParameter"), (url, action)
        assert refused(server, "QueryMediaListByURL", FileURLs=url)["Code"].startswith("InvalidParameter"), url
    assert trap.knocks == []


def lures(trap: Trap) -> dict[str, str]:
    """Files that are no films but tell where one lies."""
    web, file = f"http://127.0.0.1:{trap.port}/x.ts", "file:///etc/passwd"
    bomb = (
        '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">'
        + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
        + "]>"
    )
    return {
        "web.m3u8": f"#EXTM3U\n#EXTINF:10,\n{web}\n#EXT-X-ENDLIST\n",
        "file.m3u8": f"#EXTM3U\n#EXTINF:10,\n{file}\n#EXT-X-ENDLIST\n",
        "key.m3u8": f'#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="{web}"\n#EXTINF:10,\nb.ts\n#EXT-X-ENDLIST\n',
        "map.m3u8": f'#EXTM3U\n#EXT-X-MAP:URI="{web}"\n#EXTINF:10,\nb.ts\n#EXT-X-ENDLIST\n',
        "master.m3u8": f"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n{web}\n",
        "up.m3u8": "#EXTM3U\n#EXTINF:10,\n../../secret.mp4\n#EXT-X-ENDLIST\n",
        "playlist.mp4": f"#EXTM3U\n#EXTINF:10,\n{web}\n#EXT-X-ENDLIST\n",
        "concat.mp4": f"ffconcat version 1.0\nfile '{web}'\n",
        "concat.txt": f"ffconcat version 1.0\nfile '{file}'\n",
        "web.mpd": dash(web),
        "file.mpd": dash(file),
        "picture.svg": svg(web),
        "list.sdp": f"v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nm=video {trap.port} RTP/AVP 96\n",
        "bomb.mpd": bomb + '<MPD xmlns="urn:mpeg:dash:schema:mpd:2011">&i;</MPD>',
        "bomb.svg": bomb + "<svg>&i;</svg>",
        "ref.mov": f"[Reference]\nRef1={web}\n",
    }


def test_no_file_makes_the_tools_call_or_read_elsewhere(
    server: Running, trap: Trap, pipeline: str, tmp_path: Path
) -> None:
    """Probed, shot and transcoded; each fails for a reason of the file, soon, and nobody has knocked."""
    jobs = []
    for name, text in lures(trap).items():
        (tmp_path / name).write_text(text)
        server.put("cin", f"lure/{name}", tmp_path / name)
        key = source(f"lure%2F{name}")
        answer = server.client.call("SubmitMediaInfoJob", Input=key)["MediaInfoJob"]
        assert (answer["State"], answer["Code"].partition(".")[0]) == ("Fail", "InvalidParameter"), (name, answer)
        assert SECRETS not in json.dumps(answer) and "root:" not in json.dumps(answer)
        outputs = json.dumps([{"OutputObject": f"lure/{name}.mp4", "TemplateId": MP4}])
        jobs += server.client.call("SubmitJobs", Input=key, Outputs=outputs, OutputBucket="cout", PipelineId=pipeline)[
            "JobResultList"
        ]["JobResult"]
    for job in jobs:
        if job["Success"]:
            ended(server, job["Job"]["JobId"], "TranscodeFail")
    assert trap.knocks == [] and not (server.home / "buckets" / "cout" / "lure").exists()


def ended(server: Running, job_id: str, state: str) -> None:
    def look() -> str:
        found = str(server.client.call("QueryJobList", JobIds=job_id)["JobList"]["Job"][0]["State"])
        return found if found not in ("Submitted", "Transcoding") else ""

    assert until(look, 60, "the job has ended") == state


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
    """Only the message service reads XML, by a parser that refuses document types, so there is nothing to blow up
    (tests/unit/test_mns.py); elsewhere a body of XML is refused as what it is."""
    parsers = re.compile(r"(?m)^\s*(?:from|import)\s+(?:xml\.(?!sax\.saxutils)|lxml|defusedxml|xmltodict|bs4)")
    root = Path(__file__).parents[2] / "src"
    assert [str(p) for p in root.rglob("*.py") if parsers.search(p.read_text(encoding="utf-8"))] == [
        str(root / "reelmill/core/mns_xml.py")
    ]
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
