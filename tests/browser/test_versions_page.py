"""Versions of a workflow, and its topology as a file, at the desk and on a telephone."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from browser.conftest import settled, shot, sign_in
from browser.drawing import simple
from running import Running

WIDTHS = (390, 1280)


def made(server: Running, pipeline: str) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """A workflow of two versions: (id, the first one, the second one)."""
    first, second = simple(pipeline), simple(pipeline)
    second["Activities"]["end"]["Parameters"] = {"PublishType": "Manual"}
    flow = server.client.call("AddMediaWorkflow", Name="small", Topology=json.dumps(first))["MediaWorkflow"]
    change = {"Topology": json.dumps(second), "WhileActive": True, "Note": "somebody looks first"}
    server.client.call("UpdateMediaWorkflow", MediaWorkflowId=flow["MediaWorkflowId"], **change)
    return flow["MediaWorkflowId"], first, second


def topology(server: Running, flow: str) -> dict[str, Any]:
    told = server.client.call("QueryMediaWorkflowList", MediaWorkflowIds=flow)["MediaWorkflowList"]["MediaWorkflow"][0]
    return dict(json.loads(told["Topology"]), State=told["State"])


def reachable(page: Page, what: Locator) -> None:
    """Somebody can see it and point at it: nothing lies over it, and it is not beyond the edge."""
    what.scroll_into_view_if_needed()
    expect(what).to_be_in_viewport(ratio=1)
    what.click(trial=True)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


@pytest.mark.parametrize("width", WIDTHS)
def test_a_version_is_looked_at_and_restored(page: Page, server: Running, pipeline: str, width: int) -> None:
    flow, first, _ = made(server, pipeline)
    page.set_viewport_size({"width": width, "height": 844})
    sign_in(page, server, f"/workflows/{flow}?view=versions")
    changes = page.get_by_role("region", name="What version 2 changed")
    expect(changes).to_contain_text("Topology.Activities.end.Parameters.PublishType")
    reachable(page, changes.get_by_text("Topology.Activities.end.Parameters.PublishType"))
    settled(page)
    shot(page, f"versions at {width}")
    restore = page.get_by_role("button", name="Restore 1")
    reachable(page, restore)
    restore.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("also while the workflow is active")
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_have_count(0)
    restore.click()
    dialog.get_by_role("button", name="Restore", exact=True).click()
    expect(page.get_by_role("region", name="What version 3 changed")).to_contain_text("Auto")
    expect(page.get_by_role("row", name=re.compile("^3 Current"))).to_contain_text("Version 1 again")
    settled(page)
    shot(page, f"restored at {width}")
    now = topology(server, flow)
    assert now["State"] == "Active" and now["Activities"]["end"] == first["Activities"]["end"]
    page.get_by_role("link", name="The workflow as it is now").click()
    expect(page.locator(".flow-node", has_text="end").first).to_contain_text("Auto")


@pytest.mark.parametrize("width", WIDTHS)
def test_a_topology_is_exported_and_imported(
    page: Page, server: Running, pipeline: str, width: int, tmp_path: Path
) -> None:
    flow, _, second = made(server, pipeline)
    page.set_viewport_size({"width": width, "height": 844})
    sign_in(page, server, f"/workflows/{flow}")
    more = page.get_by_role("button", name="More", exact=True)

    def choose(name: str) -> None:
        reachable(page, more)
        more.click()
        item = page.get_by_role("menuitem", name=name)
        reachable(page, item)
        item.click()

    with page.expect_download() as found:
        choose("Export topology JSON")
    path = tmp_path / found.value.suggested_filename
    found.value.save_as(path)
    assert path.name == "small.json" and json.loads(path.read_text()) == second
    choose("Import topology JSON")
    dialog = page.get_by_role("dialog")
    text = dialog.get_by_role("textbox", name="Topology")
    text.fill('{"Activities": [')
    dialog.get_by_role("button", name="Import", exact=True).click()
    expect(dialog.get_by_role("alert")).to_be_visible()
    shot(page, f"import refused at {width}")
    drawn = json.loads(path.read_text())
    drawn["Activities"]["low"]["Condition"] = "media.info.height > 100"
    drawn["Dependencies"]["low"] = [{"To": "end", "When": "always"}]
    path.write_text(json.dumps(drawn))
    dialog.locator("input[type=file]").set_input_files(path)
    expect(text).to_have_value(re.compile("media.info.height"))
    expect(dialog.get_by_role("alert")).to_have_count(0)
    shot(page, f"import at {width}")
    dialog.get_by_role("button", name="Import", exact=True).click()
    expect(page.locator(".flow-when")).to_have_text(["always"])
    expect(page.locator(".fe-problems")).to_contain_text("No problems")
    save = page.get_by_role("button", name="Save", exact=True)
    reachable(page, save)
    save.click()
    expect(page.get_by_role("dialog")).to_contain_text("low")
    page.get_by_role("dialog").get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Not saved")).to_have_count(0)
    shot(page, f"imported at {width}")
    now = topology(server, flow)
    assert {name: now[name] for name in drawn} == drawn
