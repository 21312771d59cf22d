"""Films as recorders, phones and editors write them, whose headers say less or other things than their pictures: every
picture at its time, or a clear no."""

from pathlib import Path

import pytest

import subtitle_files as files
from clips import ffmpeg
from e2e.outputs import make, spec
from e2e.test_snapshot_pictures import frame_of, snap

_GREY = "nullsrc=s=64x64:r=25:d={seconds},geq=lum=N*2+20:cb=128:cr=128,format=yuv420p"  # frame n has the luma 20 + 2 n
_X264 = "-c:v libx264 -preset ultrafast -crf 4 -g 12"
MP4 = spec("mp4", audio=None)


def film(path: Path, more: str, *, seconds: float = 3.2, filters: str = "", sound: float = 0.0) -> Path:
    inputs = f"-f lavfi -i {_GREY.format(seconds=seconds)}{filters}" + (
        f" -f lavfi -i sine=d={sound} -c:a aac" if sound else ""
    )
    ffmpeg(f"{inputs} {_X264} {more}", f"file:{path}")
    return path


@pytest.mark.parametrize("lasts", [0.2, 0.08])
async def test_a_last_picture_that_is_held_moves_no_other(lasts: float, tmp_path: Path) -> None:
    held = film(
        tmp_path / "a.mp4",
        f"-bf 0 -video_track_timescale 90000 -bsf:v setts=duration=if(eq(NEXT_PTS\\,NOPTS)\\,{lasts}/TB\\,DURATION)",
    )
    made = await make(tmp_path, held, MP4, spec("m3u8", audio=None, output="b"))
    for number, zero in ((0, 0.0), (1, 1.4)):
        assert made.times(number) == pytest.approx([zero + n / 25 for n in range(80)], abs=0.001)
    assert sum(made.lengths(1)) == pytest.approx(3.16 + lasts, abs=0.001)


@pytest.mark.parametrize("rate", [12.5, 5, 0.5])
async def test_pictures_that_come_slower_than_the_header_says_keep_their_times(rate: float, tmp_path: Path) -> None:
    slow = film(
        tmp_path / "a.mkv",
        "-bf 0 -fps_mode passthrough -enc_time_base 1:90000",
        seconds=0.8,
        filters=f",setpts=N/{rate}/TB",
    )
    assert (await make(tmp_path, slow, MP4)).times() == pytest.approx([n / rate for n in range(20)], abs=0.001)


async def test_slides_with_reordered_pictures_in_matroska_are_no_broken_clock(tmp_path: Path) -> None:
    """Matroska tells no order of decoding; the one that ffmpeg guesses goes back at the beginning."""
    slides = film(
        tmp_path / "a.mkv",
        "-bf 2 -fps_mode passthrough -enc_time_base 1:90000",
        seconds=0.32,
        filters=",setpts=N*5/TB",
        sound=40,
    )
    made = await make(tmp_path, slides, MP4, spec("m3u8", audio=None, output="b"))
    assert made.times(0) == pytest.approx([5.0 * n for n in range(8)], abs=0.001)
    assert sum(made.lengths(1)) == pytest.approx(40.0, abs=0.05)


async def test_one_picture_a_second_ends_when_it_ends(tmp_path: Path) -> None:
    """The last one is alone in its segment."""
    seldom = film(
        tmp_path / "a.ts",
        "-bf 0 -g 1 -fps_mode passthrough -enc_time_base 1:90000",
        seconds=0.4,
        filters=",setpts=N/TB",
    )
    lengths = (await make(tmp_path, seldom, spec("m3u8", audio=None, segment=1))).lengths()
    assert len(lengths) == 10 and lengths[:9] == pytest.approx([1.0] * 9, abs=0.001) and 0 < lengths[9] <= 1.001


