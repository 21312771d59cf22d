"""The product at work on a film, in process: a package of two pictures and a sound, files of every container, pictures
single and in series, a cover."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from films.film import Film
from reelmill.core.errors import Failure, Problems
from reelmill.core.model import JobSpec, ObjectRef
from reelmill.media.run import Limits
from reelmill.media.tools import Tools
from reelmill.nodes import snapshot, transcode
from reelmill.nodes.base import Env
from reelmill.testkit import LocalIO

PIECE = 1.2  # seconds
FILES = (
    "own",
    "other",
    "sound",
    "mp4",
    "ts",
    "flv",
    "mp3",
    "m4a",
    "ogg",
)  # own, other: the pictures of the package in the source's size and in another
STILLS = ("single", "series", "cover")
OUTPUTS = (*FILES, *STILLS)
_ALIKE = ("mp4", "ts", "flv")  # made in the same way
SOUNDS = ("mp3", "m4a", "ogg")  # files of sound alone
SINGLE_AT, SERIES_AT, SERIES_EVERY, COVER_AT = 1.12, 0.2, 0.5, 1.0  # seconds
LIMITS = Limits(
    nice=0, stall_seconds=60
)  # so small a film keeps no process busy for long: one that waits for ever shall be found
_VIDEO = {"Codec": "H.264", "Preset": "veryfast", "Crf": "14"}
_SOUND = {"Codec": "AAC", "Bitrate": "160", "Samplerate": "48000"}
_OTHER_SOUND = {"mp3": {**_SOUND, "Codec": "MP3", "Bitrate": "192"}, "ogg": {**_SOUND, "Codec": "OPUS"}}
_INPUT = ObjectRef("in", "oss-cn-hangzhou", "film")
_PACKAGE = {
    "Output": json.dumps({"Bucket": "out", "Location": "oss-cn-hangzhou", "MasterPlayListName": "p/master.m3u8"})
}


def outputs(number: int) -> tuple[str, ...]:
    """All outputs, but of the files that are made alike only one, in turn: whoever tries many films sees each of them
    often enough."""
    turns = (_ALIKE[number % 3], SOUNDS[number // 3 % 3])
    return tuple(name for name in OUTPUTS if name not in (*_ALIKE, *SOUNDS) or name in turns)


@dataclass(frozen=True)
class Output:
    """What became of one output: its files, or why it failed."""

    name: str
    paths: tuple[Path, ...] = ()
    failure: Failure | None = None


@cache
def _tools() -> Tools:
    return Tools()


def other_height(film: Film) -> int:
    """Height of the second picture of a package: of the other class of colours, where that is cheap enough."""
    return 360 if film.hd else 180


def _spec(
    film: Film, form: str, name: str, video: bool, sound: bool, part: bool = False, height: int = 0
) -> dict[str, Any]:
    template: dict[str, Any] = {"Container": {"Format": form}, "MuxConfig": {"Segment": {"Duration": "1"}}}
    if video:
        template["Video"] = _VIDEO | ({"Height": str(height)} if height else {})
    if sound:
        template["Audio"] = _OTHER_SOUND.get(form, _SOUND)
    raw: dict[str, Any] = {"Outputs": [{"TemplateId": "t" * 32, "OutputObject": name}], "OutputBucket": "out"}
    if part:
        raw |= (
            {"MultiBitrateVideoStream": {"URI": f"{name}/v.m3u8"}}
            if video
            else {"ExtXMedia": {"URI": f"{name}/a.m3u8", "Name": "main"}}
        )
    problems = Problems()
    params = transcode.check(raw, problems, "P")
    assert not problems.found, problems.told()
    env = Env(
        _INPUT,
        {"FileName": "film"},
        {"t" * 32: template},
        scopes={"PackageConfig": _PACKAGE, "AudioGroup": {"GroupId": "aud"}} if part else {},
    )
    return {**transcode.job(params, env), "piece_seconds": PIECE if film.pieces == "short" else 0.0}


def _specs(film: Film) -> dict[str, dict[str, Any]]:
    return {
        "own": _spec(film, "m3u8", "own", True, False, True),
        "other": _spec(film, "m3u8", "other", True, False, True, other_height(film)),
        "sound": _spec(film, "m3u8", "sound", False, True, True),
        "mp4": _spec(film, "mp4", "mp4", True, True),
        "ts": _spec(film, "ts", "ts", True, True),
        "flv": _spec(film, "flv", "flv", True, True, height=0),
        **{form: _spec(film, form, form, False, True) for form in SOUNDS},
    }


def _shot(name: str) -> dict[str, Any]:
    config = {
        "single": {"Time": str(round(SINGLE_AT * 1000)), "FrameType": "normal"},
        "series": {"Time": str(round(SERIES_AT * 1000)), "Interval": str(SERIES_EVERY), "FrameType": "normal"},
        "cover": {"Time": str(round(COVER_AT * 1000))},
    }[name]
    raw = {
        "OutputFile": {"Bucket": "out", "Object": f"{name}/{{Count}}.jpg" if name == "series" else f"{name}.jpg"},
        **config,
    }
    problems = Problems()
    params = snapshot.check({"SnapshotConfig": raw, "MediaCover": str(name == "cover").lower()}, problems, "S")
    assert not problems.found, problems.told()
    return snapshot.job(params, Env(_INPUT, {}))


async def _run(film: Film, source: Path, folder: Path, wanted: Sequence[str]) -> dict[str, Output]:
    found: dict[str, Output] = {}
    specs = {name: spec for name, spec in _specs(film).items() if name in wanted}
    # package, files with pictures, files of sound: a file of sound fails for want of it where the others need not
    if specs:
        io = LocalIO(source, folder / "work", folder, tools=_tools(), limits=LIMITS)
        outcomes = await transcode.NODE.run([JobSpec(name, _INPUT, spec) for name, spec in specs.items()], io)  # type: ignore[misc]
        for name, outcome in outcomes.items():
            found[name] = Output(
                name,
                () if outcome.failure else (folder / outcome.result["bucket"] / outcome.result["object"],),
                outcome.failure,
            )
    for name in STILLS:
        if name in wanted:
            io = LocalIO(source, folder / f"work-{name}", folder, tools=_tools(), limits=LIMITS)
            outcome = (await snapshot.NODE.run([JobSpec(name, _INPUT, _shot(name))], io))[name]  # type: ignore[misc]
            pictures = (
                sorted((folder / "out" / name).glob("*.jpg")) if name == "series" else [folder / "out" / f"{name}.jpg"]
            )
            found[name] = Output(name, () if outcome.failure else tuple(pictures), outcome.failure)
    return found


def run(film: Film, source: Path, folder: Path, wanted: Sequence[str] = OUTPUTS) -> dict[str, Output]:
    """All wanted outputs of a film, made in `folder`."""
    return asyncio.run(_run(film, source, folder, wanted))
