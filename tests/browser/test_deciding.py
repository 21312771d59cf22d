"""Conditions, answers to failures and reruns in the browser: tried on a media while they are written, drawn, done."""

import json
import re

from playwright.sync_api import Page, expect

from browser.conftest import shot, sign_in
from browser.drawing import simple
from running import ROOT, Running

CLIP = ROOT / "src/reelmill/cli/clips/big_buck_bunny.mp4"


def test_a_condition_is_tried_while_it_is_written_and_a_run_is_done_again_from_an_activity(
    page: Page, server: Running, pipeline: str
) -> None:
    drawn = simple(pipeline)
    drawn["Dependencies"]["low"] = [{"To": "picture", "When": "failure"}, "end"]
    drawn["Dependencies"]["start"] = ["low", {"To": "picture", "When": "success"}]
    flow = server.client.call("AddMediaWorkflow", Name="decides", Topology=json.dumps(drawn), TriggerMode="NotInAuto")
    flow_id = flow["MediaWorkflow"]["MediaWorkflowId"]
    server.put("vod-in", "film.mp4", CLIP)
    server.client.call("AddMedia", FileURL=f"{server.url}/vod-in/film.mp4", MediaWorkflowId=flow_id, Title="film")
    (run,) = server.ended(flow_id)
    server.client.call("DeactivateMediaWorkflow", MediaWorkflowId=flow_id)
    sign_in(page, server, f"/workflows/{flow_id}")
    expect(page.locator(".flow-when")).to_have_text(["if it fails"])
    page.locator(".flow-node", has_text="picture").first.click()
    panel = page.get_by_role("complementary").last
    expect(panel.get_by_text("Leads on after low")).to_be_visible()
    panel.get_by_label("Only if").fill("media.info.height > 5000")
    panel.get_by_role("combobox", name="Try it on a media").click()
    page.locator(".ant-select-item-option", has_text="film").click()
    expect(panel.get_by_role("status")).to_contain_text("False: it would be skipped")
    expect(panel.get_by_role("status")).to_contain_text("media.info.height = ")
    panel.get_by_label("Only if").fill("media.info.hight > 1")
    expect(panel.get_by_role("status")).to_contain_text('info has no field "hight"')
    problems = page.locator(".fe-problems")
    expect(panel.get_by_label("Only if")).to_be_focused()
    expect(problems).to_contain_text("1 problem")
    expect(panel.locator(".sf-problem")).to_contain_text('info has no field "hight"')
    shot(page, "condition that cannot be saved")
    panel.get_by_label("Only if").fill('"x" in analysis.templates')
    expect(panel.get_by_role("status")).to_contain_text("It cannot be saved")
    expect(problems).to_contain_text("1 problem")
    panel.get_by_label("Only if").fill('media.info.height > 1 && activities.low.state == "Success"')
    expect(panel.get_by_role("status")).to_contain_text("True: it would be done")
    expect(panel.get_by_label("Only if")).to_be_focused()
    expect(problems).to_contain_text("No problems")
    shot(page, "condition tried")
    panel.get_by_label("Only if").fill(" media.info.height > 1 ")
    expect(panel.get_by_label("Only if")).to_have_value(" media.info.height > 1 ")
    panel.get_by_label("Name").first.click()
    expect(panel.get_by_label("Only if")).to_have_value("media.info.height > 1")
    page.get_by_role("button", name="Undo").click()
    expect(panel.get_by_label("Only if")).to_have_value("")
    page.get_by_role("button", name="Redo").click()
    expect(panel.get_by_label("Only if")).to_have_value("media.info.height > 1")
    page.goto(f"{server.url}/-/console/runs/{run['RunId']}?activity=picture")
    detail = page.get_by_role("region", name="picture", exact=True)
    detail.get_by_role("button", name="Rerun from here").click()
    page.get_by_role("dialog").get_by_role("button", name="Rerun from here").click()
    expect(detail).to_contain_text(re.compile("Attempt 2"))
    expect(page.locator(".run-verdict")).to_contain_text("Fine: everything succeeded", timeout=60_000)
    shot(page, "run done again")