async def test_an_edit_that_begins_inside_a_picture_keeps_picture_and_sound_together(tmp_path: Path) -> None:
    """ffmpeg moves the next picture to the beginning of the edit; its sound stays."""
    whole = film(tmp_path / "whole.mp4", "-bf 0", sound=3.2)
    ffmpeg(f"-ss 0.51 -i {whole} -c copy", f"file:{tmp_path / 'cut.mp4'}")
    made = await make(tmp_path, tmp_path / "cut.mp4", spec("mp4"))
    assert made.times()[:3] == pytest.approx([0.01, 0.05, 0.09], abs=0.001), (
        "0.52 s of the whole film comes after 0.01 s"
    )
    outcome, _ = await snap(tmp_path / "cut.mp4", tmp_path, Time="990", FrameType="normal")
    assert outcome.failure is None and frame_of(tmp_path / "out/b" / outcome.result["object"]) == 37, (
        "1.5 s of the whole film"
    )


async def test_a_recording_that_goes_on_in_another_stream_is_refused(tmp_path: Path) -> None:
    first = film(tmp_path / "1.ts", "-bf 0 -mpegts_start_pid 256", seconds=1.6)
    second = film(
        tmp_path / "2.ts", "-bf 0 -mpegts_start_pid 300 -mpegts_pmt_start_pid 4100 -output_ts_offset 1.6", seconds=1.6
    )
    (tmp_path / "joined.ts").write_bytes(first.read_bytes() + second.read_bytes())
    made = await make(tmp_path, tmp_path / "joined.ts", MP4)
    failure = made.outcomes[0].failure
    assert (
        failure
        and failure.code == "InvalidParameter.ResourceContentBad"
        and "goes on in another stream at 1.6 s" in failure.message
    )


async def test_a_size_that_changes_inside_a_track_loses_no_picture(tmp_path: Path) -> None:
    """The filters hold a picture back while they look at the next one."""
    small, large = (
        film(tmp_path / "1.h264", "-bf 0", seconds=1.6),
        film(tmp_path / "2.h264", "-bf 0", seconds=1.6, filters=",scale=96:96"),
    )
    (tmp_path / "both.h264").write_bytes(small.read_bytes() + large.read_bytes())
    ffmpeg(f"-framerate 25 -i {tmp_path / 'both.h264'} -c copy", f"file:{tmp_path / 'both.mp4'}")
    assert (await make(tmp_path, tmp_path / "both.mp4", MP4)).times() == pytest.approx(
        [n / 25 for n in range(80)], abs=0.001
    )


async def test_a_broadcast_does_not_begin_with_its_teletext(tmp_path: Path) -> None:
    """ffmpeg takes the teletext for as early as the clock of the stream, half a second ahead of all pictures: that a
    first one stood, and every cut came so much too early."""
    (tmp_path / "a.sup").write_bytes(files.pgs((64, 64), (16, 48, 32, 8), (1.0, 2.0)))
    plain = film(tmp_path / "plain.mkv", "-bf 2", sound=3.2)
    ffmpeg(f"-i {plain} -i {tmp_path / 'a.sup'} -map 0 -map 1 -c copy -c:s dvbsub", f"file:{tmp_path / 'dvb.ts'}")
    broadcast = tmp_path / "film.ts"
    broadcast.write_bytes(files.teletext((tmp_path / "dvb.ts").read_bytes()))
    drawn = {"SubtitleList": [{"Map": "0:s:0"}]}
    specs = spec("mp4"), spec("m3u8", output="b"), spec("mp4", output="c", SubtitleConfig=drawn)
    made = await make(tmp_path, broadcast, *specs)
    assert made.outcomes[2].failure
    assert "The subtitle track 0:s:0 is teletext, which no tool here reads." in made.outcomes[2].failure.message
    made.outcomes.pop()
    assert made.times()[0] < 0.03 and made.frames() == made.frames(1) == 80
    part = await make(tmp_path / "part", broadcast, spec("mp4", Clip={"TimeSpan": {"Seek": "1"}}))
    assert frame_of(part.path()) == pytest.approx(25, abs=1)
    outcome, _ = await snap(broadcast, tmp_path / "snap", Time="1000", FrameType="normal")
    assert frame_of(tmp_path / "snap/out/b" / outcome.result["object"]) == pytest.approx(24, abs=1)
