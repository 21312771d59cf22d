"""Who may do what: roles of keys, managing them, regions."""

from typing import Any

import pytest
from alibabacloud_mts20140618 import models as m
from aliyunsdkcore.acs_exception.exceptions import ServerException

from contract.conftest import REGION, Name, Site
from contract.signing import acs3, code, v1
from reelmill.api import ops, table
from reelmill.services import accounts


def _refused(site: Site, action: str, **values: str) -> str:
    with pytest.raises(ServerException) as error:
        site.old_call(action, **values)
    return str(error.value.get_error_code())


def _pair(site: Site, role: str, account: str = "alice") -> dict[str, Any]:
    row = accounts.add_key(site.ctx.database, account, role)
    return {"key": row["id"], "secret": row["secret"]}


def test_a_viewer_looks_and_changes_nothing(site: Site, name: Name) -> None:
    viewer, before = _pair(site, "viewer"), site.old_call("SearchPipeline")
    assert site.old_call("SearchPipeline", **viewer)["TotalCount"] == before["TotalCount"]
    with pytest.raises(Exception, match=r"NoPermission.*mts:AddPipeline") as error:
        site.new_sdk(viewer["key"], viewer["secret"]).add_pipeline(m.AddPipelineRequest(name=name("p")))
    assert getattr(error.value, "status_code", 0) == 403
    assert site.old_call("SearchPipeline")["TotalCount"] == before["TotalCount"]


@pytest.mark.parametrize("role", accounts.ROLES)
def test_each_operation_asks_for_the_role_it_needs(site: Site, role: str) -> None:
    """All operations that are built, without parameters: a role that is not enough is told so before anything else is
    looked at."""
    pair = _pair(site, role)
    for name in ops.registered():
        need = table.operations()[name].access
        answer = v1(site, name, **pair)
        assert (code(answer) == "NoPermission") == (need not in accounts.MAY[role]), (name, need, answer.text[:200])


def test_only_reading_operations_are_open_to_viewers() -> None:
    kinds = {o.name: o.access for o in table.operations().values()}
    assert {n for n, kind in kinds.items() if kind == "manage"} == {
        n for n in kinds if n.endswith(("AccessKey", "AccessKeys"))
    }
    changing = (
        "Add",
        "Update",
        "Delete",
        "Submit",
        "Cancel",
        "Bind",
        "Unbind",
        "Activate",
        "Deactivate",
        "Create",
        "Register",
        "Unregister",
        "Import",
        "Tag",
        "ImAudit",
        "Rotate",
        "Test",
        "Replay",
        "Restore",
        "Retry",
        "Rerun",
    )
    assert {n for n, kind in kinds.items() if kind == "decide"} == {"DecideActivity"}
    assert {n for n, kind in kinds.items() if kind == "write"} == {
        n for n in kinds if n.startswith(changing) and not n.endswith("AccessKey")
    }


def test_keys_are_made_changed_rotated_and_removed(site: Site) -> None:
    made = site.old_call("AddAccessKey", Role="operator")["AccessKey"]
    pair = {"key": made["AccessKeyId"], "secret": made["AccessKeySecret"]}
    site.old_call("SearchPipeline", **pair)
    assert code(v1(site, "ListAccessKeys", **pair)) == "NoPermission"
    listed = site.old_call("ListAccessKeys")["AccessKeys"]
    assert made["AccessKeyId"] in {k["AccessKeyId"] for k in listed} and "LTAIbob" not in {
        k["AccessKeyId"] for k in listed
    }
    assert all("AccessKeySecret" not in k for k in listed)
    fresh = site.old_call("RotateAccessKey", UserAccessKeyId=pair["key"])["AccessKey"]["AccessKeySecret"]
    assert code(v1(site, "SearchPipeline", **pair)) == "SignatureDoesNotMatch"
    pair["secret"] = fresh
    assert _refused(site, "DeleteAccessKey", UserAccessKeyId=pair["key"]) == "InvalidParameter.InvalidState"
    assert (
        site.old_call("UpdateAccessKey", UserAccessKeyId=pair["key"], State="Inactive")["AccessKey"]["State"]
        == "Inactive"
    )
    assert code(v1(site, "SearchPipeline", **pair)) == "InvalidAccessKeyId.Inactive"
    site.old_call("DeleteAccessKey", UserAccessKeyId=pair["key"])
    assert code(v1(site, "SearchPipeline", **pair)) == "InvalidAccessKeyId.NotFound"


def test_an_account_keeps_an_administrator_and_the_keys_of_others_are_unknown(site: Site) -> None:
    only = _pair(site, "administrator", "carol")
    changes: tuple[dict[str, Any], ...] = ({"State": "Inactive"}, {"Role": "viewer"})
    for change in changes:
        assert (
            code(v1(site, "UpdateAccessKey", UserAccessKeyId=only["key"], **only, **change))
            == "InvalidParameter.InvalidState"
        )
    assert (
        code(v1(site, "UpdateAccessKey", UserAccessKeyId="LTAIbob", State="Inactive", **only))
        == "InvalidParameter.ResourceNotFound"
    )
    assert code(v1(site, "RotateAccessKey", UserAccessKeyId="LTAIbob", **only)) == "InvalidParameter.ResourceNotFound"
    assert "AccessKeys" in v1(site, "ListAccessKeys", **only).json()


def test_the_pair_of_the_home_is_not_changed_from_outside(site: Site) -> None:
    site.ctx.own_key = "LTAIalice"
    try:
        assert (
            _refused(site, "UpdateAccessKey", UserAccessKeyId="LTAIalice", State="Inactive")
            == "PermissionDenied.ResourceAccess"
        )
        assert _refused(site, "RotateAccessKey", UserAccessKeyId="LTAIalice") == "PermissionDenied.ResourceAccess"
    finally:
        site.ctx.own_key = ""


def test_each_region_has_things_of_its_own(site: Site, name: Name) -> None:
    site.ctx.regions = ("cn-shanghai",)
    try:
        here, there = name("here"), name("there")
        site.old_call("AddPipeline", Name=here, RegionId=REGION)
        made = v1(site, "AddPipeline", Name=there, RegionId="cn-shanghai").json()["Pipeline"]["Id"]
        shown = [
            p["Name"] for p in v1(site, "SearchPipeline", RegionId="cn-shanghai").json()["PipelineList"]["Pipeline"]
        ]
        assert (
            shown == [there]
            and v1(site, "SearchPipeline", key="LTAIbob", RegionId="cn-shanghai").json()["TotalCount"] == 0
        )
        assert v1(site, "QueryPipelineList", PipelineIds=made).json()["NonExistPids"]["String"] == [made]
        by_host = acs3(site, "SearchPipeline", host="mts.cn-shanghai.example.com")
        assert [p["Name"] for p in by_host.json()["PipelineList"]["Pipeline"]] == [there]
    finally:
        site.ctx.regions = ()


def test_a_region_that_is_not_served_is_refused_by_name(site: Site) -> None:
    answer = v1(site, "SearchPipeline", RegionId="eu-central-1")
    assert (
        code(answer) == "InvalidParameter"
        and "RegionId" in answer.json()["Message"]
        and REGION in answer.json()["Message"]
    )
    assert code(acs3(site, "SearchPipeline", host="mts.eu-central-1.example.com")) == "InvalidParameter"
    assert "PipelineList" in acs3(site, "SearchPipeline", host="mts.example.com").json()
