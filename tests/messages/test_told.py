"""Runs and jobs tell the queue or topic that was named for them, once, in order; pushes are signed."""

import base64
import json
import time
import urllib.request
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from mns.mns_common import TopicHelper
from mns.mns_exception import MNSServerException
from mns.queue import QueueMeta
from mns.subscription import SubscriptionMeta
from mns.topic import TopicMessage, TopicMeta

from messages.receiving import Came, Receiver, account, flow
from running import LOCATION, REGION, Running

TEXT = "grüße <&> 消息"


def queue(server: Running, name: str) -> Any:
    made = account(server).get_queue(name)
    made.create(QueueMeta(vis_timeout=30, polling_wait_sec=0))
    return made


def drain(q: Any, count: int, seconds: float = 30) -> list[tuple[str, dict[str, Any]]]:
    """(id, JSON) of what is in a queue: so many, and what comes within a second after them."""
    found: list[tuple[str, dict[str, Any]]] = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            got = q.receive_message(1)
        except MNSServerException as error:
            assert error.type == "MessageNotExist"
            if len(found) >= count:
                break
            continue
        found.append((got.message_id, json.loads(got.message_body)))
        q.delete_message(got.receipt_handle)
    return found


def genuine(server: Running, came: Came) -> bool:
    heads = came.headers
    where = base64.b64decode(heads["x-mns-signing-cert-url"]).decode()
    assert where.startswith(f"{server.url}/-/mns/certificates/")
    certificate = x509.load_pem_x509_certificate(urllib.request.urlopen(where, timeout=10).read())
    ours = "".join(f"{name}:{heads[name]}\n" for name in sorted(heads) if name.startswith("x-mns-"))
    text = f"POST\n{heads['content-md5']}\n{heads['content-type']}\n{heads['date']}\n{ours}{came.path}"
    key = certificate.public_key()
    key.verify(base64.b64decode(heads["authorization"]), text.encode(), padding.PKCS1v15(), hashes.SHA1())  # type: ignore
    return True


def test_a_run_tells_its_queue_in_order_and_the_activities_say_so(server: Running, short: Path) -> None:
    q = queue(server, "runs")
    flow_id = flow(server, "q/", {"MessageType": "Queue", "QueueName": "runs"})
    server.put("cin", "q/film.mp4", short)
    run = server.ended(flow_id)[0]
    got = drain(q, 2)
    assert [body["Type"] for _, body in got] == ["Start", "Report"]
    assert [[a["Name"] for a in b["MediaWorkflowExecution"]["ActivityList"]] for _, b in got] == [
        ["start"],
        ["start", "work", "end"],
    ]
    told = {a["Name"]: a.get("MNSMessageResult") for a in run["ActivityList"]["Activity"]}
    assert {body["Name"]: {"MessageId": message_id} for message_id, body in got} == {
        name: result for name, result in told.items() if result
    }
    bad = server.home / "none.mp4"
    bad.write_bytes(b"this is no film " * 500)
    server.put("cin", "q/bad.mp4", bad)
    server.ended(flow_id, 2)
    failed = [body for _, body in drain(q, 2) if body["State"] == "Fail"]
    assert len(failed) == 1 and failed[0]["Code"] and failed[0]["Message"]


def test_a_queue_that_is_gone_is_told_on_the_activities(server: Running, short: Path) -> None:
    flow_id = flow(server, "gone/", {"QueueName": "never-made"})
    server.put("cin", "gone/film.mp4", short)
    run = server.ended(flow_id)[0]
    told = {a["Name"]: a.get("MNSMessageResult", {}).get("ErrorCode") for a in run["ActivityList"]["Activity"]}
    assert told == {"start": "QueueNotExist", "work": None, "end": "QueueNotExist"}


def test_a_transcode_that_publishes_tells_it(server: Running, short: Path) -> None:
    q = queue(server, "early")
    flow_id = flow(
        server, "early/", {"QueueName": "early"}, transcode="S00000001-200010", publish="TranscodeCompletedAuto"
    )
    server.put("cin", "early/film.mp4", short)
    server.ended(flow_id)
    assert [body["Type"] for _, body in drain(q, 3)] == ["Start", "Transcode", "Report"]


