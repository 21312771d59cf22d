"""Transcodes real clips without a server, and measures what came out."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from clips import clip, tools
from reelmill.core.errors import Problems
from reelmill.core.model import JobSpec, ObjectRef, Outcome
from reelmill.nodes import transcode
from reelmill.nodes.base import Env
from reelmill.testkit import LocalIO

INPUT = ObjectRef("in", "oss-cn-hangzhou", "dir/clip.mp4")

NAMES = {"ObjectPrefix": "dir/", "FileName": "clip", "ExtName": "mp4", "RunId": "run", "MediaId": "media"}

PACKAGE = {
    "Output": json.dumps({"Bucket": "out", "Location": "oss-cn-hangzhou", "MasterPlayListName": "p/master.m3u8"})
}

VIDEO = {"Codec": "H.264", "Preset": "veryfast", "Crf": "30"}

AUDIO = {"Codec": "AAC", "Bitrate": "64"}


def spec(
    form: str,
    video: Mapping[str, str] | None = VIDEO,
    audio: Mapping[str, str] | None = AUDIO,
    segment: int = 2,
    uri: str = "",
    output: str = "{FileName}",
    piece: float = 0.0,
    **more: Any,
) -> dict[str, Any]:
    """The spec of one job, made as the engine makes it."""
    template = {"Container": {"Format": form}, "MuxConfig": {"Segment": {"Duration": str(segment)}}}
    template |= {"Video": dict(video)} if video is not None else {}
    template |= {"Audio": dict(audio)} if audio is not None else {}
    raw: dict[str, Any] = {"Outputs": [{"TemplateId": "t" * 32, "OutputObject": output, **more}], "OutputBucket": "out"}
    if uri:
        raw |= (
            {"MultiBitrateVideoStream": {"URI": uri}}
            if video is not None
            else {"ExtXMedia": {"URI": uri, "Name": "main"}}
        )
    problems = Problems()
    params = transcode.check(raw, problems, "P")
    assert problems.found == []
    env = Env(
        INPUT,
        NAMES,
        {"t" * 32: template},
        scopes={"PackageConfig": PACKAGE, "AudioGroup": {"GroupId": "aud"}} if uri else {},
    )
    return {**transcode.job(params, env), "piece_seconds": piece}


class Made:
    """What a batch of jobs made of a clip."""

    def __init__(self, io: LocalIO, outcomes: Mapping[str, Outcome]):
        self.io, self.outcomes = io, [outcomes[f"j{n}"] for n in range(len(outcomes))]

    @property
    def results(self) -> list[Mapping[str, Any]]:
        assert [o.failure for o in self.outcomes] == [None] * len(self.outcomes)
        return [o.result for o in self.outcomes]

    @property
    def codes(self) -> list[str]:
        return [o.failure.code if o.failure else "" for o in self.outcomes]

    def path(self, number: int = 0) -> Path:
        result = self.results[number]
        return self.io.out / result["bucket"] / result["object"]

    def probe(self, number: int = 0) -> dict[str, Any]:
        argv = [
            tools().path("ffprobe"),
            "-v",
            "error",
            "-allowed_extensions",
            "ALL",
            "-count_frames",
            "-show_streams",
            "-show_format",
            "-of",
            "json",
        ]
        if self.path(number).suffix != ".m3u8":
            argv = [word for word in argv if word not in ("-allowed_extensions", "ALL")]
        ran = subprocess.run([*argv, "file:" + str(self.path(number))], capture_output=True, text=True, check=True)
        assert ran.stderr == "", "the output must decode without a complaint"
        return json.loads(ran.stdout)

    def stream(self, kind: str, number: int = 0) -> dict[str, Any]:
        return next(s for s in self.probe(number)["streams"] if s["codec_type"] == kind)

    def frames(self, number: int = 0) -> int:
        return int(self.stream("video", number)["nb_read_frames"])

    def lengths(self, number: int = 0) -> list[float]:
        lines = self.path(number).read_text().splitlines()
        return [float(line[8:].rstrip(",")) for line in lines if line.startswith("#EXTINF:")]

    def times(self, number: int = 0) -> list[float]:
        extra = ["-allowed_extensions", "ALL"] if self.path(number).suffix == ".m3u8" else []
        argv = [
            tools().path("ffprobe"),
            "-v",
            "error",
            *extra,
            "-select_streams",
            "v",
            "-show_entries",
            "packet=pts_time",
            "-of",
            "csv=p=0",
        ]
        ran = subprocess.run([*argv, "file:" + str(self.path(number))], capture_output=True, text=True, check=True)
        return sorted(float(line.strip(",")) for line in ran.stdout.split())


async def make(folder: Path, name: str | Path, *specs: Mapping[str, Any]) -> Made:
    io = LocalIO(clip(name) if isinstance(name, str) else name, folder / "work", folder / "out")
    assert transcode.NODE.run
    return Made(io, await transcode.NODE.run([JobSpec(f"j{n}", INPUT, one) for n, one in enumerate(specs)], io))


def package(piece: float = 0.0) -> list[dict[str, Any]]:
    """Two video streams of different size and one audio stream; both playlists of the videos have the same file
    name."""
    videos = [spec("m3u8", {**VIDEO, "Height": h}, None, uri=f"r{h}/v.m3u8", piece=piece) for h in ("180", "128")]
    return [*videos, spec("m3u8", None, uri="audio/a.m3u8", piece=piece)]
