"""Requests that are almost signed: whoever listens on the line, or puts something on top, gets nothing."""

import base64
import hashlib
import hmac
import http.client
import json
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

import httpx
import pytest

from contract.conftest import KEYS, Site
from contract.signing import acs3, code, now, v1

EMPTY = hashlib.sha256(b"").hexdigest()


def raw(
    site: Site, method: str, target: str, headers: list[tuple[str, str]], body: bytes = b""
) -> tuple[int, dict[str, object]]:
    """One request with exactly these headers in this order; status and JSON of the answer."""
    link = http.client.HTTPConnection("127.0.0.1", site.port, timeout=20)
    link.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
    for name, value in headers:
        link.putheader(name, value.encode("latin-1"))
    link.putheader("content-length", str(len(body)))
    link.endheaders(body)
    answer = link.getresponse()
    text = answer.read()
    link.close()
    return answer.status, json.loads(text)


def signed(
    site: Site, target: str = "/", order: str = "", more: dict[str, str] | None = None, query: str = "", path: str = "/"
) -> list[tuple[str, str]]:
    """ACS3 headers whose SignedHeaders stand in this order (default: sorted)."""
    headers = {
        "host": f"127.0.0.1:{site.port}",
        "x-acs-action": "SearchPipeline",
        "x-acs-version": "2014-06-18",
        "x-acs-date": now(),
        "x-acs-signature-nonce": uuid.uuid4().hex,
        "x-acs-content-sha256": EMPTY,
    } | (more or {})
    names = sorted(headers, reverse=order == "reversed")
    request = b"\n".join(
        [
            b"POST",
            path.encode(),
            query.encode(),
            *(f"{n}:{headers[n].strip()}".encode("latin-1") for n in names),
            b"",
            ";".join(names).encode(),
            EMPTY.encode(),
        ]
    )
    signature = hmac.new(
        b"alicesecret", f"ACS3-HMAC-SHA256\n{hashlib.sha256(request).hexdigest()}".encode(), hashlib.sha256
    ).hexdigest()
    return [
        *headers.items(),
        (
            "Authorization",
            f"ACS3-HMAC-SHA256 Credential=LTAIalice,SignedHeaders={';'.join(names)},Signature={signature}",
        ),
    ]


def test_the_order_of_signed_headers_is_the_clients_own(site: Site) -> None:
    for order in ("", "reversed"):
        assert raw(site, "POST", "/", signed(site, order=order))[0] == 200
    headers = signed(site)
    assert raw(site, "POST", "/", headers[::-1])[0] == 200, "the order on the wire does not matter"


def test_header_values_count_as_the_bytes_that_came(site: Site) -> None:
    assert raw(site, "POST", "/", signed(site, more={"user-agent": "  Bücher/1.0  "}))[0] == 200


def test_a_signed_header_given_twice_is_another_request(site: Site) -> None:
    status, answer = raw(site, "POST", "/", [("x-acs-action", "DeletePipeline"), *signed(site)])
    assert (status, answer["Code"]) == (400, "SignatureDoesNotMatch")


@pytest.mark.parametrize(
    "twist",
    [
        lambda a: a.replace("Credential=LTAIalice", "Credential=LTAIbob"),
        lambda a: a.replace("Credential=LTAIalice", "Credential=LTAIalice,Credential=LTAIbob"),
        lambda a: a.replace("Signature=", "Signature=00"),
        lambda a: a + "00",
        lambda a: a[:-1],
        lambda a: a[:-64] + a[-64:].upper(),
        lambda a: a + ",Signature=" + "0" * 64,
        lambda a: a.replace("x-acs-action;", ""),
        lambda a: a.replace("x-acs-action", "X-Acs-Action"),
        lambda a: a.replace("SignedHeaders=", "SignedHeaders=;"),
        lambda a: a.replace("ACS3-HMAC-SHA256", "ACS3-HMAC-SM3"),
        lambda a: a.replace("ACS3-HMAC-SHA256", "acs3-hmac-sha256"),
        lambda a: "ACS3-HMAC-SHA256",
        lambda a: "ACS3-",
        lambda a: a.replace("host;", "host;host;"),
    ],
)
def test_an_authorization_that_was_touched_is_refused(site: Site, twist: Callable[[str], str]) -> None:
    headers = signed(site)
    status, answer = raw(site, "POST", "/?Format=JSON", [*headers[:-1], ("Authorization", twist(headers[-1][1]))])
    assert status == 400 and answer["Code"] in ("SignatureDoesNotMatch", "IncompleteSignature", "MissingAccessKeyId"), (
        answer
    )


