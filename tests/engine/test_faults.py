"""Every database, disk, process and network call of a run fails once, at each place of the code from which it is made:
nothing is lost or doubled."""

import contextlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from test_crash import check_end, film, settings  # noqa: F401 - film is a fixture

from reelmill.cli.client import Client, Refused
from reelmill.core.faults import KINDS
from running import KEY, SECRET, Listener, Running, little_ladder

pytestmark = pytest.mark.slow
ROUNDS = 3  # runs until hardly a place is left that has not failed; without --soak one, and a third of the places


class Patient(Client):
    """A client that does what the answer says: 503 is nobody's fault, so it asks again."""

    def __init__(self, *where: Any):
        super().__init__(*where)
        self.told: set[str] = set()

    def call(self, action: str, **values: Any) -> Any:
        for _ in range(40):
            try:
                return super().call(action, **values)
            except Refused as error:
                if "ServiceUnavailable" not in str(error):
                    raise
                self.told.add(str(error))
                time.sleep(0.1)
        raise AssertionError(f"{action} never came off")


def places(server: Running) -> list[str]:
    """What has failed so far: "kind: who < called by"."""
    return (server.home.parent / "met").read_text().splitlines()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "turn" in metafunc.fixturenames:  # with --soak each place meets each kind of error in one of them
        metafunc.parametrize("turn", range(10 if metafunc.config.getoption("--soak") else 1))


def test_every_call_to_the_world_fails_once(
    turn: int, soak: int, tmp_path: Path, film: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    listener, rounds = Listener(), ROUNDS if soak else 1
    server = Running(tmp_path / "home", **settings(listener))
    server.client = client = Patient(server.url, KEY, SECRET)
    try:
        started(server, turn, 1 if soak else 3)
        workflow = little_ladder(server)
        for number in range(1, rounds + 1):
            server.put("cin", f"up/film{number}.mp4", film)
            found = ended(lambda: server.executions(workflow), number)
            wrong = [
                (a["Name"], a["Code"], a["Message"])
                for run in found
                for a in run["ActivityList"]["Activity"]
                if a["State"] != "Success"
            ]
            assert not wrong, wrong
        check_end(server, listener, workflow, rounds)
        failed = places(server)
        with capsys.disabled():
            print(
                f"\n{len(failed)} places failed once:",
                *(f"  {kind}: {sum(p.startswith(kind) for p in failed)}" for kind in KINDS),
                sep="\n",
            )
        assert not soak or all(any(p.startswith(kind) for p in failed) for kind in KINDS), (
            "every kind of call is made in a run"
        )
        assert len(failed) > (60 if soak else 15) and len(set(failed)) == len(failed)
        assert "bug " not in server.log(), "the machine's trouble is no fault of ours, and is not told as one"
        assert all("database does not work" in text or "disk" in text for text in client.told), client.told
    finally:
        server.kill()
        listener.close()


def started(server: Running, turn: int, share: int) -> None:
    """A start that meets trouble ends with a sentence; whoever looks after the server starts it again. What failed once
    does not fail again."""
    for _ in range(40):
        with contextlib.suppress(AssertionError):
            server.start(
                REELMILL_FAULTS=str(server.home.parent / "met"),
                REELMILL_FAULTS_TURN=str(turn),
                REELMILL_FAULTS_SHARE=str(share),
            )
            return
    raise AssertionError(f"it never started:\n{server.log()[-3000:]}")


def ended(ask: Callable[[], list[dict[str, Any]]], count: int) -> list[dict[str, Any]]:
    deadline = time.monotonic() + 240
    while time.monotonic() < deadline:
        found = ask()
        if sum(run["State"] != "Running" for run in found) >= count:
            return found
        time.sleep(0.3)
    raise AssertionError(f"not ended: {[(r['RunId'], r['State'], r['ActivityList']) for r in ask()]}")
