"""Watermark templates through the official SDKs, and a run that takes its copy of one when it starts."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alibabacloud_mts20140618 import models as m
from aliyunsdkcore.acs_exception.exceptions import ServerException

from clips import clip, ffmpeg, folder, tools
from contract.conftest import Name, Site
from running import LOCATION, Running

CONFIG = {
    "Width": "10",
    "Height": "30",
    "Dx": "10",
    "Dy": "5",
    "ReferPos": "TopRight",
    "Type": "Image",
    "Timeline": {"Start": "0", "Duration": "10"},
}


def test_a_template_is_made_changed_found_and_deleted(site: Site, name: Name) -> None:
    sdk = site.new_sdk()
    made = sdk.add_water_mark_template(
        m.AddWaterMarkTemplateRequest(name=name("logo"), config=json.dumps(CONFIG))
    ).body.water_mark_template
    assert (made.width, made.height, made.dx, made.dy, made.refer_pos, made.type, made.state) == (
        "10",
        "30",
        "10",
        "5",
        "TopRight",
        "Image",
        "Normal",
    )
    assert (made.timeline.start, made.timeline.duration) == ("0", "10")
    changed = site.old_call("UpdateWaterMarkTemplate", WaterMarkTemplateId=made.id, Name="plain", Config="{}")[
        "WaterMarkTemplate"
    ]
    assert (changed["Name"], changed["ReferPos"], changed["Dx"], changed["Timeline"]) == (
        "plain",
        "TopRight",
        "0",
        {"Start": "0", "Duration": "ToEND"},
    )
    found = sdk.query_water_mark_template_list(
        m.QueryWaterMarkTemplateListRequest(water_mark_template_ids=f"{made.id},{'0' * 32}")
    ).body
    assert [t.id for t in found.water_mark_template_list.water_mark_template] == [
        made.id
    ] and found.non_exist_wids.string == ["0" * 32]
    assert (
        sdk.delete_water_mark_template(
            m.DeleteWaterMarkTemplateRequest(water_mark_template_id=made.id)
        ).body.water_mark_template_id
        == made.id
    )
    deleted = site.old_call("SearchWaterMarkTemplate", State="Deleted", PageSize="1")
    assert deleted["WaterMarkTemplateList"]["WaterMarkTemplate"][0]["Id"] == made.id and deleted["TotalCount"] >= 1


@pytest.mark.parametrize(
    ("action", "values", "code"),
    [
        ("AddWaterMarkTemplate", {"Name": "n", "Config": "{"}, "InvalidParameter.JsonObjectFormatInvalid"),
        ("AddWaterMarkTemplate", {"Name": "n", "Config": '{"Width":"5000"}'}, "InvalidParameter.OutOfRange"),
        ("AddWaterMarkTemplate", {"Name": "n" * 129, "Config": "{}"}, "InvalidParameter.OutOfRange"),
        ("AddWaterMarkTemplate", {"Name": "n", "Config": '{"InputFile":{}}'}, "InvalidParameter"),
        (
            "UpdateWaterMarkTemplate",
            {"Name": "n", "Config": "{}", "WaterMarkTemplateId": "0" * 32},
            "InvalidParameter.ResourceNotFound",
        ),
        ("DeleteWaterMarkTemplate", {"WaterMarkTemplateId": "x"}, "InvalidParameter.UUIDFormatInvalid"),
        ("DeleteWaterMarkTemplate", {"WaterMarkTemplateId": "0" * 32}, "InvalidParameter.ResourceNotFound"),
        (
            "QueryWaterMarkTemplateList",
            {"WaterMarkTemplateIds": ",".join(f"{n:032x}" for n in range(11))},
            "InvalidParameter.ListSizeExceed",
        ),
        ("SearchWaterMarkTemplate", {"State": "Gone"}, "InvalidParameter"),
    ],
)
def test_what_is_wrong_is_refused(site: Site, action: str, values: dict[str, str], code: str) -> None:
    with pytest.raises(ServerException) as error:
        site.old_call(action, **values)
    assert error.value.get_error_code() == code


def test_the_quota_counts_templates_that_are_not_deleted(site: Site, name: Name) -> None:
    from dataclasses import replace

    before = site.ctx.quotas
    there = site.old_call("SearchWaterMarkTemplate", State="Normal")["TotalCount"]
    site.ctx.quotas = replace(before, watermarks=there + 1)
    try:
        made = site.old_call("AddWaterMarkTemplate", Name=name("w"), Config="{}")["WaterMarkTemplate"]["Id"]
        with pytest.raises(ServerException, match=r"PermissionDenied\.ResourceQuotaExceed"):
            site.old_call("AddWaterMarkTemplate", Name="over", Config="{}")
        site.old_call("DeleteWaterMarkTemplate", WaterMarkTemplateId=made)
        site.old_call("AddWaterMarkTemplate", Name=name("w"), Config="{}")
    finally:
        site.ctx.quotas = before


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = Running(tmp_path_factory.mktemp("marks"))
    running.start()
    running.client.call("BindInputBucket", Bucket="src")
    running.client.call("BindOutputBucket", Bucket="dst")
    logo = folder() / "mark.png"
    ffmpeg("-f lavfi -i color=white:s=40x20 -frames:v 1", "file:" + str(logo))
    running.put("src", "logo.png", logo)
    running.put("src", "film.mp4", clip("base.mp4"))
    yield running
    running.stop()


def _topology(server: Running, mark: str, object_: str = "logo.png") -> str:
    pipeline = server.client.call("AddPipeline", Name="p")["Pipeline"]["Id"]
    marks = [{"WaterMarkTemplateId": mark, "InputFile": {"Bucket": "src", "Location": LOCATION, "Object": object_}}]
    output = {
        "OutputObject": "{RunId}",
        "TemplateId": "S00000001-200010",
        "Video": {"Width": "320"},
        "WaterMarks": marks,
    }
    return json.dumps(
        {
            "Activities": {
                "start": {
                    "Type": "Start",
                    "Parameters": {
                        "PipelineId": pipeline,
                        "InputFile": {"Bucket": "src", "Location": LOCATION, "ObjectPrefix": "film"},
                    },
                },
                "enc": {
                    "Type": "Transcode",
                    "Parameters": {"OutputBucket": "dst", "OutputLocation": LOCATION, "Outputs": [output]},
                },
                "end": {"Type": "Report", "Parameters": {}},
            },
            "Dependencies": {"start": ["enc"], "enc": ["end"], "end": []},
        }
    )


def _white_rows(video: Path) -> int:
    """How many of the first rows are white at the right edge."""
    argv = [
        tools().path("ffmpeg"),
        "-v",
        "error",
        "-i",
        f"file:{video}",
        "-vf",
        "crop=2:100:318:0,scale=1:100,format=gray",
        "-frames:v",
        "1",
        "-f",
        "rawvideo",
        "-",
    ]
    raw = subprocess.run(argv, check=True, capture_output=True).stdout
    return next((n for n, level in enumerate(raw) if level < 225), len(raw))


def test_a_run_copies_its_watermark_template_when_it_starts(server: Running) -> None:
    call: Any = server.client.call
    mark = call("AddWaterMarkTemplate", Name="logo", Config={"Width": "160", "Height": "80"})["WaterMarkTemplate"]["Id"]
    workflow = call("AddMediaWorkflow", Name="marked", Topology=_topology(server, mark))["MediaWorkflow"][
        "MediaWorkflowId"
    ]
    pipeline = json.loads(
        call("QueryMediaWorkflowList", MediaWorkflowIds=workflow)["MediaWorkflowList"]["MediaWorkflow"][0]["Topology"]
    )
    queue = pipeline["Activities"]["start"]["Parameters"]["PipelineId"]
    call("UpdatePipeline", PipelineId=queue, Name="p", State="Paused")
    url = f"{server.url}/src/film.mp4"
    call("AddMedia", FileURL=url, MediaWorkflowId=workflow)
    call("UpdateWaterMarkTemplate", WaterMarkTemplateId=mark, Name="logo", Config={"Width": "16", "Height": "8"})
    call("DeleteWaterMarkTemplate", WaterMarkTemplateId=mark)
    call("UpdatePipeline", PipelineId=queue, Name="p", State="Active")
    run = server.ended(workflow)[0]
    assert run["State"] == "Completed" and {a["State"] for a in run["ActivityList"]["Activity"]} == {"Success"}, run
    assert 75 <= _white_rows(server.home / "buckets" / "dst" / f"{run['RunId']}.mp4") <= 85
    call("AddMedia", FileURL=url, MediaWorkflowId=workflow)  # a run of today finds no template
    later = server.ended(workflow, 2)[0]
    failed = next(a for a in later["ActivityList"]["Activity"] if a["Name"] == "enc")
    assert (failed["State"], failed["Code"]) == ("Fail", "InvalidParameter.TemplateNotFound")


def test_what_a_topology_names_must_exist(server: Running) -> None:
    from reelmill.cli.client import Refused

    with pytest.raises(Refused) as error:
        server.client.call("AddMediaWorkflow", Name="x", Topology=_topology(server, "0" * 32))
    assert error.value.answer["Code"] == "InvalidParameter.TemplateNotFound"
    text = _topology(server, "0" * 32).replace(
        '"Bucket": "src", "Location": "oss-cn-hangzhou", "Object": "logo.png"',
        '"Bucket": "nobodys", "Object": "logo.png"',
    )
    with pytest.raises(Refused) as error:
        server.client.call("AddMediaWorkflow", Name="x", Topology=text)
    assert {"InvalidParameter.TemplateNotFound", "InvalidParameter.ResourceNotFound"} == {
        p["Code"] for p in error.value.answer["Problems"]
    }