def test_jobs_tell_their_pipelines_queue_and_those_of_workflows_do_not(server: Running, short: Path) -> None:
    q, call = queue(server, "jobs"), server.client.call
    pipeline = call("AddPipeline", Name="told", NotifyConfig={"QueueName": "jobs"})["Pipeline"]["Id"]
    server.put("cin", "jobs/film.mp4", short)
    source = {"Bucket": "cin", "Location": LOCATION, "Object": "jobs%2Ffilm.mp4"}
    answer = call("SubmitMediaInfoJob", Input=source, PipelineId=pipeline, Async=True, UserData="mine")
    place = {"Bucket": "cout", "Location": LOCATION, "Object": "jobs%2F%7BCount%7D.jpg"}
    config = {"OutputFile": place, "Time": "0", "Num": "2", "Interval": "1"}
    shot = call("SubmitSnapshotJob", Input=source, PipelineId=pipeline, SnapshotConfig=config, UserData="mine")
    wanted = {
        (answer["MediaInfoJob"]["JobId"], "MediaInfo", answer["RequestId"]),
        (shot["SnapshotJob"]["Id"], "Snapshot", shot["RequestId"]),
    }
    got = [body for _, body in drain(q, 2)]
    assert {(b["jobId"], b["type"], b["requestId"]) for b in got} == wanted
    assert all(b["state"] == b["State"] == "Success" and b["userData"] == "mine" for b in got)


def test_jobs_of_every_type_tell_their_queue_and_know_what_became_of_it(server: Running, short: Path) -> None:
    q, call = queue(server, "kinds"), server.client.call
    server.put("cin", "kinds/film.mp4", short)
    source = {"Bucket": "cin", "Location": LOCATION, "Object": "kinds%2Ffilm.mp4"}
    place = {"Bucket": "cout", "Location": LOCATION}

    def pipeline(notify: dict[str, str], speed: str = "Standard") -> dict[str, Any]:
        made = call("AddPipeline", Name="kinds", Speed=speed, NotifyConfig=notify)["Pipeline"]["Id"]
        return {"PipelineId": made, "UserData": "mine"}

    here = {"QueueName": "kinds"}
    library = call("CreateFpShotDB", Name="kinds")["FpShotDB"]["FpDBId"]
    save = {"FpDBId": library, "PrimaryKey": "one", "SaveType": "save"}
    film, object_ = (
        f"oss://cin.{LOCATION}.aliyuncs.com/kinds/film.mp4",
        f"oss://cout.{LOCATION}.aliyuncs.com/k-{{sequenceId}}",
    )
    cover = {"FunctionName": "Cover", "Input": film, "Output": object_ + ".jpg", "JobParams": "{}"}
    review = {"VideoCensor": False, "Scenes": ["ad"]}
    asked = {"Input": source} | pipeline(here)
    moments = {"OutputFile": place | {"Object": "m-{Count}.jpg"}, "TimeArray": [0, 500], "FrameType": "normal"}
    made = {
        "Analysis": call("SubmitAnalysisJob", **asked),
        "Snapshot": call("SubmitSnapshotJob", SnapshotConfig=moments, **asked),
        "FpShot": call("SubmitFpShotJob", Input=source, FpShotConfig=save, **pipeline(here, "AIVideoFPShot")),
        "Cover": call("SubmitIProductionJob", **cover, **pipeline(here, "AIVideoCover")),
        "Censor": call(
            "SubmitMediaCensorJob", Input=source, VideoCensorConfig=review, **pipeline(here, "AIVideoCensor")
        ),
    }
    got = {body["type"]: (key, body) for key, body in drain(q, len(made), 60)}
    ids = {kind: next(body[n] for n in ("jobId",)) for kind, (_, body) in got.items()}
    assert set(got) == set(made) and all(ids[kind] in json.dumps(answer) for kind, answer in made.items())
    for kind, (_, body) in got.items():
        wanted = {"requestId": made[kind]["RequestId"], "type": kind, "state": "Success", "userData": "mine"}
        assert all(body[name] == body[name[0].upper() + name[1:]] == value for name, value in wanted.items()), kind
    shot = got["Snapshot"][1]
    assert (shot["TimeArray"], shot["Count"]) == ([0, 500], 2)
    assert shot["UrlPattern"].endswith("/m-{Count}.jpg") and shot["LastUrl"].endswith("/m-00002.jpg")
    found = call("QueryAnalysisJobList", AnalysisJobIds=ids["Analysis"])["AnalysisJobList"]["AnalysisJob"][0]
    assert found["MNSMessageResult"] == {"MessageId": got["Analysis"][0]}
    found = call("QuerySnapshotJobList", SnapshotJobIds=ids["Snapshot"])["SnapshotJobList"]["SnapshotJob"][0]
    assert found["MNSMessageResult"] == {"MessageId": got["Snapshot"][0]}
    output = [{"OutputObject": "kinds.mp4", "TemplateId": "S00000001-200010", "UserData": "mine"}]
    nowhere = pipeline(here | {"Topic": "never-made"})["PipelineId"]
    to = {"OutputBucket": "cout", "OutputLocation": LOCATION, "PipelineId": nowhere, "Outputs": output}
    answer = call("SubmitJobs", Input=source, **to)
    job = answer["JobResultList"]["JobResult"][0]["Job"]["JobId"]
    ((_, body),) = drain(q, 1)
    assert (body["JobId"], body["Type"], body["RequestId"]) == (job, "Transcode", answer["RequestId"])
    found = call("QueryJobList", JobIds=job)["JobList"]["Job"][0]
    lost = {"ErrorCode": "TopicNotExist", "ErrorMessage": 'There is no topic "never-made".'}
    assert found["MNSMessageResult"] == lost
    probed = call("SubmitMediaInfoJob", Input=source, PipelineId=nowhere)["MediaInfoJob"]
    assert probed["State"] == "Success" and probed["MNSMessageResult"] == lost, "it is answered within the request"


