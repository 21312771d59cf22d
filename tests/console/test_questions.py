"""What the console asks about buckets, drawings and the whole."""

import json

import httpx
import jsonschema
import pytest

from console.conftest import Page
from console.ran import ran  # noqa: F401 - fixtures
from running import LOCATION, Running, ladder_topology


def test_one_folder_of_a_bucket_is_listed_page_by_page(ran: tuple[Running, Page, str]) -> None:
    server, page, _ = ran
    for name in ("b.txt", "a.txt", ".hidden", "z/inner.txt", "c d/é.txt"):
        target = server.home / "buckets" / "cin" / "shelf" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(name)
    whole = page.call("ListObjects", Bucket="cin", Prefix="shelf/")
    assert whole["Prefixes"] == ["shelf/c d/", "shelf/z/"] and [o["Key"] for o in whole["Objects"]] == [
        "shelf/a.txt",
        "shelf/b.txt",
    ]
    assert (
        whole["Objects"][0]["Size"] == 5
        and httpx.get(whole["Objects"][0]["URL"]).text == "a.txt"
        and "NextPageToken" not in whole
    )
    assert page.call("ListObjects", Bucket="cin", Prefix="shelf/a")["Objects"][0]["Key"] == "shelf/a.txt"
    found, token = [], None
    for _ in range(4):
        answer = page.call(
            "ListObjects",
            Bucket="cin",
            Prefix="shelf/",
            MaximumPageSize=1,
            **({"NextPageToken": token} if token else {}),
        )
        found += answer["Prefixes"] + [o["Key"] for o in answer["Objects"]]
        token = answer.get("NextPageToken")
    assert found == ["shelf/c d/", "shelf/z/", "shelf/a.txt", "shelf/b.txt"] and token is None
    assert (
        "up/" in page.call("ListObjects", Bucket="cin")["Prefixes"]
        and page.call("ListObjects", Bucket="cin", Prefix="none/")["Objects"] == []
    )
    assert page.refused("ListObjects", Bucket="cin", Prefix="../")[1] == "InvalidParameter.ObjectKeyInvalid"
    assert page.refused("ListObjects", Bucket="other")[1] == "InvalidParameter.ResourceNotFound"
    assert page.refused("ListObjects", Bucket="cin", NextPageToken="!")[1] == "InvalidParameter"


def test_addresses_of_own_buckets_are_signed_and_all_others_left_out(ran: tuple[Running, Page, str]) -> None:
    server, page, _ = ran
    urls = [
        f"{server.url}/cin/up/ten.mp4",
        f"http://cin.{LOCATION}.aliyuncs.com/up/ten.mp4",
        "http://example.com/a/b",
        f"{server.url}/other/x",
        "nonsense",
    ]
    signed = page.call("SignURLs", URLs=urls)["URLs"]
    assert [one["URL"] for one in signed] == urls[:2] and all(
        httpx.get(one["SignedURL"]).status_code == 200 for one in signed
    )
    assert httpx.get(urls[0]).status_code == 404
    assert page.refused("SignURLs", URLs=[1])[0] == 400


def test_an_upload_form_learns_which_workflows_will_start(ran: tuple[Running, Page, str]) -> None:
    _, page, flow = ran
    assert [
        w["MediaWorkflowId"]
        for w in page.call("MatchMediaWorkflows", Bucket="cin", Object="up/new.mp4")["MediaWorkflows"]
    ] == [flow]
    assert page.call("MatchMediaWorkflows", Bucket="cin", Object="elsewhere/new.mp4")["MediaWorkflows"] == []
    assert page.call("MatchMediaWorkflows", Bucket="cin", Object="up/notes.docx")["MediaWorkflows"] == []
    assert page.refused("MatchMediaWorkflows", Bucket="cin", Object="/abs")[1] == "InvalidParameter.ObjectKeyInvalid"


def test_the_overview_counts(ran: tuple[Running, Page, str]) -> None:
    _, page, _ = ran
    told = page.call("GetOverview")
    assert (
        told["Buckets"] == {"Input": 1, "Output": 1}
        and told["Workflows"] == {"Active": 1, "Inactive": 0}
        and told["Media"] == 2
        and told["Pipelines"] == 1
    )
    assert (
        told["Executions"] == {"Running": 0, "Completed": 1, "Fail": 1}
        and 0 < told["Storage"]["Free"] <= told["Storage"]["Total"]
        and told["Problems"] == []
    )


