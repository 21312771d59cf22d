"""Logos in the console: made from a file and from a bucket, changed, deleted; what a review found by one is framed in
its pictures."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import cv2
import imageio_ffmpeg
import pytest
from playwright.sync_api import Page, expect

from browser.conftest import settled, shot, sign_in
from running import LOCATION, Running, running, until
from unit.test_providers import ground, logo


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory, bundle: None) -> Iterator[tuple[Running, Path]]:
    folder = tmp_path_factory.mktemp("logos")
    cv2.imwrite(str(folder / "logo.png"), logo(True))
    cv2.imwrite(str(folder / "ground.png"), ground())
    (folder / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    graph = "[1:v]scale=120:50[l];[0:v][l]overlay=500:20:enable='gte(t,1)*lt(t,2)',format=yuv420p"
    film = ["-loop", "1", "-t", "3", "-r", "10", "-i", "ground.png", "-i", "logo.png", "-filter_complex", graph]
    subprocess.run([imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", *film, "film.mp4"], check=True, cwd=folder)
    with running(folder / "home", ai="true") as server:
        server.client.call("BindInputBucket", Bucket="cin")
        server.client.call("BindOutputBucket", Bucket="cout")
        server.client.call("AddPipeline", Name="eyes", Speed="AIVideoCensor")
        server.put("cin", "film.mp4", folder / "film.mp4")
        server.put("cout", "marks/seven 7.png", folder / "logo.png")
        yield server, folder


def test_logos_are_made_changed_and_deleted(page_of, films: tuple[Running, Path]) -> None:  # type: ignore[no-untyped-def]
    server, folder = films
    page: Page = page_of()
    sign_in(page, server, "/logos")
    expect(page.get_by_text("No logo yet")).to_be_visible()
    page.get_by_role("button", name="Create logo").first.click()
    form = page.get_by_role("dialog")
    form.get_by_role("button", name="Create logo").click()
    expect(form.get_by_text("Choose a picture")).to_be_visible()
    form.get_by_label("Name").fill("Channel seven")
    form.locator("input[type=file]").set_input_files(folder / "broken.png")
    expect(form.get_by_role("alert").filter(has_text="broken.png cannot be read as a picture.")).to_be_visible()
    form.locator("input[type=file]").set_input_files(folder / "logo.png")
    expect(form.get_by_role("img", name="Picture")).to_be_visible()
    shot(page, "logo form")
    form.get_by_role("button", name="Create logo").click()
    row = page.get_by_role("row", name="Channel seven")
    expect(row.get_by_role("img", name="Channel seven")).to_be_visible()
    expect(row).to_contain_text("A file that was sent")
    row.get_by_role("button", name="Edit Channel seven").click()
    form = page.get_by_role("dialog")
    expect(form.get_by_role("img", name="Picture")).to_be_visible()
    form.get_by_text("A file in a bucket").click()
    form.get_by_label("Bucket", exact=True).click()
    page.get_by_title("cout").last.click()
    form.get_by_label("File", exact=True).fill("marks/seven 7.png")
    form.get_by_role("button", name="Save").click()
    expect(row).to_contain_text("cout/marks/seven 7.png")
    settled(page)
    shot(page, "logo list")
    seen(page, server)
    page.goto(f"{server.url}/-/console/logos")
    page.get_by_role("button", name="Delete Channel seven").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_text("No logo yet")).to_be_visible()


def seen(page: Page, server: Running) -> None:
    """A review is done, and its pictures show where the logo is."""
    place = {"Bucket": "cin", "Location": LOCATION, "Object": "film.mp4"}
    file = {"Bucket": "cout", "Location": LOCATION, "Object": "seen/{Count}.jpg"}
    config = {"Scenes": ["logo"], "OutputFile": file}
    job = server.client.call("SubmitMediaCensorJob", Input=place, VideoCensorConfig=config)["JobId"]

    def ended() -> bool:
        told = server.client.call("QueryMediaCensorJobDetail", JobId=job)["MediaCensorJobDetail"]
        return told["State"] == "Success"

    until(ended, 60, "the review has ended")
    page.goto(f"{server.url}/-/console/tasks/censor")
    page.locator(".ant-table-row-expand-icon").first.click()
    frame = page.locator(".finding-moment > i").first
    expect(frame).to_be_visible()
    picture = page.locator(".finding-moment").first.bounding_box()
    box = frame.bounding_box()
    assert picture is not None and box is not None
    left = (box["x"] - picture["x"]) / picture["width"]
    top = (box["y"] - picture["y"]) / picture["height"]
    assert (left, top) == pytest.approx((500 / 640, 20 / 360), abs=0.03)
    expect(page.get_by_text("Logo: Channel seven").first).to_be_visible()
    frame.scroll_into_view_if_needed()
    settled(page)
    shot(page, "logo found")
