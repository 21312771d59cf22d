"""Executions in the browser: a run that waits, goes on and ends while one looks, a failing run that explains itself,
filters in the address."""

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, expect

from browser.conftest import shot, sign_in
from browser.drawing import simple
from running import ROOT, Running, until

CLIP = ROOT / "src/reelmill/cli/clips/big_buck_bunny.mp4"


def watched(server: Running, pipeline: str) -> str:
    """Id of an active workflow on `vod-in`."""
    return str(
        server.client.call("AddMediaWorkflow", Name="small", Topology=simple(pipeline))["MediaWorkflow"][
            "MediaWorkflowId"
        ]
    )


def test_a_run_is_seen_waiting_running_and_done_without_a_reload(page: Page, server: Running, pipeline: str) -> None:
    watched(server, pipeline)
    server.client.call("UpdatePipeline", PipelineId=pipeline, Name="main", State="Paused")
    sign_in(page, server, "/runs")
    expect(page.get_by_text("No execution yet")).to_be_visible()
    page.evaluate("window.sameDocument = true")
    server.put("vod-in", "live.mp4", CLIP)
    page.get_by_role("link", name="live.mp4").click()
    expect(page.locator(".run-verdict")).to_contain_text("paused")  # what it waits for, and why
    shot(page, "run waits")
    server.client.call("UpdatePipeline", PipelineId=pipeline, Name="main", State="Active")
    expect(page.locator('.flow-node[data-look="running"]').first).to_be_visible()
    expect(page.locator(".run-verdict")).to_contain_text("Fine: everything succeeded", timeout=60_000)
    expect(page.locator('.flow-node[data-look="success"]')).to_have_count(4)
    page.get_by_role("region", name="Time line").get_by_role("button", name=re.compile("^low")).click()
    expect(page).to_have_url(re.compile(r"activity=low"))
    detail = page.get_by_role("region", name="low", exact=True)
    expect(detail).to_contain_text("low.mp4")
    expect(detail.get_by_role("region", name="Exact command").first).to_contain_text("libx264")
    shot(page, "run done")
    assert page.evaluate("window.sameDocument") is True


def test_a_run_is_cancelled_after_a_question(page: Page, server: Running, pipeline: str) -> None:
    flow = watched(server, pipeline)
    server.client.call("UpdatePipeline", PipelineId=pipeline, Name="main", State="Paused")
    server.put("vod-in", "unwanted.mp4", CLIP)
    sign_in(page, server, "/runs")
    page.get_by_role("link", name="unwanted.mp4").click()
    page.get_by_role("button", name="Cancel run").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("What runs is stopped")
    dialog.get_by_role("button", name="Cancel run").click()
    expect(page.locator(".run-verdict")).to_contain_text("Cancelled after")
    assert server.executions(flow)[0]["State"] != "Running"


def test_several_runs_are_cancelled_and_begun_again_together(page: Page, server: Running, pipeline: str) -> None:
    flow = watched(server, pipeline)
    server.client.call("UpdatePipeline", PipelineId=pipeline, Name="main", State="Paused")
    for name in ("a.mp4", "b.mp4", "c.mp4"):
        server.put("vod-in", name, CLIP)
    until(lambda: len(server.executions(flow)) == 3, 20, "three runs")
    sign_in(page, server, "/runs")
    for name in ("a.mp4", "b.mp4"):
        page.get_by_role("checkbox", name=f"Select {name}").check()
    expect(page.get_by_role("toolbar", name="2 selected")).to_be_visible()
    shot(page, "runs chosen")
    page.get_by_role("button", name="Cancel 2 runs").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel run").click()
    until(
        lambda: (
            sorted(r["Input"]["InputFile"]["Object"] for r in server.executions(flow) if r["State"] == "Running")
            == ["c.mp4"]
        ),
        10,
        "one is left",
    )
    page.get_by_role("checkbox", name="Select all on this page").check()
    page.get_by_role("button", name="Run 2 again").click()
    until(lambda: len(server.executions(flow)) == 5, 10, "two more")
    assert sum(r["State"] == "Running" for r in server.executions(flow)) == 3


def test_a_failing_run_explains_itself(page: Page, server: Running, pipeline: str, tmp_path: Path) -> None:
    watched(server, pipeline)
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(CLIP.read_bytes()[:4000])
    server.put("vod-in", "broken.mp4", broken)
    sign_in(page, server, "/runs?state=failures")
    page.get_by_role("link", name="broken.mp4").click()
    expect(page.locator(".run-verdict")).to_contain_text("Failed after")
    expect(page.locator(".run-verdict")).to_contain_text("start: The resource operated")
    detail = page.get_by_role("region", name="start", exact=True)  # selected already
    expect(detail.get_by_role("alert")).to_contain_text("What helps")
    expect(detail.get_by_role("alert")).to_contain_text("InvalidParameter.ResourceContentBad")
    shot(page, "run failed")
    address = page.url
    detail.get_by_role("button", name="Run again").click()
    expect(page).not_to_have_url(address)
    expect(page.locator(".run-verdict")).to_contain_text("Failed after")


def test_filters_live_in_the_address_and_pages_come_from_the_server(page: Page, server: Running, pipeline: str) -> None:
    watched(server, pipeline)
    server.client.call("UpdatePipeline", PipelineId=pipeline, Name="main", State="Paused")
    for number in range(52):
        server.put("vod-in", f"film {number:02d}.mp4", CLIP)
    sign_in(page, server, "/runs")
    rows = page.locator("tbody tr[data-row-key]")
    expect(rows).to_have_count(50)
    page.get_by_role("button", name="Next").click()
    expect(rows).to_have_count(2)
    page.get_by_role("button", name="Previous").click()
    expect(rows).to_have_count(50)
    page.get_by_label("Name of the input").fill("film 07")
    page.keyboard.press("Enter")
    expect(rows).to_have_count(1)
    page.get_by_role("radiogroup", name="State").get_by_text("Completed").click()
    expect(page.get_by_text("No execution matches these filters.")).to_be_visible()
    assert parse_qs(urlsplit(page.url).query) == {"name": ["film 07"], "state": ["Completed"]}
    page.reload()
    expect(page.get_by_text("No execution matches these filters.")).to_be_visible()
    page.get_by_role("button", name="Clear filters").click()
    expect(rows).to_have_count(50)
