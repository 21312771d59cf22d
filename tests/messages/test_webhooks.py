"""Webhooks: signed as Standard Webhooks says, filtered, tried again, in order, logged, replayed; secrets rotate."""

import json
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from messages.receiving import Came, Receiver, flow
from reelmill.cli.client import Refused
from running import LOCATION, Running, free_port, until


def hook(server: Running, url: str, **more: Any) -> tuple[str, str]:
    """(id, secret) of a new webhook."""
    made = server.client.call("AddWebhook", Url=url, **more)["Webhook"]
    return made["WebhookId"], made["Secret"]


def genuine(came: Came, secret: str) -> bool:
    try:
        Webhook(secret).verify(came.body, came.headers)
    except WebhookVerificationError:
        return False
    return True


def test_a_run_is_told_in_order_also_beside_receivers_that_are_dead_or_hang(
    server: Running, receiver: Receiver, short: Path
) -> None:
    receiver.usual = 200
    receiver.plan["/hangs"] = [0] * 50
    watched, other = flow(server, "watched/", {}), flow(server, "unwatched/", {})
    dead, _ = hook(server, f"http://127.0.0.1:{free_port()}/dead")
    hangs, _ = hook(server, receiver.url("/hangs"))
    only, secret = hook(server, receiver.url("/only"), Events="execution.*,activity.*", MediaWorkflowId=watched)
    cloud, cloud_secret = hook(server, receiver.url("/cloud"), Events="media.published", Format="CloudEvents")
    for prefix in ("watched", "unwatched"):
        server.put("cin", f"{prefix}/film.mp4", short)
    receiver.wait("/only", 1, 30, lambda came: came.json["type"] == "execution.finished")
    run = server.ended(watched)[0]["RunId"]
    came = receiver.wait("/only")
    kinds = [one.json["type"] for one in came]
    assert kinds[0] == "execution.started" and kinds[-1] == "execution.finished" and len(kinds) == len(set(kinds)) + 3
    assert all(genuine(one, secret) and one.json["data"]["RunId"] == run for one in came)
    server.ended(other)
    event = receiver.wait("/cloud", 2)[0]
    assert event.headers["content-type"].startswith("application/cloudevents+json") and genuine(event, cloud_secret)
    assert event.json["specversion"] == "1.0" and event.json["id"] == event.headers["webhook-id"]
    assert {"source", "time", "data"} <= set(event.json) and event.json["type"] == "media.published"
    for one in (dead, hangs, only, cloud):
        server.client.call("DeleteWebhook", WebhookId=one)


def test_a_message_is_tried_again_logged_and_replayed_and_secrets_rotate(server: Running, receiver: Receiver) -> None:
    call, receiver.usual = server.client.call, 200
    receiver.plan["/log"] = [500, 302]
    webhook, secret = hook(server, receiver.url("/log"), Events="job.finished")
    call("TestWebhook", WebhookId=webhook)
    tries = receiver.wait("/log", 3, 15)
    assert [one.answer for one in tries] == [500, 302, 200] and all(genuine(one, secret) for one in tries)
    assert len({one.headers["webhook-id"] for one in tries}) == 1 and tries[0].body == tries[2].body

    def delivered() -> Any:
        found = call("ListDeliveries", WebhookId=webhook)["Deliveries"]
        return found if found[0]["State"] == "Delivered" else None

    entry = until(delivered, 10, "the log says delivered")[0]
    assert (entry["MessageId"], entry["Type"]) == (tries[0].headers["webhook-id"], "webhook.test")
    assert [one["Status"] for one in entry["Attempts"]] == [500, 302, 200]
    assert secret not in json.dumps([call("ListDeliveries"), call("ListWebhooks")])
    call("ReplayDelivery", DeliveryId=entry["DeliveryId"])
    again = receiver.wait("/log", 4)[3]
    assert (again.body, again.headers["webhook-id"]) == (tries[0].body, tries[0].headers["webhook-id"])
    fresh = call("RotateWebhookSecret", WebhookId=webhook)["Webhook"]["Secret"]
    call("TestWebhook", WebhookId=webhook)
    both = receiver.wait("/log", 5)[4]
    assert fresh != secret and genuine(both, secret) and genuine(both, fresh)
    call("UpdateWebhook", WebhookId=webhook, State="Inactive")
    assert call("ListWebhooks")["Webhooks"][0]["State"] == "Inactive"
    pipeline = call("AddPipeline", Name="of-a-webhook")["Pipeline"]["Id"]
    assert call("UpdateWebhook", WebhookId=webhook, PipelineId=pipeline)["Webhook"]["PipelineId"] == pipeline
    assert not call("UpdateWebhook", WebhookId=webhook, PipelineId="*")["Webhook"].get("PipelineId")
    call("DeleteWebhook", WebhookId=webhook)
    with pytest.raises(Refused) as told:
        call("TestWebhook", WebhookId=webhook)
    assert told.value.answer["Code"] == "InvalidParameter.ResourceNotFound"


def test_jobs_and_media_are_told(server: Running, receiver: Receiver, short: Path) -> None:
    call, receiver.usual = server.client.call, 200
    pipeline = call("AddPipeline", Name="events")["Pipeline"]["Id"]
    mine, _ = hook(server, receiver.url("/mine"), Events="job.*", PipelineId=pipeline)
    media, _ = hook(server, receiver.url("/media"), Events="media.*")
    server.put("cin", "events/film.mp4", short)
    source = {"Bucket": "cin", "Location": LOCATION, "Object": "events%2Ffilm.mp4"}
    job = call("SubmitMediaInfoJob", Input=source, PipelineId=pipeline, Async=True)["MediaInfoJob"]["JobId"]
    data = receiver.wait("/mine")[0].json["data"]
    assert (data["JobId"], data["State"], data["Type"]) == (job, "Success", "MediaInfo")
    flow_id = flow(server, "events/", {}, publish="Manual")
    found = call("AddMedia", FileURL=f"{server.url}/cin/events/film.mp4", MediaWorkflowId=flow_id)["Media"]["MediaId"]
    server.ended(flow_id)
    call("UpdateMediaPublishState", MediaId=found, Publish=True)
    call("DeleteMedia", MediaIds=found)
    kinds = [(one.json["type"], one.json["data"]["MediaId"]) for one in receiver.wait("/media", 2)]
    assert kinds == [("media.published", found), ("media.deleted", found)]
    for one in (mine, media):
        call("DeleteWebhook", WebhookId=one)


@pytest.mark.parametrize(
    "url",
    [
        "file:///some/file",
        "http://user:word@127.0.0.1/",
        "http://169.254.169.254/latest",
        "http://[::ffff:10.0.0.1]/",
        "http://2852039166/",
        "http://10.1.2.3/",
    ],
)
def test_addresses_are_guarded(server: Running, url: str) -> None:
    with pytest.raises(Refused) as told:
        hook(server, url)
    assert told.value.answer["Code"] == "InvalidParameter"


def test_what_fits_no_event_is_refused(server: Running, receiver: Receiver) -> None:
    for more in ({"Events": "execution.stopped"}, {"Format": "Plane"}, {"MediaWorkflowId": "0" * 32}):
        with pytest.raises(Refused):
            hook(server, receiver.url("/x"), **more)
    assert not server.client.call("ListWebhooks")["Webhooks"]