def test_a_condition_reads_what_a_review_has_said(server: Running, short: Path) -> None:
    call, place = server.client.call, {"Bucket": "cout", "Location": LOCATION}
    words = {"Words": json.dumps(["lucky spin"]), "Label": "ad", "Suggestion": "block"}
    listed = call("AddCensorWordList", Name="offers", **words)["CensorWordList"]["Id"]
    pipeline = call("AddPipeline", Name="asked")["Pipeline"]["Id"]
    source = {"Bucket": "cin", "Location": LOCATION, "ObjectPrefix": "asked/"}
    cover = {"SnapshotConfig": {"OutputFile": place | {"Object": "{RunId}.jpg"}, "Time": "0"}}
    review = {"CensorConfig": {"VideoCensor": False, "Scenes": ["ad"]}}
    said = 'activities.look.result.suggestion == "block"'
    topology = {
        "Activities": {
            "start": {"Type": "Start", "Parameters": {"PipelineId": pipeline, "InputFile": source}},
            "look": {"Type": "Censor", "Parameters": review},
            "bad": {"Type": "Snapshot", "Parameters": cover, "Condition": said},
            "good": {"Type": "Snapshot", "Parameters": cover, "Condition": f"!({said})"},
            "end": {"Type": "Report", "Parameters": {"PublishType": "Manual"}},
        },
        "Dependencies": {"start": ["look"], "look": ["bad", "good"], "bad": ["end"], "good": ["end"], "end": []},
    }
    workflow = call("AddMediaWorkflow", Name="asked", Topology=topology, TriggerMode="NotInAuto")["MediaWorkflow"]
    for name, title in (("a", "Now L u c k y spin"), ("b", "A film")):
        server.put("cin", f"asked/{name}.mp4", short)
        media = {"FileURL": f"{server.url}/cin/asked/{name}.mp4", "Title": title}
        call("AddMedia", MediaWorkflowId=workflow["MediaWorkflowId"], **media)
    runs = server.ended(workflow["MediaWorkflowId"], 2)
    states = {
        (run["Input"]["InputFile"]["Object"], one["Name"]): one["State"]
        for run in runs
        for one in run["ActivityList"]["Activity"]
        if one["Type"] == "Snapshot"
    }
    assert states == {
        ("asked/a.mp4", "bad"): "Success",
        ("asked/a.mp4", "good"): "Skipped",
        ("asked/b.mp4", "bad"): "Skipped",
        ("asked/b.mp4", "good"): "Success",
    }
    call("DeleteCensorWordList", Id=listed)


