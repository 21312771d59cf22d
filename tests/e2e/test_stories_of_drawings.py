"""What a user draws wrong is told, and older clients are served too."""

import hashlib
import hmac
import json
import urllib.request
import uuid
import warnings
from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest
from alibabacloud_mts20140618 import models as m
from alibabacloud_mts20140618.client import Client
from aliyunsdkcore.client import AcsClient
from aliyunsdkmts.request.v20140618.QueryTemplateListRequest import QueryTemplateListRequest
from aliyunsdkmts.request.v20140618.SearchPipelineRequest import SearchPipelineRequest
from aliyunsdkmts.request.v20140618.SubmitSmarttagJobRequest import SubmitSmarttagJobRequest

from e2e.stories import (  # noqa: F401 - fixtures
    LD_M3U8,
    LD_MP4,
    MISSING,
    SOURCE,
    listener,
    pipeline,
    refused,
    report,
    sdk,
    server,
    start,
    topology,
    transcode,
)
from reelmill.cli.client import Refused
from running import KEY, LOCATION, REGION, SECRET, Running

pytestmark = pytest.mark.slow


# --- refusals


def test_eight_mistakes_of_a_drawing_are_told_at_once_with_their_paths(
    server: Running, sdk: Client, pipeline: str
) -> None:
    snap = {"OutputFile": {"Bucket": "vod-out", "Location": LOCATION, "Object": "{Nope}.jpg"}, "Time": "soon"}
    text = topology(
        {
            "start": {"Type": "Start", "Parameters": {**start(pipeline, "in/")["Parameters"], "Colour": "red"}},
            "t": transcode("{SnapshotTime}/x", LD_MP4, Video={"Crf": "99"}, Rotate="360"),
            "s": {"Type": "Snapshot", "Parameters": {"SnapshotConfig": snap}},
            "c": {"Type": "UploadVerify"},
            "info": {"Type": "MediaInfo", "Parameters": {"Input": SOURCE}},
            "end": report("Never"),
            "gone": transcode("x", "S00000001-999999"),
        },
        {"start": ["t", "gone", "ghost"], "t": ["end"], "gone": ["end"], "s": ["end"]},
    )
    with pytest.raises(Refused) as told:
        server.client.call("AddMediaWorkflow", Name="wrong", Topology=text)
    problems = {p["Path"]: p["Code"] for p in told.value.answer["Problems"]}
    output = "Activities.t.Parameters.Outputs[0]"
    assert problems == {
        "Dependencies.start[2]": "InvalidParameter.ResourceNotFound",
        "Activities.gone.Parameters.Outputs[0].TemplateId": "InvalidParameter.TemplateNotFound",
        "Activities.start.Parameters.Colour": "InvalidParameter",
        f"{output}.OutputObject": "MissingParameter",
        f"{output}.Video.Crf": "InvalidParameter.OutOfRange",
        f"{output}.Rotate": "InvalidParameter.OutOfRange",
        "Activities.s.Parameters.SnapshotConfig.Time": "InvalidParameter.NumberFormatInvalid",
        "Activities.s.Parameters.SnapshotConfig.OutputFile.Object": "InvalidParameter",
        "Activities.c.Type": "InvalidParameter.NotSupported",
        "Activities.info.Type": "InvalidParameter.NotSupported",
        "Activities.end.Parameters.PublishType": "InvalidParameter",
    }
    code, words = refused(
        lambda: sdk.add_media_workflow(m.AddMediaWorkflowRequest(name="wrong", topology=text))
    )  # an SDK shows the message alone
    assert code in problems.values() and all(path in words for path in problems)


def test_everything_that_a_drawing_names_must_be_there(server: Running, pipeline: str) -> None:
    elsewhere = transcode("x", LD_MP4)
    elsewhere["Parameters"] |= {"OutputBucket": "nobody", "OutputLocation": "oss-mars"}
    wrong_start = {
        "Type": "Start",
        "Parameters": {"PipelineId": MISSING, "InputFile": {"Bucket": "vod-out", "Location": "oss-us-west-1"}},
    }
    master = {
        "MultiBitrateVideoStreams": [
            {"RefActivityName": "ghost", "ExtXStreamInfo": {"BandWidth": "1", "Audio": "nogroup"}}
        ]
    }
    text = topology(
        {
            "start": wrong_start,
            "t": transcode("x", "S00000001-999999"),
            "e": elsewhere,
            "pack": {
                "Type": "PackageConfig",
                "Parameters": {"Output": {"Bucket": "vod-out", "Location": LOCATION, "MasterPlayListName": "m.m3u8"}},
            },
            "v": {
                "Type": "Transcode",
                "Parameters": {"Outputs": [{"TemplateId": LD_M3U8}], "MultiBitrateVideoStream": {"URI": "v.m3u8"}},
            },
            "master": {"Type": "GenerateMasterPlayList", "Parameters": {"MasterPlayList": master}},
            "end": report("Auto"),
        },
        {"start": ["t", "e", "pack"], "pack": ["v"], "v": ["master"], **{n: ["end"] for n in ("t", "e", "master")}},
    )
    with pytest.raises(Refused) as told:
        server.client.call("AddMediaWorkflow", Name="wrong", Topology=text)
    stream = "Activities.master.Parameters.MasterPlayList.MultiBitrateVideoStreams[0]"
    missing, place = "InvalidParameter.ResourceNotFound", "InvalidParameter.LocationInvalid"
    assert sorted((p["Path"], p["Code"]) for p in told.value.answer["Problems"]) == sorted(
        [
            ("Activities.start.Parameters.PipelineId", missing),
            ("Activities.start.Parameters.InputFile.Bucket", missing),
            ("Activities.start.Parameters.InputFile.Location", place),
            ("Activities.t.Parameters.Outputs[0].TemplateId", "InvalidParameter.TemplateNotFound"),
            ("Activities.e.Parameters.OutputBucket", missing),
            ("Activities.e.Parameters.OutputLocation", place),
            (f"{stream}.RefActivityName", missing),
            (f"{stream}.ExtXStreamInfo.Audio", missing),
        ]
    )


