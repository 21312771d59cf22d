"""A server whose subscribers and webhooks may live on this machine, and a receiver."""

from collections.abc import Iterator

import pytest

from messages.receiving import Receiver
from running import Running


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    server = made.start()
    try:
        yield made
    finally:
        made.over.set()
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = Running(tmp_path_factory.mktemp("messages") / "home", callback_private_networks="127.0.0.0/8")
    running.start()
    call = running.client.call
    call("BindInputBucket", Bucket="cin")
    call("BindOutputBucket", Bucket="cout")
    try:
        yield running
    finally:
        running.kill()
