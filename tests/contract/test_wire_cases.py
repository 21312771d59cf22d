"""The bytes that clients really sent (wire/*.json, made by record_wire.py), played again with their clock: each must
get the answer that it got then. Answers may have grown, but nothing of them may be missing or different."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from contract import record_wire
from contract.conftest import Site
from reelmill.core import clock

FILES = sorted(record_wire.WIRE.glob("*.json"))


@pytest.fixture
def ctx(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    with record_wire.ctx() as site:
        yield site


def lacking(then: Any, now: Any, path: str = "") -> list[str]:
    """Where the answer of now differs from a part of the one of then."""
    if isinstance(then, dict) and isinstance(now, dict):
        return [
            f
            for name, value in then.items()
            for f in (lacking(value, now[name], f"{path}.{name}") if name in now else [f"{path}.{name} is missing"])
        ]
    if isinstance(then, list) and isinstance(now, list) and len(then) == len(now):
        return [
            f for place, (a, b) in enumerate(zip(then, now, strict=True)) for f in lacking(a, b, f"{path}[{place}]")
        ]
    return [] if then == now else [f"{path}: {then!r} -> {now!r}"]


def tree(answer: Any) -> Any:
    """XML as lists of named parts, so that both forms are compared alike."""
    if not isinstance(answer, str):
        return answer
    root = ElementTree.fromstring(answer)

    def parts(element: ElementTree.Element) -> Any:
        found: dict[str, list[Any]] = {}
        for child in element:
            found.setdefault(child.tag, []).append(parts(child))
        return found or (element.text or "")

    return {root.tag: parts(root)}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_a_client_sent_gets_the_answer_that_it_got(path: Path, ctx: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    differences = []
    for number, then in enumerate(json.loads(path.read_text(encoding="utf-8"))["cases"]):
        monkeypatch.setattr(clock, "_now_ms", lambda at=then["at"]: at)
        request = ("\r\n".join(then["head"]) + "\r\n\r\n" + then["body"]).encode("latin-1")
        now = record_wire.parted(record_wire.exchange(ctx.port, request))
        assert (now["status"], now["kind"]) == (then["status"], then["kind"]), (number, now)
        differences += [f"case {number}{found}" for found in lacking(tree(then["answer"]), tree(now["answer"]))]
    assert differences == []


def test_a_case_played_twice_is_a_replay(ctx: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same bytes again, a moment later, or after their time."""
    then = json.loads(FILES[0].read_text(encoding="utf-8"))["cases"][0]
    request = ("\r\n".join(then["head"]) + "\r\n\r\n" + then["body"]).encode("latin-1")
    for later, wanted in (
        (0, "RequestId"),
        (1000, "SignatureNonceUsed"),
        (14 * 60_000, "SignatureNonceUsed"),
        (16 * 60_000, "InvalidTimeStamp.Expired"),
    ):
        monkeypatch.setattr(clock, "_now_ms", lambda at=then["at"] + later: at)
        assert wanted in record_wire.exchange(ctx.port, request).decode()


def test_clients_of_both_signatures_both_methods_and_both_forms_were_recorded() -> None:
    heads = [
        (case["head"], case["body"], case["kind"])
        for path in FILES
        for case in json.loads(path.read_text(encoding="utf-8"))["cases"]
    ]
    assert {head[0].partition(" ")[0] for head, _, _ in heads} == {"GET", "POST"}
    assert (
        {"xml" in kind for _, _, kind in heads}
        == {True, False}
        == {any("ACS3" in line for line in head) for head, _, _ in heads}
    )
    assert any("Signature=" in body for _, body, _ in heads) and any("+" in head[0] for head, _, _ in heads)
