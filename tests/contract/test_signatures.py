"""Who may call: both signatures, good and bad, as the official SDKs make them and as others might."""

import json
import uuid
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import httpx
import pytest
from alibabacloud_mts20140618 import models as m
from aliyunsdkcore.acs_exception.exceptions import ServerException

from contract.conftest import Site
from contract.signing import LINK, acs3, code, now, v1


@pytest.mark.parametrize("config", [{}, {"signature_algorithm": "v2"}])
def test_the_new_sdk_is_understood_with_both_of_its_signatures(site: Site, config: dict[str, str]) -> None:
    answer = site.new_sdk(**config).search_pipeline(m.SearchPipelineRequest())
    assert answer.status_code == 200 and len(answer.body.request_id) == 36


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("form", ["JSON", "XML"])
def test_the_old_sdk_is_understood_by_get_and_post_in_json_and_xml(site: Site, method: str, form: str) -> None:
    answer = site.old_call("SearchPipeline", method=method, form=form)
    if form == "XML":
        tree = ElementTree.fromstring(answer)
        assert tree.tag == "SearchPipelineResponse"
        answer = {"PageNumber": int(tree.findtext("PageNumber") or 0), "RequestId": tree.findtext("RequestId")}
    assert answer["PageNumber"] == 1 and len(answer["RequestId"]) == 36


def test_a_signed_form_body_is_as_good_as_a_query(site: Site) -> None:
    assert v1(site, "SearchPipeline", "POST", body=True).status_code == 200


def test_xml_is_the_default_of_the_old_signature(site: Site) -> None:
    assert v1(site, "SearchPipeline", Format="").headers["content-type"].startswith("text/xml")


def test_a_wrong_secret_is_refused_by_both(site: Site) -> None:
    with pytest.raises(ServerException) as old:
        site.old_call("SearchPipeline", secret="wrong")
    assert (old.value.get_error_code(), old.value.get_http_status()) == ("SignatureDoesNotMatch", 400)
    with pytest.raises(Exception, match="SignatureDoesNotMatch"):
        site.new_sdk(secret="wrong").search_pipeline(m.SearchPipelineRequest())


def test_an_unknown_key_is_refused(site: Site) -> None:
    with pytest.raises(ServerException) as old:
        site.old_call("SearchPipeline", key="LTAInobody", secret="x")
    assert old.value.get_error_code() == "InvalidAccessKeyId.NotFound"


@pytest.mark.parametrize("sign", [v1, acs3])
def test_a_nonce_counts_once(site: Site, sign: Callable[..., httpx.Response]) -> None:
    nonce = {"SignatureNonce" if sign is v1 else "x_acs_signature_nonce": uuid.uuid4().hex}
    assert sign(site, "SearchPipeline", **nonce).status_code == 200
    assert code(sign(site, "SearchPipeline", **nonce)) == "SignatureNonceUsed"


def test_a_nonce_of_a_bad_signature_is_not_used_up(site: Site) -> None:
    nonce = uuid.uuid4().hex
    assert code(v1(site, "SearchPipeline", secret="wrong", SignatureNonce=nonce)) == "SignatureDoesNotMatch"
    assert v1(site, "SearchPipeline", SignatureNonce=nonce).status_code == 200


@pytest.mark.parametrize("minutes", [-16, 16])
def test_a_clock_that_is_wrong_by_more_than_fifteen_minutes_is_refused(site: Site, minutes: int) -> None:
    assert code(v1(site, "SearchPipeline", Timestamp=now(minutes))) == "InvalidTimeStamp.Expired"
    assert code(acs3(site, "SearchPipeline", x_acs_date=now(minutes))) == "InvalidTimeStamp.Expired"


def test_time_stamps_may_carry_milliseconds_but_must_be_times(site: Site) -> None:
    assert v1(site, "SearchPipeline", Timestamp=now(form="%Y-%m-%dT%H:%M:%S.123Z")).status_code == 200
    assert code(v1(site, "SearchPipeline", Timestamp="yesterday")) == "InvalidTimeStamp.Format"


@pytest.mark.parametrize("header", ["host", "x-acs-action", "x-acs-version", "x-acs-date", "x-acs-signature-nonce"])
def test_what_steers_an_acs3_request_must_be_signed(site: Site, header: str) -> None:
    assert code(acs3(site, "SearchPipeline", leave=header)) == "IncompleteSignature"


def test_a_body_that_is_not_the_signed_one_is_refused(site: Site) -> None:
    assert (
        code(acs3(site, "SearchPipeline", "/-/rpc/SearchPipeline", b"{}", x_acs_content_sha256="0" * 64))
        == "IncompleteSignature"
    )


def test_headers_do_not_steer_a_request_whose_signature_does_not_cover_them(site: Site) -> None:
    assert code(v1(site, "", headers={"x-acs-action": "SearchPipeline"})) == "MissingParameter"


def test_temporary_credentials_are_refused_with_a_sentence(site: Site) -> None:
    answer = acs3(site, "SearchPipeline", x_acs_security_token="token").json()
    assert answer["Code"] == "IncompleteSignature" and "STS" in answer["Message"]


def test_an_unsigned_request_is_refused(site: Site) -> None:
    answer = httpx.get(f"{site.url}/?Action=SearchPipeline&Version=2014-06-18&Format=JSON")
    assert (answer.status_code, code(answer)) == (400, "MissingAccessKeyId")


def test_a_parameter_given_twice_is_refused(site: Site) -> None:
    for answer in (
        httpx.get(f"{site.url}/?Action=A&Action=B"),
        httpx.post(f"{site.url}/?Action=A", data={"Action": "B"}),
    ):
        assert answer.status_code == 400 and "more than once" in answer.text


def test_names_of_operations_are_told_apart(site: Site) -> None:
    """Not in the table, in the table but not built, another version."""
    assert [code(v1(site, a)) for a in ("NoSuchThing", "SubmitTraceAbJob")] == [
        "InvalidAction.NotFound",
        "UnsupportedOperation",
    ]
    assert code(v1(site, "SearchPipeline", Version="2013-01-01")) == "InvalidVersion"


def test_the_rpc_alias_takes_native_json(site: Site) -> None:
    body: dict[str, Any] = {"Name": "rpc", "SpeedLevel": 2, "NotifyConfig": {"QueueName": "q"}}
    answer = acs3(site, "AddPipeline", "/-/rpc/AddPipeline", json.dumps(body).encode()).json()
    assert (answer["Pipeline"]["SpeedLevel"], answer["Pipeline"]["NotifyConfig"]) == (2, {"QueueName": "q"})


def test_a_key_that_was_switched_off_is_refused(site: Site) -> None:
    with site.ctx.database.write() as tx:
        tx.exec_driver_sql(
            "insert into access_keys (id, secret, account, role, state, created_ms) values ('LTAIoff', 's', "
            "'alice', 'administrator', 'Inactive', 0)"
        )
    with pytest.raises(ServerException) as off:
        site.old_call("SearchPipeline", key="LTAIoff", secret="s")
    assert (off.value.get_error_code(), off.value.get_http_status()) == ("InvalidAccessKeyId.Inactive", 403)


def test_another_method_is_told_which_ones_there_are(site: Site) -> None:
    answer = LINK.put(site.url)
    assert (
        answer.status_code == 405
        and set(answer.headers["allow"].replace(" ", "").split(",")) == {"GET", "HEAD", "POST"}
        and "<RequestId>" in answer.text
    )
