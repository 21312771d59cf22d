"""Golden command lines: case name, what differs from the plain template, the probe of the source, the whole argv
(ladder_cases.json).

The command is the product: whoever changes an argument sees here what changes with it. `python
tests/unit/test_ladder_golden.py` writes the file anew.
"""

import json
import shlex
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from reelmill.core.model import Task, Timeline
from reelmill.media import two_passes
from reelmill.media.containers import Target
from reelmill.media.encode import settle
from reelmill.media.picture import UNTOUCHED, Touch
from reelmill.media.pieces import look_tasks
from reelmill.media.probe import SAFE_INPUT, parse
from reelmill.nodes.transcode.making import plan

FILE = Path(__file__).with_name("ladder_cases.json")
SPENT = (700, 900, 1100)  # Kbit/s of the pieces of what is encoded twice
TIMELINE = Timeline(480, 0.0, 20.0, 1 / 24, True, ((0.0, 0), (6.208333, 149), (13.208333, 317)))


def stream(kind: str, index: int, **differs: Any) -> dict[str, Any]:
    video = {
        "codec_type": "video",
        "codec_name": "h264",
        "width": 1280,
        "height": 720,
        "pix_fmt": "yuv420p",
        "avg_frame_rate": "24/1",
        "start_time": "0.000000",
        "duration": "20.000000",
        "bit_rate": "2000000",
    }
    audio = {
        "codec_type": "audio",
        "codec_name": "aac",
        "sample_rate": "48000",
        "channels": 2,
        "start_time": "0.000000",
        "duration": "20.000000",
        "bit_rate": "128000",
    }
    return {"index": index, **(video if kind == "video" else audio), **differs}


def source(*streams: dict[str, Any], form: str = "mov,mp4,m4a,3gp,3g2,mj2") -> dict[str, Any]:
    return {
        "format": {
            "format_name": form,
            "start_time": "0.000000",
            "duration": "20.000000",
            "size": "5000000",
            "bit_rate": "2128000",
        },
        "streams": list(streams) or [stream("video", 0), stream("audio", 1)],
    }


def template(
    form: str, video: Mapping[str, str] | None = None, audio: Mapping[str, str] | None = None
) -> dict[str, Any]:
    body: dict[str, Any] = {"Container": {"Format": form}}
    body |= {"Video": {"Codec": "H.264", **video}} if video is not None else {}
    return body | ({"Audio": {"Codec": "AAC", **audio}} if audio is not None else {})


PARTS = [
    template("m3u8", {"Height": "720", "Bitrate": "1800"}),
    template("m3u8", {"Height": "360", "Crf": "23", "Maxrate": "600", "Bufsize": "1200"}),
    template("m3u8", None, {}),
]
# name: (templates, source, cut into pieces, part of a package)
CASES: dict[str, tuple[list[dict[str, Any]], dict[str, Any], bool, bool]] = {
    "mp4, size of the source": ([template("mp4", {}, {})], source(), False, False),
    "package from one decode": (PARTS, source(), False, True),
    "package in pieces": (PARTS, source(), True, True),
    "mp4 in pieces with its audio beside": (
        [template("mp4", {"Profile": "main", "Preset": "veryfast", "Gop": "48"}, {"Channels": "1"})],
        source(),
        True,
        False,
    ),
    "two outputs share one audio graph": (
        [template("mp4", {}, {}), template("mp3", None, {"Codec": "MP3"})],
        source(),
        False,
        False,
    ),
    "phone: rotated": (
        [template("mp4", {"Width": "640"})],
        source(stream("video", 0, side_data_list=[{"rotation": -90}])),
        False,
        False,
    ),
    "broadcast: interlaced, anamorphic, audio first": (
        [template("ts", {"Fps": "30"}, {})],
        source(
            stream("audio", 0),
            stream("video", 1, width=720, height=576, sample_aspect_ratio="64:45", field_order="tt"),
            form="mpegts",
        ),
        False,
        False,
    ),
    "HDR becomes SDR once for all": (
        [template("mp4", {"Height": "720"}), template("mp4", {"Height": "360"})],
        source(
            stream(
                "video",
                0,
                width=3840,
                height=2160,
                pix_fmt="yuv420p10le",
                color_transfer="smpte2084",
                color_primaries="bt2020",
                color_space="bt2020nc",
            )
        ),
        False,
        False,
    ),
    "faster than 60 frames": (
        [template("flv", {}, {})],
        source(stream("video", 0, avg_frame_rate="120/1"), stream("audio", 1)),
        False,
        False,
    ),
    "mp3": ([template("mp3", None, {"Codec": "MP3", "Bitrate": "320"})], source(), False, False),
    "ogg: silence before sound that begins late": (
        [template("ogg", None, {"Codec": "OPUS", "Bitrate": "96"})],
        source(stream("video", 0), stream("audio", 1, start_time="0.800000")),
        False,
        False,
    ),
    "m4a beside the film, from one decode": (
        [
            template("mp4", {"Codec": "H.264"}, {}),
            template("m4a", None, {"Channels": "1"}),
            template("ogg", None, {"Codec": "OPUS"}),
        ],
        source(),
        True,
        False,
    ),
    "copy": ([template("m3u8", {"Codec": "copy"}, {"Codec": "copy"})], source(), False, False),
}

