"""Looks at a file with ffprobe: streams, packets and checksum at the same time. The answers are read in media.probe,
media.packets and media.timeline."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

from reelmill.core.errors import Failure
from reelmill.core.model import Probe, Timeline, VideoStream
from reelmill.media import aspect, packets, probe
from reelmill.media.diagnose import bad_content, diagnose
from reelmill.media.run import DEFAULT_LIMITS, Limits, Ran, Runner
from reelmill.media.timeline import timeline as timeline_of
from reelmill.media.tools import Tools

_PACKET_BYTES = 512 * 1024 * 1024  # a packet takes about 35 bytes of text: 60 hours at 60 frames a second
_JSON_BYTES = 16 * 1024 * 1024
_HEAD = 8  # bytes by which a container is known


class Many(Exception):
    """The file has more packets than were to be read here. `raw` is ffprobe's JSON about it."""

    def __init__(self, raw: dict[str, Any]):
        super().__init__("many packets")
        self.raw = raw


async def examine(
    runner: Runner,
    tools: Tools,
    owner: str,
    path: str,
    *,
    cut_every: float = 0.0,
    near: Sequence[float] = (),
    md5: bool = False,
    own: bool = False,
    picture: int | None = None,
    subject: str = "InputFile",
    limits: Limits = DEFAULT_LIMITS,
    packet_bytes: int = _PACKET_BYTES,
) -> Probe | Failure:
    """What NodeIO.probe answers, for the local file `path`.

    own      the file was made by us: HLS playlists may be opened
    picture  the picture that counts (media.probe.showing), None: the default one
    subject  what the MPS message calls the file
    packet_bytes  Many is raised when the list of packets has more bytes, instead of an answer
    Raises Cancelled when the owner is not wanted any more, SettingError when there is no ffprobe.
    """
    look = _Look(runner, tools, owner, path, probe.OWN_INPUT if own else probe.SAFE_INPUT, limits)
    streams_argv = look.argv(probe.streams_argv(path, own))
    # two demuxers at once are sooner ready than one that prints everything as JSON
    streams, listed, digest = await asyncio.gather(
        runner.run(owner, streams_argv, limits=limits, keep=_JSON_BYTES),
        _list_packets(look, packet_bytes) if cut_every > 0 or near else _no_list(),
        asyncio.to_thread(_md5, path) if md5 else _nothing(),
    )
    if failure := _failure(streams_argv, streams, subject):
        return failure
    raw = await asyncio.to_thread(_described, streams.stdout, tools, picture)
    if raw is None:
        return bad_content(subject, "ffprobe's answer about it cannot be read")
    if listed is None:
        return Probe(raw, None, digest)
    read = await _taken(raw, listed, packet_bytes, subject)
    if isinstance(read, _Read) and not read.encrypted and listed.timed and packets.falls_short(read.raw):
        read = await _taken(raw, await _list(look, packet_bytes), packet_bytes, subject)
    if isinstance(read, Failure):
        return read
    if failure := _unusable(read, subject):
        return failure
    timeline = await _timeline(look, read, cut_every, tuple(near))
    return Probe(read.raw, timeline and await _shaped(look, read, timeline), digest)


@dataclass(frozen=True, slots=True)
class _Look:
    """One file under examination: asks ffprobe further questions about it."""

    runner: Runner
    tools: Tools
    owner: str
    path: str
    guards: tuple[str, ...]
    limits: Limits

    def argv(self, question: Sequence[str], program: str = "ffprobe") -> tuple[str, ...]:
        return (self.tools.path(program), *(probe.OWN_TIMES if program == "ffprobe" else ()), *question)

    async def ask(self, question: Sequence[str], program: str = "ffprobe") -> bytes:
        return (await self.runner.run(self.owner, self.argv(question, program), limits=self.limits)).stdout


@dataclass(frozen=True, slots=True)
class _Read:
    """What the packets tell.

    raw       ffprobe's JSON with what they tell of each stream       encrypted  nothing can be read: the rest is empty
    pictures  packets of the first video stream that holds something  leaps      see media.packets.continuous
    """

    raw: dict[str, Any]
    pictures: Sequence[packets.Packet] = ()
    leaps: tuple[tuple[float, float], ...] = ()
    encrypted: bool = False


@dataclass(frozen=True, slots=True)
class _Listed:
    """What ffprobe answered to `argv`, and whether it was asked for times alone (media.packets.argv)."""

    argv: tuple[str, ...]
    ran: Ran
    timed: bool


async def _taken(raw: dict[str, Any], listed: _Listed, most: int, subject: str) -> _Read | Failure:
    """A list of packets, read. Raises Many as `examine`."""
    if listed.ran.clipped and most < _PACKET_BYTES:
        raise Many(raw)
    if failure := _failure(listed.argv, listed.ran, subject):
        return failure
    return await asyncio.to_thread(_read, raw, listed.ran.stdout)


def _unusable(read: _Read, subject: str) -> Failure | None:
    """Why no output can be made of what was read."""
    if read.encrypted:
        return Failure(
            "InvalidParameter.ResourceNotSupported",
            f'The resource operated "{subject}" is not supported: it is encrypted (common encryption, DRM).',
            "Upload the film without encryption; a key cannot be given here.",
            source_ok=False,
        )
    if packets.hopeless(str(read.raw["format"].get("format_name")), read.leaps):
        at, by = read.leaps[0]
        return bad_content(
            subject,
            f"its clock leaps by {by:+.1f} s at {at:.1f} s, and every time stamp behind that is wrong",
            "Record it again, or repair the time stamps (a remux with corrected ones is enough).",
        )
    if (changes := packets.changes_streams(probe.parse(read.raw))) is not None:
        return bad_content(
            subject,
            f"its picture or sound goes on in another stream at {changes:.1f} s",
            "It holds two programmes, one after the other: cut it there.",
        )
    return None


