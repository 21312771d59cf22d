"""Writes src/reelmill/api/spec/examples.json: one real request and answer of every operation, as a running server took
and gave it, shortened.

PYTHONPATH=src:tests .venv/bin/python -m contract.record_examples
"""

import hashlib
import json
import os
import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from clips import clip
from contract.sdks import NewSdk
from contract.story import Story
from reelmill.api import ops, table
from running import KEY, LOCATION, REGION, ROOT, SECRET, Listener, Running, until
from stranger.installing import install

TARGET = ROOT / "src" / "reelmill" / "api" / "spec" / "examples.json"
LONG = 400  # characters of a text that are shown


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        listener = Listener()
        server = Running(
            Path(folder) / "home", callback_url=listener.url, callback_private_networks="127.0.0.1", ai="true"
        )
        server.env["PYTHONPATH"] += os.pathsep + str(install(Path(folder) / "site"))  # a node that waits
        server.start()
        try:
            found = told(Story(NewSdk(server.port, KEY, SECRET, REGION), server, listener).tell(), server)
        finally:
            server.kill()
            listener.close()
        lacking = sorted(set(ops.registered()) - set(found))
        if lacking:
            sys.exit(f"no example of {', '.join(lacking)}")
        text = plain(json.dumps({name: found[name] for name in sorted(found)}, ensure_ascii=False, indent=1), server)
    TARGET.write_text(text + "\n", encoding="utf-8")


def decided(story: Story, server: Running, call: Callable[..., dict[str, Any]]) -> None:
    """A film waits for somebody, who lets it pass."""
    drawn = json.loads(story.topology)
    start = {name: one for name, one in drawn["Activities"].items() if one["Type"] == "Start"}
    proof = {"Bucket": story.outputs, "Object": "{RunId}/proof.jpg", "Question": "Is it sharp?"}
    activities = {"proof": {"Type": "Proof", "Parameters": proof}, "end": {"Type": "Report", "Parameters": {}}}
    (first,) = start
    topology = {"Activities": start | activities, "Dependencies": {first: ["proof"], "proof": ["end"], "end": []}}
    flow = server.client.call("AddMediaWorkflow", Name="Proofs", Topology=topology)["MediaWorkflow"]["MediaWorkflowId"]
    run = server.client.call("AddMedia", FileURL=story.url, MediaWorkflowId=flow)["Media"]["RunIdList"]["RunId"][0]
    until(lambda: server.client.call("ListWaitingActivities")["WaitingActivities"], 30, "a film waits")
    call("ListWaitingActivities", MaximumPageSize=10)
    call("DecideActivity", RunId=run, Activity="proof", Decision="pass", Note="Sharp enough.")