FILE_OF_TEN_BITS = source(
    stream(
        "video", 0, pix_fmt="yuv420p10le", color_transfer="smpte2084", color_primaries="bt2020", color_space="bt2020nc"
    ),
    stream("audio", 1),
)


def coded(form: str, codec: str, sound: str, trans: dict[str, str] | None = None, **video: str) -> dict[str, Any]:
    """A template of these codecs; "" none."""
    body: dict[str, Any] = {"Container": {"Format": form}, "TransConfig": trans or {}}
    body |= {"Video": {"Codec": codec, **video}} if codec else {}
    return body | ({"Audio": {"Codec": sound}} if sound else {})


def alone(body: dict[str, Any], cut: bool = False) -> tuple[list[dict[str, Any]], dict[str, Any], bool, bool]:
    return ([body], source(), cut, False)


CASES |= {
    "H.265 in mp4": alone(coded("mp4", "H.265", "AAC")),
    "H.265 in pieces": alone(coded("m3u8", "H.265", "AAC", Bitrate="900"), True),
    "HDR kept": ([coded("mp4", "H.265", "", Hdr2sdr="false")], FILE_OF_TEN_BITS, False, False),
    "ten bits in AV1": alone(coded("mp4", "AV1", "OPUS", PixFmt="yuv420p10le", Crf="30")),
    "AV1 in pieces": alone(coded("webm", "AV1", "OPUS"), True),
    "VP9, capped": alone(coded("webm", "VP9", "VORBIS", Maxrate="2000")),
    "mkv with FLAC": alone(coded("mkv", "H.264", "FLAC")),
    "flac": alone(coded("flac", "", "FLAC")),
    "Vorbis in ogg": alone(coded("ogg", "", "VORBIS")),
    "GIF": alone(
        coded("gif", "GIF", "", Width="320", Fps="10") | {"MuxConfig": {"Gif": {"Loop": "2", "FinalDelay": "50"}}}
    ),
    "GIF, common palette": alone(
        coded("gif", "GIF", "", Width="320", Fps="10") | {"MuxConfig": {"Gif": {"IsCustomPalette": "false"}}}
    ),
    "WebP": alone(coded("webp", "WEBP", "", Width="320", Fps="10") | {"MuxConfig": {"Webp": {"Loop": "3"}}}),
    "H.264 in two passes": alone(coded("mp4", "H.264", "AAC", {"TransMode": "twopass"}, Bitrate="900")),
    "H.265 in two passes": alone(coded("mp4", "H.265", "", {"TransMode": "twopass"}, Bitrate="900")),
    "H.264 in two passes, in pieces": alone(
        coded("mp4", "H.264", "AAC", {"TransMode": "twopass"}, Bitrate="900", Maxrate="1800"), True
    ),
    "AV1 in two passes": alone(coded("mp4", "AV1", "OPUS", {"TransMode": "twopass"}, Bitrate="900")),
    "VP9 in two passes": alone(coded("webm", "VP9", "OPUS", {"TransMode": "twopass"}, Bitrate="900")),
    "H.264 at a constant rate": alone(coded("ts", "H.264", "AAC", {"TransMode": "CBR"}, Bitrate="900")),
    "H.265 at a constant rate": alone(coded("ts", "H.265", "AAC", {"TransMode": "CBR"}, Bitrate="900", Bufsize="2000")),
}