async def _timeline(look: _Look, read: _Read, cut_every: float, near: tuple[float, ...]) -> Timeline | None:
    """The timeline of the picture, after a look at what packets alone leave open: where it begins, and whether the
    pictures that are marked as key frames are."""
    info, pictures = probe.parse(read.raw), read.pictures
    if not info.video:
        return None
    video = info.video[0]
    if video.interlaced and video.fps and video.nominal > video.fps * Fraction(3, 2):
        pictures = packets.paired(pictures, float(video.fps))
    simply = packets.simply_argv(look.guards, look.path, video.index)
    begins_inside = "mov" in info.format_name and len(pictures) > 0 and pictures[0].hidden
    late = packets.moved(pictures, await look.ask(simply)) if begins_inside else 0.0
    settled = partial(timeline_of, pictures, info.start - late, cut_every, near, read.leaps, counted=late > 0)
    timeline = await asyncio.to_thread(settled, seekable=await _keys_are_true(look, video, pictures))
    begun_in_the_middle = timeline is not None and timeline.seekable and (bool(near) or len(timeline.cuts) > 1)
    if begun_in_the_middle and await _refreshed_bit_by_bit(look, video, pictures):
        return await asyncio.to_thread(settled, seekable=False)
    return timeline


async def _shaped(look: _Look, read: _Read, timeline: Timeline) -> Timeline:
    """With the places where the pictures change their shape, which only decoders see."""
    info = probe.parse(read.raw)
    if not aspect.may_change(info.format_name, info.video[0]):
        return timeline
    told = aspect.told_argv(look.guards, look.path, info.video[0])
    if told and aspect.told_once(await look.ask(told, "ffmpeg")):
        return timeline
    seen = await look.ask(aspect.argv(look.guards, look.path, info.video[0].index, info.format_name))
    shapes = await asyncio.to_thread(aspect.changes, seen, read.pictures, info.start, leaps=bool(read.leaps))
    return replace(timeline, shapes=shapes)


async def _keys_are_true(look: _Look, video: VideoStream, pictures: Sequence[packets.Packet]) -> bool:
    if not packets.suspicious(pictures) or look.tools.intra_only(video.codec):
        return True
    return not packets.keys_lie(await look.ask(packets.pictures_argv(look.guards, look.path, video.index)))


async def _refreshed_bit_by_bit(look: _Look, video: VideoStream, pictures: Sequence[packets.Packet]) -> bool:
    if (second := packets.gradual(pictures, video.codec)) is None:
        return False
    seen = b""
    for count in packets.ENTRY:
        seen = seen.strip() or await look.ask(packets.entry_argv(look.guards, look.path, video.index, second, count))
    return packets.bit_by_bit(seen)


def _described(stdout: bytes, tools: Tools, picture: int | None) -> dict[str, Any] | None:
    """ffprobe's JSON, with the picture that counts; None when it is none."""
    try:
        raw = _without_decoder(probe.load(stdout), tools)
    except ValueError:
        return None
    return raw if picture is None else probe.showing(raw, picture)


def _without_decoder(raw: Mapping[str, Any], tools: Tools) -> dict[str, Any]:
    """The streams that nothing here can decode are marked with `decoder`: "none", so that another one is taken."""
    streams = [
        s
        if s.get("codec_type") not in ("video", "audio") or tools.decodes(str(s.get("codec_name", "")))
        else {**s, "decoder": "none"}
        for s in raw.get("streams", ())
    ]
    return {**raw, "streams": streams}


def _read(raw: dict[str, Any], stdout: bytes) -> _Read:
    found, encrypted = packets.parse(stdout)
    if encrypted:
        return _Read(raw, encrypted=True)
    known = packets.annotate(raw, found)
    info = probe.parse(known)
    main = [stream.index for stream in info.video[:1]]
    mended, leaps = packets.continuous(found, [*main, *(stream.index for stream in info.audio)], info.format_name)
    if leaps:
        known = packets.annotate(raw, mended)
    return _Read(known, [packet for packet in mended if packet.stream in main], leaps)


async def _list_packets(look: _Look, most: int) -> _Listed:
    timed = packets.tells_times(await asyncio.to_thread(_head, look.path))
    listed = await _list(look, most, timed=timed)
    return await _list(look, most) if timed and packets.untold(listed.ran.stdout) else listed


async def _list(look: _Look, most: int, *, timed: bool = False) -> _Listed:
    argv = look.argv(packets.argv(look.guards, look.path, timed=timed))
    return _Listed(argv, await look.runner.run(look.owner, argv, limits=look.limits, keep=most), timed)


async def _no_list() -> None:
    return None


async def _nothing() -> str:
    return ""


def _head(path: str) -> bytes:
    try:
        with Path(path).open("rb") as file:
            return file.read(_HEAD)
    except OSError:
        return b""  # ffprobe says what is wrong with it


def _failure(argv: Sequence[str], ran: Ran, subject: str) -> Failure | None:
    if ran.returncode or ran.stopped:
        return diagnose(argv, ran.returncode, ran.log, subject=subject, stopped=ran.stopped)
    if ran.clipped:
        return bad_content(subject, "it has more packets or streams than can be read")
    return None


def _md5(path: str) -> str:
    digest = hashlib.md5(usedforsecurity=False)  # MPS's FileMd5: a checksum, not a seal
    try:
        with Path(path).open("rb") as file:
            while chunk := file.read(1024 * 1024):
                digest.update(chunk)
    except OSError:
        return ""  # ffprobe, which runs at the same time, says what is wrong with it
    return digest.hexdigest()