def told(story: Story, server: Running) -> dict[str, Any]:
    """One exchange of each operation: of the SDKs' ones that which said most, of our own ones a call made here."""
    found = {}
    for action, answers in story.heard.items():
        place = max(
            range(len(answers)), key=lambda n: (len(story.asked[action][n]), len(json.dumps(short(answers[n]))))
        )
        found[action] = {"request": native(action, story.asked[action][place]), "answer": short(answers[place])}

    def call(action: str, **values: Any) -> dict[str, Any]:
        answer = server.client.call(action, **values)
        found[action] = {"request": values, "answer": short(answer)}
        return answer

    waiting = story.topology.replace(story.pipeline, story.paused)
    flow = server.client.call("AddMediaWorkflow", Name="waits", Topology=waiting)["MediaWorkflow"]["MediaWorkflowId"]
    run = server.client.call("AddMedia", FileURL=story.url, MediaWorkflowId=flow)["Media"]["RunIdList"]["RunId"][0]
    call(
        "SearchMediaWorkflowExecutions",
        MediaWorkflowId=story.flow,
        State="Completed",
        HasFailure=False,
        MaximumPageSize=1,
    )
    done = found["SearchMediaWorkflowExecutions"]["answer"]["Executions"][0]["RunId"]
    call("DescribeExecution", RunId=done)
    decided(story, server, call)
    call("GetActivityLog", RunId=done, Activity="hls")
    call("DescribePipelineLoad", PipelineIds=story.paused)
    call("ListIProductionJobs", State="Success", MaximumPageSize=1)
    made = call(
        "AddCensorWordList", Name="offers", Words='["lucky spin", "/win [0-9]+/"]', Label="ad", Suggestion="block"
    )
    call("UpdateCensorWordList", Id=made["CensorWordList"]["Id"], Suggestion="review")
    call("ListCensorWordLists")
    call("DeleteCensorWordList", Id=made["CensorWordList"]["Id"])
    picture = {"Bucket": story.sources, "Location": LOCATION, "Object": "emblem.png"}
    made = call("AddCensorLogo", Name="channel seven", Input=picture, Label="TV", Suggestion="block")
    call("UpdateCensorLogo", Id=made["CensorLogo"]["Id"], Suggestion="review")
    call("ListCensorLogos", IncludePicture=True)
    call("DeleteCensorLogo", Id=made["CensorLogo"]["Id"])
    call("CancelMediaWorkflowExecution", RunId=run)
    call("RetryMediaWorkflowExecution", RunId=run)
    call("RerunMediaWorkflowExecution", RunId=done, FromActivity="hls", Definition="run", NewRun=True)
    call(
        "ValidateTopology",
        Topology='{"Activities":{"a":{"Type":"Start","Parameters":{"QueueName":"q"}}},"Dependencies":{}}',
    )
    call("DryRunMediaWorkflow", MediaWorkflowId=flow, FileURL=story.url)
    call("EvaluateCondition", Condition="media.info.height >= 720", MediaId=story.media)
    call("MatchMediaWorkflows", Bucket=story.sources, Object="up/new film.mp4")
    server.put(story.sources, "older/film.mp4", clip("base.mp4"))
    call("ListMediaWorkflowVersions", MediaWorkflowId=story.flow, MaximumPageSize=1)
    call("CompareMediaWorkflowVersions", MediaWorkflowId=story.flow, FromVersion=1)
    call("RestoreMediaWorkflowVersion", MediaWorkflowId=flow, Version=1, Note="As it was")
    asked = {"MediaWorkflowId": flow, "Filter": {"Suffix": [".mp4", ".mov"], "MinSize": 1000}}
    fill = call("SubmitBackfillJob", **asked, Prefix="older/", RatePerMinute=30, Priority=2)["BackfillJob"]["JobId"]
    until(lambda: server.client.call("ListBackfillJobFiles", JobId=fill)["Files"], 20, "a file of a backfill")
    call("UpdateBackfillJob", JobId=fill, State="Cancelled")
    call("QueryBackfillJobList", JobIds=fill)
    call("ListBackfillJobFiles", JobId=fill, MaximumPageSize=10)
    call("ListObjects", Bucket=story.sources, Prefix="up/", MaximumPageSize=10)
    call("SignURLs", URLs=[story.url])
    call("ListMedia", MaximumPageSize=1)
    call("SearchMedia", KeyWord="t2", PageSize=1)
    call("ListPresetTemplates")
    call("GetOverview")
    category = call("AddCategory", CateName="News", ParentId=-1)["Category"]["CateId"]
    call("UpdateCategoryName", CateId=category, CateName="Daily news")
    call("ListAllCategory")
    call("CategoryTree")
    call("DeleteCategory", CateId=category)
    key = call("AddAccessKey", Role="operator")["AccessKey"]["AccessKeyId"]
    call("UpdateAccessKey", UserAccessKeyId=key, Role="viewer", State="Inactive")
    call("RotateAccessKey", UserAccessKeyId=key)
    call("ListAccessKeys")
    call("DeleteAccessKey", UserAccessKeyId=key)
    hook = call("AddWebhook", Url="http://127.0.0.1:9/hook", Events="execution.*,media.published")["Webhook"][
        "WebhookId"
    ]
    call("ListWebhooks")
    call("UpdateWebhook", WebhookId=hook, Events="execution.finished", State="Active")
    call("RotateWebhookSecret", WebhookId=hook)
    delivery = call("TestWebhook", WebhookId=hook)["DeliveryId"]
    call("ListDeliveries", WebhookId=hook, MaximumPageSize=1)
    call("ReplayDelivery", DeliveryId=delivery)
    call("DeleteWebhook", WebhookId=hook)
    return found


def native(action: str, values: dict[str, Any]) -> dict[str, Any]:
    """Documents as objects instead of texts."""
    kinds = {p.name: p.type for p in table.operations()[action].parameters}
    return {
        name: json.loads(value) if kinds[name] in ("object", "array") and isinstance(value, str) else value
        for name, value in values.items()
    }


def short(value: Any) -> Any:
    """Lists by their first element, long texts by their beginning, and nothing that is empty below the first level of
    an answer."""
    if isinstance(value, dict):
        return {name: short(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [short(inner) for inner in value[:1]]
    return f"{value[:LONG]} ..." if isinstance(value, str) and len(value) > LONG else value


def plain(text: str, server: Running) -> str:
    """Without what is of this machine or this moment."""
    for real, shown in (
        (str(server.home), "HOME"),
        (str(ROOT), "CHECKOUT"),
        (f"127.0.0.1:{server.port}", "127.0.0.1:8600"),
        (KEY, "LTAIexamplekey"),
        ("http://127.0.0.1:9/hook", "https://example.org/hook"),
        ("new-in", "vod-in"),
        ("new-out", "vod-out"),
        ("flow new", "flow"),
    ):
        text = text.replace(real, shown)
    text = re.sub(r"[^\s\"']*/(ffmpeg|ffprobe)-linux[\w.-]*", r"\1", text)
    text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "2026-11-23T06:10:25Z", text)
    text = re.sub(r"[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}", "8906582E-6722-409A-A6C4-0E7863B733A5", text)
    text = re.sub(r"(/-/s/)\d+\.[0-9a-f]+", r"\g<1>1795500000.0c1f", text)
    text = re.sub(r'("[A-Za-z]*Secret": )"[^"]*"', r'\1"(told once)"', text)
    text = re.sub(r"LTAI[A-Za-z0-9]{8,}", "LTAIexamplekey", text)
    known: dict[str, str] = {}
    return re.sub(
        r"(?<![0-9a-f])(?!0{32})[0-9a-f]{32}(?![0-9a-f])",
        lambda m: known.setdefault(m[0], hashlib.sha256(f"example {len(known)}".encode()).hexdigest()[:32]),
        text,
    )


if __name__ == "__main__":
    main()