def test_problems_of_a_topology_are_answers_and_name_their_activity(ran: tuple[Running, Page, str]) -> None:
    _, page, _ = ran
    pipeline = page.call("SearchPipeline")["PipelineList"]["Pipeline"][0]["Id"]
    good = ladder_topology(pipeline, ["S00000001-100020"])
    assert page.call("ValidateTopology", Topology=json.dumps(good))["Problems"] == []
    good["Activities"]["v.0"] = good["Activities"].pop("v0")
    good["Dependencies"] |= {"pack": ["agroup", "v.0"], "v.0": good["Dependencies"].pop("v0")}
    good["Activities"]["v.0"]["Parameters"]["Outputs"][0]["TemplateId"] = "nothing"
    told = page.call("ValidateTopology", Topology=json.dumps(good))["Problems"]
    assert {p.get("Activity") for p in told} == {"v.0", "master"} and all(
        p["Path"] and p["Code"] and p["Message"] for p in told
    )
    for bad in ("", "{", "[]", "{}", '{"Activities": 5, "Dependencies": []}', '{"Activities": [], "Dependencies": {}}'):
        answer = page.http.post("/-/rpc/ValidateTopology", json={"Topology": bad})
        assert answer.status_code == (400 if bad == "" else 200) and (bad == "" or answer.json()["Problems"])


@pytest.mark.parametrize("circle", [{"agroup": ["a1", "agroup"]}, {"agroup": ["a1", "sounds"], "sounds": ["agroup"]}])
def test_a_circle_inside_a_package_is_told_and_does_not_catch_the_server(
    ran: tuple[Running, Page, str], circle: dict[str, list[str]]
) -> None:
    _, page, _ = ran
    pipeline = page.call("SearchPipeline")["PipelineList"]["Pipeline"][0]["Id"]
    drawn = ladder_topology(pipeline, ["S00000001-100020"])
    drawn["Activities"]["sounds"] = {"Type": "AudioGroup", "Parameters": {"GroupId": "more"}}
    drawn["Dependencies"] |= circle
    told = page.call("ValidateTopology", Topology=json.dumps(drawn))["Problems"]
    assert any("cycle" in problem["Message"] for problem in told)


def test_the_presets_of_the_catalogue_are_good_topologies(ran: tuple[Running, Page, str]) -> None:
    _, page, _ = ran
    pipeline = page.call("SearchPipeline")["PipelineList"]["Pipeline"][0]["Id"]
    told = page.http.get("/-/catalogue").json()
    assert [p["Id"] for p in told["Presets"]] == ["single", "ladder", "hls-package"] and {
        "Start",
        "Transcode",
        "Report",
    } <= {n["Type"] for n in told["Nodes"]}
    for preset in told["Presets"]:
        text = (
            json.dumps(preset["Topology"])
            .replace("${input}", "cin")
            .replace("${output}", "cout")
            .replace("${pipeline}", pipeline)
        )
        assert page.call("ValidateTopology", Topology=text)["Problems"] == [], preset["Id"]
    for node in told["Nodes"]:
        jsonschema.Draft202012Validator.check_schema(node["Schema"])
        assert node["Label"]["zh"] and node["Stage"] in ("prepare", "make", "check", "package", "publish")


def test_a_queue_that_is_not_there_is_warned_of(ran: tuple[Running, Page, str]) -> None:
    """While it is drawn: nobody waits for messages that do not come."""
    _, page, _ = ran
    pipeline = page.call("SearchPipeline")["PipelineList"]["Pipeline"][0]["Id"]
    drawn = ladder_topology(pipeline, ["S00000001-100020"], prefix="warned/")
    assert page.call("ValidateTopology", Topology=json.dumps(drawn))["Warnings"] == []
    drawn["Activities"]["start"]["Parameters"] |= {"QueueName": "films", "MessageType": "Queue"}
    told = page.call("ValidateTopology", Topology=json.dumps(drawn))
    assert told["Problems"] == []
    assert [(w["Activity"], w["Path"].rpartition(".")[2]) for w in told["Warnings"]] == [("start", "QueueName")]
