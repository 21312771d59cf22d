"""The workflow editor: nothing is lost on the way through it, problems lead to their field, and the keyboard alone is
enough."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from browser.conftest import prepared, shot, sign_in
from browser.drawing import simple
from running import ROOT, Running, running

DOCUMENTED = json.loads((Path(__file__).parents[1] / "contract" / "topologies.json").read_text())
CLIP = ROOT / "src/reelmill/cli/clips/big_buck_bunny.mp4"
GOOD = "No problems: the server would accept this workflow."


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, bundle: None) -> Iterator[Running]:
    """One for all: each test draws a workflow of its own name."""
    with running(tmp_path_factory.mktemp("editor") / "home") as it:
        yield it


@pytest.fixture(scope="module")
def pipeline(server: Running) -> str:
    return prepared(server)


def stored(server: Running, name: str) -> dict[str, Any]:
    """The workflow of this name as the API has it."""
    found = server.client.call("SearchMediaWorkflow", PageSize=100)["MediaWorkflowList"]["MediaWorkflow"]
    return next(flow for flow in found if flow["Name"] == name)


def press_to(page: Page, name: str) -> None:
    """Tab until the control of this name has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        here = page.evaluate(
            "(e => [e.ariaLabel, e.matches('a, button') && e.innerText, ...[...(e.labels || [])].map(l => "
            "l.innerText)].join(' '))(document.activeElement)"
        )
        if name in here:
            return
    raise AssertionError(f"Tab never comes to {name!r}")


@pytest.mark.parametrize("name", [name for name, case in DOCUMENTED.items() if "plays" in case])
def test_a_documented_topology_opens_and_is_saved_without_loss(
    page: Page, server: Running, pipeline: str, name: str
) -> None:
    text = json.dumps(DOCUMENTED[name]["topology"], indent=1).replace("${pipeline}", pipeline)
    for placeholder in sorted(set(re.findall(r"\$\{(\w+)\}", text))):
        made = server.client.call(
            "AddTemplate",
            Name=placeholder,
            Container={"Format": "m3u8"},
            Video={"Codec": "H.264", "Height": "240"},
            Audio={"Codec": "AAC"},
        )
        text = text.replace(f"${{{placeholder}}}", made["Template"]["Id"])
    flow = server.client.call("AddMediaWorkflow", Name="documented", Topology=text, TriggerMode="NotInAuto")[
        "MediaWorkflow"
    ]
    sign_in(page, server, f"/workflows/{flow['MediaWorkflowId']}")
    expect(page.get_by_text(GOOD)).to_be_visible()
    expect(page.locator(".react-flow__node-activity")).to_have_count(len(json.loads(text)["Activities"]))
    page.get_by_label("Name", exact=True).first.fill(f"renamed {name}")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("dialog").get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert stored(server, f"renamed {name}")["Topology"] == text  # not a byte differs


def test_saving_says_what_it_changes_and_keeps_the_style_of_the_rest(
    page: Page, server: Running, pipeline: str
) -> None:
    before = simple(pipeline)
    before["Activities"]["picture"]["Parameters"]["SnapshotConfig"] = json.dumps(
        before["Activities"]["picture"]["Parameters"]["SnapshotConfig"]
    )
    flow = server.client.call("AddMediaWorkflow", Name="styles", Topology=before)["MediaWorkflow"]
    sign_in(page, server, f"/workflows/{flow['MediaWorkflowId']}")
    page.get_by_test_id("rf__node-picture").click()
    page.get_by_label("First moment").fill("2500")
    page.get_by_role("button", name="Save").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("1 node changed: picture")
    expect(dialog).to_contain_text("Running executions keep the old version.")
    shot(page, "what saving changes")
    dialog.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.get_by_text("This workflow is active")).to_be_visible()  # not for a moment was it not
    after = json.loads(stored(server, "styles")["Topology"])
    config = after["Activities"]["picture"]["Parameters"]["SnapshotConfig"]
    assert isinstance(config, str) and json.loads(config)["Time"] in ("2500", 2500)
    after["Activities"]["picture"] = before["Activities"]["picture"]
    assert after == before


