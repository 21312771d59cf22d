"""Subtitles are seen at their time and not before or after it; what is taken out of a source says the same."""

import base64
import struct
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import subtitle_files as files
from clips import ffmpeg, folder
from e2e.test_watermark_pixels import FPS, HEIGHT, TEMPLATE, WIDTH, black, box, bright, lit
from reelmill.core.errors import Problems
from reelmill.core.model import JobSpec, ObjectRef, Outcome
from reelmill.media import fonts
from reelmill.media.tools import Tools
from reelmill.nodes import transcode
from reelmill.nodes.base import Env
from reelmill.testkit import LocalIO

SEEN = [*range(FPS, 2 * FPS), *range(FPS * 5 // 2, FPS * 3)]


@cache
def bucket() -> Path:
    here = folder() / "subtitle-buckets" / "texts"
    here.mkdir(parents=True, exist_ok=True)
    for form, text in files.ALL.items():
        (here / f"a.{form}").write_text(text, encoding="utf-8")
    (here / "gbk.srt").write_bytes(files.SRT.encode("gb18030"))
    (here / "a.stl").write_bytes(files.stl(("10000100", "10000200", "Hello"), ("10000212", "10000300", "bye")))
    (here / "none.srt").write_bytes(b"#EXTM3U\nfile:///etc/passwd\n")
    (here / "thai.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\nสวัสดี\n", encoding="utf-8")
    return here.parent


@cache
def tracks() -> Path:
    """Black with two text tracks."""
    path, texts = folder() / "tracks.mkv", bucket() / "texts"
    inputs = [word for one in (black(), texts / "a.srt", texts / "a.ass") for word in ("-i", f"file:{one}")]
    maps = [word for number in range(3) for word in ("-map", str(number))]
    ffmpeg("", *inputs, *maps, "-c", "copy", f"file:{path}")
    return path


async def transcoded(
    tmp_path: Path, *more: dict[str, Any], source: Path, piece: float = 0.0
) -> tuple[list[Outcome], LocalIO]:
    jobs = []
    for number, extra in enumerate(more):
        problems = Problems()
        raw = {"Outputs": [{"TemplateId": "t" * 32, "OutputObject": f"o{number}", **extra}], "OutputBucket": "out"}
        params = transcode.check(raw, problems, "P")
        assert problems.found == []
        names = {"ObjectPrefix": "", "FileName": "a", "ExtName": "mp4"}
        env = Env(ObjectRef("in", "oss-x", "a.mp4"), names, {"t" * 32: TEMPLATE})
        jobs.append(JobSpec(f"j{number}", None, {**transcode.job(params, env), "piece_seconds": piece}))
    io = LocalIO(source, tmp_path / "work", tmp_path / "out", buckets=bucket())
    assert transcode.NODE.run
    outcomes = await transcode.NODE.run(jobs, io)
    return [outcomes[one.id] for one in jobs], io


def external(*objects: str, **more: str) -> dict[str, Any]:
    given = [{"Input": {"Bucket": "texts", "Location": "oss-x", "Object": one}, **more} for one in objects]
    return {"SubtitleConfig": {"ExtSubtitleList": given}}


@pytest.mark.parametrize("name", ["{FileName}.srt", "a.vtt", "a.ass", "a.ttml", "a.stl", "gbk.srt"])
async def test_a_text_is_seen_at_its_time_only(tmp_path: Path, name: str) -> None:
    (outcome,), io = await transcoded(tmp_path, external(name), source=black())
    assert outcome.failure is None
    frames = bright(io.out / "out/o0.mp4")
    wanted = SEEN if not name.endswith("stl") else [*range(FPS, 2 * FPS), *range(60, 72)]
    assert set(frames) ^ set(wanted) <= {60, 59}  # half a second is between two pictures in some forms
    left, top, width, height = box(lit(io.out / "out/o0.mp4", 1.5))
    assert top > HEIGHT / 2 and 0 < height < HEIGHT / 3
    assert abs(left + width / 2 - WIDTH / 2) <= 6


async def test_pieces_draw_the_same(tmp_path: Path) -> None:
    (outcome,), io = await transcoded(tmp_path, external("a.srt"), source=black(), piece=1.0)
    assert outcome.failure is None and sum(name.startswith("p") for name in io.tasks) >= 3
    assert bright(io.out / "out/o0.mp4") == SEEN


@pytest.mark.parametrize("track", ["0:s:0", "0:s:1"])
async def test_a_track_of_the_source_is_seen(tmp_path: Path, track: str) -> None:
    (outcome,), io = await transcoded(tmp_path, {"SubtitleConfig": {"SubtitleList": [{"Map": track}]}}, source=tracks())
    assert outcome.failure is None
    assert bright(io.out / "out/o0.mp4") == SEEN


def renamed(path: Path, name: str, lower: int) -> None:
    """The server's font under another name, its letters smaller: lines are `lower` times as high, an em has as many
    more units."""
    data = bytearray(Path(Tools().font_found()[0]).read_bytes())
    start = struct.unpack_from(">I", data, 12)[0] if data[:4] == b"ttcf" else 0
    count = struct.unpack_from(">H", data, start + 4)[0]
    places = [struct.unpack_from(">4sIII", data, start + 12 + 16 * n) for n in range(count)]
    at = {tag: offset for tag, _, offset, _ in places}
    for place in (at[b"OS/2"] + 74, at[b"OS/2"] + 76):  # usWinAscent, usWinDescent
        struct.pack_into(">H", data, place, lower * struct.unpack_from(">H", data, place)[0])
    for place in (at[b"hhea"] + 4, at[b"hhea"] + 6):  # ascender, descender
        struct.pack_into(">h", data, place, lower * struct.unpack_from(">h", data, place)[0])
    struct.pack_into(">H", data, at[b"head"] + 18, lower * struct.unpack_from(">H", data, at[b"head"] + 18)[0])
    names, words = at[b"name"], name.encode("utf-16-be")
    number, texts = struct.unpack_from(">HH", data, names + 2)
    for record in range(names + 6, names + 6 + 12 * number, 12):
        platform, _, _, kind, _, offset = struct.unpack_from(">6H", data, record)
        if platform == 3 and kind in (1, 4):
            struct.pack_into(">H", data, record + 8, len(words))
            data[names + texts + offset : names + texts + offset + len(words)] = words
    path.write_bytes(data)


@pytest.fixture
def small_font(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine whose only font is called SimSun, half as large as the server's."""
    here = tmp_path / "my fonts"
    here.mkdir()
    renamed(here / "sim.ttc", "SimSun", 2)
    monkeypatch.setattr(fonts, "FOLDERS", (str(here),))
    fonts.here.cache_clear()
    yield
    fonts.here.cache_clear()


async def test_a_text_is_drawn_in_the_font_that_is_asked_for_where_it_is(tmp_path: Path, small_font: None) -> None:
    given = (external("a.srt"), external("a.srt", FontName="SimSun"), external("a.srt", FontName="Yuanti SC Bold"))
    outcomes, io = await transcoded(tmp_path, *given, source=black())
    assert [one.failure for one in outcomes] == [None, None, None]
    usual, asked, other = (box(lit(io.out / f"out/o{n}.mp4", 1.5)) for n in range(3))
    assert asked[3] < 0.7 * usual[3] and other == usual
    said = [one.reason for one in outcomes]
    assert said[:2] == ["", ""]
    assert said[2] == "This server has no font Yuanti SC Bold: the subtitles are drawn in WenQuanYi Micro Hei."


async def test_a_watermark_is_drawn_in_the_font_that_is_asked_for_where_it_is(tmp_path: Path, small_font: None) -> None:

    def mark(**more: str) -> dict[str, Any]:
        text = {"Content": base64.b64encode("水印 W".encode()).decode(), "FontSize": "40", "FontColor": "white", **more}
        return {"WaterMarks": [{"Type": "Text", "TextWaterMark": text}]}

    given = (mark(), mark(FontName="SimSun"), mark(FontName="Yuanti SC Bold"))
    outcomes, io = await transcoded(tmp_path, *given, source=black())
    assert [one.failure for one in outcomes] == [None, None, None]
    usual, asked, other = (box(lit(io.out / f"out/o{n}.mp4", 1.5)) for n in range(3))
    assert 0.4 * usual[3] < asked[3] < 0.6 * usual[3] and 0.4 * usual[2] < asked[2] < 0.6 * usual[2]
    assert other == usual


async def test_two_files_stand_above_each_other(tmp_path: Path) -> None:
    (outcome,), io = await transcoded(tmp_path, external("a.srt", "a.stl"), source=black())
    assert outcome.failure is None
    one = await transcoded(tmp_path / "one", external("a.srt"), source=black())
    both, alone = (lit(out / "out/o0.mp4", 1.5) for out in (io.out, one[1].out))
    assert box(both)[1] < box(alone)[1] and len(both) > 1.2 * len(alone)


async def test_a_track_of_pictures_is_laid_onto_the_film(tmp_path: Path) -> None:
    """Drawn for twice the size of the film, as those of a disc are."""
    box_of = (2 * WIDTH // 4, 2 * HEIGHT * 3 // 4, WIDTH, 2 * HEIGHT // 8)
    (tmp_path / "a.sup").write_bytes(files.pgs((2 * WIDTH, 2 * HEIGHT), box_of, (1.0, 2.0), (2.5, 3.0)))
    film = tmp_path / "disc.mkv"
    inputs = ["-i", f"file:{black()}", "-i", f"file:{tmp_path / 'a.sup'}", "-map", "0", "-map", "1"]
    ffmpeg("-copyts", *inputs, "-c", "copy", f"file:{film}")
    track = {"SubtitleConfig": {"SubtitleList": [{"Map": "0:s:0"}]}}
    clip = {"Clip": {"TimeSpan": {"Seek": "1"}}}
    outcomes, io = await transcoded(tmp_path, track, source=film, piece=1.0)
    assert outcomes[0].failure is None
    assert outcomes[0].reason == "Not cut into pieces: subtitles that are pictures come through all of it."
    # ffmpeg lays them on from one picture after their time on
    assert set(bright(io.out / "out/o0.mp4")) ^ set(SEEN) <= {24, 48, 60, 72}
    left, top, width, height = box(lit(io.out / "out/o0.mp4", 1.5))
    wanted = (WIDTH // 4, HEIGHT * 3 // 4, WIDTH // 2, HEIGHT // 8)
    assert all(abs(a - b) <= 2 for a, b in zip((left, top, width, height), wanted, strict=True))
    (refused,), _ = await transcoded(tmp_path / "clip", {**track, **clip}, source=film)
    assert refused.failure and "It holds pictures" in refused.failure.message


@pytest.mark.parametrize("codec, form", [("dvdsub", "mkv"), ("dvbsub", "ts"), ("xsub", "avi")])
async def test_tracks_of_pictures_of_discs_and_television(codec: str, form: str, tmp_path: Path) -> None:
    (tmp_path / "a.sup").write_bytes(
        files.pgs((WIDTH, HEIGHT), (WIDTH // 4, HEIGHT * 3 // 4, WIDTH // 2, HEIGHT // 8), (1.0, 2.0), (2.5, 3.0))
    )
    film = tmp_path / f"film.{form}"
    inputs = [
        "-i",
        f"file:{black()}",
        "-fix_sub_duration",
        "-i",
        f"file:{tmp_path / 'a.sup'}",
        "-map",
        "0",
        "-map",
        "1",
    ]
    picture = ["-c:v", "mpeg4", "-bf", "0"] if form == "avi" else ["-c:v", "copy"]
    ffmpeg("-copyts", *inputs, *picture, "-c:s", codec, f"file:{film}")
    (outcome,), io = await transcoded(tmp_path, {"SubtitleConfig": {"SubtitleList": [{"Map": "0:s:0"}]}}, source=film)
    if codec == "xsub":  # nothing would tell when one of them ends
        assert outcome.failure and "holds pictures (xsub), no text" in outcome.failure.message
        return
    assert outcome.failure is None
    assert set(bright(io.out / "out/o0.mp4")) ^ set(SEEN) <= {23, 24, 47, 48, 59, 60, 71, 72}
    left, top, width, height = box(lit(io.out / "out/o0.mp4", 1.5))
    wanted = (WIDTH // 4, HEIGHT * 3 // 4, WIDTH // 2, HEIGHT // 8)
    assert all(abs(a - b) <= 2 for a, b in zip((left, top, width, height), wanted, strict=True))


async def test_what_cannot_be_drawn_fails_alone_and_says_why(tmp_path: Path) -> None:
    missing = {"SubtitleConfig": {"SubtitleList": [{"Map": "0:s:7"}]}}
    given: tuple[dict[str, Any], ...] = (external("none.srt"), external("thai.srt"), external("gone.srt"), missing, {})
    outcomes, io = await transcoded(tmp_path, *given, source=black())
    said = [one.failure.message if one.failure else "" for one in outcomes]
    assert said[0] == 'The subtitles "texts/none.srt" cannot be used. The file is no subtitle file that can be read.'
    assert "lacks letters of the subtitles: ส ว ด" in said[1]
    assert said[2]
    assert said[3] == 'The subtitles "0:s:7" cannot be used. The source has no subtitle track 0:s:7.'
    assert said[4] == "" and io.published == ["out/o4.mp4"]


async def test_tracks_become_files(tmp_path: Path) -> None:
    wanted = [
        ("0:s:0", "out", "t/a.srt"),
        ("0:s:1", "out", "t/a.vtt"),
        ("0:s:0", "texts-out", "b.ass"),
        ("0:s:9", "out", "no.srt"),
    ]
    listed = [
        {"Map": track, "OutSubtitleFile": {"Bucket": where, "Location": "oss-x", "Object": key}}
        for track, where, key in wanted
    ]
    (outcome,), io = await transcoded(tmp_path, {"OutSubtitleList": listed}, source=tracks())
    assert outcome.failure is None
    assert (io.out / "out/t/a.srt").read_text() == files.SRT.replace("\r\n", "\n")
    assert (io.out / "out/t/a.vtt").read_text() == (
        f"WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n{files.FIRST}\n\n00:00:02.500 --> 00:00:03.000\nGood <i>bye</i>\n"
    )
    assert files.FIRST in (io.out / "texts-out/b.ass").read_text()
    assert io.published[-1] == "out/o0.mp4" and "out/no.srt" not in io.published
    assert [one["message"] for one in outcome.result["subtitles"]][:3] == ["", "", ""]
    assert "no subtitle track 0:s:9" in outcome.result["subtitles"][3]["message"]
    assert "no subtitle track 0:s:9" in outcome.reason, "a run says so too"
    assert outcome.partial and [one["track"] for one in outcome.result["subtitles"]] == [0, 1, 0, 9]


async def test_of_a_clip_its_own_texts_are_seen_at_their_pictures(tmp_path: Path) -> None:
    clip = {"Clip": {"TimeSpan": {"Seek": "1.5", "Duration": "2"}}}
    (outcome,), io = await transcoded(tmp_path, {**external("a.srt"), **clip}, source=black())
    assert outcome.failure is None
    assert bright(io.out / "out/o0.mp4") == [*range(12), *range(24, 36)]


@pytest.mark.parametrize(
    ("edits", "said"),
    [
        ({"Clip": {"TimeSpan": {"Seek": "1.5", "Duration": "1.25"}}}, ["0,500", "1,000 --> 00:00:01,250"]),
        ({"Clip": {"TimeSpan": {"Seek": "2.25"}}}, ["0,250 --> 00:00:00,750"]),
        ({"Clip": {"TimeSpan": {"Seek": "3"}}}, []),
    ],
)
async def test_of_a_clip_its_own_texts_become_files(edits: dict[str, Any], said: list[str], tmp_path: Path) -> None:
    """A file with the texts of all of the film, at their times there, would be wrong beside a part of it."""
    listed = [
        {"Map": f"0:s:{n}", "OutSubtitleFile": {"Bucket": "out", "Location": "oss-x", "Object": f"{n}.srt"}}
        for n in range(2)
    ]
    (outcome,), io = await transcoded(tmp_path, {"OutSubtitleList": listed, **edits}, source=tracks())
    assert outcome.failure is None
    for n in range(2):
        if not said:
            assert "None of its texts is in what is left" in outcome.result["subtitles"][n]["message"]
            continue
        written = (io.out / f"out/{n}.srt").read_text()
        assert written.count("-->") == len(said) and all(one in written for one in said)


async def test_letters_are_as_large_on_a_picture_that_is_turned_cut_or_has_borders(tmp_path: Path) -> None:
    """They follow the short side of what is seen, not of what was filmed. Siblings have files of their own."""
    video = TEMPLATE["Video"]
    tall = {"Video": {**video, "Width": "180", "Height": "320"}, "TransConfig": {"AdjDarMethod": "pad"}}
    given: list[dict[str, Any]] = [{}, {"Rotate": "90"}, tall, {"Video": {**video, "Crop": "180:180:70:0"}}]
    outcomes, io = await transcoded(tmp_path, *({**external("a.srt"), **one} for one in given), source=black())
    assert [one.failure for one in outcomes] == [None] * len(given)
    seen = [box(lit(io.out / f"out/o{n}.mp4", 1.5, width)) for n, width in enumerate((WIDTH, 180, 180, 180))]
    for one in seen[1:]:
        assert one[2:] == pytest.approx(seen[0][2:], abs=2)
    flipped = tmp_path / "turned.mp4"
    ffmpeg(f"-display_rotation 90 -i {black()} -c copy", f"file:{flipped}")
    (outcome,), io = await transcoded(tmp_path / "b", {**external("a.srt"), "Rotate": "90"}, source=flipped)
    assert outcome.failure is None
    assert box(lit(io.out / "out/o0.mp4", 1.5))[2:] == pytest.approx(seen[0][2:], abs=2)


async def test_a_track_of_pictures_is_not_stretched_on_a_picture_of_another_shape(tmp_path: Path) -> None:
    """It stands at the bottom, as wide as the picture."""
    (tmp_path / "a.sup").write_bytes(files.pgs((WIDTH, HEIGHT), (80, 140, 160, 20), (1.0, 2.0)))
    film = tmp_path / "disc.mkv"
    ffmpeg(f"-copyts -i {black()} -i {tmp_path / 'a.sup'} -map 0 -map 1 -c copy", f"file:{film}")
    track = {"SubtitleConfig": {"SubtitleList": [{"Map": "0:s:0"}]}, "Rotate": "90"}
    (outcome,), io = await transcoded(tmp_path, track, source=film)
    assert outcome.failure is None
    share = 180 / WIDTH
    wanted = (80 * share, 320 - 40 * share, 160 * share, 20 * share)
    assert box(lit(io.out / "out/o0.mp4", 1.5, 180)) == pytest.approx(wanted, abs=3)
