"""Round trips of the wire: what a client encodes is what an operation gets, and every answer can be read back."""

import base64
import hashlib
import hmac
import json
from typing import Any
from urllib.parse import quote, quote_plus
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelmill.api import auth, parse, render, table, wire
from reelmill.core.errors import CallerError

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
PAIRS = st.dictionaries(TEXT.filter(bool), TEXT, max_size=8)
SAFE = TEXT.filter(lambda t: not render._NOT_XML.search(t))


@given(PAIRS, st.sampled_from([quote, quote_plus]), st.booleans())
def test_what_a_client_encodes_is_what_we_read(pairs: dict[str, str], encode: Any, in_body: bool) -> None:
    raw = "&".join(f"{encode(k, safe='~')}={encode(v, safe='~')}" for k, v in pairs.items()).encode()
    heads = [(b"Content-Type", wire.FORM.encode())]
    read = wire.read("POST", "/", b"" if in_body else raw, heads, raw if in_body else b"")
    assert read.params == pairs


@given(PAIRS, TEXT)
def test_the_old_signature_covers_every_parameter(pairs: dict[str, str], secret: str) -> None:
    pairs |= {
        "AccessKeyId": "k",
        "Timestamp": "2026-11-23T00:00:00Z",
        "SignatureNonce": "n",
        "SignatureMethod": "HMAC-SHA1",
        "SignatureVersion": "1.0",
    }
    pairs = {k: v for k, v in pairs.items() if k not in ("Signature", "SignatureType", "SecurityToken")}
    canonical = quote(
        "&".join(f"{quote(k, safe='~')}={quote(v, safe='~')}" for k, v in sorted(pairs.items())), safe="~"
    )
    signature = base64.b64encode(
        hmac.new(f"{secret}&".encode(), f"GET&%2F&{canonical}".encode(), hashlib.sha1).digest()
    ).decode()
    claim = auth.v1_claim(wire.Wire("GET", "/", pairs | {"Signature": signature}, {}, {}))
    assert claim.sign(secret) == claim.signature
    changed = auth.v1_claim(wire.Wire("GET", "/", pairs | {"Signature": signature, "More": "x"}, {}, {}))
    assert "More" in pairs or changed.sign(secret) != signature


@given(st.binary(max_size=80))
def test_any_bytes_are_read_or_refused_never_a_bug(raw: bytes) -> None:
    for rpc in (False, True):
        try:
            wire.read("POST", "/", raw, [(b"content-type", wire.FORM.encode())], raw, rpc=rpc)
        except CallerError as error:
            assert error.status in (400, 413)


@given(st.sampled_from(sorted(table.operations())), st.dictionaries(TEXT, TEXT, max_size=3), st.data())
def test_any_parameters_are_parsed_or_refused_never_a_bug(
    name: str, noise: dict[str, str], data: st.DataObject
) -> None:
    operation = table.operations()[name]
    values = {
        p.name: data.draw(st.one_of(TEXT, st.integers(), st.booleans(), st.none(), st.lists(TEXT, max_size=2)))
        for p in operation.parameters
    }
    try:
        got = parse.parse(operation, noise | values)
    except CallerError as error:
        assert error.problems
    else:
        assert set(got) == {p.name for p in operation.parameters}


def _values(kind: Any) -> st.SearchStrategy[Any]:
    """Values that fit a response tree."""
    if isinstance(kind, dict):
        return st.fixed_dictionaries({k: _values(v) for k, v in kind.items() if k != "RequestId"})
    if isinstance(kind, list):
        return st.lists(_values(kind[0]), max_size=2)
    return {
        "string": SAFE,
        "integer": st.integers(-(2**53), 2**53),
        "boolean": st.booleans(),
        "map": st.just({"Key": "v"}),
    }.get(kind, st.integers(0, 9).map(float))


@pytest.mark.parametrize(
    "name", ["SearchPipeline", "ListAllMediaBucket", "QueryMediaWorkflowExecutionList", "AddMedia"]
)
@given(data=st.data())
def test_an_answer_can_be_read_back_from_json_and_from_xml(name: str, data: st.DataObject) -> None:
    operation = table.operations()[name]
    body = data.draw(_values(operation.response))
    strange: list[str] = []
    read = json.loads(render.success(operation, "R", body, "JSON", strange))
    assert read == body | {"RequestId": "R"} and strange == []
    root = ElementTree.fromstring(render.success(operation, "R", body, "XML"))
    assert _matches(root, read)


def _matches(element: ElementTree.Element, value: Any) -> bool:
    if isinstance(value, dict):
        return all(
            len(element.findall(key)) == len(inner)
            and all(_matches(e, v) for e, v in zip(element.findall(key), inner, strict=True))
            if isinstance(inner, list)
            else _matches(element.findall(key)[0], inner)
            for key, inner in value.items()
        )
    return (element.text or "") == (value if isinstance(value, str) else json.dumps(value))


@given(TEXT)
def test_xml_is_well_formed_whatever_a_text_holds(text: str) -> None:
    ElementTree.fromstring(render.to_xml("A", {"B": text, "Tags": {text: text}}))
