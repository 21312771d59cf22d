"""Queues by the official Python client, as it comes: its defaults, its Base64, its refusals."""

import base64
import hashlib
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from mns.mns_exception import MNSServerException
from mns.queue import Message, QueueMeta

from messages.receiving import account
from running import Running

# the client reads counts that it calls deprecated itself
pytestmark = pytest.mark.filterwarnings("ignore:Call to deprecated function:DeprecationWarning")
TEXT = "grüße <&> 消息"


def refused(codes: str | tuple[str, ...], call: Callable[[], Any]) -> None:
    with pytest.raises(MNSServerException) as told:
        call()
    assert told.value.type in ((codes,) if isinstance(codes, str) else codes)


def queue(server: Running, name: str, **meta: Any) -> Any:
    made = account(server).get_queue(name)
    made.create(QueueMeta(**{"vis_timeout": 30, "polling_wait_sec": 0, **meta}))
    return made


def test_a_queue_is_made_listed_changed_and_deleted(server: Running) -> None:
    q = account(server).get_queue("life-one")
    address = q.create(QueueMeta(vis_timeout=2, polling_wait_sec=0))
    assert address == f"{server.url}/queues/life-one"
    assert q.create(QueueMeta(vis_timeout=2, polling_wait_sec=0)) == address
    refused("QueueAlreadyExist", lambda: q.create(QueueMeta(vis_timeout=9, polling_wait_sec=0)))
    meta = q.get_attributes()
    assert (meta.visibility_timeout, meta.maximum_message_size, meta.message_retention_period) == (2, 65536, 345600)
    q.set_attributes(QueueMeta(vis_timeout=3, polling_wait_sec=0))
    assert q.get_attributes().visibility_timeout == 3
    for name in ("life-two", "life-three", "other"):
        queue(server, name)
    found, mark = [], ""
    for _ in range(4):
        page, mark = account(server).list_queue(prefix="life-", ret_number=1, marker=mark)
        found += [url.rsplit("/", 1)[1] for url in page]
        if not mark:
            break
    assert found == ["life-one", "life-three", "life-two"]
    for _ in range(2):
        account(server).get_queue("life-two").delete()
    refused("QueueNotExist", lambda: account(server).get_queue("life-two").send_message(Message("x")))


def test_who_asks_is_looked_at(server: Running) -> None:
    queue(server, "mine")
    refused("SignatureDoesNotMatch", lambda: account(server, secret="wrong").get_queue("mine").get_attributes())
    refused("AccessIDAuthError", lambda: account(server, "LTAInobody").get_queue("mine").get_attributes())
    refused("QueueNameInvalid", lambda: account(server).get_queue("1-bad").create(QueueMeta()))
    refused("QueueNotExist", lambda: account(server).get_queue("none").receive_message(0))


def test_a_message_is_held_by_one_consumer_until_its_time_is_over(server: Running) -> None:
    q = queue(server, "held", vis_timeout=1)
    sent = q.send_message(Message(TEXT))
    assert sent.message_body_md5 == hashlib.md5(base64.b64encode(TEXT.encode())).hexdigest().upper()
    assert q.peek_message().message_body.decode() == TEXT
    first = q.receive_message(0)
    assert (first.message_body.decode(), first.message_id, first.dequeue_count) == (TEXT, sent.message_id, 1)
    refused("MessageNotExist", lambda: q.receive_message(0))
    began = time.monotonic()
    again = q.receive_message(5)  # it appears by itself, and wakes who waits
    assert 0.5 < time.monotonic() - began < 3
    assert (again.message_id, again.dequeue_count) == (sent.message_id, 2)
    assert again.receipt_handle != first.receipt_handle
    refused("MessageNotExist", lambda: q.delete_message(first.receipt_handle))
    refused("ReceiptHandleError", lambda: q.delete_message("nonsense"))
    longer = q.change_message_visibility(again.receipt_handle, 3)
    time.sleep(1.4)
    refused("MessageNotExist", lambda: q.receive_message(0))
    q.delete_message(longer.receipt_handle)
    refused("MessageNotExist", lambda: q.receive_message(0))


def test_priority_delay_and_batches(server: Running) -> None:
    q = queue(server, "turns")
    for text, priority in (("eight", 8), ("one", 1), ("sixteen", 16)):
        q.send_message(Message(text, priority=priority))
    assert [q.receive_message(0).message_body for _ in range(3)] == [b"one", b"eight", b"sixteen"]
    late = q.send_message(Message("later", delay_seconds=1))
    assert late.receipt_handle
    refused("MessageNotExist", lambda: q.receive_message(0))
    got = q.receive_message(5)
    assert got.message_body == b"later"
    q.delete_message(got.receipt_handle)
    q.batch_send_message([Message(f"b{n}") for n in range(5)])
    assert len(q.batch_peek_message(16)) == 5
    got = q.batch_receive_message(16)
    assert [one.message_body for one in got] == [f"b{n}".encode() for n in range(5)]
    handles = [one.receipt_handle for one in got]
    q.batch_delete_message(handles)
    refused("MessageNotExist", lambda: q.batch_delete_message(handles[:2]))
    refused("InvalidArgument", lambda: q.send_message(Message("x" * 70_000)))


def test_who_waits_is_woken(server: Running) -> None:
    q = queue(server, "woken")
    began = time.monotonic()
    threading.Timer(0.5, lambda: account(server).get_queue("woken").send_message(Message("woke"))).start()
    assert q.receive_message(10).message_body == b"woke"
    assert 0.4 < time.monotonic() - began < 4
    began = time.monotonic()
    refused("MessageNotExist", lambda: q.receive_message(1))
    assert 0.8 < time.monotonic() - began < 4
    threading.Timer(0.5, lambda: account(server).get_queue("woken").delete()).start()
    refused("QueueNotExist", lambda: q.receive_message(20))


def test_properties_come_back(server: Running) -> None:
    from mns.message_property import MessagePropertyValue, PropertyType

    q, sent = queue(server, "properties"), Message("x")
    sent.user_properties = {"colour": MessagePropertyValue(PropertyType.STRING, "grün <&>")}
    q.send_message(sent)
    assert q.receive_message(0).user_properties["colour"].get_string_value_by_type() == "grün <&>"


def test_both_addresses_answer_and_the_root_stays_what_it_was(server: Running) -> None:
    import http.client

    def ask(path: str, **headers: str) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()

    version = {"x-mns-version": "2015-06-06"}
    assert "mns.aliyuncs.com" in ask("/queues", **version)[1] and "mns.aliyuncs.com" in ask("/-/mns/queues")[1]
    assert "mns.aliyuncs.com" not in ask("/queues/name")[1]
    assert ask("/-/mns/certificates/none.pem")[0] == 404
