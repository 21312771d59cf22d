"""Looks at a source as `examine` does; one with very many packets is looked at in a process of its own, so that reading
its list costs the server nothing."""

import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Unpack

from reelmill.core.errors import Failure
from reelmill.core.model import Probe, Timeline
from reelmill.core.ports import Wanted
from reelmill.media import effort
from reelmill.media.diagnose import bad_content, diagnose
from reelmill.media.examine import Many
from reelmill.media.examine import examine as look
from reelmill.media.run import DEFAULT_LIMITS, Limits, Ran, Runner, within
from reelmill.media.tools import Tools

_FEW = 8 * 1024 * 1024  # bytes of a list of packets that this process reads itself: about 200,000 of them
_ANSWER = 64 * 1024 * 1024
_SHARE = 0.3  # of the free memory that the other process may use
_CHILD = "import sys; sys.path.insert(0, sys.argv[1]); from reelmill.media.apart import main; main(sys.argv[2])"


async def examine(
    runner: Runner,
    tools: Tools,
    owner: str,
    path: str,
    *,
    own: bool = False,
    limits: Limits = DEFAULT_LIMITS,
    **wanted: Unpack[Wanted],
) -> Probe | Failure:
    """As `media.examine.examine`."""
    limits = replace(limits, wall_seconds=limits.wall_seconds or effort.wall_seconds(0))
    try:
        return await look(runner, tools, owner, path, own=own, limits=limits, packet_bytes=_FEW, **wanted)
    except Many as many:
        if failure := effort.too_many_packets(many.raw):
            return failure
    asked = {"path": path, "own": own, "wanted": wanted}
    return await _apart(runner, tools, owner, asked, limits)


async def _apart(runner: Runner, tools: Tools, owner: str, asked: dict[str, Any], limits: Limits) -> Probe | Failure:
    """What the other process answers."""
    bounds = within(_SHARE)
    asked |= {"ffmpeg": tools.path("ffmpeg"), "ffprobe": tools.path("ffprobe"), "memory": bounds.address_space}
    argv = [sys.executable, "-P", "-c", _CHILD, str(Path(__file__).parents[2]), json.dumps(asked)]
    ran = await runner.run(
        owner,
        argv,
        limits=replace(bounds, stall_seconds=limits.wall_seconds or 0.0, wall_seconds=limits.wall_seconds),
        keep=_ANSWER,
    )
    return _answer(argv, ran)


def _answer(argv: Sequence[str], ran: Ran) -> Probe | Failure:
    if "MemoryError" in ran.log or ran.clipped:
        return bad_content("InputFile", "it has more packets or streams than can be read")
    if ran.returncode or ran.stopped:
        return diagnose(argv, ran.returncode, ran.log, stopped=ran.stopped)
    told = json.loads(ran.stdout)
    if told["failure"]:
        return Failure.from_json(told["failure"])
    return Probe(told["raw"], Timeline.from_json(told["timeline"]) if told["timeline"] else None, told["md5"])


def main(asked: str) -> None:
    """The other process: look, and print the answer as JSON."""
    a: dict[str, Any] = json.loads(asked)
    limits = replace(DEFAULT_LIMITS, address_space=a["memory"])
    found = asyncio.run(
        look(
            Runner(),
            Tools(ffmpeg=a["ffmpeg"], ffprobe=a["ffprobe"]),
            "apart",
            a["path"],
            own=a["own"],
            limits=limits,
            **a["wanted"],
        )
    )
    if isinstance(found, Failure):
        told: dict[str, Any] = {"failure": found.to_json()}
    else:
        told = {
            "failure": None,
            "raw": dict(found.raw),
            "timeline": found.timeline.to_json() if found.timeline else None,
            "md5": found.md5,
        }
    sys.stdout.write(json.dumps(told))