@pytest.mark.parametrize(
    "target",
    ["/?State=All", "/?state=All", "/-/rpc/SearchPipeline", "/-/rpc/DeletePipeline", "/%2D/rpc/SearchPipeline"],
)
def test_an_address_that_was_not_signed_is_refused(site: Site, target: str) -> None:
    status, answer = raw(site, "POST", target, signed(site))
    assert (status, answer["Code"]) == (400, "SignatureDoesNotMatch")


def test_parameters_are_signed_by_what_they_mean_not_by_how_they_are_written(site: Site) -> None:
    """The same pair in another encoding is the same request; names are told apart by case."""
    query = "Name%20x=%2B%2Fa~"
    for sent in ("Name%20x=%2B%2Fa~", "Name+x=%2b%2fa%7E", "Name%20x=%2B/a~"):
        assert raw(site, "POST", f"/?{sent}", signed(site, query=query))[0] == 200
    for other in ("Name%20x=+%2Fa~", "name%20x=%2B%2Fa~", "Name%20x=%2B%2Fa~&", "Name%20x=%2B%2Fa~&Name%20x=%2B%2Fa~"):
        status, answer = raw(site, "POST", f"/?{other}", signed(site, query=query))
        assert (status == 200) == (other.endswith("~&")), answer  # an empty part is nothing


def test_a_method_that_was_not_signed_is_refused(site: Site) -> None:
    assert raw(site, "GET", "/", signed(site))[1]["Code"] == "SignatureDoesNotMatch"


def test_the_old_signature_does_not_open_the_alias(site: Site) -> None:
    """It covers neither the address nor a JSON body: who intercepts a request could make another one of it."""
    pairs = {
        "Action": "SearchPipeline",
        "Version": "2014-06-18",
        "AccessKeyId": "LTAIalice",
        "SignatureMethod": "HMAC-SHA1",
        "SignatureVersion": "1.0",
        "SignatureNonce": uuid.uuid4().hex,
        "Timestamp": now(),
        "Format": "JSON",
    }
    canonical = "&".join(f"{quote(k, safe='~')}={quote(v, safe='~')}" for k, v in sorted(pairs.items()))
    to_sign = f"POST&%2F&{quote(canonical, safe='~')}"
    pairs["Signature"] = base64.b64encode(hmac.new(b"alicesecret&", to_sign.encode(), hashlib.sha1).digest()).decode()
    answer = httpx.post(f"{site.url}/-/rpc/AddPipeline?{urlencode(pairs)}", json={"Name": "stolen"})
    assert code(answer) == "IncompleteSignature" and "HMAC-SHA1" in answer.json()["Message"]


@pytest.mark.parametrize(
    "changes",
    [
        {"SignatureMethod": "HMAC-SHA256"},
        {"SignatureVersion": "2.0"},
        {"SignatureType": "BEARERTOKEN"},
        {"SignatureMethod": ""},
    ],
)
def test_other_kinds_of_signatures_are_refused_with_a_sentence(site: Site, changes: dict[str, Any]) -> None:
    assert code(v1(site, "SearchPipeline", **changes)) == "IncompleteSignature"


def test_the_method_of_the_old_signature_may_be_written_in_any_case_and_its_type_be_empty(site: Site) -> None:
    assert v1(site, "SearchPipeline", SignatureMethod="Hmac-Sha1", SignatureType="").status_code == 200