def test_a_problem_leads_to_its_field(page: Page, server: Running, pipeline: str) -> None:
    sign_in(page, server, "/workflows")
    page.get_by_role("button", name="Create workflow").first.click()
    page.get_by_role("dialog").get_by_label("Name").fill("draft")
    page.get_by_role("dialog").get_by_role("button", name="Open in the editor").click()
    page.get_by_test_id("rf__node-start").hover()
    page.get_by_role("button", name="Add after start").click()
    page.get_by_role("menu", name="Activities").get_by_role("menuitem", name="Snapshot").click()
    page.get_by_role("region", name=re.compile("problems?$")).get_by_role(
        "button", name=re.compile("SnapshotConfig.Time")
    ).click()
    expect(page.get_by_label("First moment")).to_be_focused()
    shot(page, "problem at its field")
    page.keyboard.type("0")
    page.get_by_role("region", name=re.compile("problem")).get_by_role(
        "button", name=re.compile("OutputFile.Object")
    ).click()
    expect(page.get_by_role("textbox", name="Name (required)")).to_be_focused()
    page.keyboard.type("{RunId}/x.jpg")
    expect(page.get_by_text(GOOD)).to_be_visible()
    page.reload()  # nothing was saved; the draft is there all the same
    expect(page.get_by_text("Unsaved draft")).to_be_visible()
    expect(page.get_by_text(GOOD)).to_be_visible()


def test_a_workflow_is_drawn_by_keyboard_alone(page: Page, server: Running, pipeline: str) -> None:
    keys = page.keyboard
    sign_in(page, server, "/workflows")
    expect(page.get_by_role("heading", level=1, name="Workflows")).to_be_visible()
    press_to(page, "Create workflow")
    keys.press("Enter")
    expect(page.get_by_role("dialog").get_by_label("Name")).to_be_focused()
    keys.type("by keys")
    keys.press("Enter")
    expect(page.get_by_test_id("rf__node-start")).to_be_visible()
    keys.press("a")  # add
    keys.type("snapshot")
    keys.press("Enter")
    expect(page.get_by_test_id("rf__node-snapshot")).to_be_focused()
    keys.press("e")  # its form
    keys.press("Control+a")
    keys.type("pictures")
    keys.press("Tab")  # to what it follows
    expect(page.get_by_test_id("rf__node-pictures")).to_be_visible()
    expect(page.get_by_role("combobox", name="Follows")).to_be_focused()
    keys.type("720p")
    keys.press("Enter")
    keys.press("Escape")
    press_to(page, "Name (required)")
    keys.type("{RunId}/{Count}.jpg")
    press_to(page, "First moment")
    keys.type("0")
    keys.press("Shift+Tab")
    page.get_by_test_id("rf__node-publish").focus()  # the drawing is one Tab stop per activity
    keys.press("Enter")
    keys.press("e")
    keys.press("Tab")
    expect(page.get_by_role("combobox", name="Follows")).to_be_focused()
    keys.type("pictures")
    keys.press("Enter")
    keys.press("Escape")
    expect(page.get_by_text(GOOD)).to_be_visible()
    press_to(page, "Create workflow")
    keys.press("Enter")
    expect(page).to_have_url(re.compile(r"/workflows/[0-9a-f]{32}$"))
    drawn = json.loads(stored(server, "by keys")["Topology"])
    assert "pictures" in drawn["Dependencies"]["720p"] and drawn["Dependencies"]["pictures"] == ["publish"]


