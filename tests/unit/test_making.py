"""Pieces become smaller when workers die in them, down to a length at which they get done."""

from pathlib import Path

import pytest

from reelmill.engine.crowd import Crowd
from reelmill.engine.making import forget_pieces, shorter_pieces


def test_pieces_shrink_to_a_second_and_no_further() -> None:
    lengths, piece_ms, seconds = [], None, 60.0
    while (piece_ms := shorter_pieces(piece_ms, seconds)) is not None:
        lengths.append(piece_ms)
        seconds = piece_ms / 1000
    assert lengths == [20_000, 6666, 2222, 1000]


@pytest.mark.parametrize(("piece_ms", "seconds"), [(None, 1.2), (3333, 10.0), (1000, 1.4)])
def test_what_is_short_already_or_cannot_be_cut_stays(piece_ms: int | None, seconds: float) -> None:
    assert shorter_pieces(piece_ms, seconds) is None


def test_a_new_plan_forgets_the_pieces_of_the_old_one_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "batch"
    for name in (
        "p1",
        "p2",
        "alone-0-p1",
        "audio",
        "encode",
        "join-0",
        "p3.abc.part",
        "encode.abc.part",
        "audio.abc.part",
    ):
        (folder / name).mkdir(parents=True)
    (folder / "source.txt").write_text("pinned")
    forget_pieces(folder, None)
    assert (folder / "p1").exists(), "nothing has changed"
    forget_pieces(folder, 20_000)
    assert sorted(p.name for p in folder.iterdir()) == [
        "audio",
        "audio.abc.part",
        "encode",
        "join-0",
        "plan.txt",
        "source.txt",
    ]
    (folder / "p1").mkdir()
    forget_pieces(folder, 20_000)
    assert (folder / "p1").exists()


async def test_alone_means_alone() -> None:
    import asyncio

    crowd, events, enough = Crowd(polite=0.05), list[str](), asyncio.Event()

    async def ordinary(name: str) -> None:
        async with crowd.among():
            events.append(f"{name} in")
            await (enough.wait() if name == "a" else asyncio.sleep(0.01))
            events.append(f"{name} out")

    async def suspicious() -> None:
        async with crowd.alone():
            events.append("alone in")
            await asyncio.sleep(0.02)
            events.append("alone out")

    tasks = [asyncio.create_task(ordinary("a")), asyncio.create_task(suspicious())]
    await asyncio.sleep(0)
    tasks.append(asyncio.create_task(ordinary("b")))  # as long as it is polite, others may begin
    async with asyncio.timeout(20):
        while not crowd.closed:  # noqa: ASYNC110 - nobody tells when it closes; healthz asks too
            await asyncio.sleep(0.01)
    tasks.append(asyncio.create_task(ordinary("c")))
    await asyncio.sleep(0.02)
    enough.set()
    await asyncio.gather(*tasks)
    assert not crowd.closed
    assert events.index("b in") < events.index("alone in") and events[-4:] == ["alone in", "alone out", "c in", "c out"]
    crowd2 = Crowd()
    waiting = asyncio.create_task(crowd2.alone().__aenter__())
    await asyncio.wait_for(waiting, 20)