@pytest.mark.parametrize("changes", [{"SecurityToken": "t"}, {"BearerToken": "t"}])
def test_tokens_in_the_query_are_refused_with_a_sentence(site: Site, changes: dict[str, Any]) -> None:
    answer = v1(site, "SearchPipeline", **changes).json()
    assert answer["Code"] == "IncompleteSignature" and "AccessKey pair" in answer["Message"]


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"AccessKeyId": ""}, "MissingAccessKeyId"),
        ({"Timestamp": ""}, "Timestamp"),
        ({"SignatureNonce": ""}, "SignatureNonce"),
        ({"Version": ""}, "Version"),
        ({"Action": ""}, "Action"),
    ],
)
def test_a_public_parameter_that_lacks_is_named(site: Site, changes: dict[str, Any], name: str) -> None:
    answer = v1(site, "SearchPipeline", **changes).json()
    assert name in (answer["Code"], *answer["Message"].split('"'))


def test_a_form_and_a_query_may_share_the_parameters(site: Site) -> None:
    """Signed together, sent apart."""
    pairs = {
        "Action": "AddPipeline",
        "Version": "2014-06-18",
        "AccessKeyId": "LTAIalice",
        "SignatureMethod": "HMAC-SHA1",
        "SignatureVersion": "1.0",
        "SignatureNonce": uuid.uuid4().hex,
        "Timestamp": now(),
        "Format": "json",
        "Name": "a b+c*~ü",
    }
    canonical = "&".join(f"{quote(k, safe='~')}={quote(v, safe='~')}" for k, v in sorted(pairs.items()))
    signature = base64.b64encode(
        hmac.new(b"alicesecret&", f"POST&%2F&{quote(canonical, safe='~')}".encode(), hashlib.sha1).digest()
    ).decode()
    form = {"Name": pairs.pop("Name"), "Signature": signature}
    answer = httpx.post(
        f"{site.url}/?{urlencode(pairs)}",
        data=form,
        headers={"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"},
    )
    assert answer.json()["Pipeline"]["Name"] == "a b+c*~ü"


def test_a_form_is_covered_by_the_new_signature_through_its_digest(site: Site) -> None:
    answer = acs3(site, "AddPipeline", body=b"Name=form", content_type="application/x-www-form-urlencoded")
    assert answer.json()["Pipeline"]["Name"] == "form"


def test_xml_comes_for_the_new_signature_when_it_is_asked_for(site: Site) -> None:
    answer = httpx.post(f"{site.url}/?Format=XML", headers=dict(signed(site, query="Format=XML")))
    assert answer.headers["content-type"].startswith("text/xml") and answer.text.startswith(
        '<?xml version="1.0" encoding="UTF-8"?><SearchPipelineResponse>'
    )


def test_a_request_line_of_256_kib_is_understood_and_a_longer_one_refused_with_a_request_id(site: Site) -> None:
    for size, status in ((256 * 1024 - 100, 200), (256 * 1024 + 1, 413), (290 * 1024, 413)):
        query = f"Pad={'x' * size}"
        got, answer = raw(site, "POST", f"/?{query}", signed(site, query=query))
        assert got == status and len(str(answer["RequestId"])) == 36


def test_a_key_opens_only_its_own_account(site: Site) -> None:
    """Every operation that names a resource answers about one of another account exactly as about one that does not
    exist."""
    assert KEYS["LTAIbob"][1] != KEYS["LTAIalice"][1]
    mine = site.old_call("AddPipeline", Name="mine")["Pipeline"]["Id"]

    def told(wanted: str) -> tuple[object, str]:
        answer = v1(site, "UpdatePipeline", key="LTAIbob", PipelineId=wanted, Name="x", State="Active").json()
        return answer["Code"], answer["Message"].replace(wanted, "ID")

    assert told(mine) == told("0" * 32) and told(mine)[0] == "InvalidParameter.ResourceNotFound"