def test_what_cannot_be_connected_is_refused_and_everything_can_be_undone(
    page: Page, server: Running, pipeline: str
) -> None:
    flow = server.client.call("AddMediaWorkflow", Name="undo", Topology=simple(pipeline))["MediaWorkflow"]
    server.client.call("DeactivateMediaWorkflow", MediaWorkflowId=flow["MediaWorkflowId"])
    sign_in(page, server, f"/workflows/{flow['MediaWorkflowId']}")
    activities, edges = page.locator(".react-flow__node-activity"), page.locator(".react-flow__edge")
    expect(activities).to_have_count(4)

    def drag(source: str, target: str) -> None:
        for name, side, go in ((source, "source", page.mouse.down), (target, "target", page.mouse.up)):
            box = page.get_by_test_id(f"rf__node-{name}").locator(f".react-flow__handle.{side}").bounding_box()
            assert box
            page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=6)
            go()

    drag("picture", "low")
    expect(page.get_by_text("These two cannot follow each other.")).to_be_visible()
    expect(edges).to_have_count(4)
    drag("low", "picture")
    expect(edges).to_have_count(5)
    page.get_by_test_id("rf__node-low").click()
    page.keyboard.press("Delete")
    expect(activities).to_have_count(3)
    page.keyboard.press("Control+z")
    expect(activities).to_have_count(4)
    page.keyboard.press("Control+z")
    expect(edges).to_have_count(4)
    page.keyboard.press("Control+Shift+z")
    expect(edges).to_have_count(5)
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+c")
    page.keyboard.press("Control+v")
    expect(activities).to_have_count(6)  # a second Start or Report cannot be


def inactive(server: Running, pipeline: str, name: str) -> str:
    """Id of a little workflow that can be changed."""
    flow = server.client.call("AddMediaWorkflow", Name=name, Topology=simple(pipeline))["MediaWorkflow"][
        "MediaWorkflowId"
    ]
    server.client.call("DeactivateMediaWorkflow", MediaWorkflowId=flow)
    return str(flow)


def change_moment(page: Page, moment: str) -> None:
    page.get_by_test_id("rf__node-picture").click()
    page.get_by_label("First moment").fill(moment)


def moment_of(flow: dict[str, Any]) -> str:
    return str(json.loads(flow["Topology"])["Activities"]["picture"]["Parameters"]["SnapshotConfig"]["Time"])


@pytest.mark.parametrize("active", [False, True])
def test_who_leaves_at_once_by_a_link_finds_the_draft_again(
    page: Page, server: Running, pipeline: str, active: bool
) -> None:
    flow = inactive(server, pipeline, f"left {active}")
    if active:
        server.client.call("ActivateMediaWorkflow", MediaWorkflowId=flow)
    sign_in(page, server, f"/workflows/{flow}")
    change_moment(page, "4321")
    page.evaluate("document.querySelector('nav a[href$=\"/media\"]').click()")  # at once, no half second later
    expect(page).to_have_url(re.compile(r"/media$"))
    expect(page.get_by_role("heading", level=1, name="Media")).to_be_visible()
    page.go_back()
    expect(page.get_by_text("Unsaved draft")).to_be_visible()
    page.get_by_test_id("rf__node-picture").click()
    expect(page.get_by_label("First moment")).to_have_value("4321")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("dialog").get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    page.evaluate("document.querySelector('nav a[href$=\"/media\"]').click()")  # what was saved leaves no draft behind
    expect(page.get_by_role("heading", level=1, name="Media")).to_be_visible()
    page.go_back()
    expect(page.get_by_test_id("rf__node-picture")).to_be_visible()
    expect(page.get_by_text("Unsaved draft")).to_have_count(0)
    assert moment_of(stored(server, f"left {active}")) == "4321"


def test_a_new_workflow_in_which_nothing_was_done_leaves_no_draft(page: Page, server: Running, pipeline: str) -> None:
    sign_in(page, server, "/workflows/new")
    expect(page.locator(".react-flow__node-activity")).to_have_count(2)
    page.reload()
    expect(page.locator(".react-flow__node-activity")).to_have_count(2)
    expect(page.get_by_text("Unsaved draft")).to_have_count(0)
    page.get_by_label("Name").first.fill("begun")
    page.reload()
    expect(page.get_by_text("Unsaved draft")).to_be_visible()


