"""VMAF on real clips: close to itself, far from something else."""

from pathlib import Path

import pytest

from clips import clip, ffmpeg, tools
from reelmill.core.errors import Failure
from reelmill.media.probe import parse
from reelmill.media.quality import parse_vmaf, vmaf_argv
from reelmill.media.run import Runner
from reelmill.testkit import LocalIO


async def score(made: Path, source: Path) -> float:
    found = await LocalIO(source, source.parent, source.parent).probe("${source}")
    assert not isinstance(found, Failure)
    argv = vmaf_argv(str(made), str(source), parse(found.raw).video[0], 2)
    ran = await Runner().run("o", [tools().path("ffmpeg"), *argv])
    vmaf = parse_vmaf(ran.log)
    assert vmaf is not None, ran.log
    return vmaf


@pytest.mark.parametrize(
    ("name", "low", "high"), [("base.ts", 95.0, 100.0), ("long_gop.mp4", 80.0, 100.0), ("vfr.mp4", 0.0, 99.9)]
)
async def test_scores(name: str, low: float, high: float) -> None:
    assert low <= await score(clip(name), clip("base.mp4")) <= high


async def test_a_source_that_does_not_tell_its_colours_has_those_that_its_output_was_made_by(tmp_path: Path) -> None:
    untold, told = tmp_path / "untold.mp4", tmp_path / "told.mp4"
    ffmpeg(
        "-f lavfi -i testsrc2=s=1280x720:r=24:d=0.5 -c:v libx264 -preset ultrafast -crf 30 -pix_fmt yuv420p",
        str(untold),
    )
    same = "h264_metadata=colour_primaries=1:transfer_characteristics=1:matrix_coefficients=1"  # bt709, as for HD
    ffmpeg(f"-i {untold} -c copy -bsf:v {same}", str(told))
    assert await score(told, untold) == pytest.approx(await score(told, told), abs=0.01)  # 56 where they are guessed
