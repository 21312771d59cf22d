"""What is said in a film, on the page: sentences with a word of a list, with their time, in English and in Chinese."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import pytest
from playwright.sync_api import Page, expect

import speaking
from browser.conftest import settled, shot, sign_in
from running import LOCATION, Running, running, until

WORDS = ["cold hearted", "selfish"]


@pytest.fixture(scope="module")
def heard(tmp_path_factory: pytest.TempPathFactory, bundle: None) -> Iterator[Running]:
    """A server that has listened to a film."""
    folder: Path = tmp_path_factory.mktemp("spoken")
    inputs = ["-f", "lavfi", "-i", "testsrc2=size=320x180:rate=10:duration=18", "-i", str(speaking.READ)]
    argv = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", *inputs, "-pix_fmt", "yuv420p", str(folder / "film.mp4")]
    subprocess.run(argv, check=True)
    with running(folder / "home", speech="true") as server:
        call = server.client.call
        call("BindInputBucket", Bucket="cin")
        call("AddPipeline", Name="eyes", Speed="AIVideoCensor")
        for word in WORDS:
            call("AddCensorWordList", Name=word, Words=[word], Label="abuse", Suggestion="block")
        server.put("cin", "film.mp4", folder / "film.mp4")
        source = {"Bucket": "cin", "Location": LOCATION, "Object": "film.mp4"}
        config = {"Scenes": ["audio", "porn"]}
        job = call("SubmitMediaCensorJob", Input=source, VideoCensorConfig=config)["JobId"]

        def ended() -> bool:
            told = call("QueryMediaCensorJobDetail", JobId=job)["MediaCensorJobDetail"]
            return bool(told["State"] == "Success")

        until(ended, 120, "the review has ended")
        yield server


@pytest.mark.parametrize(
    ("locale", "listed", "blocked"),
    [("en-GB", "Listed: cold hearted, selfish", "Block"), ("zh-CN", "命中词语：cold hearted, selfish", "拦截")],
)
def test_what_is_said_is_shown_with_its_time(
    page_of: Any, heard: Running, locale: str, listed: str, blocked: str
) -> None:
    page: Page = page_of(locale=locale)
    sign_in(page, heard, "/tasks/censor")
    page.locator(".ant-table-row-expand-icon").first.click()
    line = page.locator(".finding-sentences li")
    expect(line).to_have_count(1)
    expect(line).to_contain_text("rather cold-hearted and rather selfish")
    expect(line).to_contain_text(listed)
    expect(line).to_contain_text(blocked)
    expect(line).to_contain_text("0:1")  # it begins after ten seconds
    mark = page.locator(".finding-strip .finding-heard")
    strip = page.locator(".finding-strip").bounding_box()
    box = mark.bounding_box()
    assert strip is not None and box is not None
    assert (
        0.55 < (box["x"] - strip["x"]) / strip["width"] < 0.75
        and box["x"] + box["width"] <= strip["x"] + strip["width"] + 1
    )
    line.scroll_into_view_if_needed()
    settled(page)
    shot(page, f"what is said {locale}")