def test_a_topic_pushes_in_three_forms_to_tags_and_to_queues(server: Running, receiver: Receiver) -> None:
    topic = account(server).get_topic("films")
    assert topic.create(TopicMeta()) == f"{server.url}/topics/films"
    receiver.plan["/flaky"] = [500]

    def subscribe(name: str, form: str, tag: str = "", endpoint: str = "") -> None:
        meta = SubscriptionMeta(endpoint or receiver.url(f"/{name}"), "EXPONENTIAL_DECAY_RETRY", form, tag)
        topic.get_subscription(name).subscribe(meta)

    for name, form, tag in (("xml", "XML", ""), ("json", "JSON", ""), ("flaky", "SIMPLIFIED", ""), ("t", "JSON", "a")):
        subscribe(name, form, tag)
    q, owner = queue(server, "fan"), topic.get_subscription("xml").get_attributes().topic_owner
    subscribe("fan", "SIMPLIFIED", endpoint=TopicHelper.generate_queue_endpoint(REGION, owner, "fan"))
    assert len(topic.list_subscription()[0]) == 5
    sent = topic.publish_message(TopicMessage(TEXT))
    xml, json_form = receiver.wait("/xml")[0], receiver.wait("/json")[0]
    topic.publish_message(TopicMessage("tagged", "a"))
    assert genuine(server, xml) and genuine(server, json_form)
    assert TEXT.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").encode() in xml.body
    note = json_form.json
    assert (note["TopicName"], note["SubscriptionName"], note["Message"]) == ("films", "json", TEXT)
    assert (note["MessageId"], note["MessageMD5"]) == (sent.message_id, sent.message_body_md5)
    assert abs(float(note["PublishTime"]) / 1000 - time.time()) < 60
    again = receiver.wait("/flaky", 2, fit=lambda came: came.body.decode() == TEXT)
    assert [came.answer for came in again] == [500, 204] and genuine(server, again[1])
    log = server.client.call("ListDeliveries", Type="topic.message")["Deliveries"]
    pushed = next(one for one in log if (one["SubscriptionName"], one["MessageId"]) == ("xml", sent.message_id))
    assert pushed["TopicName"] == "films" and "WebhookId" not in pushed
    assert again[0].headers["x-mns-message-id"] == again[1].headers["x-mns-message-id"] == sent.message_id
    assert q.receive_message(5).message_body.decode() == TEXT
    assert [came.json["Message"] for came in receiver.wait("/t")] == ["tagged"]
    topic.get_subscription("json").unsubscribe()
    topic.publish_message(TopicMessage("after"))
    receiver.wait("/xml", 3)
    assert not receiver.wait("/json", 1, 0.5, lambda came: b"after" in came.body)
    server.client.call("ReplayDelivery", DeliveryId=pushed["DeliveryId"])
    assert receiver.wait("/xml", 4)[3].body == xml.body


def test_a_run_tells_its_topic_in_order_also_when_the_first_push_fails(
    server: Running, receiver: Receiver, short: Path
) -> None:
    topic = account(server).get_topic("told")
    topic.create(TopicMeta())
    receiver.plan["/order"] = [500, 503]
    meta = SubscriptionMeta(receiver.url("/order"), "EXPONENTIAL_DECAY_RETRY", "SIMPLIFIED")
    topic.get_subscription("order").subscribe(meta)
    flow_id = flow(server, "topic/", {"MessageType": "Topic", "TopicName": "told"})
    server.put("cin", "topic/film.mp4", short)
    server.ended(flow_id)
    receiver.wait("/order", 2, fit=lambda came: came.answer == 204)
    assert [(c.json["Type"], c.answer) for c in receiver.got] == [
        ("Start", 500),
        ("Start", 503),
        ("Start", 204),
        ("Report", 204),
    ]


def test_addresses_of_subscribers_are_guarded(server: Running) -> None:
    topic = account(server).get_topic("guarded")
    topic.create(TopicMeta())
    for url in (
        "http://169.254.169.254/latest",
        "http://[::ffff:10.0.0.1]/",
        "http://2852039166/",
        "ftp://x/",
        "mail:x",
    ):
        try:
            topic.get_subscription("bad").subscribe(SubscriptionMeta(url))
        except MNSServerException as error:
            assert error.type == "InvalidArgument"
        else:
            raise AssertionError(f"{url} was accepted")
