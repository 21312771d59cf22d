"""What each node asks of the world, call by call, for work as it usually comes. After a crash a `run` is replayed and
must make the same calls in the same order: whoever changes them raises the node's version, and may keep the older path
in `older`; then what is in flight goes on by it or is begun again. `python tests/e2e/test_node_traces.py` writes the
traces (node_traces.json) anew.
"""

import asyncio
import json
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Unpack

import pytest

from clips import clip
from reelmill.core.errors import Failure, Problems
from reelmill.core.model import JobSpec, Made, ObjectRef, Outcome, Probe, Publication, Task
from reelmill.core.ports import Wanted
from reelmill.core.segmented import Segmented
from reelmill.core.spending import Spending
from reelmill.engine import registry
from reelmill.media.tools import Tools
from reelmill.nodes.base import Env, NodeType
from reelmill.testkit import LocalIO

FILE = Path(__file__).with_name("node_traces.json")
TEMPLATE = {
    "Container": {"Format": "mp4"},
    "Video": {"Codec": "H.264", "Width": "160", "Crf": "35", "Preset": "veryfast"},
    "Audio": {"Codec": "AAC", "Bitrate": "64"},
}
HLS = TEMPLATE | {"Container": {"Format": "m3u8"}, "MuxConfig": {"Segment": {"Duration": "2"}}}
TWICE = TEMPLATE | {
    "Video": {"Codec": "H.264", "Width": "160", "Bitrate": "100", "Preset": "veryfast"},
    "TransConfig": {"TransMode": "twopass"},
}
TEXT = {"Type": "Text", "TextWaterMark": {"Content": "QQ==", "FontSize": "10"}}
REFUSED = Failure("InvalidParameter.ResourceContentBad", "It cannot be made so.")


class Recorder:
    """A NodeIO that does all of it and notes what it was asked for. Tasks of these names fail."""

    def __init__(self, source: Path, folder: Path, fail: Sequence[str] = ()):
        self.io = LocalIO(source, folder / "work", folder / "out", tools=Tools(ai=True))
        self.fail, self.calls = fail, list[str]()

    async def probe(self, what: str, **wanted: Unpack[Wanted]) -> Probe | Failure:
        names = {"cut_every": "cuts", "near": "near", "md5": "md5", "picture": "picture"}
        asked = [word for name, word in names.items() if wanted.get(name)]
        self.calls.append(" ".join(["probe", what, *asked]))
        return await self.io.probe(what, **wanted)

    async def probe_all(self, whats: Sequence[str]) -> list[Probe | Failure]:
        self.calls.append(" ".join(["probe all", *whats]))
        return await self.io.probe_all(whats)

    async def read(self, what: str, *, most: int = 65_536) -> str | Failure:
        self.calls.append(f"read {what}")
        return await self.io.read(what, most=most)

    async def segments(self, whats: Sequence[str]) -> list[Segmented | Failure]:
        self.calls.append(" ".join(["segments", *whats]))
        return await self.io.segments(whats)

    async def spending(self, whats: Sequence[str]) -> list[Spending | Failure]:
        self.calls.append(" ".join(["spending", *whats]))
        return await self.io.spending(whats)

    async def execute(self, tasks: Sequence[Task]) -> list[Made]:
        self.calls.append(" ".join(["execute", *(task.name for task in tasks)]))
        if {task.name for task in tasks} & set(self.fail):
            return [Made({}, REFUSED) for _ in tasks]
        return await self.io.execute(tasks)

    async def compare(self, order: Mapping[str, Any]) -> Mapping[str, Any] | Failure:
        self.calls.append("compare")
        return await self.io.compare(order)

    async def review(self, order: Mapping[str, Any]) -> Mapping[str, Any] | Failure:
        self.calls.append("review")
        return await self.io.review(order)

    async def publish(self, publications: Sequence[Publication]) -> Mapping[str, Failure | None]:
        self.calls.append(" ".join(["publish", *(f"{p.entry.task}/{p.entry.file}" for p in publications)]))
        return await self.io.publish(publications)


def encode(template: Mapping[str, Any] = TEMPLATE, piece: float = 0.0, name: str = "a", **more: Any) -> dict[str, Any]:
    raw = {"Outputs": [{"TemplateId": "t" * 32, "OutputObject": name, **more}], "OutputBucket": "out"}
    return _spec("Transcode", raw, template) | {"piece_seconds": piece}


def shot(**more: str) -> dict[str, Any]:
    file = {"Bucket": "out", "Location": "oss-x", "Object": "shot{Count}.jpg"}
    return _spec("Snapshot", {"SnapshotConfig": {"OutputFile": file, "Time": "500", **more}})


def prints() -> dict[str, Any]:
    return _spec("FpShot", {"FpShotConfig": {"FpDBId": "0" * 32, "PrimaryKey": "k"}})


def cover() -> dict[str, Any]:
    file = {"Bucket": "out", "Location": "oss-x", "Object": "c{Count}.jpg"}
    return _spec("Cover", {"CoverConfig": {"OutputFile": file, "Clip": {"Format": "gif", "Seconds": "3"}}})


