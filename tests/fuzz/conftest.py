"""A whole server to shoot at, and the rules that hold whatever comes: an answer in time, never a 5xx, always a
RequestId, and nothing written by a request that was refused."""

import hashlib
import http.client
import itertools
import json
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest

from clips import clip
from contract.signing import signed_body
from reelmill.cli.client import signed_headers
from reelmill.core import clock
from running import KEY, LOCATION, SECRET, Running, ladder_topology, template

TIMEOUT = 20  # seconds; far above what any answer takes, so that only a hang reaches it
_BY_ITSELF = {
    "outbox",
    "seen_objects",
    "media_outputs",
    "parts",
    "tasks",
    "sessions",
    "media_counts",
    "activities",
}  # written while work goes on
_GROWS = {
    "executions",
    "batches",
    "jobs",
    "media",
    "uploads",
}  # changed while work goes on, but only a request adds to them
_REQUEST_ID = re.compile(r"[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}")


@dataclass
class Target:
    """The server, the names of real things in it, and what to compare."""

    server: Running
    names: dict[str, str]
    idle: str  # a queue in which nothing waits

    def __post_init__(self) -> None:
        self._db = sqlite3.connect(
            f"file:{self.server.home / 'library.db'}?mode=ro", uri=True, isolation_level=None, check_same_thread=False
        )
        self._tables = [
            name
            for (name,) in self._db.execute(
                "select name from sqlite_master where type = 'table' and sql not like '%virtual%' order by name"
            )
        ]
        self._nonce = itertools.count()

    def state(self) -> dict[str, Any]:
        """What stands in the library."""
        made: dict[str, Any] = {}
        for table in self._tables:
            if table in _GROWS:
                made[table] = self._db.execute(f"select count(*) from {table}").fetchone()[0]  # noqa: S608 - a name that the library told
            elif table not in _BY_ITSELF:
                rows = self._db.execute(f"select * from {table}").fetchall()  # noqa: S608
                made[table] = hashlib.sha256(repr(sorted(map(repr, rows))).encode()).hexdigest()
        return made

    def version(self) -> int:
        """Changes whenever anybody else has committed something."""
        return int(self._db.execute("pragma data_version").fetchone()[0])

    def known(self, action: str) -> dict[str, str]:
        """The names for an operation. One that can let a queue go on is not given the one in which all waits that was
        accepted by chance: what begins then would write while others are refused."""
        return self.names | ({"PipelineId": self.idle} if action == "UpdatePipeline" else {})

    def call(self, action: str, values: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """A signed call of the RPC alias with a JSON body; checked by the rules."""
        body = json.dumps(values).encode()
        target = f"/-/rpc/{quote(action)}"
        return self.shoot("POST", target, body, self.sign(action, target, body) | {"content-type": "application/json"})

    def sign(self, action: str, target: str, body: bytes) -> dict[str, str]:
        """Headers of ACS3 for a request without a query."""
        return signed_body(self.server.port, action, target, body, KEY, SECRET)

    def query(self, action: str, pairs: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """A signed call as the SDKs make it: all in the query."""
        text = "&".join(f"{quote(k, safe='~')}={quote(v, safe='~')}" for k, v in sorted(pairs.items()))
        stamp = clock.iso(clock.now_ms()) or ""
        headers = signed_headers(
            action, f"127.0.0.1:{self.server.port}", text, KEY, SECRET, stamp, f"fuzz-{next(self._nonce)}"
        )
        return self.shoot("POST", f"/?{text}", b"", headers)

    def shoot(self, method: str, target: str, body: bytes, headers: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """One request; its status and answer, after the rules were checked."""
        before, seen = self.state(), self.version()
        link = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=TIMEOUT)
        try:
            link.request(method, target, body, headers)
            answer = link.getresponse()
            status, text = answer.status, answer.read().decode()
        finally:
            link.close()
        self.judge(status, text, (method, target[:300], body[:3000]))
        if status >= 400 and self.version() != seen:
            assert self.state() == before, (
                f"a refused request wrote something: {method} {target[:300]} {body[:3000]!r} -> {text[:500]}"
            )
        return status, json.loads(text) if text.startswith("{") else {"": text}

    def judge(self, status: int, text: str, asked: Any) -> None:
        assert status < 500, f"{asked}: {status} {text[:600]}\n{self.server.log()[-3000:]}"
        if status == 204:
            return  # a preflight of an object: no body, so no RequestId
        assert _REQUEST_ID.search(text), f"{asked}: no RequestId in {status} {text[:300]}"


@pytest.fixture(scope="session")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    server = Running(tmp_path_factory.mktemp("fuzz"), pipeline_concurrency=1)
    server.start()
    call = server.client.call
    call("BindInputBucket", Bucket="cin")
    call("BindOutputBucket", Bucket="cout")
    server.put("cin", "a/b.mp4", clip("base.mp4"))
    pipeline = call("AddPipeline", Name="fuzz")["Pipeline"]["Id"]
    call(
        "UpdatePipeline", PipelineId=pipeline, Name="fuzz", State="Paused"
    )  # what is accepted by chance waits for ever
    one = template(server, "160")
    flow = call(
        "AddMediaWorkflow",
        Name="fuzz",
        Topology=json.dumps(ladder_topology(pipeline, [one, one], prefix="a/")),
        TriggerMode="NotInAuto",
    )["MediaWorkflow"]["MediaWorkflowId"]
    url = f"{server.url}/cin/a/b.mp4"
    media = call("AddMedia", FileURL=url, MediaWorkflowId=flow)["Media"]
    outputs = json.dumps([{"OutputObject": "x.mp4", "TemplateId": one}])
    source = {"Bucket": "cin", "Location": LOCATION, "Object": "a%2Fb.mp4"}
    job = call("SubmitJobs", Input=source, Outputs=outputs, OutputBucket="cout", PipelineId=pipeline)["JobResultList"][
        "JobResult"
    ][0]["Job"]["JobId"]
    names = {
        "PipelineId": pipeline,
        "TemplateId": one,
        "MediaWorkflowId": flow,
        "MediaId": media["MediaId"],
        "RunId": media["RunIdList"]["RunId"][0],
        "JobId": job,
        "Bucket": "cin",
        "OutputBucket": "cout",
        "FileURL": url,
        "Location": LOCATION,
    }
    yield Target(server, names, call("AddPipeline", Name="idle")["Pipeline"]["Id"])
    log = server.log()
    server.kill()
    assert "bug " not in log and "Traceback" not in log and "does not know" not in log, log[-4000:]
