"""MP4 and QuickTime files tell the time of each packet by themselves: ffprobe lists them without a look at the streams
first, and the list is the same."""

import subprocess
from pathlib import Path

import pytest

from clips import NAMES, clip, ffmpeg, tools
from reelmill.core.model import Probe
from reelmill.media import packets
from reelmill.media.examine import examine
from reelmill.media.probe import SAFE_INPUT
from reelmill.media.run import Runner

_MADE = {  # what is made of base.mp4 -> arguments of ffmpeg
    "fragmented.mp4": "-c copy -movflags frag_keyframe+empty_moov+default_base_moof",
    "cut.mp4": "-ss 1.3 -c copy",
    "negative.mp4": "-c copy -movflags negative_cts_offsets",
    "hevc.mp4": "-c:v libx265 -preset ultrafast -tag:v hvc1 -c:a copy",
    "old.mp4": "-c:v mpeg4 -bf 2 -c:a libmp3lame",
    "prores.mov": "-c:v prores_ks -c:a pcm_s16le",
    "opus.mp4": "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -c:a libopus",
    "uneven.mp4": "-vf select=gt(mod(n\\,7)\\,2) -fps_mode vfr -c:v libx264 -preset ultrafast -c:a aac",
    "small.3gp": "-s 176x144 -c:v mpeg4 -an",
}


def _listed(path: Path, *, timed: bool) -> bytes:
    argv = [tools().path("ffprobe"), *packets.argv(SAFE_INPUT, str(path), timed=timed)]
    return subprocess.run(argv, capture_output=True, stdin=subprocess.DEVNULL, check=True).stdout


def _told(path: Path) -> bool:
    return packets.tells_times(path.read_bytes()[:8])


@pytest.mark.parametrize("name", [*_MADE, *(n for n in NAMES if n.endswith((".mp4", ".mov", ".m4a")))])
def test_a_list_without_a_look_at_the_streams_is_the_same(tmp_path: Path, name: str) -> None:
    path = clip(name) if name in NAMES else tmp_path / name
    if name in _MADE:
        ffmpeg(f"-i {clip('base.mp4')} {_MADE[name]}", "file:" + str(path))
    if not _told(path):
        assert name not in _MADE  # what is called so and is none is never listed that way
        return
    try:
        full = _listed(path, timed=False)
    except subprocess.CalledProcessError:
        with pytest.raises(subprocess.CalledProcessError):
            _listed(path, timed=True)
        return
    quick = _listed(path, timed=True)
    assert quick == full or packets.untold(quick)
    assert quick == full or name not in _MADE


async def test_a_packet_whose_time_lacks_is_listed_anew_with_all_that_ffprobe_can_compute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Matroska has no times of decoding: taken for MP4 it would be listed without them."""
    began: list[list[str]] = []
    runner = Runner(on_begin=lambda _owner, argv: began.append(list(argv)))
    path = str(tmp_path / "film.mkv")
    ffmpeg(f"-i {clip('base.mp4')} -c copy", "file:" + path)
    right = await examine(runner, tools(), "o", path, cut_every=1.0)
    lists = len(began)
    monkeypatch.setattr(packets, "tells_times", lambda _head: True)
    assert await examine(runner, tools(), "o", path, cut_every=1.0) == right
    assert len(began) == 2 * lists + 1 and sum("-nofind_stream_info" in argv for argv in began) == 1


async def test_a_list_that_ends_before_its_film_is_listed_anew(tmp_path: Path) -> None:
    """The first piece of the sound is said to lie behind the end of the file. ffmpeg meets that while it looks at the
    streams, and then reads all pictures: so they must be counted."""
    path = tmp_path / "damaged.mp4"
    ffmpeg(f"-i {clip('base.mp4')} -map 0:v -map 0:a -c:v copy -c:a ac3", "file:" + str(path))
    data = bytearray(path.read_bytes())
    sound = data.rindex(b"stco") + 12  # version, number of places, the places
    data[sound : sound + 4] = (0xFFFFF000).to_bytes(4)
    path.write_bytes(data)
    quick, full = (
        max(p.time + p.duration for p in packets.parse(_listed(path, timed=timed))[0] if p.stream == 0)
        for timed in (True, False)
    )
    assert quick < full, "otherwise this says nothing"
    found = await examine(Runner(), tools(), "o", str(path), cut_every=1.0)
    assert isinstance(found, Probe)
    assert found.raw["streams"][0]["packets"]["end"] == full


async def test_only_containers_that_tell_times_are_listed_without_a_look() -> None:
    began: list[list[str]] = []
    runner = Runner(on_begin=lambda _owner, argv: began.append(list(argv)))
    for name, wanted in (("base.mp4", 1), ("ts_wrap.ts", 0)):
        began.clear()
        await examine(runner, tools(), "o", str(clip(name)), cut_every=1.0)
        assert sum("-nofind_stream_info" in argv for argv in began) == wanted, name
