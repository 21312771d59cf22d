"""Workflows through the official SDKs, with the codes of every refusal."""

import http.client
import json
from collections.abc import Callable
from functools import partial

import pytest
from alibabacloud_mts20140618 import models as m

import databases
from contract.conftest import Name, Site
from contract.refusals import MISSING, refused
from contract.signing import v1

Draw = Callable[..., str]


# --- workflows


def test_a_workflow_lives_from_add_to_delete(site: Site, name: Name, drawing: Draw) -> None:
    sdk, called, text = site.new_sdk(), name("wf"), drawing()
    made = sdk.add_media_workflow(m.AddMediaWorkflowRequest(name=called, topology=text)).body.media_workflow
    assert (made.state, made.trigger_mode, made.topology, made.name) == (
        "Active",
        "OssAutoTrigger",
        text,
        called,
    )  # verbatim
    assert (
        refused(lambda: sdk.add_media_workflow(m.AddMediaWorkflowRequest(name=called, topology=text)))
        == "InvalidParameter"
    )  # the name is taken
    one = {"media_workflow_id": made.media_workflow_id}
    other = drawing(prefix="elsewhere/")
    assert (
        refused(lambda: sdk.update_media_workflow(m.UpdateMediaWorkflowRequest(**one, topology=other)))
        == "InvalidParameter.InvalidState"
    )
    assert (
        sdk.deactivate_media_workflow(m.DeactivateMediaWorkflowRequest(**one)).body.media_workflow.state == "Inactive"
    )
    changed = sdk.update_media_workflow(
        m.UpdateMediaWorkflowRequest(**one, topology=other, name=called + "2", trigger_mode="NotInAuto")
    ).body.media_workflow
    assert (changed.topology, changed.name, changed.trigger_mode) == (other, called + "2", "NotInAuto")
    wanted = {"MediaWorkflowId": made.media_workflow_id, "Topology": other, "Revision": "2"}
    assert site.old_call("UpdateMediaWorkflow", **wanted)["MediaWorkflow"]["Revision"] == 3
    # somebody else was faster
    assert refused(lambda: site.old_call("UpdateMediaWorkflow", **wanted)) == "RevisionConflict"
    assert sdk.activate_media_workflow(m.ActivateMediaWorkflowRequest(**one)).body.media_workflow.state == "Active"
    mode = sdk.update_media_workflow_trigger_mode(
        m.UpdateMediaWorkflowTriggerModeRequest(**one, trigger_mode="OssAutoTrigger")
    ).body.media_workflow
    assert mode.trigger_mode == "OssAutoTrigger"
    assert sdk.delete_media_workflow(m.DeleteMediaWorkflowRequest(**one)).body.media_workflow.state == "Deleted"
    assert (
        refused(lambda: sdk.activate_media_workflow(m.ActivateMediaWorkflowRequest(**one)))
        == "InvalidParameter.ResourceDeleted"
    )
    found = sdk.query_media_workflow_list(
        m.QueryMediaWorkflowListRequest(media_workflow_ids=f"{made.media_workflow_id},{MISSING}")
    ).body
    assert found.media_workflow_list.media_workflow[
        0
    ].state == "Deleted" and found.non_exist_media_workflow_ids.media_workflow_id == [MISSING]
    sdk.add_media_workflow(
        m.AddMediaWorkflowRequest(name=called + "2", topology=text)
    )  # the name of a deleted one is free


def test_a_workflow_keeps_its_versions(site: Site, name: Name, drawing: Draw) -> None:
    called, first, second = name("wf"), drawing(), drawing(prefix="elsewhere/")
    made = site.old_call("AddMediaWorkflow", Name=called, Topology=first, Note="drawn")["MediaWorkflow"]
    one = {"MediaWorkflowId": made["MediaWorkflowId"]}
    site.old_call("UpdateMediaWorkflow", **one, Topology=second, WhileActive="true", Name=called + "2")
    site.old_call("UpdateMediaWorkflowTriggerMode", **one, TriggerMode="NotInAuto")
    newest = site.old_call("ListMediaWorkflowVersions", **one, MaximumPageSize="2")
    rest = site.old_call("ListMediaWorkflowVersions", **one, NextPageToken=newest["NextPageToken"])
    found = newest["MediaWorkflowVersionList"] + rest["MediaWorkflowVersionList"]
    assert [v["Version"] for v in found] == [3, 2, 1] and [v["Current"] for v in found] == [True, False, False]
    assert found[2]["Note"] == "drawn" and {v["Author"] for v in found} == {"LTAIalice"}
    compared = site.old_call("CompareMediaWorkflowVersions", **one, FromVersion="1")
    changed = {c["Path"]: (c["Before"], c["After"]) for c in compared["Changes"]}
    assert changed["TriggerMode"] == ("OssAutoTrigger", "NotInAuto") and changed["Name"] == (called, called + "2")
    (path,) = changed.keys() - {"TriggerMode", "Name"}
    assert path.endswith(".InputFile.ObjectPrefix") and changed[path][1] == "elsewhere/"
    assert compared["From"]["Topology"] == first and compared["To"]["Version"] == 3
    back = site.old_call("RestoreMediaWorkflowVersion", **one, WorkflowVersion="1", Note="as before")["MediaWorkflow"]
    assert (back["Topology"], back["Name"], back["TriggerMode"]) == (first, called, "OssAutoTrigger")
    assert (back["Revision"], back["State"], back["Reuse"]) == (4, "Active", "Off")
    last = site.old_call("ListMediaWorkflowVersions", **one)["MediaWorkflowVersionList"][0]
    assert (last["Version"], last["RestoredFrom"], last["Note"]) == (4, 1, "as before")
    for wrong in ({**one, "WorkflowVersion": "9"}, {"MediaWorkflowId": MISSING, "WorkflowVersion": "1"}):
        answer = refused(partial(site.old_call, "RestoreMediaWorkflowVersion", **wrong))
        assert answer == "InvalidParameter.ResourceNotFound"


