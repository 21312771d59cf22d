"""What the documents say about proxies, word for word, in front of a real server: only names, ports and paths of this
machine are put in."""

import http.client
import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

import machine
from console.conftest import Page
from reelmill.cli.client import Client
from running import KEY, ROOT, SECRET, Running, free_port, running, until

PAGE = ROOT / "docs/howto/use-the-console.md"
PROGRAMS = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"


def block(language: str, server: Running, front: int) -> str:
    """The block of the page, for these two ports."""
    found = re.search(rf"```{language}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)
    assert found
    text = found[1].replace("127.0.0.1:8600", f"127.0.0.1:{server.port}")
    return text.replace("listen 80;", f"listen 127.0.0.1:{front};").replace(
        "films.example.com {", f"http://:{front} {{\n    bind 127.0.0.1"
    )


def nginx(server: Running, front: int, folder: Path) -> list[str]:
    paths = "".join(
        f"{name}_temp_path {folder}/{name}; " for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "" if os.geteuid() else "user root; "
    (folder / "conf").write_text(
        f"daemon off; worker_processes 1; {user}pid {folder}/pid; error_log {folder}/error.log;\nevents "
        f"{{ worker_connections 256; }}\n"
        f"http {{ access_log off; {paths}\n{block('nginx', server, front)}\n}}\n"
    )
    return [shutil.which("nginx", path=PROGRAMS) or "nginx", "-e", f"{folder}/error.log", "-c", f"{folder}/conf"]


def caddy(server: Running, front: int, folder: Path) -> list[str]:
    (folder / "conf").write_text("{\n    admin off\n    auto_https off\n}\n" + block("caddy", server, front))
    return [
        shutil.which("caddy", path=PROGRAMS) or "caddy",
        "run",
        "--adapter",
        "caddyfile",
        "--config",
        f"{folder}/conf",
    ]


class Behind:
    """A server, and the address of the proxy in front of it."""

    def __init__(self, server: Running, front: int):
        self.server, self.url = server, f"http://127.0.0.1:{front}"
        self.client = Client(self.url, KEY, SECRET)


@pytest.fixture(scope="module", params=["nginx", "caddy"])
def behind(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Behind]:
    machine.need(request.param)
    folder, front = tmp_path_factory.mktemp(request.param), free_port()
    with ExitStack() as open_ones:
        server = open_ones.enter_context(
            running(folder / "home", public_url=f"http://127.0.0.1:{front}", trusted_proxies="127.0.0.1")
        )
        argv = {"nginx": nginx, "caddy": caddy}[request.param](server, front, folder)
        log = open_ones.enter_context((folder / "proxy.log").open("wb"))
        process = subprocess.Popen(
            argv,
            stdout=log,
            stderr=log,
            env=os.environ | {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)},
        )
        open_ones.callback(process.wait, 20)
        open_ones.callback(process.kill)  # Caddy would wait for every connection
        one = Behind(server, front)

        def ready() -> bool:
            assert process.poll() is None, (folder / "proxy.log").read_text() + (folder / "conf").read_text()
            try:
                return httpx.get(f"{one.url}/-/healthz").status_code == 200
            except httpx.HTTPError:
                return False

        until(ready, 20, "the proxy")
        one.client.call("BindInputBucket", Bucket="cin")
        yield one


def test_signed_calls_and_large_topologies_pass(behind: Behind) -> None:
    assert "PipelineList" in behind.client.call("SearchPipeline")
    activities = {f"a{i}": {"Type": "Start", "Parameters": {"x": "y" * 330 + "é"}} for i in range(100)}
    text = json.dumps({"Activities": activities, "Dependencies": {}}, ensure_ascii=False)
    assert len(text) > 35_000 and behind.client.call("ValidateTopology", Topology=text)["Problems"]


def test_who_asks_is_known_and_cannot_say_otherwise(behind: Behind) -> None:
    def guess(source: str, **headers: str) -> float:
        began = time.monotonic()
        link = http.client.HTTPConnection(behind.url.removeprefix("http://"), source_address=(source, 0), timeout=30)
        link.request(
            "POST",
            "/-/session",
            json.dumps({"AccessKeyId": KEY + source, "AccessKeySecret": "wrong"}),
            {"Content-Type": "application/json", **headers},
        )
        assert link.getresponse().status == 401
        link.close()
        return time.monotonic() - began

    forged = [guess("127.0.0.2", **{"X-Forwarded-For": f"10.0.0.{i}"}) for i in range(6)]
    assert forged[5] > 0.9, forged  # they are one address, whatever it says
    assert guess("127.0.0.3") < 0.9


def test_uploads_and_events_pass_as_they_come(behind: Behind) -> None:
    page = Page(behind.url)
    page.sign_in()
    tus = {"Tus-Resumable": "1.0.0"}
    begun = page.http.post(
        "/-/upload", headers={**tus, "Upload-Length": "3000000", "Upload-Metadata": "bucket Y2lu,object YS5tcDQ="}
    )
    assert begun.status_code == 201, begun.text
    data = os.urandom(3_000_000)
    sent = page.http.patch(
        begun.headers["location"],
        content=data,
        headers={**tus, "Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"},
    )
    assert sent.status_code == 204 and (behind.server.home / "buckets/cin/a.mp4").read_bytes() == data
    with page.http.stream("GET", "/-/events") as answer:
        lines = answer.iter_lines()
        assert next(line for line in lines if line.startswith("event:")) == "event: snapshot"
        behind.client.call("AddPipeline", Name="seen")
        assert next(line for line in lines if line.startswith("event: changed"))


def test_signed_addresses_open_through_it(behind: Behind) -> None:
    (behind.server.home / "buckets/cin/d").mkdir(parents=True, exist_ok=True)
    (behind.server.home / "buckets/cin/d/é x.m3u8").write_text("#EXTM3U\n")
    listed: dict[str, Any] = behind.client.call("ListObjects", Bucket="cin", Prefix="d/")
    url = listed["Objects"][0]["URL"]
    assert url.startswith(behind.url) and httpx.get(url).text == "#EXTM3U\n"