@pytest.mark.parametrize(
    ("edges", "words"),
    [
        ({"start": ["a"], "a": ["b"], "b": ["a", "end"]}, "cycle"),
        ({"start": ["a"], "a": ["end"]}, "No way leads from Start"),
        ({"start": ["a", "b"], "a": ["end"]}, "does not end in Report"),
        ({"start": ["a", "b"], "a": ["start", "end"], "b": ["end"]}, "no predecessor"),
    ],
)
def test_a_drawing_leads_from_start_to_report_without_circles(
    server: Running, pipeline: str, edges: dict[str, list[str]], words: str
) -> None:
    text = topology(
        {
            "start": start(pipeline, "in/"),
            "a": transcode("a", LD_MP4),
            "b": transcode("b", LD_MP4),
            "end": report("Auto"),
        },
        edges,
    )
    assert words in refused(lambda: server.client.call("AddMediaWorkflow", Name="circle", Topology=text))[1]


def test_operations_that_are_not_built_say_so(server: Running, sdk: Client) -> None:
    code, words = refused(lambda: sdk.submit_smarttag_job(m.SubmitSmarttagJobRequest(input="{}")))
    assert code == "UnsupportedOperation" and "SubmitSmarttagJob" in words
    request = SubmitSmarttagJobRequest()
    request.set_endpoint(f"127.0.0.1:{server.port}")
    assert (
        refused(lambda: AcsClient(KEY, SECRET, REGION).do_action_with_exception(request))[0] == "UnsupportedOperation"
    )
    assert refused(lambda: server.client.call("NoSuchThing"))[0] == "InvalidAction.NotFound"


# --- other ways to ask


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_older_sdk_asks_by_get_and_post_and_is_answered_in_xml(server: Running, pipeline: str, method: str) -> None:
    client = AcsClient(KEY, SECRET, REGION)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        request = SearchPipelineRequest()
        request.set_endpoint(f"127.0.0.1:{server.port}")
        request.set_accept_format("XML")
        request.set_method(method)
        tree = ElementTree.fromstring(client.do_action(request))
    assert tree.tag == "SearchPipelineResponse" and len(tree.findtext("RequestId") or "") == 36
    found = {p.findtext("Id"): p.findtext("NotifyConfig/QueueName") for p in tree.findall("PipelineList/Pipeline")}
    assert found[pipeline] == "jobs"
    asked = QueryTemplateListRequest()
    asked.set_endpoint(f"127.0.0.1:{server.port}")
    asked.set_method(method)
    asked.set_TemplateIds(f"{LD_MP4},{MISSING}")
    answer = json.loads(client.do_action_with_exception(asked))
    assert answer["TemplateList"]["Template"][0]["Video"]["Codec"] == "H.264" and answer["NonExistTids"] == {
        "String": [MISSING]
    }


def test_the_rpc_alias_takes_and_gives_native_json(server: Running, pipeline: str) -> None:
    path, body = "/-/rpc/SubmitMediaInfoJob", json.dumps({"Input": SOURCE, "UserData": "native"}).encode()
    headers = {
        "host": f"127.0.0.1:{server.port}",
        "x-acs-action": "SubmitMediaInfoJob",
        "x-acs-version": "2014-06-18",
        "x-acs-signature-nonce": uuid.uuid4().hex,
        "x-acs-date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "x-acs-content-sha256": hashlib.sha256(body).hexdigest(),
    }
    names = ";".join(sorted(headers))
    lines = "".join(f"{n}:{headers[n]}\n" for n in sorted(headers))
    digest = hashlib.sha256(
        "\n".join(["POST", path, "", lines, names, headers["x-acs-content-sha256"]]).encode()
    ).hexdigest()
    signature = hmac.new(SECRET.encode(), f"ACS3-HMAC-SHA256\n{digest}".encode(), hashlib.sha256).hexdigest()
    headers["Authorization"] = f"ACS3-HMAC-SHA256 Credential={KEY},SignedHeaders={names},Signature={signature}"
    answer = json.loads(urllib.request.urlopen(urllib.request.Request(server.url + path, body, headers)).read())
    assert (answer["MediaInfoJob"]["State"], answer["MediaInfoJob"]["UserData"]) == ("Success", "native")