def test_parameters_that_a_workflow_does_not_have_are_refused(site: Site, name: Name, drawing: Draw) -> None:
    values = {"Name": name("wf"), "Topology": drawing(), "Triggermode": "NotInAuto"}
    assert refused(lambda: site.old_call("AddMediaWorkflow", **values)) == "InvalidParameter.NotSupported"


def test_search_of_workflows_filters_by_state(site: Site, name: Name, drawing: Draw) -> None:
    made = site.old_call("AddMediaWorkflow", Name=name("wf"), Topology=drawing())["MediaWorkflow"]["MediaWorkflowId"]
    ids = {
        s: [
            w["MediaWorkflowId"]
            for w in site.old_call("SearchMediaWorkflow", StateList=s, PageSize="100")["MediaWorkflowList"][
                "MediaWorkflow"
            ]
        ]
        for s in ("Active", "Inactive,Deleted", "")
    }
    assert [made in ids[s] for s in ids] == [True, False, True]


def test_activating_an_active_workflow_does_not_move_its_beginning(site: Site, name: Name, drawing: Draw) -> None:
    """Objects that arrived in between must still start it."""
    made = site.old_call("AddMediaWorkflow", Name=name("wf"), Topology=drawing())["MediaWorkflow"]["MediaWorkflowId"]

    def since() -> int:
        with site.ctx.database.read() as tx:
            return int(databases.run(tx, "select active_since_ms from workflows where id = ?", (made,)).scalar() or 0)

    before = since()
    site.old_call("ActivateMediaWorkflow", MediaWorkflowId=made)
    assert since() == before > 0


@pytest.mark.parametrize("text", ["{not json", "[]", '"text"', "5"])
def test_a_topology_that_is_no_json_object_has_a_code_of_its_own(site: Site, name: Name, text: str) -> None:
    assert (
        refused(lambda: site.old_call("AddMediaWorkflow", Name=name("wf"), Topology=text))
        == "InvalidParameter.JsonObjectFormatInvalid"
    )


@pytest.mark.parametrize("kind", ["[]", "{}", "null", "5", '"Startle"'])
def test_a_type_that_is_no_word_is_named(site: Site, name: Name, kind: str) -> None:
    text = f'{{"Activities":{{"a":{{"Type":{kind},"Parameters":{{}}}}}},"Dependencies":{{}}}}'
    body = v1(site, "AddMediaWorkflow", Name=name("wf"), Topology=text).json()
    assert ("Activities.a.Type", "InvalidParameter") in [(p["Path"], p["Code"]) for p in body["Problems"]]


def test_everything_that_a_topology_names_must_exist_and_all_that_lacks_is_told(
    site: Site, name: Name, drawing: Draw
) -> None:
    text = drawing(template="1" * 32, out=name("nobucket"), pipeline="2" * 32, into=name("noinput"))
    body = v1(site, "AddMediaWorkflow", Name=name("wf"), Topology=text).json()
    assert sorted(p["Code"] for p in body["Problems"]) == ["InvalidParameter.ResourceNotFound"] * 3 + [
        "InvalidParameter.TemplateNotFound"
    ]
    assert all(p["Path"].startswith("Activities.") for p in body["Problems"])


def test_a_topology_of_a_hundred_kilobytes_fits_into_the_query(site: Site, name: Name, drawing: Draw) -> None:
    graph = json.loads(drawing())
    for i in range(150):
        graph["Activities"][f"hd{i}"] = graph["Activities"]["hd"]
        graph["Dependencies"] |= {f"hd{i}": ["end"]}
        graph["Dependencies"]["start"].append(f"hd{i}")
    text = json.dumps(graph, indent=8)
    text += " " * max(0, 100_000 - len(text))
    made = (
        site.new_sdk()
        .add_media_workflow(m.AddMediaWorkflowRequest(name=name("big"), topology=text))
        .body.media_workflow
    )
    assert made.topology == text


def test_a_request_line_that_is_too_long_is_refused_not_broken_off(site: Site) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", site.port)
    connection.request("GET", f"/?Format=JSON&Name={'x' * (260 * 1024)}")
    assert connection.getresponse().status == 413
    connection.close()
