"""Uploads use few threads at once, and a slow disk holds up nobody else's."""

import asyncio
import threading
import time

import pytest

from reelmill.console.slots import Slots


def test_no_more_work_at_once_than_there_are_slots() -> None:
    at_work, most, guard, seen = 0, 0, threading.Lock(), threading.Barrier(2)

    def work(number: int) -> int:
        nonlocal at_work, most
        with guard:
            at_work += 1
            most = max(most, at_work)
        seen.wait()  # two are at work at the same time
        with guard:
            at_work -= 1
        return number

    async def all_of_them() -> list[int]:
        slots = Slots(most=2, lease=60)
        return await asyncio.gather(*(slots.run(work, number) for number in range(8)))

    assert asyncio.run(all_of_them()) == list(range(8))
    assert most == 2


def test_what_takes_long_does_not_keep_its_slot() -> None:
    over = threading.Event()

    async def both() -> str:
        slots = Slots(most=1, lease=0.01)
        slow = asyncio.create_task(slots.run(over.wait))
        await asyncio.sleep(0)
        answer = await slots.run(lambda: "small file")  # would never come if the slow one kept its slot
        over.set()
        assert await slow
        return answer

    assert asyncio.run(both()) == "small file"


def test_while_somebody_waits_for_an_answer_there_is_one_slot() -> None:
    waits, at_work, most, guard = True, 0, [0, 0], threading.Lock()

    def work() -> None:
        nonlocal at_work
        with guard:
            at_work += 1
            most[waits] = max(most[waits], at_work)
        time.sleep(0.02)
        with guard:
            at_work -= 1

    async def both() -> None:
        nonlocal waits
        slots = Slots(lambda: waits, most=3, few=1, lease=60)
        await asyncio.gather(*(slots.run(work) for _ in range(4)))
        waits = False
        await asyncio.gather(*(slots.run(work) for _ in range(6)))

    asyncio.run(both())
    assert most == [3, 1]


def test_who_gives_up_leaves_no_slot_taken() -> None:
    over = threading.Event()

    async def tries() -> str:
        slots = Slots(most=1, lease=60)
        first = asyncio.create_task(slots.run(over.wait))
        waiting = asyncio.create_task(slots.run(lambda: "never"))
        await asyncio.sleep(0)
        waiting.cancel()
        over.set()
        await first
        return await slots.run(lambda: "next")

    assert asyncio.run(tries()) == "next"


def test_a_slot_comes_back_after_an_error_and_only_once() -> None:
    at_work, guard, seen = 0, threading.Lock(), []

    def bad() -> None:
        raise OSError("disk full")

    def work() -> None:
        nonlocal at_work
        with guard:
            at_work += 1
        time.sleep(0.01)
        with guard:
            seen.append(at_work)
            at_work -= 1

    async def tries() -> None:
        slots = Slots(most=1, lease=60)
        for _ in range(3):
            with pytest.raises(OSError):
                await slots.run(bad)
        await asyncio.gather(*(slots.run(work) for _ in range(4)))

    asyncio.run(tries())
    assert seen == [1, 1, 1, 1]
