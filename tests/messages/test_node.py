"""Queues by the official Node client, which signs without the prefix of its address, and sends other things than the
Python client does."""

import subprocess
from pathlib import Path

import pytest

import machine
from messages.receiving import flow
from running import KEY, SECRET, Running


@pytest.mark.parametrize("prefix", ["", "/-/mns"])
def test_the_node_client_reads_the_messages_of_a_run(server: Running, short: Path, prefix: str) -> None:
    machine.need("Node client of the message service")
    name = f"node-runs{'-two' if prefix else ''}"
    from mns.queue import QueueMeta

    from messages.receiving import account

    account(server).get_queue(name).create(QueueMeta())
    flow(server, f"{name}/", {"QueueName": name})
    server.put("cin", f"{name}/film.mp4", short)
    program, _ = machine.node()
    said = subprocess.run(
        [program, "consumer.mjs", server.url + prefix, KEY, SECRET, name, "grüße <&> 消息"],
        cwd=machine.NODE_CLIENT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert said.stdout.strip() == "[]", said.stderr
