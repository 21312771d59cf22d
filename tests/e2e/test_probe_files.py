"""Real files through ffprobe: facts of odd ones, codes of broken ones, and attacks that reach nothing."""

import asyncio
import hashlib
from fractions import Fraction
from pathlib import Path

import pytest

from clips import clip, dash, folder, svg, tools
from reelmill.core.errors import Failure
from reelmill.core.model import JobSpec, MediaInfo, Probe
from reelmill.media.diagnose import diagnose
from reelmill.media.examine import examine
from reelmill.media.probe import SAFE_INPUT, parse
from reelmill.media.run import Runner
from reelmill.nodes import mediainfo, start
from reelmill.testkit import LocalIO


async def info(name: str) -> MediaInfo:
    found = await examine(Runner(), tools(), "o", str(clip(name)))
    assert isinstance(found, Probe), found
    return parse(found.raw)


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        (
            "base.mp4",
            {
                "codec": "h264",
                "width": 320,
                "shown_width": 320,
                "rotation": 0,
                "fps": Fraction(24),
                "interlaced": False,
                "hdr": False,
                "pix_fmt": "yuv420p",
            },
        ),
        ("rotated90.mp4", {"rotation": 270, "width": 320, "shown_width": 180, "shown_height": 320}),
        ("sar_64_45.mp4", {"width": 360, "shown_width": 512, "shown_height": 288}),
        ("hdr10_hevc.mp4", {"codec": "hevc", "hdr": True, "pix_fmt": "yuv420p10le"}),
        ("interlaced_tff.ts", {"interlaced": True, "fps": Fraction(25)}),
        ("drop2997_tc.mov", {"fps": Fraction(30000, 1001)}),
        ("av_offset.mp4", {"start": 1.5}),
        ("tiny2x2.mp4", {"width": 2, "height": 2}),
    ],
)
async def test_facts_of_odd_videos(name: str, facts: dict[str, object]) -> None:
    (video,) = (await info(name)).video
    assert {fact: getattr(video, fact) for fact in facts} == facts


async def test_a_cover_picture_is_no_video() -> None:
    found = await info("audio_cover.mp3")
    assert found.video == () and len(found.audio) == 1 and found.audio[0].codec == "mp3"


async def test_languages_and_channels() -> None:
    assert [a.language for a in (await info("multi_audio.mkv")).audio] == ["eng", "fra"]
    assert [a.channels for a in (await info("audio51.mkv")).audio] == [6]


async def test_timeline_near_and_md5_in_one_look() -> None:
    found = await examine(Runner(), tools(), "o", str(clip("ten.mp4")), cut_every=3.0, near=(2.2, 99.0), md5=True)
    assert isinstance(found, Probe) and found.timeline
    assert found.timeline.frames == 240 and len(found.timeline.cuts) >= 3 and found.timeline.near == (2.0, 9.0)
    assert found.md5 == hashlib.md5(clip("ten.mp4").read_bytes(), usedforsecurity=False).hexdigest()
    assert "filename" not in found.raw["format"]  # no path of this machine


@pytest.mark.parametrize("name", ["ts_wrap.ts", "base.ts"])
async def test_the_timeline_starts_near_zero_whatever_the_clock_says(name: str) -> None:
    found = await examine(Runner(), tools(), "o", str(clip(name)), near=(0.0,))
    assert isinstance(found, Probe) and found.timeline
    assert 0 <= found.timeline.first < 0.1 and found.timeline.frames == 96


@pytest.mark.parametrize("name", ["zero.mp4", "text.mp4", "random.mp4", "truncated_nomoov.mp4"])
async def test_broken_files_are_bad_content_with_command_log_and_advice(name: str, tmp_path: Path) -> None:
    outcome = (await start.run([JobSpec("j", None, {})], LocalIO(clip(name), tmp_path / "w", tmp_path / "o")))["j"]
    failure = outcome.failure
    assert (
        failure
        and failure.code == "InvalidParameter.ResourceContentBad"
        and not failure.source_ok
        and not failure.retry
    )
    assert "ffprobe" in failure.command and failure.log and failure.advice
    assert str(folder()) not in failure.message


