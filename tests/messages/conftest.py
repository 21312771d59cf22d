"""A server whose subscribers and webhooks may live on this machine, and a receiver."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import imageio_ffmpeg
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
    home = tmp_path_factory.mktemp("messages") / "home"
    running = Running(home, callback_private_networks="127.0.0.0/8", ai="true", apprise="true")
    running.start()
    call = running.client.call
    call("BindInputBucket", Bucket="cin")
    call("BindOutputBucket", Bucket="cout")
    try:
        yield running
    finally:
        running.kill()


@pytest.fixture(scope="session")
def short(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film of a second."""
    path = tmp_path_factory.mktemp("film") / "short.mp4"
    source = ["-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25:duration=1", "-f", "lavfi", "-i", "sine=duration=1"]
    ffmpeg = imageio_ffmpeg.get_ffmpeg_exe()
    subprocess.run([ffmpeg, "-v", "error", "-y", *source, "-pix_fmt", "yuv420p", "-shortest", path], check=True)
    return path
