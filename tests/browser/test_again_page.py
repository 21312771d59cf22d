"""Doing a run again in the browser: somebody else is first, a telephone, and people who may only look."""

import itertools
import json
from typing import Any

import pytest
from playwright.sync_api import Page, expect

import databases
from browser.conftest import settled, shot, sign_in
from browser.drawing import simple
from running import ROOT, Running, until

CLIP = ROOT / "src/reelmill/cli/clips/big_buck_bunny.mp4"


@pytest.fixture
def run(server: Running, pipeline: str) -> dict[str, Any]:
    """One that has ended."""
    drawn = simple(pipeline)
    flow = server.client.call("AddMediaWorkflow", Name="small", Topology=json.dumps(drawn))["MediaWorkflow"]
    server.put("vod-in", "film.mp4", CLIP)
    (ended,) = server.ended(flow["MediaWorkflowId"])
    return dict(ended)


def test_the_question_stays_when_somebody_else_begins_the_run_again(
    page: Page, server: Running, run: dict[str, Any]
) -> None:
    call = server.client.call
    sign_in(page, server, f"/runs/{run['RunId']}?activity=picture")
    page.get_by_role("region", name="picture", exact=True).get_by_role("button", name="Rerun from here").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("as the workflow has them now").click()
    again = dialog.get_by_role("button", name="Rerun from here")
    pipeline = call("SearchPipeline")["PipelineList"]["Pipeline"][0]["Id"]
    call("UpdatePipeline", PipelineId=pipeline, Name="main", State="Paused")
    call("RerunMediaWorkflowExecution", RunId=run["RunId"], FromActivity="low")
    expect(dialog.get_by_role("alert")).to_contain_text("has been begun again meanwhile")
    expect(again).to_be_disabled()
    shot(page, "rerun by somebody else")
    call("UpdatePipeline", PipelineId=pipeline, Name="main", State="Active")
    expect(dialog.get_by_role("alert")).to_contain_text("has been done again meanwhile", timeout=60_000)
    expect(dialog.get_by_role("radio", name="as the workflow has them now")).to_be_checked()
    again.click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("region", name="picture", exact=True)).to_contain_text("Attempt 2")


def _overlaps(page: Page, selector: str) -> list[str]:
    """Texts of neighbours that lie on each other."""
    found = page.locator(selector).evaluate_all(
        "all => all.map(e => [e.textContent, e.getBoundingClientRect().left, e.getBoundingClientRect().right])"
        ".filter(([, left, right]) => right > left)"
    )
    return [f"{a[0]} | {b[0]}" for a, b in itertools.pairwise(found) if a[2] > b[1]]


def _as_if_it_had_taken(server: Running, run_id: str, seconds: int) -> None:
    """In the rows: the run and its activities end so much after it began."""
    database = databases.opened(server.home)
    with database.write() as tx:
        for table, begun in (("activities", "started_ms"), ("executions", "created_ms")):
            tx.exec_driver_sql(
                f"update {table} set finished_ms = {begun} + {seconds * 1000} where run_id = '{run_id}'"  # noqa: S608
            )
    database.close()


def test_the_figures_under_the_time_line_can_be_read_on_a_telephone(
    page: Page, server: Running, run: dict[str, Any]
) -> None:
    sign_in(page, server)
    for seconds in (4, 59, 11 * 3600):
        _as_if_it_had_taken(server, run["RunId"], seconds)
        for width in (390, 1280):
            page.set_viewport_size({"width": width, "height": 844})
            page.goto(f"{server.url}/-/console/runs/{run['RunId']}")
            line = page.get_by_role("region", name="Time line")
            line.scroll_into_view_if_needed()
            settled(page)
            shot(page, f"time line of {seconds} s at {width}")
            assert page.locator(".tl-axis span:visible").count() > 0
            assert _overlaps(page, ".tl-axis span") == []
            names = page.locator(".flow-node-name").evaluate_all(
                "all => all.filter(e => e.scrollWidth > e.clientWidth).map(e => e.textContent)"
            )
            assert names == [], "a long time leaves room for the name"
            assert page.locator(".tl-time").evaluate_all("all => all.filter(e => e.scrollWidth > e.clientWidth)") == []
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_the_preview_of_a_backfill_says_what_it_waits_for(page: Page, server: Running, pipeline: str) -> None:
    drawn = simple(pipeline)
    server.client.call("AddMediaWorkflow", Name="fills", Topology=json.dumps(drawn))
    folder = server.home / "buckets" / "vod-in"
    sign_in(page, server, "/workflows")
    page.get_by_role("button", name="More actions for fills").click()
    page.get_by_role("menuitem", name="Backfill", exact=True).click()
    dialog = page.get_by_role("dialog")

    def away() -> bool:
        """It stays away: who begins to watch the bucket may make its folder once more."""
        if folder.exists():
            folder.rmdir()
        page.wait_for_timeout(500)
        return not folder.exists()

    until(away, 20, "the folder is away")
    dialog.get_by_role("button", name="List the files").click()
    expect(dialog.get_by_role("status")).to_contain_text("The bucket is away")
    expect(dialog.get_by_role("button", name="Start 0 runs")).to_be_disabled()
    shot(page, "backfill of a bucket that is away")
