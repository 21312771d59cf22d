"""The server dies while messages are on their way: none is lost, none is told under two ids, a run's order holds."""

import contextlib
import threading
from functools import partial
from pathlib import Path

import pytest
from mns.mns_exception import MNSExceptionBase
from mns.queue import Message, QueueMeta
from standardwebhooks import Webhook

from messages.receiving import Receiver, account, flow
from messages.test_told import drain
from running import Running, until

POINTS = ("fact committed", "delivery sent", "delivery sent:3", "final fact committed", "message sent")


@pytest.mark.slow
def test_no_kill_loses_a_message(tmp_path: Path, short: Path, receiver: Receiver) -> None:
    receiver.usual = 200
    receiver.plan["/killed"] = [500, 200, 503]
    server = Running(tmp_path / "home", callback_private_networks="127.0.0.0/8", callback_url=receiver.url("/callback"))
    server.start()
    try:
        call = server.client.call
        call("BindInputBucket", Bucket="cin")
        call("BindOutputBucket", Bucket="cout")
        for name in ("killed", "own"):
            account(server).get_queue(name).create(QueueMeta(vis_timeout=60, polling_wait_sec=0))
        flow_id = flow(server, "killed/", {"QueueName": "killed"})
        made = call("AddWebhook", Url=receiver.url("/killed"), Events="execution.*", MediaWorkflowId=flow_id)["Webhook"]
        sender = Sender(server)
        for count, point in enumerate(POINTS):
            server.kill()
            server.start(REELMILL_FAILPOINT=point)
            server.put("cin", f"killed/{count}.mp4", short)
            server.died(6)  # a point that is not passed again is a kill at any moment
            server.kill()
            server.start()
        runs = {run["RunId"] for run in server.ended(flow_id, len(POINTS), 120)}
        sender.stop()
        assert len(runs) == len(POINTS)
        told = drain(account(server).get_queue("killed"), 2 * len(runs))
        order = [(body["RunId"], body["Type"]) for _, body in told]
        assert sorted(order) == sorted((run, kind) for run in runs for kind in ("Start", "Report"))
        assert all(order.index((run, "Start")) < order.index((run, "Report")) for run in runs)
        for kind in ("execution.started", "execution.finished"):
            until(partial(_all_heard, receiver, kind, runs), 60, f"{kind} of every run")
        came = receiver.wait("/killed")
        for one in came:
            Webhook(made["Secret"]).verify(one.body, one.headers)
        ids = {(one.json["data"]["RunId"], one.json["type"]): one.headers["webhook-id"] for one in came}
        assert len(set(ids.values())) == len(ids) == 2 * len(runs)
        assert {one.headers["webhook-id"] for one in came} == set(ids.values())
        there = account(server).get_queue("own")
        kept: set[str] = set()
        with contextlib.suppress(MNSExceptionBase):
            while True:
                kept |= {one.message_id for one in there.batch_receive_message(16)}
        assert len(sender.answered) > 20 and sender.answered <= kept
    finally:
        server.kill()


def _all_heard(receiver: Receiver, kind: str, runs: set[str]) -> bool:
    found = receiver.wait("/killed", 0, 0, lambda one: one.answer == 200 and one.json["type"] == kind)
    return {one.json["data"]["RunId"] for one in found} == runs


class Sender:
    """Sends on and on and remembers what was answered."""

    def __init__(self, server: Running):
        self.answered: set[str] = set()
        self._server, self._going = server, threading.Event()
        self._thread = threading.Thread(target=self._send, daemon=True)
        self._thread.start()

    def _send(self) -> None:
        there = account(self._server).get_queue("own")
        while not self._going.wait(0.02):
            try:
                self.answered.add(there.send_message(Message(f"n{len(self.answered)}")).message_id)
            except MNSExceptionBase:
                self._going.wait(0.2)

    def stop(self) -> None:
        self._going.set()
        self._thread.join()