CUT = {"MuxConfig": {"Segment": {"Duration": "8", "ForceSegTime": "3,12.5"}}}
CASES |= {
    "Crop": alone(coded("mp4", "H.264", "", Crop="640:360:0:40", Width="320")),
    "Crop border": alone(coded("mp4", "H.264", "", Crop="border")),
    "Pad": alone(coded("mp4", "H.264", "", Pad="1280:960:0:120", Height="480")),
    "AdjDarMethod crop": alone(coded("mp4", "H.264", "", {"AdjDarMethod": "crop"}, Width="480", Height="480")),
    "AdjDarMethod pad": alone(coded("mp4", "H.264", "", {"AdjDarMethod": "pad"}, Width="480", Height="480")),
    "AdjDarMethod rescale": alone(coded("mp4", "H.264", "", {"AdjDarMethod": "rescale"}, Width="480", Height="480")),
    "ScanMode interlaced": alone(coded("ts", "H.264", "", ScanMode="interlaced", Height="576")),
    "Degrain": alone(coded("mp4", "H.264", "", Degrain="3")),
    "BitrateBnd": alone(coded("mp4", "H.264", "") | {"Video": {"BitrateBnd": {"Max": "1500", "Min": "500"}}}),
    "NarrowBand": alone(
        coded("mp4", "H.264", "") | {"Video": {"NarrowBand": {"Abrmax": "1500", "MaxAbrRatio": "0.5"}}}
    ),
    "NarrowBand 2.0": alone(coded("mp4", "H.264", "") | {"Video": {"NarrowBand": {"Version": "2.0", "Abrmax": "800"}}}),
    "ForceSegTime": alone(coded("m3u8", "H.264", "AAC") | CUT),
    "ForceSegTime in pieces": alone(coded("m3u8", "H.264", "AAC") | CUT, True),
    "Rotate 90": alone(coded("mp4", "H.264", "")),
    "Rotate 30": alone(coded("mp4", "H.264", "", Width="640")),
    "DeWatermark in pieces": alone(coded("mp4", "H.264", ""), True),
    "twice the size": alone(coded("mp4", "H.264", "", Crf="21", Maxrate="20000")),
}
REGIONS = {"0": [{"l": 0.05, "t": 0.1, "w": 0.2, "h": 0.1}], "7000": [{"l": 1, "t": 1, "w": 90, "h": 40}], "9000": []}
TOUCHED = {
    "Crop border": Touch(border="1280:544:0:88"),
    "Rotate 90": Touch(turn=90),
    "Rotate 30": Touch(turn=30),
    "DeWatermark in pieces": Touch(regions=REGIONS),
    "twice the size": Touch(double=1920),
}


def commands(name: str) -> list[str]:
    templates, raw, cut, part = CASES[name]
    info = parse(raw)
    timeline, touch = TIMELINE if info.video else None, TOUCHED.get(name, UNTOUCHED)
    targets = [Target(str(n), settle(body, info, timeline, part=part, touch=touch)) for n, body in enumerate(templates)]
    jobs, looks, rates = {t.stem: ("job",) for t in targets}, list[Task](), dict[str, Sequence[int]]()
    if cut and timeline:
        looks = look_tasks(targets, jobs, info, timeline, "")
        rates = {t.stem: SPENT for t in two_passes.wanted(targets)}
    todo = plan(targets, jobs, info, timeline, cut=cut, rates=rates)
    tasks = (*looks, *todo.first, *todo.then)
    lines = [f"{task.name}: {shlex.join(command.argv)}" for task in tasks for command in task.commands]
    return [line.replace(shlex.join(SAFE_INPUT), "SAFE_INPUT") for line in lines]


@pytest.mark.parametrize("name", CASES)
def test_command_lines(name: str) -> None:
    assert commands(name) == json.loads(FILE.read_text())[name]


def test_every_command_guards_its_source() -> None:
    for name in CASES:
        for line in commands(name):
            assert line.startswith("join-") or "SAFE_INPUT" in line


if __name__ == "__main__":
    FILE.write_text(json.dumps({name: commands(name) for name in CASES}, indent=1) + "\n")
    sys.exit(0)