def test_two_who_edit_one_workflow_do_not_overwrite_each_other_unseen(
    page: Page, server: Running, pipeline: str
) -> None:
    flow = inactive(server, pipeline, "shared")
    theirs = simple(pipeline)
    theirs["Activities"]["picture"]["Parameters"]["SnapshotConfig"]["Time"] = "7"

    def they_save(**more: Any) -> None:
        theirs["Activities"]["end"]["Parameters"] |= more
        server.client.call("UpdateMediaWorkflow", MediaWorkflowId=flow, Topology=theirs)

    sign_in(page, server, f"/workflows/{flow}")
    they_save()
    expect(page.get_by_test_id("rf__node-picture")).to_contain_text(
        "0.007 s"
    )  # nothing was changed here, so theirs is shown
    change_moment(page, "100")
    they_save(PublishType="Manual")
    expect(page.get_by_text("Somebody else has changed this workflow meanwhile.")).to_be_visible()
    page.get_by_role("button", name="Save").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Changed meanwhile by somebody else")
    expect(dialog).to_contain_text("2 nodes changed: picture, end")
    shot(page, "changed meanwhile")
    dialog.get_by_role("button", name="Take theirs").click()
    expect(page.get_by_text("Somebody else")).to_have_count(0)
    page.get_by_test_id("rf__node-picture").click()
    expect(page.get_by_label("First moment")).to_have_value("7")
    change_moment(page, "200")
    they_save(PublishType="Auto")
    page.get_by_role("button", name="Show the differences").click()
    page.get_by_role("dialog").get_by_role("button", name="Keep mine").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    kept = stored(server, "shared")
    assert (
        moment_of(kept) == "200"
        and json.loads(kept["Topology"])["Activities"]["end"]["Parameters"]["PublishType"] == "Manual"
    )
    expect(page.get_by_text("Somebody else")).to_have_count(0)


def test_the_server_refuses_to_save_over_what_the_page_has_not_heard_of(
    page: Page, server: Running, pipeline: str
) -> None:
    flow = inactive(server, pipeline, "unheard")
    page.add_init_script("delete window.SharedWorker")  # what a worker asks for passes by the page's routes
    page.route("**/-/events*", lambda route: route.abort())
    sign_in(page, server, f"/workflows/{flow}")
    change_moment(page, "300")
    server.client.call("UpdateMediaWorkflow", MediaWorkflowId=flow, Topology=simple(pipeline), Name="unheard of")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("dialog").get_by_role("button", name="Save", exact=True).click()
    dialog = page.get_by_role("dialog", name="Changed meanwhile by somebody else")
    expect(dialog).to_contain_text("1 node changed: picture")
    expect(dialog).to_contain_text("name or trigger changed")
    dialog.get_by_role("button", name="Keep mine").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert moment_of(stored(server, "unheard")) == "300"


def test_a_run_shows_the_workflow_as_it_was_and_what_has_changed_since(
    page: Page, server: Running, pipeline: str
) -> None:
    flow = server.client.call("AddMediaWorkflow", Name="then", Topology=simple(pipeline))["MediaWorkflow"][
        "MediaWorkflowId"
    ]
    server.put("vod-in", "bunny.mp4", CLIP)
    run = server.ended(flow)[0]["RunId"]
    server.client.call("DeactivateMediaWorkflow", MediaWorkflowId=flow)
    later = simple(pipeline)
    later["Activities"]["picture"]["Parameters"]["SnapshotConfig"]["Time"] = "900"
    server.client.call("UpdateMediaWorkflow", MediaWorkflowId=flow, Topology=later)
    sign_in(page, server, f"/runs/{run}")
    page.get_by_role("link", name="as it was then").click()
    expect(page).to_have_url(re.compile(rf"/workflows/{flow}\?run={run}$"))
    expect(page.get_by_role("complementary", name="What has changed since")).to_contain_text("1 node changed: picture")
    page.get_by_test_id("rf__node-picture").click()
    expect(page.get_by_label("First moment")).to_have_value("0")
    expect(page.get_by_label("First moment")).to_be_disabled()
    shot(page, "workflow as it was run")
    page.get_by_role("link", name="The workflow as it is now").click()
    expect(page.get_by_role("button", name="Activate")).to_be_visible()
    page.get_by_test_id("rf__node-picture").click()
    expect(page.get_by_label("First moment")).to_have_value("900")
    other = server.client.call("AddMediaWorkflow", Name="other", Topology=simple(pipeline))["MediaWorkflow"][
        "MediaWorkflowId"
    ]
    page.goto(f"{server.url}/-/console/workflows/{other}?run={run}")
    expect(page.get_by_text("This workflow has no such execution")).to_be_visible()
