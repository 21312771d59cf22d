"""Which jobs a pipeline takes, by its Speed."""

import pytest

from reelmill.console import catalogue
from reelmill.engine import registry
from reelmill.nodes.base import ANY_SPEED


def test_pipelines_that_transcode_take_what_makes_media() -> None:
    transcode, start = registry.node("Transcode"), registry.node("Start")
    fitting = {speed for speed in ANY_SPEED if transcode.fits(speed, named=True)}
    assert fitting == {"Standard", "Boost", "NarrowBandHDV2"}
    assert all(start.fits(speed, named=True) for speed in ANY_SPEED)
    assert not transcode.fits("AIVideoCover", named=False)


@pytest.mark.parametrize("kind", ["Censor", "FpShot", "Cover"])
def test_a_standard_pipeline_is_named_for_jobs_of_ai_only_by_the_setting(kind: str) -> None:
    node = registry.node(kind)
    assert not node.fits("Standard", named=True) and node.fits("Standard", named=False)
    assert node.fits("Standard", named=True, standard=True)
    assert not node.fits("Boost", named=True, standard=True)


def test_the_catalogue_tells_the_pipelines_that_may_be_named() -> None:
    for ai_on_standard in (False, True):
        told = {one["Type"]: one["Speeds"] for one in catalogue.catalogue("oss-cn-hangzhou", ai_on_standard)["Nodes"]}
        assert told["Cover"] == ["AIVideoCover", "Standard"][: 2 if ai_on_standard else 1]
        assert told["Transcode"] == ["Boost", "NarrowBandHDV2", "Standard"]