async def test_start_and_media_info_answer_the_raw_json(tmp_path: Path) -> None:
    io = LocalIO(clip("base.mp4"), tmp_path / "w", tmp_path / "o")
    begun = (await start.run([JobSpec("j", None, {})], io))["j"]
    looked = (await mediainfo.run([JobSpec("j", None, {})], io))["j"]
    assert begun.result["raw"] == looked.result["raw"] and len(looked.result["md5"]) == 32


# ---- attacks -------------------------------------------------------------------------------------


class Trap:
    """A port of this machine that nobody has any business with."""

    def __init__(self) -> None:
        self.visits = 0

    async def __aenter__(self) -> "Trap":
        async def visited(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self.visits += 1
            writer.close()

        self.server = await asyncio.start_server(visited, "127.0.0.1", 0)
        self.address = f"http://127.0.0.1:{self.server.sockets[0].getsockname()[1]}/x.ts"
        return self

    async def __aexit__(self, *_: object) -> None:
        self.server.close()
        await self.server.wait_closed()


def lures(where: Path, address: str) -> list[Path]:
    """Files that ask for the address, under honest and dishonest names."""
    playlist = f"#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:10.0,\n{address}\n#EXT-X-ENDLIST\n"
    texts = {
        "list.m3u8": playlist,
        "list.mp4": playlist,
        "list.avi": playlist,
        "list.ts": playlist,
        "key.m3u8": f'#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="{address}"\n#EXTINF:1,\nx.ts\n#EXT-X-ENDLIST\n',
        "script.mp4": f"ffconcat version 1.0\nfile '{address}'\n",
        "manifest.mpd": dash(address),
        "manifest.mp4": dash(address),
        "picture.svg": svg(address),
        "picture.mp4": svg(address),
        "session.sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nm=video 9 RTP/AVP 96\n",
        "ref.mov": f"RTSPtext\r\n{address}\r\n",
        "list.asx": f'<asx version="3.0"><entry><ref href="{address}"/></entry></asx>',
    }
    for name, text in texts.items():
        (where / name).write_text(text)
    return [where / name for name in texts]


async def test_attacks_connect_nowhere(tmp_path: Path) -> None:
    runner = Runner()
    async with Trap() as trap:
        for lure in lures(tmp_path, trap.address):
            found = await examine(runner, tools(), "o", str(lure), near=(0.0,))
            assert isinstance(found, Failure), lure.name
            assert (
                found.code in ("InvalidParameter.ResourceNotSupported", "InvalidParameter.ResourceContentBad")
                and not found.source_ok
            )
            argv = [
                tools().path("ffmpeg"),
                "-v",
                "error",
                "-nostdin",
                *SAFE_INPUT,
                "-i",
                f"file:{lure}",
                "-f",
                "null",
                "-",
            ]
            ran = await runner.run("o", argv)
            assert ran.returncode != 0, lure.name
            assert not diagnose(argv, ran.returncode, ran.log).source_ok, lure.name
        assert trap.visits == 0


async def test_the_trap_can_be_visited(tmp_path: Path) -> None:
    """The test above can fail: without our flags the same kind of file is followed."""
    async with Trap() as trap:
        path = lures(tmp_path, trap.address)[0]
        argv = [
            tools().path("ffprobe"),
            "-v",
            "error",
            "-protocol_whitelist",
            "file,http,tcp,crypto,data",
            f"file:{path}",
        ]
        await Runner().run("o", argv)
        assert trap.visits > 0


@pytest.mark.parametrize(
    "name", ["attack_concat.m3u8", "attack_file.mp4", "attack_localfile.m3u8", "attack_ffconcat.mp4", "attack.svg"]
)
async def test_attacks_read_no_local_file(name: str) -> None:
    clip("base.ts")  # the honest file that a playlist names is there and must not be opened
    found = await examine(Runner(), tools(), "o", str(clip(name)))
    assert isinstance(found, Failure) and found.code == "InvalidParameter.ResourceNotSupported" and not found.source_ok
    argv = [
        tools().path("ffmpeg"),
        "-v",
        "error",
        "-nostdin",
        *SAFE_INPUT,
        "-i",
        f"file:{clip(name)}",
        "-f",
        "null",
        "-",
    ]
    ran = await Runner().run("o", argv)
    assert ran.returncode != 0 and "root:" not in ran.log
