"""What benchmarks of quality share: clips, files that templates make of them without a server, rates and VMAF."""

import asyncio
import pathlib
import subprocess
from typing import Any

import common

common.use_project_python()
from reelmill.core.errors import Problems  # noqa: E402
from reelmill.core.model import JobSpec, ObjectRef  # noqa: E402
from reelmill.media.probe import parse  # noqa: E402
from reelmill.media.quality import parse_vmaf, vmaf_argv  # noqa: E402
from reelmill.nodes import transcode  # noqa: E402
from reelmill.nodes.base import Env  # noqa: E402
from reelmill.testkit import LocalIO  # noqa: E402

FILM = common.ROOT / "src/reelmill/cli/clips/big_buck_bunny.mp4"
OWN = {  # name -> (input, filters)
    "bunny": (["-stream_loop", "11", "-i", str(FILM)], "null"),
    "bunny-slow": (["-i", str(FILM)], "setpts=8*PTS,minterpolate=fps=24:mi_mode=blend"),
    "bunny-noise": (["-stream_loop", "11", "-i", str(FILM)], "noise=alls=8:allf=t,scale=960:540"),
    "bunny-boxed": (["-stream_loop", "11", "-i", str(FILM)], "scale=960:540,pad=960:720:0:90"),
    "bunny-small": (["-stream_loop", "11", "-i", str(FILM)], "scale=480:270"),
    "bunny-cut": (["-stream_loop", "11", "-i", str(FILM)], "hflip,crop=640:360:x='200+150*sin(t/3)':y=150"),
    "fractal": (["-f", "lavfi", "-i", "mandelbrot=s=854x480:r=25"], "null"),
    "cells": (["-f", "lavfi", "-i", "life=s=320x180:r=10:mold=12:ratio=.1:death_color=#204060"], "scale=854:480"),
}


def run(*argv: str) -> str:
    done = subprocess.run([common.ffmpeg(), *argv], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"ffmpeg {' '.join(argv)}\n{done.stderr[-2000:]}")
    return done.stderr


def sources(
    given: list[str], folder: pathlib.Path, own: dict[str, tuple[list[str], str]] | None = None
) -> dict[str, pathlib.Path]:
    """Name -> file: of clips that were given, else of `own` (all that are drawn here)."""
    high = ["-an", "-c:v", "libx264", "-preset", "veryfast", "-crf", "12", "-pix_fmt", "yuv420p"]
    found = {}
    for one in given:
        path, _, part = one.partition("@")
        name = pathlib.Path(path).stem[:16] + (f"@{part}" if part else "")
        found[name] = pathlib.Path(path)
        if part:
            start, _, seconds = part.partition("+")
            found[name] = folder / f"{name}.mp4"
            run("-v", "error", "-y", "-ss", start, "-t", seconds, "-i", path, *high, str(found[name]))
    for name, (source, filters) in ({} if given else own or OWN).items():
        found[name] = folder / f"{name}.mp4"
        run("-v", "error", "-y", *source, "-t", "60", "-vf", filters, *high, str(found[name]))
    return found


async def encoded(clip: pathlib.Path, templates: dict[str, Any], folder: pathlib.Path) -> float:
    """Make a file of each template in one batch; processor seconds."""
    jobs = []
    for template_id in templates:
        params = transcode.output_params({"OutputObject": template_id, "TemplateId": template_id}, Problems(), "o")
        env = Env(ObjectRef("b", "l", "k"), {}, templates=templates, workflow=False)
        jobs.append(JobSpec(template_id, None, transcode.job(transcode.Params(params, "b", "l"), env)))
    with common.Meter() as meter:
        outcomes = await transcode.NODE.run(jobs, LocalIO(clip, folder, folder / "out"))
    for one in outcomes.values():
        if one.failure:
            raise SystemExit(f"{clip}: {one.failure}")
    return meter.cpu


def measured(clip: pathlib.Path, made: pathlib.Path, crop: str) -> tuple[float, float]:
    """(Kbit/s of the picture, VMAF at the source's size)."""
    look = asyncio.run(LocalIO(made, made.parent, made.parent).probe("${source}"))
    source = asyncio.run(LocalIO(clip, made.parent, made.parent).probe("${source}"))
    picture, original = parse(look.raw).video[0], parse(source.raw).video[0]
    argv = vmaf_argv(str(made), str(clip), original, 100_000, crop=crop)
    return picture.bitrate / 1000, parse_vmaf(run(*argv)) or 0.0
