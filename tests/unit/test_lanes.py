"""Slots of a host: never more than there are, best rank first, none lost by a cancel."""

import asyncio

from reelmill.engine.lanes import Lane


async def test_never_more_than_the_slots_and_best_rank_first() -> None:
    lane, order, inside, most = Lane(2), [], 0, 0

    async def work(rank: int) -> None:
        nonlocal inside, most
        async with lane.slot((rank,)):
            inside += 1
            most = max(most, inside)
            order.append(rank)
            await asyncio.sleep(0.001)
            inside -= 1

    await asyncio.gather(*(work(r) for r in (5, 4, 9, 1, 7, 3)))
    assert most == 2
    assert order[:2] == [5, 4], "the first two found free slots"
    assert order[2:] == [1, 3, 7, 9], "the rest came by rank"


async def test_a_cancelled_waiter_and_a_cancelled_owner_lose_no_slot() -> None:
    lane = Lane(1)
    holding, release = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        async with lane.slot((0,)):
            holding.set()
            await release.wait()

    owner = asyncio.create_task(hold())
    await holding.wait()
    waiter = asyncio.create_task(hold())
    await asyncio.sleep(0)
    waiter.cancel()
    owner.cancel()
    await asyncio.gather(owner, waiter, return_exceptions=True)
    await asyncio.wait_for(lane.slot((1,)).__aenter__(), 20)


async def test_cancelled_in_the_moment_of_its_turn() -> None:
    lane = Lane(1)
    slot = lane.slot((0,))
    await slot.__aenter__()
    waiter = asyncio.create_task(lane.slot((1,)).__aenter__())
    await asyncio.sleep(0)
    await slot.__aexit__(None, None, None)  # gives the waiter its turn ...
    waiter.cancel()  # ... which it never takes
    await asyncio.gather(waiter, return_exceptions=True)
    await asyncio.wait_for(lane.slot((2,)).__aenter__(), 20)


async def test_a_share_that_has_used_less_is_next_however_late_it_comes() -> None:
    """A film of a hundred pieces, and an import, hold up nobody else's clip; in a pipeline rank decides."""
    lane, order, everybody = Lane(1), list[str](), asyncio.Event()

    async def work(rank: tuple[int, ...], account: str, pipeline: str) -> None:
        async with lane.slot(rank, (account, pipeline)):
            order.append(f"{account}{pipeline}{rank[-1]}")
            await everybody.wait()
            await asyncio.sleep(0.01)

    film = [asyncio.create_task(work((-6, 1, piece), "a", "p")) for piece in range(5)]
    await asyncio.sleep(0)  # the first piece has the slot, the others wait
    later = [
        asyncio.create_task(work(*one)) for one in (((-6, 2, 0), "a", "q"), ((-1, 3, 0), "b", "r"), ((-11, 9), "c", ""))
    ]
    await asyncio.sleep(0)
    everybody.set()
    await asyncio.gather(*film, *later)
    assert order[:4] == ["ap0", "c9", "br0", "aq0"], (
        "the answer of a request, then who has used nothing, then the other pipeline of the account"
    )
    assert order[4:] == [f"ap{n}" for n in range(1, 5)]


async def test_an_account_of_more_weight_gets_more_slots() -> None:
    lane, order, everybody = Lane(4, {"a": 3.0}), list[str](), asyncio.Event()

    async def work(account: str) -> None:
        async with lane.slot((-6, 1), (account, "p")):
            order.append(account)
            await everybody.wait()

    first = [asyncio.create_task(work("c")) for _ in range(4)]
    await asyncio.sleep(0)  # the slots are taken
    crowd = [asyncio.create_task(work(account)) for account in "ababababab"]
    await asyncio.sleep(0)
    for task in first:
        task.cancel()
    await asyncio.sleep(0.01)
    assert sorted(order[4:]) == ["a", "a", "a", "b"], "three slots against one"
    everybody.set()
    await asyncio.gather(*crowd)
