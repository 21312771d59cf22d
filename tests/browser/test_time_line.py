"""The player shows small pictures of the film while one hovers over its time line."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from browser.conftest import shot, sign_in
from running import LOCATION, ROOT, Running

CLIP = ROOT / "src/reelmill/cli/clips/big_buck_bunny.mp4"
_SHOWN = """() => {
  const preview = document.querySelector("media-preview-thumbnail");
  const picture = preview?.shadowRoot?.querySelector("img");
  return picture?.complete && picture.naturalWidth > 0 ? preview.getAttribute("mediapreviewcoords") : "";
}"""

# the box around the picture fades in after a quarter of a second
_SEEN = """() => {
  const box = document.querySelector("media-time-range").shadowRoot.querySelector("[part~=preview-box]");
  return getComputedStyle(box).opacity === "1";
}"""


@pytest.fixture
def media(server: Running) -> tuple[str, list[dict[str, Any]]]:
    """Id of a media with sheets of small pictures, and what its run made."""
    call = server.client.call
    call("BindInputBucket", Bucket="films")
    call("BindOutputBucket", Bucket="shown")
    pipeline = call("AddPipeline", Name="main")["Pipeline"]["Id"]
    place = {"Bucket": "shown", "Location": LOCATION}
    config = {
        "OutputFile": {**place, "Object": "{RunId}/small/{Count}.jpg"},
        "TileOutputFile": {**place, "Object": "{RunId}/small/sheet-{TileCount}.jpg"},
        "TileOut": {"Lines": "2", "Columns": "5", "CellWidth": "160", "IsKeepCellPic": "false"},
        "Format": "vtt",
        "SubOut": {"IsSptFrag": "true"},
        "Time": "0",
        "Interval": "1",
        "Num": "5",
        "FrameType": "normal",
    }
    start = {"PipelineId": pipeline, "InputFile": {**place, "Bucket": "films"}}
    output = {"TemplateId": "S00000001-200010", "OutputObject": "{RunId}/film", "Video": {"Preset": "veryfast"}}
    made = {"OutputBucket": "shown", "OutputLocation": LOCATION, "Outputs": [output]}
    drawn: dict[str, Any] = {
        "start": ("Start", start, ["film", "small"]),
        "film": ("Transcode", made, ["end"]),
        "small": ("Snapshot", {"SnapshotConfig": config}, ["end"]),
        "end": ("Report", {"PublishType": "Manual"}, []),
    }
    topology = {
        "Activities": {name: {"Type": kind, "Parameters": given} for name, (kind, given, _) in drawn.items()},
        "Dependencies": {name: after for name, (_, _, after) in drawn.items()},
    }
    flow = call("AddMediaWorkflow", Name="sheets", Topology=json.dumps(topology))["MediaWorkflow"]["MediaWorkflowId"]
    server.put("films", "bunny.mp4", CLIP)
    (run,) = server.ended(flow, wait=120)
    assert run["State"] == "Completed", run
    return str(run["MediaId"]), run["ActivityList"]["Activity"]


def _point(page: Page, share: float) -> None:
    """Move the pointer to that share of the time line, once it knows how long the film is."""
    line = page.locator("media-time-range")
    expect(line).to_have_attribute("mediaseekable", re.compile(r"\d"))
    line.scroll_into_view_if_needed()
    box = line.bounding_box()
    assert box
    page.mouse.move(box["x"] + share * box["width"], box["y"] + box["height"] / 2)


@pytest.mark.parametrize("published", [False, True])
def test_the_picture_of_a_moment_is_shown_over_the_time_line(
    page: Page, server: Running, media: tuple[str, list[dict[str, Any]]], published: bool
) -> None:
    if published:
        server.client.call("UpdateMediaPublishState", MediaId=media[0], Publish="true")
    sign_in(page, server, f"/media/{media[0]}")
    page.wait_for_function("() => document.querySelector('video')?.readyState >= 1")
    places: list[str] = []
    for share in (0.1, 0.7):
        _point(page, share)
        page.wait_for_function(
            f"p => {{ const now = ({_SHOWN})(); return now && now !== p }}", arg=(places or [""])[-1]
        )
        places.append(page.evaluate(_SHOWN))
    assert all(place.split()[2] == "160" for place in places), "the tiles of the sheet"
    expect(page.locator("media-preview-thumbnail[slot=preview]")).to_be_visible()
    expect(page.locator("media-preview-thumbnail[slot=preview]")).to_be_in_viewport(ratio=1)
    page.wait_for_function(_SEEN)
    shot(page, f"time line {published}")


def test_the_picture_comes_to_a_pointer_that_rests_while_the_small_pictures_load(
    page: Page, server: Running, media: tuple[str, list[dict[str, Any]]]
) -> None:
    held: list[Route] = []
    page.route(re.compile(r"\.vtt"), lambda route: held.append(route))
    sign_in(page, server, f"/media/{media[0]}")
    _point(page, 0.5)
    expect(page.locator("media-time-range")).to_have_attribute("mediapreviewtime", re.compile(r"\d"))
    assert page.evaluate(_SHOWN) == "" and held, "nothing is known of the small pictures yet"
    for route in held:
        route.continue_()
    page.wait_for_function(_SHOWN)
    page.wait_for_function(_SEEN)
    shot(page, "time line that rested")
