"""Why something waits and what a run is doing, as sentences."""

from typing import Any

import pytest

from reelmill.services.waiting import Queue, after, doing, reason, taker

FREE = {"heavy": (0, 2), "light": (0, 2)}


def queue(
    state: str = "Active", limit: int = 2, running: int = 0, takers: tuple[str, ...] = (), lanes: Any = FREE
) -> Queue:
    return Queue("main", state, limit, running, takers, lanes)


def test_a_full_queue_names_who_takes_its_slots() -> None:
    takers = tuple(taker("Transcode", f"up/{name}.mp4") for name in ("a", "b", "c"))
    assert reason("Submitted", "heavy", queue(running=2, takers=takers[:2])) == (
        'Waits for the queue "main": 2 of 2 slots are taken by "a.mp4" (Transcode) and "b.mp4" (Transcode).'
    )
    assert (
        reason("Submitted", "heavy", queue(limit=1, running=1, takers=takers[:1]))
        == 'Waits for the queue "main": 1 of 1 slot is taken by "a.mp4" (Transcode).'
    )
    assert reason("Submitted", "heavy", queue(limit=9, running=9, takers=takers), 3).endswith(
        '"a.mp4" (Transcode), "b.mp4" (Transcode) and 7 others. 3 others wait before it.'
    )


@pytest.mark.parametrize(
    ("state", "told", "words"),
    [
        ("Submitted", queue("Paused"), 'Waits because the queue "main" is paused. Resume the queue and it goes on.'),
        ("Submitted", queue(""), "Its queue was deleted, so nothing will start it; cancel the run."),
        ("Submitted", queue(), "Will begin in a moment."),
        (
            "Submitted",
            queue(lanes={"heavy": (4, 2)}),
            "Waits for this server: 4 jobs are under way and 2 tasks run at the same time.",
        ),
        (
            "Admitted",
            queue(lanes={"heavy": (1, 1)}),
            "Waits for this server: 1 task of this kind runs at the same time.",
        ),
        ("Cancelling", queue(), "It is being cancelled."),
        ("Running", queue(), ""),
        ("Publishing", queue(), ""),
    ],
)
def test_each_cause_has_its_sentence(state: str, told: Queue, words: str) -> None:
    assert reason(state, "heavy", told) == words


def test_an_activity_waits_for_those_before_it() -> None:
    assert after(["hd"]) == 'Waits for "hd".' and after(["hd", "sd", "cover"]) == 'Waits for "hd", "sd" and "cover".'


def activity(name: str, state: str, percent: int = 0, why: str = "", message: str = "") -> dict[str, Any]:
    return {
        "Name": name,
        "Type": "Transcode",
        "State": state,
        "Percent": percent,
        "Waiting": {"Reason": why} if why else None,
        "Message": message,
    }


@pytest.mark.parametrize(
    ("run", "activities", "words"),
    [
        (
            {"state": "Running", "cancelled": False},
            [activity("hd", "Running", 43), activity("sd", "Running")],
            'Works on "hd" (Transcode, 43 %) and "sd" (Transcode).',
        ),
        (
            {"state": "Running", "cancelled": False},
            [activity("hd", "Running", why="Waits for this server.")],
            '"hd": waits for this server.',
        ),
        ({"state": "Running", "cancelled": False}, [activity("hd", "Init", why="x")], "Is about to go on."),
        (
            {"state": "Running", "cancelled": True},
            [activity("hd", "Running")],
            "It is being cancelled; what is being published is finished first.",
        ),
        ({"state": "Completed", "cancelled": False}, [activity("hd", "Success")], "It is done: 1 activity succeeded."),
        (
            {"state": "Completed", "cancelled": False},
            [activity("hd", "Fail"), activity("sd", "Success")],
            "It went to its end, but hd failed.",
        ),
        (
            {"state": "Fail", "cancelled": False},
            [activity("in", "Fail", message="It is no film.")],
            'It failed at "in": It is no film.',
        ),
        ({"state": "Fail", "cancelled": True}, [activity("in", "Fail")], "It was cancelled."),
    ],
)
def test_a_run_says_in_one_sentence_how_it_is(
    run: dict[str, Any], activities: list[dict[str, Any]], words: str
) -> None:
    assert doing(run, activities) == words
