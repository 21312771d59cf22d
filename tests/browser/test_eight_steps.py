"""The user's eight steps, in a real browser, on a real clip, to a playing stream."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from browser.conftest import shot, sign_in
from running import ROOT, Running, little_ladder, until

ARRIVED = re.compile("Arrived|Uploaded|Done")
CLIP = ROOT / "src/reelmill/cli/clips/big_buck_bunny.mp4"


def choose(page: Page, label: str, option: str) -> None:
    """Pick an option of a select; long lists are searched by typing."""
    box = page.get_by_role("combobox", name=label).last
    box.click()
    if box.is_editable():
        box.fill(option)
    page.locator(".ant-select-dropdown:visible .ant-select-item-option", has_text=option).first.click()


def visit(page: Page, item: str, title: str) -> None:
    """Go to a screen by the menu."""
    page.get_by_role("navigation").get_by_role("link", name=item, exact=True).click()
    expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()


def add_bucket(page: Page, name: str, use: str) -> None:
    page.get_by_role("button", name="Add bucket").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text(use).click()
    dialog.get_by_label("Name").fill(name)
    dialog.get_by_role("button", name="Add bucket").click()
    expect(page.get_by_role("link", name=name)).to_be_visible()


def test_the_eight_steps_by_mouse(page: Page, server: Running) -> None:
    # 1 sign in; the region is shown
    sign_in(page, server, by_form=True)
    expect(page.get_by_role("heading", level=1, name="Overview")).to_be_visible()
    expect(page.get_by_text("cn-hangzhou").first).to_be_visible()
    shot(page, "1 overview")
    # 2 buckets
    visit(page, "Media buckets", "Media buckets")
    add_bucket(page, "films", "Input: uploads arrive here")
    add_bucket(page, "streams", "Output: results are written here")
    assert (server.home / "buckets" / "films").is_dir()
    shot(page, "2 buckets")
    # 3 a queue
    visit(page, "Queues and callbacks", "Queues and callbacks")
    page.get_by_role("button", name="Create queue").first.click()
    page.get_by_role("dialog").get_by_label("Name").fill("main")
    page.get_by_role("dialog").get_by_role("button", name="Create queue").click()
    expect(page.get_by_role("row", name=re.compile("main.*Active"))).to_be_visible()
    shot(page, "3 queues")
    # 4 a template
    visit(page, "Transcoding templates", "Transcoding templates")
    page.get_by_role("button", name="Create template").first.click()
    page.locator("#template-name").fill(
        "Small 240"
    )  # the list, which is still there for a moment, has a field for names too
    choose(page, "Container", "HLS")
    page.get_by_role("spinbutton", name="Height").fill("240")
    page.get_by_role("button", name="Create template").click()
    expect(page.get_by_text("Small 240").first).to_be_visible()
    shot(page, "4 template")
    # 5 a workflow, drawn from a preset: one rendition gets the own template, two are taken out
    visit(page, "Workflows", "Workflows")
    page.get_by_role("button", name="Create workflow").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("web")
    dialog.get_by_text("Adaptive stream (HLS)").click()
    dialog.get_by_role("button", name="Open in the editor").click()
    page.get_by_test_id("rf__node-fhd").click()
    page.keyboard.press("Delete")
    page.get_by_test_id("rf__node-sd").click()
    choose(page, "Template", "Small 240")
    expect(page.get_by_text("No problems: the server would accept this workflow.")).to_be_visible()
    shot(page, "5 editor")
    page.get_by_role("button", name="Create workflow").click()
    expect(page).to_have_url(re.compile(r"/workflows/[0-9a-f]{32}"))
    visit(page, "Workflows", "Workflows")
    expect(page.get_by_role("row", name=re.compile("web.*Active"))).to_be_visible()
    shot(page, "5 workflows")
    # 6 upload: the page says what will start, the file arrives whole
    visit(page, "Upload", "Upload")
    expect(page.get_by_text("web", exact=True)).to_be_visible()
    pick(page, CLIP)
    expect(page.get_by_text(ARRIVED).first).to_be_visible(timeout=30_000)
    assert (server.home / "buckets/films" / CLIP.name).read_bytes() == CLIP.read_bytes()
    shot(page, "6 upload")
    # 7 the upload has started the workflow; the list and the run show it live
    visit(page, "Execution instances", "Execution instances")
    page.get_by_role("link", name=re.compile("big_buck_bunny.mp4")).click()
    expect(page).to_have_url(re.compile(r"/runs/[0-9a-f]{32}"))
    # the list stays until the run's page is there, and has a filter that is called Completed, too
    expect(page.get_by_role("heading", level=1, name="Execution instances")).to_have_count(0)
    shot(page, "7 run under way")
    expect(page.get_by_text("Completed").first).to_be_visible(timeout=180_000)
    shot(page, "7 run")
    # 8 the media and its stream: its time advances, the rendition switches
    visit(page, "Media list", "Media list")
    page.get_by_role("link", name=re.compile("big_buck_bunny")).first.click()
    check_stream(page)
    shot(page, "8 media")


def check_stream(page: Page) -> None:
    """The stream plays, and a chosen rendition is the one that is shown."""
    expect(page.get_by_text(re.compile("Plays 720p"))).to_be_visible()
    page.get_by_role("button", name=re.compile("^play", re.IGNORECASE)).first.click()
    until(lambda: page.evaluate("document.querySelector('video').currentTime") > 1, 15, "the time advances")
    page.get_by_role(
        "button", name=re.compile("^pause", re.IGNORECASE)
    ).first.click()  # or the five seconds are over before the choice is made
    choose(page, "Quality", "240p")
    expect(page.get_by_text(re.compile("Plays 240p"))).to_be_visible()
    until(lambda: page.evaluate("document.querySelector('video').videoHeight") == 240, 15, "the rendition switches")


def pick(page: Page, *files: Path) -> None:
    """Choose files and start."""
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose files").click()
    chooser.value.set_files(list(files))
    page.get_by_role("button", name=re.compile("Upload 1 file")).click()


def test_a_file_that_was_there_before_goes_in_by_add_media(page: Page, server: Running) -> None:
    server.client.call("BindInputBucket", Bucket="cin")
    server.put("cin", "up/earlier.mp4", CLIP)
    workflow = little_ladder(server)
    sign_in(page, server, "/media")
    page.get_by_role("button", name="Add media").first.click()
    choose(page, "Bucket", "cin")
    page.get_by_role("combobox", name="File").fill("up/earlier.mp4")
    page.keyboard.press("Tab")
    choose(page, "Run a workflow on it", "ladder")
    assert server.executions(workflow) == [], "what was there before starts nothing by itself"
    page.get_by_role("dialog").get_by_role("button", name="Add media").click()
    expect(page.get_by_role("link", name=re.compile("earlier"))).to_be_visible()
    assert len(server.ended(workflow)) == 1
