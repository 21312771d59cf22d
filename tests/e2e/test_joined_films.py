"""Films that are put together, or onto each other: each keeps its shape, its colours, all its pictures, and its sound
in step with them."""

from array import array
from pathlib import Path
from typing import Any

import pytest

from clips import ffmpeg
from e2e.outputs import Made, make, spec
from e2e.test_encoding_outputs import beside, middle, url
from e2e.test_shapes_that_change import bars, film, shown

SOUND = "-f lavfi -i sine=r=48000:d=1 -c:a aac -shortest"
X264 = "-c:v libx264 -preset ultrafast -crf 16 -pix_fmt yuv420p"
HDR = "color_primaries=bt2020:color_trc=smpte2084:colorspace=bt2020nc"
P3 = "color_primaries=smpte432:color_trc=bt709:colorspace=bt709"


def one(folder: Path, name: str, about: str, told: str = "", pixels: str = "1", code: str = X264) -> str:
    """A second of one colour, with a tone, in the bucket for other films; its address. `told`: what it says of its
    colours."""
    (folder / "films").mkdir(exist_ok=True)
    chain = f"format=yuv420p,setsar={pixels}{f',setparams={told}' if told else ''}"
    ffmpeg(f"-f lavfi -i color={about}:d=1 {SOUND} -vf {chain} {code}", f"file:{folder / 'films' / name}")
    return url(name)


async def joined(folder: Path, source: str, *others: str, **more: Any) -> Made:
    path = folder / "films" / source.rpartition("/")[2]
    return await beside(folder, path, spec("mp4", MergeList=[{"MergeURL": other} for other in others], **more))


async def test_each_part_keeps_its_shape(tmp_path: Path) -> None:
    """What is shown counts, not what is stored; tone mapping works at another size, and keeps the shape too."""
    source = one(tmp_path, "source.mp4", "white:s=320x180:r=25")
    narrow = one(tmp_path, "narrow.mp4", "white:s=180x144:r=25", pixels="64/45")
    old = one(tmp_path, "old.mp4", "white:s=240x180:r=25")
    bright = one(tmp_path, "bright.mp4", "white:s=240x180:r=25", HDR, "0")
    made = await joined(tmp_path, source, narrow, old, bright)
    assert shown(made, 0.5, 1.5, 2.5, 3.5) == ["", "", "beside", "beside"]


