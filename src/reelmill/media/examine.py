"""Looks at a file with ffprobe: streams, packets and checksum at the same time. The answers are read in media.probe and media.pieces."""

import asyncio
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from reelmill.core.errors import Failure
from reelmill.core.model import Probe, Timeline
from reelmill.media import pieces, probe
from reelmill.media.diagnose import bad_content, diagnose
from reelmill.media.run import DEFAULT_LIMITS, Limits, Ran, Runner
from reelmill.media.tools import Tools

_PACKET_BYTES = 512 * 1024 * 1024  # a packet takes about 35 bytes of text: 60 hours at 60 frames a second
_JSON_BYTES = 16 * 1024 * 1024


class Many(Exception):
    """The file has more packets than were to be read here. `raw` is ffprobe's JSON about it."""

    def __init__(self, raw: dict[str, Any]):
        super().__init__("many packets")
        self.raw = raw


async def examine(runner: Runner, tools: Tools, owner: str, path: str, *, cut_every: float = 0.0, near: Sequence[float] = (), md5: bool = False,
                  own: bool = False, subject: str = "InputFile", limits: Limits = DEFAULT_LIMITS, packet_bytes: int = _PACKET_BYTES) -> Probe | Failure:
    """What NodeIO.probe answers, for the local file `path`.

    own      the file was made by us: HLS playlists may be opened
    subject  what the MPS message calls the file
    packet_bytes  Many is raised when the list of packets has more bytes, instead of an answer
    Raises Cancelled when the owner is not wanted any more, SettingError when there is no ffprobe.
    """
    tool = tools.path("ffprobe")
    want_packets = cut_every > 0 or bool(near)
    streams_argv, packets_argv = (tool, *probe.streams_argv(path, own)), (tool, *probe.packets_argv(path, own))
    streams, packets, digest = await asyncio.gather(  # two demuxers at once are sooner ready than one that prints everything as JSON
        runner.run(owner, streams_argv, limits=limits, keep=_JSON_BYTES),
        _maybe(want_packets, runner, owner, packets_argv, limits, packet_bytes),
        asyncio.to_thread(_md5, path) if md5 else _nothing(),
    )
    if failure := _failure(streams_argv, streams, subject):
        return failure
    try:
        raw = probe.load(streams.stdout)
    except ValueError:
        return bad_content(subject, "ffprobe's answer about it cannot be read")
    timeline: Timeline | None = None
    if packets is not None:
        if packets.clipped and packet_bytes < _PACKET_BYTES:
            raise Many(raw)
        if failure := _failure(packets_argv, packets, subject):
            return failure
        timeline = await asyncio.to_thread(_timeline, packets.stdout, probe.parse(raw).start, cut_every, tuple(near))
    return Probe(raw, timeline, digest)


async def _maybe(wanted: bool, runner: Runner, owner: str, argv: tuple[str, ...], limits: Limits, keep: int) -> Ran | None:
    return await runner.run(owner, argv, limits=limits, keep=keep) if wanted else None


async def _nothing() -> str:
    return ""


def _failure(argv: Sequence[str], ran: Ran, subject: str) -> Failure | None:
    if ran.returncode or ran.stopped:
        return diagnose(argv, ran.returncode, ran.log, subject=subject, stopped=ran.stopped)
    if ran.clipped:
        return bad_content(subject, "it has more packets or streams than can be read")
    return None


def _timeline(stdout: bytes, start: float, cut_every: float, near: tuple[float, ...]) -> Timeline | None:
    return pieces.timeline(probe.parse_packets(stdout), start, cut_every, near)


def _md5(path: str) -> str:
    digest = hashlib.md5(usedforsecurity=False)  # MPS's FileMd5: a checksum, not a seal
    try:
        with Path(path).open("rb") as file:
            while chunk := file.read(1024 * 1024):
                digest.update(chunk)
    except OSError:
        return ""  # ffprobe, which runs at the same time, says what is wrong with it
    return digest.hexdigest()
