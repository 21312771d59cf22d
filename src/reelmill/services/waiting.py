"""Why something waits, and what a run is doing, as sentences for people. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reelmill.core.errors import UserText

_NAMED = 2  # of those that stand in the way


@dataclass(frozen=True, slots=True)
class Queue:
    """What is known of a pipeline at one moment.

    state    Active or Paused, "" when it was deleted      limit    batches that may be under way at once      running
             how many are
    takers   the first of those that are, as `taker` names them
    lanes    lane -> (batches under way on this server, tasks that run at once)
    """

    name: str
    state: str
    limit: int
    running: int
    takers: Sequence[str]
    lanes: Mapping[str, tuple[int, int]]


def taker(kind: str, key: str | None) -> str:
    """A batch as a reason names it."""
    return f'"{(key or "?").rpartition("/")[2]}" ({kind})'


def reason(state: str, lane: str, queue: Queue, before: int = 0, held: str = "") -> UserText:
    """Why a batch in this state does not work yet, "" when it does. `before`: how many of its pipeline go before it;
    `held`: what the machine lacks."""
    if held:
        return f"{held} It waits and goes on by itself."
    if state == "Cancelling":
        return "It is being cancelled."
    if state == "Admitted":
        slots = queue.lanes.get(lane, (0, 1))[1]
        return (
            f"Waits for this server: {slots} "
            f"{'task of this kind runs' if slots == 1 else 'tasks of this kind run'} at the same time."
        )
    if state != "Submitted":
        return ""
    if not queue.state:
        return "Its queue was deleted, so nothing will start it; cancel the run."
    if queue.state == "Paused":
        return f'Waits because the queue "{queue.name}" is paused. Resume the queue and it goes on.'
    return f"{_obstacle(lane, queue)} {_ahead(before)}".strip()


def _obstacle(lane: str, queue: Queue) -> UserText:
    busy, slots = queue.lanes.get(lane, (0, 1))
    if queue.running >= queue.limit:
        takers = _and(_named(queue))
        return (
            f'Waits for the queue "{queue.name}": {queue.running} of {queue.limit} '
            f"{'slot is' if queue.limit == 1 else 'slots are'} taken by {takers}."
        )
    if busy >= slots + 2:
        return (
            f"Waits for this server: {busy} {'job is' if busy == 1 else 'jobs are'} under way and "
            f"{slots} {'task runs' if slots == 1 else 'tasks run'} at the same time."
        )
    return "Will begin in a moment."


def _ahead(before: int) -> UserText:
    return f"{before} {'other waits' if before == 1 else 'others wait'} before it." if before else ""


def _named(queue: Queue) -> list[str]:
    """The first of those that take a slot, and how many there are besides."""
    rest = queue.running - len(queue.takers[:_NAMED])
    more: UserText = f"{rest} {'other' if rest == 1 else 'others'}"
    return [*queue.takers[:_NAMED], *([more] if rest > 0 else [])]


def after(predecessors: Sequence[str]) -> UserText:
    """Why an activity has not begun whose predecessors have not ended."""
    if not predecessors:
        return "Will begin in a moment."
    return f"Waits for {_and([f'{chr(34)}{p}{chr(34)}' for p in predecessors])}."


def decision() -> UserText:
    """Why an activity waits for somebody whose node does not tell."""
    return "Waits for a decision."


def next_attempt(number: int, time: str, code: str) -> UserText:
    """Why an activity waits that failed and is tried again by its Retry."""
    return f"It failed ({code}); attempt {number} begins at {time}."


def doing(run: Mapping[str, Any], activities: Sequence[Mapping[str, Any]]) -> UserText:
    """One sentence about a run: how it ended, or what it works on, or what it waits for. `activities` are as
    DescribeExecution tells them."""
    if run["state"] != "Running":
        return _ended(run, activities)
    if run["cancelled"]:
        return "It is being cancelled; what is being published is finished first."
    working = [a for a in activities if a["State"] == "Running" and not a["Waiting"]]
    if working:
        return f"Works on {_and([_progress(a) for a in working], 4)}."
    waiting = next((a for a in activities if a["State"] in ("Running", "Waiting")), None)
    return f'"{waiting["Name"]}": {_lower(waiting["Waiting"]["Reason"])}' if waiting else "Is about to go on."


def _ended(run: Mapping[str, Any], activities: Sequence[Mapping[str, Any]]) -> UserText:
    failed = [a for a in activities if a["State"] == "Fail"]
    if run["cancelled"]:
        return "It was cancelled."
    if run["state"] == "Fail":
        return f'It failed at "{failed[0]["Name"]}": {failed[0]["Message"]}' if failed else "It failed."
    if failed:
        return f"It went to its end, but {_and([a['Name'] for a in failed])} failed."
    good = sum(a["State"] == "Success" for a in activities)
    return f"It is done: {good} {'activity' if good == 1 else 'activities'} succeeded."


def _progress(activity: Mapping[str, Any]) -> str:
    percent = f", {activity['Percent']} %" if activity["Percent"] else ""
    return f'"{activity["Name"]}" ({activity["Type"]}{percent})'


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _and(words: Sequence[str], most: int = 6) -> str:
    more: UserText = f"{len(words) - most} more"
    words = [*words[:most], *([more] if len(words) > most else [])]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
