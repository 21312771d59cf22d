"""What a viewer, a reviewer and an operator find on the pages of runs, backfills and workflows."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from browser.conftest import settled, shot
from browser.drawing import simple
from running import ROOT, Running, until

CLIP = ROOT / "src/reelmill/cli/clips/big_buck_bunny.mp4"
CHANGING = {
    "run": ["Retry what failed", "Run again", "Rerun from here"],
    "backfills": ["Pause slow", "End slow"],
    "workflows": ["Create workflow", "Deactivate slow", "More actions for slow"],
    "versions": ["Restore 1"],
    "editor": ["Save", "Deactivate", "Undo", "Add after start"],
}


@pytest.fixture
def pages(server: Running, pipeline: str, tmp_path: Path) -> dict[str, str]:
    """Addresses: of a run that failed, of a backfill that goes on, of a workflow with two versions."""
    call, drawn = server.client.call, simple(pipeline)
    drawn["Activities"]["start"]["Parameters"]["InputFile"]["ObjectPrefix"] = "up/"
    flow = call("AddMediaWorkflow", Name="slow", Topology=json.dumps(drawn))["MediaWorkflow"]["MediaWorkflowId"]
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(CLIP.read_bytes()[:4000])
    server.put("vod-in", "up/broken.mp4", broken)
    (run,) = server.ended(flow)
    drawn["Activities"]["end"]["Parameters"] = {"PublishType": "Manual"}
    call("UpdateMediaWorkflow", MediaWorkflowId=flow, Topology=json.dumps(drawn), WhileActive=True)
    for name in ("a", "b"):
        server.put("vod-in", f"old/{name}.mp4", broken)
    asked = {"MediaWorkflowId": flow, "Prefix": "old/", "RatePerMinute": 1}
    job = call("SubmitBackfillJob", **asked)["BackfillJob"]["JobId"]
    until(lambda: call("QueryBackfillJobList", JobIds=job)["BackfillJobList"][0]["Started"] == 1, 30, "it has begun")
    return {
        "run": f"/runs/{run['RunId']}?activity=start",
        "backfills": "/backfills",
        "workflows": "/workflows",
        "versions": f"/workflows/{flow}?view=versions",
        "editor": f"/workflows/{flow}",
    }


def test_nobody_is_offered_what_he_may_not_do(page_of, server: Running, pages: dict[str, str]) -> None:  # type: ignore[no-untyped-def]
    for role in ("viewer", "reviewer", "operator"):
        pair = server.client.call("AddAccessKey", Role=role)["AccessKey"]
        page: Page = page_of(viewport={"width": 1280, "height": 844})
        page.goto(f"{server.url}/-/console/")
        page.locator("input[autocomplete=username]").fill(pair["AccessKeyId"])
        page.locator("input[type=password]").fill(pair["AccessKeySecret"])
        page.keyboard.press("Enter")
        page.get_by_role("navigation").first.wait_for()
        for name, path in pages.items():
            page.goto(f"{server.url}/-/console{path}")
            expect(page.get_by_role("heading", level=1)).to_be_attached()
            settled(page)
            for button in CHANGING[name]:
                found = page.get_by_role("button", name=re.compile(rf"^(plus )?{button}$"))
                if role == "operator":
                    expect(found.first).to_be_visible()
                else:
                    expect(found).to_have_count(0)
            shot(page, f"{role} {name}")
        # looking beforehand changes nothing, so everybody may
        page.get_by_role("button", name="More", exact=True).click()
        page.get_by_role("menuitem", name="Dry run").click()
        page.get_by_role("dialog").get_by_role("combobox").click()
        page.locator(".ant-select-item-option", has_text="broken").first.click()
        expect(page.get_by_role("dialog")).to_contain_text("bad")
        shot(page, f"{role} dry run")
