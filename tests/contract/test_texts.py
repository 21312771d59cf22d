"""Texts that a database might not take: with U+0000, with half a character, far too long. The caller hears the same on
each database, and never that the server is at fault."""

import json
from typing import Any

import pytest
from aliyunsdkcore.acs_exception.exceptions import ServerException

from contract.conftest import Name, Site, site_on_each

site = site_on_each
TEXTS = {"nul": "a\0b", "half": "a\ud800b", "long": "x" * 5000, "wide": "\U0001f3ac" * 1200}
# action, parameters that are good, the parameter that is not
CALLS: list[tuple[str, dict[str, str], str]] = [
    ("AddPipeline", {}, "Name"),
    ("AddTemplate", {"Container": '{"Format":"mp4"}'}, "Name"),
    ("AddWaterMarkTemplate", {"Config": '{"Type":"Image"}'}, "Name"),
    ("AddCategory", {"ParentId": "-1"}, "CateName"),
    ("AddWebhook", {"Events": "execution.*"}, "Url"),
    ("AddMediaWorkflow", {"Topology": "{}"}, "Name"),
    ("AddMediaWorkflow", {"Name": "w"}, "Topology"),
    ("BindInputBucket", {}, "Bucket"),
    ("SearchMedia", {}, "KeyWord"),
    ("SearchMedia", {}, "Title"),
    ("SearchMedia", {}, "Tag"),
    ("SearchMedia", {}, "NextPageToken"),
    ("SearchMediaWorkflowExecutions", {}, "Name"),
    ("SearchMediaWorkflowExecutions", {}, "RunId"),
    ("ListMediaWorkflowExecutions", {}, "MediaWorkflowName"),
    ("ListMediaWorkflowExecutions", {}, "InputFileURL"),
    ("QueryMediaListByURL", {}, "FileURLs"),
    ("QueryTemplateList", {}, "TemplateIds"),
    ("DeleteTemplate", {}, "TemplateId"),
    ("UpdateAccessKey", {"State": "Inactive"}, "UserAccessKeyId"),
]
OF_MEDIA = ("Title", "Description", "Tags", "MediaWorkflowUserData", "CoverURL", "FileURL")
_heard: dict[tuple[str, str, str], str] = {}


def answer(site: Site, action: str, **values: str) -> str:
    """The code of the refusal, or that there was none."""
    try:
        site.old_call(action, **values)
    except ServerException as error:
        assert error.get_http_status() < 500, (action, values, error)
        return str(error.get_error_code())
    return "good"


def same_as_before(kind: str, action: str, name: str, code: str) -> None:
    assert _heard.setdefault((kind, action, name), code) == code, "the other database said something else"


@pytest.mark.parametrize("kind", [kind for kind in TEXTS if kind != "half"])
def test_a_parameter_is_refused_alike_or_taken_alike(site: Site, kind: str) -> None:
    for action, good, name in CALLS:
        code = answer(site, action, **good, **{name: TEXTS[kind]})
        same_as_before(kind, action, name, code)
        if kind == "nul":
            assert code == "InvalidParameter.Format" or name == "Bucket", (action, name, code)


@pytest.mark.parametrize("kind", [kind for kind in TEXTS if kind != "half"])
def test_texts_of_a_media_are_refused_alike_or_taken_alike(site: Site, name: Name, kind: str) -> None:
    bucket = name("in")
    site.old_call("BindInputBucket", Bucket=bucket)
    site.folder(bucket).path("x.mp4").write_bytes(b"x")
    good = {"FileURL": f"http://{bucket}.oss-cn-hangzhou.aliyuncs.com/x.mp4"}
    media = site.old_call("AddMedia", **good)["Media"]["MediaId"]
    for text in OF_MEDIA:
        same_as_before(kind, "AddMedia", text, answer(site, "AddMedia", **(good | {text: TEXTS[kind]})))
    for tag in ("AddMediaTag", "DeleteMediaTag"):
        same_as_before(kind, tag, "Tag", answer(site, tag, MediaId=media, Tag=TEXTS[kind]))


