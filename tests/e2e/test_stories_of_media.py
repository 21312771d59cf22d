"""Media, lists and queries, through the official SDK."""

from functools import partial
from typing import Any

import pytest
from alibabacloud_mts20140618 import models as m
from alibabacloud_mts20140618.client import Client

from e2e.stories import (  # noqa: F401 - fixtures
    COPY,
    LD_MP4,
    MISSING,
    draw,
    ended,
    listener,
    media,
    pipeline,
    plays,
    probing,
    refused,
    report,
    run,
    sdk,
    server,
    start,
    status,
    submit,
    transcode,
    vendor_url,
)
from reelmill.cli.client import Refused
from running import Running

pytestmark = pytest.mark.slow


# --- the media library


def test_media_are_added_with_and_without_a_workflow_deleted_and_revived(
    server: Running, sdk: Client, pipeline: str, probing: str
) -> None:
    def add(key: str, **more: Any) -> Any:
        return sdk.add_media(m.AddMediaRequest(file_url=vendor_url(key), **more)).body.media

    alone = add("other/x.mp4", title="t", tags="a,b,,a", description="d", cate_id=7)
    assert (alone.title, alone.tags.tag, alone.description, alone.cate_id, alone.run_id_list.run_id) == (
        "t",
        ["a", "b"],
        "d",
        7,
        [],
    )
    assert (
        sdk.add_media(m.AddMediaRequest(file_url=f"{server.url}/vod-in/other/x.mp4")).body.media.media_id
        == alone.media_id
    )  # both forms, one media
    for unbind in (None, True):  # the path is checked unless InputUnbind is false
        code, words = refused(partial(add, "other/x.mp4", media_workflow_id=probing, input_unbind=unbind))
        assert code == "InvalidParameter" and "vod-in/in/" in words and "InputUnbind" in words
    runs = [
        add(
            "other/x.mp4", media_workflow_id=probing, input_unbind=False, media_workflow_user_data="ü" * 512
        ).run_id_list.run_id[0]
        for _ in range(2)
    ]
    assert len({*runs}) == 2 and ended(sdk, runs[0]).input.user_data == "ü" * 512  # every call starts a run; 1024 bytes
    assert refused(lambda: add("other/x.mp4", media_workflow_user_data="ü" * 513))[0] == "InvalidParameter.OutOfRange"
    ended(sdk, runs[1])
    switch = draw(sdk, "off", {"start": start(pipeline, "in/"), "end": report("Auto")}, {"start": ["end"]})
    sdk.deactivate_media_workflow(m.DeactivateMediaWorkflowRequest(media_workflow_id=switch))
    # no further run
    assert len(add("other/x.mp4", media_workflow_id=switch, input_unbind=False).run_id_list.run_id) == 2
    sdk.delete_media_workflow(m.DeleteMediaWorkflowRequest(media_workflow_id=switch))
    assert (
        refused(lambda: add("other/x.mp4", media_workflow_id=switch, input_unbind=False))[0]
        == "InvalidParameter.ResourceDeleted"
    )
    assert refused(lambda: add("other/x.mp4", cover_url="javascript:alert(1)"))[0] == "InvalidParameter.Format"
    assert refused(lambda: add("other/x.mp4", media_workflow_id=MISSING))[0] == "InvalidParameter.ResourceNotFound"
    assert refused(lambda: add("other/x.mp4", override_params="{"))[0] == "InvalidParameter.JsonObjectFormatInvalid"
    sdk.delete_media(m.DeleteMediaRequest(media_ids=alone.media_id))
    assert (
        media(sdk, alone.media_id).publish_state == "Deleted" and (server.home / "buckets/vod-in/other/x.mp4").exists()
    )
    publish = m.UpdateMediaPublishStateRequest(media_id=alone.media_id, publish=True)
    assert refused(lambda: sdk.update_media_publish_state(publish))[0] == "InvalidParameter.ResourceDeleted"
    again = add("other/x.mp4")
    assert (again.media_id, again.publish_state) == (alone.media_id, "Initiated")
    assert (
        refused(lambda: sdk.delete_media(m.DeleteMediaRequest(media_ids=f"{alone.media_id},{MISSING}")))[0]
        == "InvalidParameter.ResourceNotFound"
    )
    assert media(sdk, alone.media_id).publish_state == "Initiated"  # all or none