@pytest.mark.parametrize("width", ["320", "256"])
async def test_the_shape_of_hdr_whose_pixels_are_not_told(width: str, tmp_path: Path) -> None:
    one(tmp_path, "bright.mp4", "white:s=240x180:r=25", HDR, "0")
    wanted = {"Width": width, "Height": str(int(width) * 9 // 16)}
    padded = spec("mp4", video=wanted, audio=None, TransConfig={"AdjDarMethod": "pad"})
    stretched = spec("mp4", video=wanted, audio=None, output="b")
    made = await make(tmp_path, tmp_path / "films" / "bright.mp4", padded, stretched)
    assert [bars(made.path(n)) for n in (0, 1)] == ["beside", ""]


@pytest.mark.parametrize("how", ["behind", "onto"])
@pytest.mark.parametrize("told", [HDR, P3], ids=["HDR", "P3"])
async def test_each_part_gets_ordinary_colours(told: str, how: str, tmp_path: Path) -> None:
    """As it would get them by itself."""
    source = one(tmp_path, "source.mp4", "black:s=320x180:r=25")
    wide = one(tmp_path, "wide.mp4", "0xc04020:s=320x180:r=25", told)
    alone = await make(tmp_path / "alone", tmp_path / "films" / "wide.mp4", spec("mp4"))
    opening = [{"OpenUrl": wide, "Width": "full", "Height": "full"}]
    made = await (joined(tmp_path, source, wide) if how == "behind" else joined(tmp_path, source, OpeningList=opening))
    seen, wanted = middle(made.path(), 1.5 if how == "behind" else 0.5), middle(alone.path(), 0.5)
    assert max(abs(a - b) for a, b in zip(seen, wanted, strict=True)) <= 4


async def test_an_opening_whose_size_changes(tmp_path: Path) -> None:
    """The graph that lays it onto the film would be built anew, and wait for ever."""
    source = one(tmp_path, "source.mp4", "black:s=256x144:r=25")
    film(tmp_path / "films", "setsar=1", "scale=144:144,setsar=1", size="256x144")
    opening = [{"OpenUrl": url("film.ts"), "Width": "full", "Height": "full"}]
    made = await joined(tmp_path, source, OpeningList=opening)
    assert shown(made, 0.5) == [""] and made.frames() == 25


async def test_what_is_left_over_of_each_part_does_not_add_up(tmp_path: Path) -> None:
    """Parts of 0.619 s, at 25 pictures a second: sound and picture end together."""
    source = one(tmp_path, "source.mp4", "black:s=320x180:r=25")
    parts = [{"MergeURL": source, "Duration": "0.619"}] * 4
    wanted = spec("mp4", MergeList=parts, Clip={"TimeSpan": {"Duration": "0.619"}, "ConfigToClipFirstPart": "true"})
    made = await beside(tmp_path, tmp_path / "films" / "source.mp4", wanted)
    seen, heard = (float(made.stream(kind)["duration"]) for kind in ("video", "audio"))
    assert seen == pytest.approx(heard, abs=0.03)
    assert made.frames() == 75


async def test_the_last_picture_of_a_broadcast_is_joined_too(tmp_path: Path) -> None:
    """Its sound begins a little before its picture, so that it lasts no whole number of pictures."""
    source = one(tmp_path, "source.ts", "black:s=320x180:r=25", code=f"{X264} -muxdelay 0 -f mpegts")
    made = await joined(tmp_path, source, source)
    assert made.frames() == 50


async def test_a_clip_of_a_broadcast_with_few_key_frames(tmp_path: Path) -> None:
    """It has no index: a seek leads to a place between two key frames, and nothing could be decoded up to the next."""
    source = tmp_path / "film.ts"
    ffmpeg(f"-f lavfi -i testsrc2=s=128x72:r=25:d=16 {X264} -g 200 -sc_threshold 0", f"file:{source}")
    made = await make(tmp_path, source, spec("mp4", audio=None, Clip={"TimeSpan": {"Seek": "14", "Duration": "1"}}))
    assert made.frames() == 25


def slides(folder: Path) -> Path:
    """Red, green and blue for two seconds each; a tone."""
    made = folder / "films" / "slides.mp4"
    made.parent.mkdir(exist_ok=True)
    boxes = ",".join(f"drawbox=c={name}:t=fill:enable=eq(n\\,{n})" for n, name in enumerate(("red", "lime", "blue")))
    ffmpeg(
        f"-f lavfi -i color=s=320x180:r=1/2:d=6,format=rgb24,{boxes} -f lavfi -i sine=d=6 {X264} -c:a aac",
        f"file:{made}",
    )
    return made


def brightest(made: Made, *moments: float) -> list[str]:
    seen = [middle(made.path(), at) for at in moments]
    return ["red green blue".split()[colour.index(max(colour))] for colour in seen]


@pytest.mark.parametrize(
    ("span", "times"),
    [(("1", "4"), [0.0, 1.0, 3.0]), (("2.5", "1"), [0.0]), (("5", "1"), [0.0])],
    ids=["two change", "none changes", "the last one"],
)
async def test_what_is_on_the_screen_is_seen_from_the_cut_on(
    span: tuple[str, str], times: list[float], tmp_path: Path
) -> None:
    clipped = {"TimeSpan": {"Seek": span[0], "Duration": span[1]}}
    made = await make(tmp_path, slides(tmp_path), spec("mp4", Clip=clipped))
    assert made.times() == pytest.approx(times, abs=0.01)
    assert brightest(made, 0.0) == [{"1": "red", "2.5": "green", "5": "blue"}[span[0]]]


async def test_segments_of_a_clip_end_with_it(tmp_path: Path) -> None:
    """Pictures that stand are repeated there: not behind the end."""
    source = tmp_path / "slides.mp4"
    ffmpeg(f"-f lavfi -i testsrc2=s=320x180:r=1/6:d=12 -f lavfi -i sine=d=12 {X264} -c:a aac", f"file:{source}")
    made = await make(tmp_path, source, spec("m3u8", Clip={"TimeSpan": {"Seek": "2", "Duration": "6"}}))
    assert sum(made.lengths()) == pytest.approx(6, abs=0.1)


async def test_slides_are_joined_at_any_moment(tmp_path: Path) -> None:
    part = [{"MergeURL": url("slides.mp4"), "Start": "1", "Duration": "2"}]
    made = await beside(tmp_path, slides(tmp_path), spec("mp4", MergeList=part))
    assert brightest(made, 0.5, 3.5, 5.5, 6.2, 7.2) == ["red", "green", "blue", "red", "green"]
    assert float(made.stream("video")["duration"]) == pytest.approx(8, abs=0.05)


@pytest.mark.parametrize("form", ["mp4", "ts"])
async def test_a_part_whose_picture_begins_late(form: str, tmp_path: Path) -> None:
    source = one(tmp_path, "source.mp4", "white:s=320x180:r=25")
    late = tmp_path / "films" / f"late.{form}"
    both = " ".join(f"-i {tmp_path / 'films' / 'source.mp4'}" for _ in range(2))
    ffmpeg(f"-itsoffset 0.8 {both} -map 0:v -map 1:a -c copy", f"file:{late}")
    made = await joined(tmp_path, source, url(late.name), source)
    assert made.frames() == 95
    assert float(made.stream("audio")["duration"]) == pytest.approx(3.82, abs=0.04)


async def test_sound_that_outlasts_the_picture_is_kept(tmp_path: Path) -> None:
    """A picture stands as long as it is heard, also where it is one for all of it."""
    source = one(tmp_path, "source.mp4", "red:s=320x180:r=25")
    still = tmp_path / "films" / "still.mp4"
    ffmpeg(f"-f lavfi -i color=blue:s=320x180:r=25:d=0.04 -f lavfi -i sine=d=4 {X264} -c:a aac", f"file:{still}")
    clipped = await make(tmp_path / "1", still, spec("mp4", Clip={"TimeSpan": {"Seek": "1", "Duration": "2"}}))
    assert float(clipped.stream("audio")["duration"]) == pytest.approx(2, abs=0.05) and clipped.frames() == 1
    part = [{"MergeURL": url("still.mp4"), "Start": "1", "Duration": "2"}]
    made = await beside(tmp_path, tmp_path / "films" / "source.mp4", spec("mp4", MergeList=part))
    assert source and brightest(made, 0.5, 1.5, 2.9) == ["red", "blue", "blue"]


async def test_a_clip_without_sound_is_that_with_sound(tmp_path: Path) -> None:
    """In broadcasts ffmpeg counts from the first packet that it uses."""
    late = tmp_path / "late.ts"
    ffmpeg(
        f"-f lavfi -i color=red:s=320x180:r=25:d=2 -f lavfi -i color=lime:s=320x180:r=25:d=2 -f lavfi -i sine=d=5 "
        f"-filter_complex [0][1]concat,setpts=PTS+1/TB -fps_mode vfr {X264} -c:a aac",
        f"file:{late}",
    )
    mute = spec("mp4", audio=None, output="mute", Clip={"TimeSpan": {"Seek": "2", "Duration": "2"}})
    made = await make(tmp_path, late, mute)
    assert brightest(made, 0.5, 1.5) == ["red", "green"]


async def test_what_is_cut_out_of_a_film_is_cut_out_of_what_it_is_joined_to(tmp_path: Path) -> None:
    """Crop counts pixels as they are stored, which here are wider than high."""
    source = one(tmp_path, "source.mp4", "white:s=180x144:r=25", pixels="64/45")
    square = one(tmp_path, "square.mp4", "white:s=256x144:r=25")
    half = {"Crop": "90:144:90:0"}
    alone = await make(tmp_path / "alone", tmp_path / "films" / "source.mp4", spec("mp4", half))
    parts = [{"MergeURL": other} for other in (square, source)]
    made = await beside(tmp_path, tmp_path / "films" / "source.mp4", spec("mp4", half, MergeList=parts))
    for each in (alone, made):
        assert (each.results[0]["width"], each.results[0]["height"]) == (128, 144)
    assert shown(made, 0.5, 1.5, 2.5) == ["", "", ""]


def broadcast(folder: Path) -> Path:
    """White for two seconds and a tone, which begins at 0.5 and 1.5 s: first in stereo, then in 5.1."""
    made = folder / "films" / "broadcast.ts"
    made.parent.mkdir()
    for n, layout in enumerate(("stereo", "5.1")):
        tone = f"aevalsrc=0.4*sin(5000*t)*gt(t\\,0.5):s=48000:d=1,aformat=channel_layouts={layout}"
        ffmpeg(
            f"-f lavfi -i color=white:s=320x180:r=25:d=1 -f lavfi -i {tone} {X264} -bf 0 -c:a ac3 -b:a 448k "
            f"-muxdelay 0 -output_ts_offset {n + 1}",
            f"file:{folder / 'part.ts'}",
        )
        with made.open("ab") as whole:
            whole.write((folder / "part.ts").read_bytes())
    return made


def mixed_in(folder: Path) -> str:
    """Bare sound that goes on in 5.1, and in more bytes a second: ffprobe takes its 2 s for 6 s and more; its
    address."""
    (folder / "films").mkdir(exist_ok=True)
    made = folder / "films" / "sound.ac3"
    for channels, bits in ((2, 32), (6, 448)):
        coded = f"-c:a ac3 -ac {channels} -b:a {bits}k"
        ffmpeg(f"-f lavfi -i sine=r=48000:d=1 {coded}", f"file:{folder / 'part.ac3'}")
        with made.open("ab") as whole:
            whole.write((folder / "part.ac3").read_bytes())
    return url(made.name)


async def test_sound_that_is_mixed_in_and_changes_costs_no_picture(tmp_path: Path) -> None:
    beside_it = [{"AmixURL": mixed_in(tmp_path), "MixDurMode": "long"}]
    one(tmp_path, "film.mp4", "white:s=320x180:r=25")
    made = await joined(tmp_path, url("film.mp4"), url("film.mp4"), url("film.mp4"), Amix=beside_it)
    assert made.frames() == 75
    assert float(made.stream("audio")["duration"]) == pytest.approx(3, abs=0.05)


async def test_another_track_that_is_mixed_in_is_cut_with_the_film(tmp_path: Path) -> None:
    source = tmp_path / "film.mp4"
    tones = "-f lavfi -i sine=r=48000:d=4 -f lavfi -i sine=f=900:r=48000:d=4 -map 0 -map 1 -map 2 -c:a aac"
    ffmpeg(f"-f lavfi -i testsrc2=s=128x72:r=25:d=4 {tones} {X264}", f"file:{source}")
    second = [{"AmixURL": "input", "Map": "0:a:1"}]
    made = await make(tmp_path, source, spec("mp4", Amix=second, Clip={"TimeSpan": {"Seek": "2", "Duration": "1"}}))
    assert float(made.stream("audio")["duration"]) == pytest.approx(1, abs=0.03)


@pytest.mark.parametrize("how", ["clipped", "joined"])
async def test_a_clip_that_is_over_before_the_first_picture_says_so(how: str, tmp_path: Path) -> None:
    """The source is not to blame."""
    source = one(tmp_path, "film.mp4", "white:s=320x180:r=25")
    film, late = tmp_path / "films" / "film.mp4", tmp_path / "films" / "late.mp4"
    ffmpeg(f"-itsoffset 0.8 -i {film} -i {film} -map 0:v -map 1:a -c copy", f"file:{late}")
    clipped = spec("mp4", Clip={"TimeSpan": {"Duration": "0.5"}})
    part = [{"MergeURL": url("late.mp4"), "Duration": "0.5"}, {"MergeURL": source}]
    wanted = (late, clipped) if how == "clipped" else (film, spec("mp4", MergeList=part))
    made = await beside(tmp_path, *wanted)
    assert made.codes == ["InvalidParameter.ResourceNotSupported"]
    assert "Clip" in str(made.outcomes[0].failure.advice)  # type: ignore[union-attr]


def loud(made: Made) -> list[float]:
    """When sound begins."""
    raw = made.path().with_suffix(".f32")
    ffmpeg(f"-i {made.path()} -af aresample=8000:async=1:first_pts=0 -ac 1 -f f32le", f"file:{raw}")
    heard = [abs(value) > 0.05 for value in array("f", raw.read_bytes())]
    return [n / 8000 for n in range(400, len(heard)) if heard[n] and not any(heard[n - 400 : n])]


@pytest.mark.parametrize("how", ["clipped", "joined"])
async def test_sound_whose_loudspeakers_change_stays_with_its_picture(how: str, tmp_path: Path) -> None:
    """ffmpeg builds the whole graph anew there, and what its filters hold would be lost: pictures too."""
    source = broadcast(tmp_path)
    clipped = spec("mp4", Clip={"TimeSpan": {"Seek": "0.2", "Duration": "1.72"}})
    both = spec("mp4", MergeList=[{"MergeURL": url(source.name)}])
    made = await beside(tmp_path, source, clipped if how == "clipped" else both)
    assert made.frames() == (43 if how == "clipped" else 100)
    wanted = [0.3, 1.3] if how == "clipped" else [0.5, 1.5, 2.5, 3.5]
    assert loud(made) == pytest.approx(wanted, abs=0.02)


@pytest.mark.parametrize(("seek", "frames"), [("0", 75), ("0.4", 75)], ids=["whole", "inside"])
async def test_all_pictures_of_a_broadcast_are_there(seek: str, frames: int, tmp_path: Path) -> None:
    """They come half a picture after its sound: wherever it is cut, the first place is filled and the last picture is
    not beyond the end. Each is one step brighter than the one before."""
    (tmp_path / "films").mkdir()
    source = tmp_path / "films" / "source.ts"
    steps = "color=black:s=64x64:r=25:d=3,format=gray,geq=lum='20+2*N',format=yuv420p"
    ffmpeg(
        f"-f lavfi -i {steps} -f lavfi -i sine=r=48000:d=3.1 {X264} -qp 0 -c:a aac -muxdelay 0 -output_ts_offset 1",
        f"file:{source}",
    )
    part = {"MergeURL": url(source.name), "Start": seek, "Duration": "1"}
    first = {"TimeSpan": {"Seek": seek, "Duration": "1"}, "ConfigToClipFirstPart": "true"}
    made = await beside(tmp_path, source, spec("mp4", {"Crf": "1"}, Clip=first, MergeList=[part, part]))
    begins = round(float(seek) * 25)
    wanted = [20 + 2 * (begins + n) for n in range(25)] * 3
    raw = tmp_path / "seen.gray"
    ffmpeg(f"-i {made.path()} -fps_mode passthrough -vf scale=1:1:flags=area,format=gray -f rawvideo", f"file:{raw}")
    seen = list(raw.read_bytes())
    assert len(seen) == frames
    assert seen == pytest.approx(wanted, abs=1)