@pytest.mark.parametrize("kind", TEXTS)
def test_texts_inside_json_are_refused_alike_or_taken_alike(site: Site, kind: str) -> None:
    """Where they come as `\\u0000` and `\\ud800`, which no look at the parameter sees."""
    text, place = TEXTS[kind], {"Bucket": "b", "Location": "oss-cn-hangzhou"}
    pipeline = site.old_call("AddPipeline", Name="texts")["Pipeline"]["Id"]

    def workflow(**start: Any) -> str:
        parameters = {"PipelineId": pipeline, "InputFile": place} | start
        return json.dumps({"Activities": {"s": {"Type": "Start", "Parameters": parameters}}, "Dependencies": {"s": []}})

    drawn = {
        "prefix": workflow(InputFile=place | {"ObjectPrefix": text}),
        "bucket": workflow(InputFile=place | {"Bucket": text}),
        "queue": workflow(QueueName=text, MessageType="Queue"),
        "pipeline": workflow(PipelineId=text),
        "activity": json.dumps({"Activities": {text: {"Type": "Start"}}, "Dependencies": {text: []}}),
        "type": json.dumps({"Activities": {"s": {"Type": text}}, "Dependencies": {"s": []}}),
    }
    for place_of_it, topology in drawn.items():
        code = answer(site, "AddMediaWorkflow", Name="w", Topology=topology)
        same_as_before(kind, "AddMediaWorkflow", place_of_it, code)
    given = {
        "SubmitJobs": {
            "PipelineId": pipeline,
            "OutputBucket": "b",
            "Outputs": "[]",
            "Input": json.dumps(place | {"Object": text}),
        },
        "SubmitMediaInfoJob": {"Input": json.dumps(place | {"Object": text})},
        "AddTemplate": {"Name": "t", "Container": json.dumps({"Format": text})},
        "AddWaterMarkTemplate": {"Name": "t", "Config": json.dumps({"Type": text})},
        "UpdatePipeline": {
            "PipelineId": pipeline,
            "Name": "n",
            "State": "Active",
            "NotifyConfig": json.dumps({"QueueName": text}),
        },
    }
    for action, values in given.items():
        same_as_before(kind, action, "inside", answer(site, action, **values))


def test_what_many_write_at_once_stays_in_order(site: Site, name: Name) -> None:
    """Calls of several connections: one makes the bucket, everybody's tag is there, names stay alone."""
    from concurrent.futures import ThreadPoolExecutor

    bucket = name("in")
    with ThreadPoolExecutor(6) as crowd:
        found = list(crowd.map(lambda _: answer(site, "BindInputBucket", Bucket=bucket), range(6)))
        assert "good" in found and len(set(found)) <= 2, found
        site.folder(bucket).path("x.mp4").write_bytes(b"x")
        good = {"FileURL": f"http://{bucket}.oss-cn-hangzhou.aliyuncs.com/x.mp4"}
        ids = set(crowd.map(lambda _: site.old_call("AddMedia", **good)["Media"]["MediaId"], range(6)))
        assert len(ids) == 1
        (media,) = ids
        assert set(crowd.map(lambda n: answer(site, "AddMediaTag", MediaId=media, Tag=f"t{n}"), range(6))) == {"good"}
        tags = site.old_call("QueryMediaList", MediaIds=media)["MediaList"]["Media"][0]["Tags"]["Tag"]
        assert sorted(tags) == [f"t{n}" for n in range(6)]
        named = list(crowd.map(lambda _: answer(site, "AddMediaWorkflow", Name=bucket, Topology="{}"), range(6)))
        assert len(set(named)) == 1, named
        made = list(crowd.map(lambda _: answer(site, "AddCategory", CateName=bucket, ParentId="-1"), range(6)))
        assert made.count("good") == 1, made


def test_two_calls_that_stand_in_each_others_way_both_succeed(
    site: Site, name: Name, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DeleteMedia of the same two media in opposite order, each in the middle of it when the other one begins: a real
    deadlock on PostgreSQL, of which the caller hears nothing."""
    import threading

    from reelmill.store import media

    bucket = name("in")
    site.old_call("BindInputBucket", Bucket=bucket)
    ids = []
    for key in ("a.mp4", "b.mp4"):
        site.folder(bucket).path(key).write_bytes(b"x")
        url = f"http://{bucket}.oss-cn-hangzhou.aliyuncs.com/{key}"
        ids.append(site.old_call("AddMedia", FileURL=url)["Media"]["MediaId"])
    shared, meet, write = not site.ctx.database.dialect.single_writer, threading.Barrier(2), media.write
    calls, lock = list[str](), threading.Lock()

    def slow(tx: Any, *where: Any, **values: Any) -> int:
        changed = write(tx, *where, **values)
        with lock:
            calls.append("")
            first = len(calls) <= 2
        if first and shared:
            meet.wait(10)
        return changed

    monkeypatch.setattr(media, "write", slow)
    found = list[str]()
    threads = [
        threading.Thread(target=lambda order=order: found.append(answer(site, "DeleteMedia", MediaIds=",".join(order))))
        for order in (ids, ids[::-1])
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert found == ["good", "good"]
    assert len(calls) > 4 if shared else len(calls) == 4, "one of them came as far as its first media and began again"
