"""A node of somebody else's package in the console: in the palette, in its form, on the page of a run. Neither the page
nor the server knows it but from its entry point."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from browser.conftest import prepared, shot, sign_in
from browser.drawing import simple
from running import ROOT, Running
from stranger.installing import install

CLIP = ROOT / "src/reelmill/cli/clips/big_buck_bunny.mp4"


@pytest.fixture
def server(tmp_path: Path, bundle: None) -> Iterator[Running]:
    one = Running(tmp_path / "home", settle_seconds="0.5")
    one.env["PYTHONPATH"] = os.pathsep.join([str(ROOT / "src"), str(install(tmp_path / "site"))])
    one.start()
    try:
        yield one
    finally:
        one.kill()


def test_a_strangers_node_is_drawn_filled_in_and_watched(page: Page, server: Running) -> None:
    topology = simple(prepared(server))
    made = server.client.call("AddMediaWorkflow", Name="proofs", Topology=topology)["MediaWorkflow"]
    sign_in(page, server, f"/workflows/{made['MediaWorkflowId']}")
    page.get_by_test_id("rf__node-start").click()
    palette = page.get_by_role("button", name="Proof", exact=True)
    expect(palette).to_have_attribute("title", "Shows a picture of the film to somebody and waits for the answer.")
    palette.click()
    expect(page.get_by_test_id("rf__node-proof")).to_be_visible()

    width = page.get_by_label("Width")  # its form, from its declaration: words, unit, default
    expect(width).to_have_attribute("placeholder", "320")
    shot(page, "a stranger's form")
    problems = page.get_by_role("region", name="1 problem", exact=True)
    expect(problems).to_contain_text("proof")  # what it lacks is told with the name of the field
    expect(problems).to_contain_text("Object")
    page.get_by_role("textbox", name="Name (required)").fill("{RunId}/proof.jpg")
    page.get_by_role("textbox", name="Question").fill("Is it sharp?")
    width.fill("160")
    expect(page.get_by_text("No problems: the server would accept this workflow.")).to_be_visible()
    page.get_by_role("button", name="Save").click()
    page.get_by_role("dialog").get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    (flow,) = server.client.call("SearchMediaWorkflow", PageSize=10)["MediaWorkflowList"]["MediaWorkflow"]
    drawn = json.loads(flow["Topology"])
    assert drawn["Activities"]["proof"]["Type"] == "Proof" and "proof" in drawn["Dependencies"]["start"]

    server.put("vod-in", "film.mp4", CLIP)
    page.goto(f"{server.url}/-/console/runs")
    page.get_by_role("link", name="film.mp4").click()
    detail = page.get_by_role("region", name="proof", exact=True)
    page.get_by_role("region", name="Time line").get_by_role("button", name="proof").click()
    expect(page.locator(".run-verdict")).to_contain_text("is it sharp?", timeout=60_000)
    expect(detail.get_by_role("alert")).to_contain_text("Is it sharp?")
    expect(detail).to_contain_text("proof.jpg")
    expect(detail.get_by_alt_text("Preview of proof.jpg")).to_be_visible()  # what it made is of the type image/jpeg
    expect(detail.get_by_role("region", name="Exact command")).to_contain_text("scale=160:-2")


def test_what_waits_is_found_in_the_inbox_and_decided_there(page: Page, page_of, server: Running) -> None:  # type: ignore[no-untyped-def]
    pipeline, call = prepared(server), server.client.call
    drawn = simple(pipeline)
    start = next(name for name, one in drawn["Activities"].items() if one["Type"] == "Start")
    proof = {"Bucket": "vod-out", "Object": "{RunId}/proof.jpg", "Question": "Is it sharp?"}
    activities = {
        start: drawn["Activities"][start],
        "proof": {"Type": "Proof", "Parameters": proof},
        "end": {"Type": "Report", "Parameters": {}},
    }
    topology = {"Activities": activities, "Dependencies": {start: ["proof"], "proof": ["end"], "end": []}}
    call("AddMediaWorkflow", Name="proofs", Topology=topology)
    server.put("vod-in", "film.mp4", CLIP)
    sign_in(page, server, "/reviews")
    page.get_by_role("link", name="film.mp4").click(timeout=60_000)  # it comes by itself
    side = page.get_by_role("region", name="Decision")
    expect(side).to_contain_text("Is it sharp?")
    expect(page.get_by_label("Film", exact=True)).to_be_visible()
    expect(page.get_by_role("img", name="proof.jpg").first).to_be_visible()
    shot(page, "a review")
    page.set_viewport_size({"width": 390, "height": 844})
    shot(page, "a review, narrow")
    page.set_viewport_size({"width": 1440, "height": 900})

    viewer = call("AddAccessKey", Role="viewer")["AccessKey"]
    other = page_of()
    other.goto(page.url)
    other.locator("input[autocomplete=username]").fill(viewer["AccessKeyId"])
    other.locator("input[type=password]").fill(viewer["AccessKeySecret"])
    other.keyboard.press("Enter")
    expect(other.get_by_text("Your role may look at this, not decide.")).to_be_visible()
    expect(other.get_by_role("button", name="Block")).to_have_count(0)

    side.get_by_label("Note").fill("Blurred.")
    side.get_by_role("button", name="Block").click()
    expect(side).to_contain_text("Blocked by")
    expect(side).to_contain_text("Blurred.")
    expect(other.get_by_text("Blocked by")).to_be_visible()  # whoever looks on sees it too
    page.get_by_role("link", name="To the inbox").click()
    expect(page.get_by_text("Nothing waits for a decision")).to_be_visible()
