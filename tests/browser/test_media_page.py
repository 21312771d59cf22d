"""The media page: the stream plays and switches its rendition; published or not; edited and deleted."""

import re

import pytest
from playwright.sync_api import Page, expect

from browser.conftest import shot, sign_in
from reelmill.cli import demo_plan
from running import LOCATION, ROOT, Running

CLIP = ROOT / "src/reelmill/cli/clips/big_buck_bunny.mp4"
SIZES = (demo_plan.Rendition("240p", 240, "Height", 300), demo_plan.Rendition("360p", 360, "Height", 900))


@pytest.fixture
def media(server: Running) -> str:
    """Id of a media with an adaptive stream of two sizes and a cover, published."""
    call = server.client.call
    call("BindInputBucket", Bucket=demo_plan.IN)
    call("BindOutputBucket", Bucket=demo_plan.OUT)
    pipeline = call("AddPipeline", Name="main")["Pipeline"]["Id"]
    chosen = [(size, call("AddTemplate", **size.template)["Template"]["Id"]) for size in SIZES]
    flow = call("AddMediaWorkflow", Name="stream", Topology=demo_plan.topology(pipeline, LOCATION, chosen, True))[
        "MediaWorkflow"
    ]["MediaWorkflowId"]
    server.put(demo_plan.IN, demo_plan.PREFIX + "bunny.mp4", CLIP)
    return str(server.ended(flow)[0]["MediaId"])


def playing(page: Page, height: str) -> None:
    """The time advances, in a picture of this height."""
    page.evaluate("document.querySelector('video').play()")
    page.wait_for_function(
        "h => { const v = document.querySelector('video'); return v.currentTime > 0.3 && v.videoHeight === Number(h) }",
        arg=height,
    )


def test_the_stream_plays_and_switches_published_or_not(page: Page, server: Running, media: str) -> None:
    sign_in(page, server, f"/media/{media}")
    quality = page.get_by_role("combobox", name="Quality")
    expect(quality).to_be_visible()
    for height in ("240", "360"):
        quality.click()
        page.locator(".ant-select-dropdown:visible .ant-select-item-option", has_text=f"{height}p").last.click()
        page.evaluate("document.querySelector('video').currentTime = 0")
        playing(page, height)
        expect(page.locator(".player-now")).to_contain_text(f"{height}p")
    expect(page.get_by_role("row", name=re.compile("360p.*m3u8.*640×360"))).to_be_visible()
    shot(page, "media page")
    page.get_by_role("button", name="Unpublish").click()
    page.get_by_role("dialog").get_by_role("button", name="Unpublish").click()
    expect(page.get_by_text("it plays here by signed addresses")).to_be_visible()
    page.reload()
    expect(quality).to_be_visible()
    playing(page, page.evaluate("document.querySelector('video').videoHeight") or "360")
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text("Published", exact=True)).to_be_visible()


def test_the_list_shows_small_pictures_that_come_when_they_are_in_sight_and_only_once(
    page: Page, server: Running, media: str
) -> None:
    asked: list[str] = []
    page.on("response", lambda answer: asked.append(answer.url) if "cover.jpg" in answer.url else None)
    sign_in(page, server, "/media")
    cover = page.get_by_role("row", name=re.compile("bunny")).locator("img")
    expect(cover).to_have_attribute("loading", "lazy")
    page.wait_for_function(
        "() => [...document.querySelectorAll('tbody img')].every(i => i.complete && i.naturalWidth > 0)"
    )
    assert cover.evaluate("e => [e.naturalWidth, e.width, e.height]") == [160, 64, 36]
    assert asked and all("x-oss-process=image/resize,w_160" in url for url in asked)
    timing = (
        "() => performance.getEntriesByType('resource').filter(e => e.name.includes('cover.jpg')).map(e => "
        "e.transferSize)"
    )
    assert all(size < 20_000 for size in page.evaluate(timing))
    page.reload()
    page.wait_for_function(
        "() => [...document.querySelectorAll('tbody img')].some(i => i.complete && i.naturalWidth > 0)"
    )
    assert page.evaluate(timing) == [0]  # from the browser's own memory


def test_a_media_is_edited_and_deleted_after_a_question(page: Page, server: Running, media: str) -> None:
    sign_in(page, server, f"/media/{media}")
    page.get_by_role("button", name="Edit").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Title").fill("A film about a rabbit")
    dialog.get_by_label("Tags").fill("rabbit")
    page.keyboard.press("Enter")
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1, name="A film about a rabbit")).to_be_visible()
    row = server.client.call("QueryMediaList", MediaIds=media)["MediaList"]["Media"][0]
    assert row["Tags"]["Tag"] == ["rabbit"] and row["CoverURL"].endswith("cover.jpg")
    expect(page.get_by_role("img", name="Snapshot 1 of cover")).to_be_visible()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_role("dialog")).to_contain_text("The files in the buckets stay.")
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page).to_have_url(re.compile(r"/console/media$"))
    assert server.client.call("QueryMediaList", MediaIds=media)["MediaList"]["Media"][0]["PublishState"] == "Deleted"