def review() -> dict[str, Any]:
    file = {"Bucket": "out", "Location": "oss-x", "Object": "r{Count}.jpg"}
    return _spec("Censor", {"CensorConfig": {"OutputFile": file, "SaveType": "all", "Scenes": ["ad"]}}) | {"words": {}}


def audited() -> dict[str, Any]:
    image = {"bucket": "in", "location": "oss-x", "key": "a.jpg", "bad": False}
    return {"images": [image], "texts": ["a text"], "scenes": ["ad"]}


def _spec(kind: str, raw: Mapping[str, Any], template: Mapping[str, Any] = TEMPLATE) -> dict[str, Any]:
    node, problems = registry.node(kind), Problems()
    params = node.check(raw, problems, "P")
    assert problems.found == [] and node.job is not None
    return node.job(params, Env(ObjectRef("in", "oss-x", "a.mp4"), {"FileName": "a"}, {"t" * 32: template}))


# (type, case) -> (clip, specs of the jobs, tasks that fail)
CASES: dict[tuple[str, str], tuple[str, Callable[[], list[dict[str, Any]]], tuple[str, ...]]] = {
    ("Start", "a film"): ("base.mp4", lambda: [{}], ()),
    ("MediaInfo", "a film"): ("base.mp4", lambda: [{}], ()),
    ("Analysis", "a film"): ("ten.mp4", lambda: [_spec("Analysis", {})], ()),
    ("Analysis", "a film of two seconds"): ("base.mp4", lambda: [_spec("Analysis", {})], ()),
    ("Snapshot", "one picture"): ("base.mp4", lambda: [shot()], ()),
    ("Snapshot", "a series"): ("base.mp4", lambda: [shot(Interval="1", Num="3")], ()),
    ("FpShot", "a film"): ("base.mp4", lambda: [prints()], ()),
    ("FpShot", "a film for a library of texts"): ("base.mp4", lambda: [prints() | {"look": "texts"}], ()),
    ("FpShotImport", "a film"): ("base.mp4", lambda: [prints()], ()),
    ("Cover", "a film"): ("base.mp4", lambda: [cover()], ()),
    ("Censor", "a film"): ("base.mp4", lambda: [review()], ()),
    ("Audit", "a text, and a picture that is none"): ("base.mp4", lambda: [audited()], ("still1",)),
    ("Transcode", "one file"): ("base.mp4", lambda: [encode()], ()),
    ("Transcode", "two of one decode"): ("base.mp4", lambda: [encode(), encode(name="b")], ()),
    ("Transcode", "one of two is to blame"): ("base.mp4", lambda: [encode(), encode(name="b")], ("encode",)),
    ("Transcode", "a stream in pieces"): ("ten.mp4", lambda: [encode(HLS, 3.0)], ()),
    ("Transcode", "two passes in pieces"): ("ten.mp4", lambda: [encode(TWICE, 5.0)], ()),
    ("Transcode", "a mark and a late name"): ("base.mp4", lambda: [encode(name="{DestMd5}", WaterMarks=[TEXT])], ()),
    ("GenerateMasterPlayList", "a playlist"): (
        "base.mp4",
        lambda: [{"bucket": "out", "key": "m.m3u8", "text": "#EXTM3U\n"}],
        (),
    ),
}


def trace(kind: str, case: str, folder: Path) -> list[str]:
    name, specs, fail = CASES[kind, case]
    io = Recorder(clip(name), folder, fail)
    jobs = [JobSpec(f"j{n}", ObjectRef("in", "oss-x", name), spec) for n, spec in enumerate(specs())]
    run = registry.node(kind).run
    assert run is not None

    async def ran() -> Mapping[str, Outcome]:
        return await run(jobs, io)

    outcomes = asyncio.run(ran())
    assert [o.failure for o in outcomes.values()] == [None] * len(jobs)
    return io.calls


def version(node: NodeType) -> str:
    return f"{node.name} {node.version}"


def test_every_node_that_works_has_a_trace_of_its_version() -> None:
    told = json.loads(FILE.read_text(encoding="utf-8"))
    assert {version(node) for node in registry.nodes().values() if node.run} == set(told)


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "case"), CASES, ids=[f"{kind}: {case}" for kind, case in CASES])
def test_the_calls_of_a_version_never_change(kind: str, case: str, tmp_path: Path) -> None:
    told = json.loads(FILE.read_text(encoding="utf-8"))[version(registry.node(kind))]
    assert trace(kind, case, tmp_path) == told[case], (
        f"What is in flight could not be replayed: raise the version of {kind}, keep the older path in `older` if you "
        "can, and run: PYTHONPATH=src:tests .venv/bin/python tests/e2e/test_node_traces.py"
    )


def main() -> int:
    """Record all traces."""
    found: dict[str, dict[str, list[str]]] = {}
    for kind, case in CASES:
        with tempfile.TemporaryDirectory() as folder:
            found.setdefault(version(registry.node(kind)), {})[case] = trace(kind, case, Path(folder))
    FILE.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
