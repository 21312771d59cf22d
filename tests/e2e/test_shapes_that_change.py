"""Pictures whose shape changes in the middle of a film: a phone is turned, a television channel goes from 4:3 to 16:9.
The shape of the film's beginning fills the output, others are fitted in and keep theirs, from the first picture on."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from clips import ffmpeg
from e2e.outputs import Made, make, spec
from e2e.test_snapshot_pictures import snap

WIDE, OLD = "64/45", "16/15"  # pixels of 720x576
_CODED = {
    "h264": "-c:v libx264 -preset ultrafast -crf 10 -bf 0 -g 12",
    "mpeg2video": "-c:v mpeg2video -q:v 4 -bf 2 -g 12",
    "hevc": "-c:v libx265 -preset ultrafast -crf 10 -g 12 -x265-params log-level=none:bframes=0",
}


def film(tmp_path: Path, *looks: str, size: str = "720x576", codec: str = "h264") -> Path:
    """White pictures, one second of each look (a filter), in one transport stream."""
    made = tmp_path / "film.ts"
    for n, look in enumerate(looks):
        white = f"-f lavfi -i color=white:s={size}:r=25:d=1,format=yuv420p -vf {look} {_CODED[codec]}"
        ffmpeg(f"{white} -muxdelay 0 -output_ts_offset {n + 1}", f"file:{tmp_path / 'part.ts'}")
        with made.open("ab") as whole:
            whole.write((tmp_path / "part.ts").read_bytes())
    return made


def bars(picture: Path, at: float = 0.0) -> str:
    """Where the picture of this moment is black: "" nowhere, "beside" or "above" the white."""
    grey = picture.with_suffix(".grey")
    seek = f"-ss {at}" if at else ""
    ffmpeg(f"{seek} -i {picture} -frames:v 1 -vf scale=64:64,format=gray -f rawvideo", f"file:{grey}")
    seen = grey.read_bytes()
    assert seen[32 * 64 + 32] > 200, "the middle is white"
    beside, above = (seen[place] < 40 for place in (32 * 64 + 1, 64 + 32))
    return {(False, False): "", (True, False): "beside", (False, True): "above"}[beside, above]


def shown(made: Made, *moments: float) -> list[str]:
    return [bars(made.path(), at) for at in moments]


@pytest.mark.parametrize("asked", [{}, {"Width": "640"}])
@pytest.mark.parametrize("codec", ["h264", "mpeg2video"])
@pytest.mark.parametrize(("first", "then", "fitted"), [(WIDE, OLD, "beside"), (OLD, WIDE, "above")])
async def test_television_that_changes_its_shape(
    first: str, then: str, fitted: str, codec: str, asked: dict[str, str], tmp_path: Path
) -> None:
    """To the picture: the one before the change fills the output, the next one does not."""
    source = film(tmp_path, f"setsar={first}", f"setsar={then}", f"setsar={first}", codec=codec)
    made = await make(tmp_path, source, spec("mp4", video=asked, audio=None))
    assert shown(made, 0.0, 0.93, 1.01, 1.93, 2.01) == ["", "", fitted, fitted, ""]
    width, height = (int(made.stream("video")[side]) for side in ("width", "height"))
    assert width / height == pytest.approx(16 / 9 if first == WIDE else 4 / 3, rel=0.01)


@pytest.mark.parametrize(
    "more", [{"piece": 1.5}, {"Clip": {"TimeSpan": {"Seek": "0.52", "Duration": "2"}}}], ids=["in pieces", "cut out"]
)
async def test_the_same_in_parts_of_the_film(more: dict[str, Any], tmp_path: Path) -> None:
    source = film(tmp_path, f"setsar={WIDE}", f"setsar={WIDE}", f"setsar={OLD}", f"setsar={OLD}")
    made = await make(tmp_path, source, spec("mp4", video={}, audio=None, **more))
    change = 2.0 if "piece" in more else 1.48
    assert shown(made, 0.0, change - 0.08, change + 0.05) == ["", "", "beside"]


async def test_what_is_cut_out_may_begin_behind_the_change(tmp_path: Path) -> None:
    """What fills the output is the shape of the film, not that of the part."""
    source = film(tmp_path, f"setsar={WIDE}", f"setsar={OLD}", f"setsar={OLD}")
    made = await make(tmp_path, source, spec("mp4", video={}, audio=None, Clip={"TimeSpan": {"Seek": "1.6"}}))
    assert shown(made, 0.0, 1.2) == ["beside", "beside"]


@pytest.mark.parametrize(("moment", "black"), [("500", ""), ("1500", "beside"), ("2500", "")])
async def test_snapshots_of_it(moment: str, black: str, tmp_path: Path) -> None:
    source = film(tmp_path, f"setsar={WIDE}", f"setsar={OLD}", f"setsar={WIDE}")
    outcome, _ = await snap(source, tmp_path, Time=moment)
    assert outcome.failure is None
    (picture,) = (tmp_path / "out").rglob("*.jpg")
    assert bars(picture) == black


@pytest.mark.parametrize("codec", ["h264", "mpeg2video"])
@pytest.mark.parametrize(
    ("size", "looks"),
    [
        ("720x576", ("setsar=64/45", "scale=544:576,setsar=32/17")),
        ("720x576", ("setsar=16/15", "scale=352:288,setsar=12/11")),
        ("1280x720", ("setsar=1", "scale=960:720,setsar=4/3")),
        ("1280x720", ("setsar=1", "scale=720:576,setsar=64/45")),
    ],
    ids=["544 of 720", "low resolution", "narrow HD", "HD to SD"],
)
async def test_other_sizes_of_the_same_shape(size: str, looks: Sequence[str], codec: str, tmp_path: Path) -> None:
    """They are shown as large as the others."""
    made = await make(tmp_path, film(tmp_path, *looks, looks[0], size=size, codec=codec), spec("mp4", audio=None))
    assert shown(made, 0.0, 0.93, 1.01, 1.93, 2.01) == [""] * 5


@pytest.mark.parametrize("codec", ["h264", "hevc"])
async def test_pixels_that_are_not_told_any_more_are_square(codec: str, tmp_path: Path) -> None:
    source = film(tmp_path, f"setsar={WIDE}", "setsar=0", f"setsar={WIDE}", codec=codec)
    made = await make(tmp_path, source, spec("mp4", audio=None))
    assert shown(made, 0.0, 0.93, 1.01, 1.93, 2.01) == ["", "", "beside", "beside", ""]


@pytest.mark.parametrize("form", ["dv", "avi"])
async def test_tapes(form: str, tmp_path: Path) -> None:
    """DV: each picture tells its shape."""
    source, parts = tmp_path / f"film.{form}", [tmp_path / f"{n}.{form}" for n in range(3)]
    for part, shape in zip(parts, (OLD, WIDE, OLD), strict=True):
        white = f"-f lavfi -i color=white:s=720x576:r=25:d=1,format=yuv420p -vf setsar={shape}"
        ffmpeg(f"{white} -c:v dvvideo", f"file:{part}")
    if form == "dv":
        source.write_bytes(b"".join(part.read_bytes() for part in parts))
    else:
        listed = tmp_path / "list.txt"
        listed.write_text("".join(f"file {part.name}\n" for part in parts))
        ffmpeg(f"-f concat -i {listed} -c copy", f"file:{source}")
        # programs that read tapes leave the shape out
        source.write_bytes(source.read_bytes().replace(b"vprp", b"JUNK"))
    made = await make(tmp_path, source, spec("mp4", audio=None))
    assert shown(made, 0.0, 0.93, 1.05, 1.93, 2.05) == ["", "", "above", "above", ""]


@pytest.mark.parametrize("asked", [{}, {"Width": "160"}])
async def test_a_phone_that_is_turned(asked: dict[str, str], tmp_path: Path) -> None:
    source = film(tmp_path, "setsar=1", "scale=144:256,setsar=1", size="256x144")
    made = await make(tmp_path, source, spec("mp4", video=asked, audio=None))
    assert shown(made, 0.0, 0.93, 1.01) == ["", "", "beside"]
