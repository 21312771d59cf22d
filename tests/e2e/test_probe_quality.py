"""VMAF on real clips: close to itself, far from something else."""

import pytest

from clips import clip, tools
from reelmill.media.quality import parse_vmaf, vmaf_argv
from reelmill.media.run import Runner


@pytest.mark.parametrize(
    ("name", "low", "high"), [("base.ts", 95.0, 100.0), ("long_gop.mp4", 80.0, 100.0), ("vfr.mp4", 0.0, 99.9)]
)
async def test_scores(name: str, low: float, high: float) -> None:
    ran = await Runner().run(
        "o", [tools().path("ffmpeg"), *vmaf_argv(str(clip(name)), str(clip("base.mp4")), 320, 180, 2)]
    )
    score = parse_vmaf(ran.log)
    assert score is not None and low <= score <= high, ran.log
