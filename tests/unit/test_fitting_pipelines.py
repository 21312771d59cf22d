"""Which jobs a pipeline takes, by its Speed."""

from reelmill.engine import registry
from reelmill.nodes.base import ANY_SPEED


def test_pipelines_that_transcode_take_what_makes_media() -> None:
    transcode, start = registry.node("Transcode"), registry.node("Start")
    fitting = {speed for speed in ANY_SPEED if transcode.fits(speed, named=True)}
    assert fitting == {"Standard", "Boost", "NarrowBandHDV2"}
    assert all(start.fits(speed, named=True) for speed in ANY_SPEED)
    assert not transcode.fits("AIVideoCover", named=False)
