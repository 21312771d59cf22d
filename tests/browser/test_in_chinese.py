"""What the server says, on the Chinese page: why a run failed or waits, why something was refused."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from browser.conftest import shot, sign_in
from browser.drawing import simple
from browser.english import sentences
from running import KEY, ROOT, Running

CLIP = ROOT / "src/reelmill/cli/clips/big_buck_bunny.mp4"
HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture
def page(page_of: Any, server: Running) -> Page:
    """A tab of somebody who reads Chinese."""
    tab: Page = page_of(locale="zh-CN")
    return tab


def flow(server: Running, pipeline: str) -> str:
    return str(
        server.client.call("AddMediaWorkflow", Name="small", Topology=simple(pipeline))["MediaWorkflow"][
            "MediaWorkflowId"
        ]
    )


def test_who_signs_in_wrongly_is_told_so(page: Page, server: Running) -> None:
    page.goto(f"{server.url}/-/console/")
    page.locator("input[autocomplete=username]").fill(KEY)
    page.locator("input[type=password]").fill("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("名称与密码（或 Secret）不匹配")
    assert sentences(page) == []


def test_a_failing_run_says_why_and_what_helps(page: Page, server: Running, pipeline: str, tmp_path: Path) -> None:
    made = flow(server, pipeline)
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(CLIP.read_bytes()[:4000])
    server.put("vod-in", "broken.mp4", broken)
    run = server.ended(made, 1)[0]["RunId"]
    sign_in(page, server, f"/runs/{run}")
    expect(page.locator(".run-verdict")).to_contain_text("start: 资源“InputFile”内容异常")
    detail = page.get_by_role("region", name="start", exact=True).get_by_role("alert")
    expect(detail).to_contain_text("请确认文件可以播放")
    expect(detail).to_contain_text("InvalidParameter.ResourceContentBad")
    shot(page, "zh failed run")
    assert sentences(page) == []


def test_a_run_that_waits_says_for_what(page: Page, server: Running, pipeline: str) -> None:
    flow(server, pipeline)
    server.client.call("UpdatePipeline", PipelineId=pipeline, Name="main", State="Paused")
    server.put("vod-in", "later.mp4", CLIP)
    sign_in(page, server, "/runs")
    page.get_by_role("link", name="later.mp4").click()
    expect(page.locator(".run-verdict")).to_contain_text("管道“main”已暂停")
    shot(page, "zh waiting run")
    assert sentences(page) == []
    page.goto(f"{server.url}/-/console/queues")
    page.locator(".ant-table-row-expand-icon").first.click()
    expect(page.get_by_text("管道“main”已暂停")).to_be_visible()
    assert sentences(page) == []


def test_a_refused_form_says_why(page: Page, server: Running, pipeline: str) -> None:
    sign_in(page, server, "/buckets")
    page.get_by_role("button", name="添加 Bucket").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("输出", exact=False).first.click()
    dialog.get_by_label("名称").fill("vod-in")
    dialog.get_by_role("button", name="添加 Bucket").click()
    expect(dialog.get_by_role("alert")).to_contain_text("已绑定为")
    shot(page, "zh refused form")
    assert sentences(page) == []


def test_the_editor_tells_its_problems(page: Page, server: Running, pipeline: str) -> None:
    topology = simple(pipeline)
    made = flow(server, pipeline)
    server.client.call("DeactivateMediaWorkflow", MediaWorkflowId=made)
    topology["Activities"]["low"]["Parameters"]["Outputs"][0] |= {"Priority": "11", "TemplateId": "f" * 32}
    topology["Activities"]["picture"]["Parameters"]["SnapshotConfig"]["FrameType"] = "any"
    topology["Dependencies"]["picture"] = []
    sign_in(page, server, f"/workflows/{made}")
    page.get_by_role("button", name="更多").click()
    page.get_by_role("menuitem", name="导入拓扑 JSON").click()
    page.get_by_role("textbox", name="拓扑 JSON").fill(json.dumps(topology))
    page.get_by_role("dialog").get_by_role("button", name=re.compile(r"^导\s?入$")).click()
    problems = page.locator(".fe-problems").get_by_role("listitem")
    expect(problems).to_have_count(4)
    for line in problems.all_inner_texts():
        assert HAN.search(line), line
    shot(page, "zh editor problems")
    assert sentences(page) == []