def test_deleting_a_media_closes_what_was_made_of_it(sdk: Client, pipeline: str) -> None:
    workflow = draw(
        sdk,
        "closing",
        {"start": start(pipeline, "other/"), "t": transcode("{RunId}/t", COPY), "end": report("Auto")},
        {"start": ["t"], "t": ["end"]},
    )
    execution = run(sdk, workflow, "other/x.mp4")
    url = plays(sdk, execution.media_id)["t"].file.url
    assert status(url) == 200
    sdk.delete_media(m.DeleteMediaRequest(media_ids=execution.media_id))
    assert status(url) == 404


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://vod-in.oss-cn-hangzhou.aliyuncs.com/other/x.mp4", "InvalidParameter.Format"),
        ("http://cdn.example.com/other/x.mp4", "InvalidParameter.Format"),
        ("http://vod-in.oss-cn-hangzhou.aliyuncs.com/other/x.mp4?a=b", "InvalidParameter.Format"),
        ("nonsense", "InvalidParameter.Format"),
        ("http://vod-in.oss-us-west-1.aliyuncs.com/other/x.mp4", "InvalidParameter.LocationInvalid"),
        ("http://nobody.oss-cn-hangzhou.aliyuncs.com/x.mp4", "InvalidParameter.ResourceNotFound"),
        ("http://vod-in.oss-cn-hangzhou.aliyuncs.com/none.mp4", "InvalidParameter.ResourceNotFound"),
        ("http://vod-in.oss-cn-hangzhou.aliyuncs.com/other/%2E%2E/x.mp4", "InvalidParameter.ObjectKeyInvalid"),
    ],
)
def test_addresses_that_name_no_object_of_ours_are_refused(sdk: Client, url: str, code: str) -> None:
    assert refused(lambda: sdk.add_media(m.AddMediaRequest(file_url=url)))[0] == code


def test_executions_and_jobs_are_paged_without_gaps_or_repeats(server: Running, sdk: Client, pipeline: str) -> None:
    """27 of each; what begins while somebody turns the pages is not mixed in."""
    held = sdk.add_pipeline(m.AddPipelineRequest(name="many")).body.pipeline.id
    sdk.update_pipeline(m.UpdatePipelineRequest(pipeline_id=held, name="many", state="Paused"))
    workflow = draw(sdk, "many", {"start": start(held, "in/"), "end": report("Manual")}, {"start": ["end"]})
    url = vendor_url("in/a b+ü.mp4")
    begun = [
        sdk.add_media(m.AddMediaRequest(file_url=url, media_workflow_id=workflow)).body.media.run_id_list.run_id[0]
        for _ in range(27)
    ]

    def executions(token: str | None) -> tuple[list[str], str | None]:
        body = sdk.list_media_workflow_executions(
            m.ListMediaWorkflowExecutionsRequest(media_workflow_id=workflow, next_page_token=token)
        ).body
        return [e.run_id for e in body.media_workflow_execution_list.media_workflow_execution], body.next_page_token

    found, token = executions(None)
    sdk.add_media(m.AddMediaRequest(file_url=url, media_workflow_id=workflow))
    sizes = [len(found)]
    while token:
        page, token = executions(token)
        found, sizes = found + page, [*sizes, len(page)]
    assert sizes == [10, 10, 7] and found == begun[::-1]  # newest first
    made = [
        r.job.job_id
        for r in submit(sdk, held, *({"OutputObject": f"many/{n}.mp4", "TemplateId": LD_MP4} for n in range(27)))
    ]
    jobs: list[Any] = []
    token, sizes = None, []
    while True:
        body = sdk.list_job(
            m.ListJobRequest(pipeline_id=held, state="Submitted", maximum_page_size=13, next_page_token=token)
        ).body
        jobs, sizes, token = (
            jobs + [j.job_id for j in body.job_list.job],
            [*sizes, len(body.job_list.job)],
            body.next_page_token,
        )
        if not token:
            break
    assert sizes == [13, 13, 1] and len({*jobs}) == 27 and {*jobs} == {*made}
    assert refused(lambda: sdk.list_job(m.ListJobRequest(next_page_token="f" * 32)))[0] == "InvalidParameter"
    sdk.deactivate_media_workflow(m.DeactivateMediaWorkflowRequest(media_workflow_id=workflow))


def test_every_query_tells_which_ids_do_not_exist(server: Running) -> None:
    call = server.client.call
    for action, asked, envelope, member, told in (
        ("QueryMediaWorkflowExecutionList", "RunIds", "MediaWorkflowExecutionList", "NonExistRunIds", "RunId"),
        ("QueryMediaList", "MediaIds", "MediaList", "NonExistMediaIds", "MediaId"),
        (
            "QueryMediaWorkflowList",
            "MediaWorkflowIds",
            "MediaWorkflowList",
            "NonExistMediaWorkflowIds",
            "MediaWorkflowId",
        ),
        ("QueryJobList", "JobIds", "JobList", "NonExistJobIds", "String"),
        ("QuerySnapshotJobList", "SnapshotJobIds", "SnapshotJobList", "NonExistSnapshotJobIds", "String"),
        ("QueryMediaInfoJobList", "MediaInfoJobIds", "MediaInfoJobList", "NonExistMediaInfoJobIds", "String"),
        ("QueryPipelineList", "PipelineIds", "PipelineList", "NonExistPids", "String"),
        ("QueryTemplateList", "TemplateIds", "TemplateList", "NonExistTids", "String"),
    ):
        answer = call(action, **{asked: f"{MISSING},{'1' * 32}"})
        assert answer[member] == {told: [MISSING, "1" * 32]} and not any(answer[envelope].values()), action
        with pytest.raises(Refused, match="ListSizeExceed"):
            call(action, **{asked: ",".join(f"{n:032x}" for n in range(11))})
    url = vendor_url("none.mp4")
    assert call("QueryMediaListByURL", FileURLs=url)["NonExistFileURLs"] == {"FileURL": [url]}
