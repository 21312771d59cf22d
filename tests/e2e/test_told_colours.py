"""Colours that only the container tells: the stream itself says that it does not know them."""

from pathlib import Path

import pytest

from clips import ffmpeg
from e2e.outputs import make, spec
from e2e.test_snapshot_pictures import snap

_SAID = {
    "709": "color_primaries=bt709:color_trc=bt709:colorspace=bt709",
    "601 in HD": "color_primaries=smpte170m:color_trc=smpte170m:colorspace=smpte170m",
    "P3": "color_primaries=smpte432:color_trc=bt709:colorspace=bt709",
}
_CODED = {
    "h264": "-c:v libx264 -preset ultrafast -crf 10 -pix_fmt yuv420p",
    "hevc": "-c:v libx265 -preset ultrafast -crf 10 -pix_fmt yuv420p -x265-params log-level=none -tag:v hvc1",
}
_UNSAID = "colour_primaries=2:transfer_characteristics=2:matrix_coefficients=2"


def colour(picture: Path) -> list[int]:
    raw = picture.with_suffix(".rgb")
    ffmpeg(f"-i {picture} -frames:v 1 -vf scale=16:16,format=rgb24 -f rawvideo", f"file:{raw}")
    return list(raw.read_bytes()[408:411])


@pytest.mark.parametrize("form", ["mp4", "mkv"])
@pytest.mark.parametrize("codec", _CODED)
@pytest.mark.parametrize("said", _SAID)
async def test_they_are_those_of_a_film_that_tells_them_itself(
    said: str, codec: str, form: str, tmp_path: Path
) -> None:
    itself, outside = tmp_path / f"itself.{form}", tmp_path / f"outside.{form}"
    red = f"-f lavfi -i color=0xC08060:s=1280x720:r=25:d=0.2,format=yuv420p,setparams={_SAID[said]}"
    ffmpeg(f"{red} {_CODED[codec]}", f"file:{itself}")
    ffmpeg(f"-i {itself} -c copy -bsf:v {codec}_metadata={_UNSAID}", f"file:{outside}")
    seen = []
    for film in (itself, outside):
        made = await make(tmp_path / film.stem, film, spec("mp4", audio=None))
        outcome, _ = await snap(film, tmp_path / film.stem / "snap", Time="0")
        assert outcome.failure is None
        (still,) = (tmp_path / film.stem / "snap" / "out").rglob("*.jpg")
        seen.append((colour(made.path()), colour(still)))
    for one, other in zip(*seen, strict=True):
        assert one == pytest.approx(other, abs=2)


@pytest.mark.parametrize(
    "coded",
    ["libvpx -b:v 2M -deadline realtime -cpu-used 8", "libx264 -crf 5 -x264-params fullrange=off"],
    ids=["vp8", "h264"],
)
async def test_the_full_range_is_told_by_the_container_alone(coded: str, tmp_path: Path) -> None:
    for luma in (30, 128, 220):
        film = tmp_path / f"{luma}.mkv"
        said = f"{_SAID['709']}:range=pc"
        grey = f"-f lavfi -i nullsrc=s=1280x720:r=25:d=0.2,format=yuv420p,geq=lum={luma}:cb=128:cr=128,setparams={said}"
        ffmpeg(f"{grey} -c:v {coded}", f"file:{film}")
        made = await make(tmp_path / str(luma), film, spec("mp4", audio=None))
        assert colour(made.path()) == pytest.approx([luma] * 3, abs=3)


@pytest.mark.parametrize("first", ["limited", "untold"])
async def test_a_film_that_goes_on_in_the_full_range(first: str, tmp_path: Path) -> None:
    """The same grey, said in the levels of both: it stays the same grey."""
    film, grey = tmp_path / "film.ts", 60
    for n, levels in enumerate((first, "full")):
        luma = grey if levels == "full" else round(16 + grey * 219 / 255)
        said = {"full": ",setparams=range=pc", "limited": ",setparams=range=tv", "untold": ""}[levels]
        shown = f"nullsrc=s=1280x720:r=25:d=1,format=yuv420p,geq=lum={luma}:cb=128:cr=128{said}"
        coded = "-c:v libx264 -preset ultrafast -crf 5 -bf 0 -g 25 -muxdelay 0"
        ffmpeg(f"-f lavfi -i {shown} {coded} -output_ts_offset {n + 1}", f"file:{tmp_path / 'part.ts'}")
        with film.open("ab") as whole:
            whole.write((tmp_path / "part.ts").read_bytes())
    made = await make(tmp_path, film, spec("mp4", audio=None))
    for moment in (0.5, 1.5):
        still = tmp_path / f"{moment}.png"
        ffmpeg(f"-ss {moment} -i {made.path()} -frames:v 1", f"file:{still}")
        assert colour(still) == pytest.approx([grey] * 3, abs=3), moment
