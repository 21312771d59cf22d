"""Segments are read from what ffmpeg wrote; playlists and manifests follow from that, by the rules of RFC 8216."""

import itertools
import math
import subprocess
from fractions import Fraction
from pathlib import Path

import m3u8
import pytest

from clips import tools
from reelmill.core.segmented import Segmented
from reelmill.media import dash, hls, segments

_UNEVEN = "testsrc2=s=64x64:r=25:d=6,select='not(mod(n\\,3))+lt(n\\,50)',setpts=PTS+0.3/TB*gt(N\\,60)"


def made(folder: Path, *how: str) -> Segmented:
    (folder / "s").mkdir(parents=True)
    argv = ["-v", "error", "-f", "lavfi", "-i", _UNEVEN, "-fps_mode", "vfr", "-c:v", "libx264", "-preset", "veryfast"]
    argv += ["-force_key_frames", "expr:gte(t,n_forced*2)", "-f", "hls", "-hls_time", "2", "-hls_list_size", "0", *how]
    subprocess.run([tools().path("ffmpeg"), *argv, "list.m3u8"], cwd=folder / "s", check=True)
    found = segments.read(folder / "s")
    assert found is not None
    return found


def times(file: Path) -> list[float]:
    """When the pictures of a file are shown."""
    argv = ["-v", "error", "-select_streams", "v", "-show_entries", "packet=pts_time", "-of", "csv=p=0", str(file)]
    text = subprocess.run([tools().path("ffprobe"), *argv], check=True, capture_output=True, text=True).stdout
    return sorted(float(line.strip(",")) for line in text.split())


@pytest.mark.parametrize("form", ["mpegts", "fmp4"])
def test_a_segment_lasts_until_the_picture_of_the_next_one_also_at_uneven_times(tmp_path: Path, form: str) -> None:
    suffix = "ts" if form == "mpegts" else "m4s"
    found = made(tmp_path, "-hls_segment_type", form, "-hls_fmp4_init_filename", "init.mp4", "-start_number", "1",
                 "-hls_segment_filename", f"%05d.{suffix}")  # fmt: skip
    folder, firsts = tmp_path / "s", []
    for number, one in enumerate(found.segments, 1):
        whole = folder / "whole"
        init = (folder / "init.mp4").read_bytes() if form == "fmp4" else b""
        whole.write_bytes(init + (folder / f"{number:05d}.{suffix}").read_bytes())
        firsts.append(times(whole)[0])
        whole.write_bytes(init + (folder / f"{number:05d}.{suffix}").read_bytes()[: one.picture])
        assert len(times(whole)) == 1, "the range of a key frame holds one picture"
    lengths = found.lengths(7.0)
    assert len(found.segments) >= 3 and sum(lengths) == 7
    assert [float(x) for x in lengths[:-1]] == pytest.approx([b - a for a, b in itertools.pairwise(firsts)], abs=0.0005)


def test_a_playlist_keeps_the_rules() -> None:
    lengths = [Fraction(2), Fraction(5, 2), Fraction(1, 3)]
    text = hls.media(["a b-00001.ts", "a b-00002.ts", "a b-00003.ts"], lengths, "i.mp4", hls.Lock("http://k/?a=1&b=2"))
    read = m3u8.loads(text)
    assert read.target_duration >= max(math.floor(x + Fraction(1, 2)) for x in lengths)
    assert [s.uri for s in read.segments] == ["a%20b-00001.ts", "a%20b-00002.ts", "a%20b-00003.ts"]
    assert read.is_endlist and read.playlist_type == "vod" and read.media_sequence == 1
    assert [float(s.duration) for s in read.segments] == [2.0, 2.5, pytest.approx(1 / 3, abs=1e-6)]
    assert read.keys[0].method == "AES-128" and read.keys[0].uri == "http://k/?a=1&b=2"
    frames = m3u8.loads(hls.i_frames(["a.ts"], [Fraction(2)], [188]))
    assert frames.is_i_frames_only and frames.segments[0].byterange == "188@0"


def test_the_peak_is_that_of_rows_of_half_to_one_and_a_half_target_durations() -> None:
    assert hls.rates([100, 1000, 100], [Fraction(2)] * 3) == (4000, 1600)
    # a short one alone is too short to count, with its neighbour it does
    assert hls.rates([1000, 1000], [Fraction(4), Fraction(1, 10)]) == (3903, 3903)


def test_ticks_of_equal_segments_are_told_once() -> None:
    found = Segmented.from_json({"clock": 10, "segments": [[-1, 5], [20, 5], [40, 5], [60, 5]], "end": 75})
    assert dash.line(found, found.lengths(7.6))["line"] == [[0, 20, 2], [60, 15, 0]]
