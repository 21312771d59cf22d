"""Why something waits, and what a run is doing, as sentences for people. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_NAMED = 2  # of those that stand in the way


@dataclass(frozen=True, slots=True)
class Queue:
    """What is known of a pipeline at one moment.

    state    Active or Paused, "" when it was deleted      limit    batches that may be under way at once      running   how many are
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


def reason(state: str, lane: str, queue: Queue, before: int = 0) -> str:
    """Why a batch in this state does not work yet, "" when it does. `before`: how many of its pipeline go before it."""
    name, (busy, slots) = f'the queue "{queue.name}"', queue.lanes.get(lane, (0, 1))
    ahead = f" {_count(before, 'other waits', 'others wait')} before it." if before else ""
    if state == "Cancelling":
        return "It is being cancelled."
    if state == "Admitted":
        return f"Waits for this server: {_count(slots, 'task', 'tasks')} of this kind {'runs' if slots == 1 else 'run'} at the same time."
    if state != "Submitted":
        return ""
    if not queue.state:
        return "Its queue was deleted, so nothing will start it; cancel the run."
    if queue.state == "Paused":
        return f"Waits because {name} is paused. Resume the queue and it goes on."
    if queue.running >= queue.limit:
        return f"Waits for {name}: {queue.running} of {_count(queue.limit, 'slot is', 'slots are')} taken by {_listed(queue.takers, queue.running)}.{ahead}"
    if busy >= slots + 2:
        return f"Waits for this server: {_count(busy, 'job is', 'jobs are')} under way and {_count(slots, 'task runs', 'tasks run')} at the same time.{ahead}"
    return f"Will begin in a moment.{ahead}"


def after(predecessors: Sequence[str]) -> str:
    """Why an activity has not begun whose predecessors have not ended."""
    return f"Waits for {_and([f'{chr(34)}{p}{chr(34)}' for p in predecessors])}." if predecessors else "Will begin in a moment."


def doing(run: Mapping[str, Any], activities: Sequence[Mapping[str, Any]]) -> str:
    """One sentence about a run: how it ended, or what it works on, or what it waits for. `activities` are as DescribeExecution tells them."""
    failed = [a["Name"] for a in activities if a["State"] == "Fail"]
    if run["state"] != "Running":
        if run["cancelled"]:
            return "It was cancelled."
        if run["state"] == "Fail":
            first = next((a for a in activities if a["State"] == "Fail"), None)
            return f"It failed at \"{first['Name']}\": {first['Message']}" if first else "It failed."
        if failed:
            return f"It went to its end, but {_and(failed)} failed."
        return f"It is done: {_count(sum(a['State'] == 'Success' for a in activities), 'activity', 'activities')} succeeded."
    if run["cancelled"]:
        return "It is being cancelled; what is being published is finished first."
    working = [a for a in activities if a["State"] == "Running" and not a["Waiting"]]
    if working:
        return f"Works on {_and([_progress(a) for a in working], 4)}."
    waiting = next((a for a in activities if a["State"] == "Running"), None)
    return f"\"{waiting['Name']}\": {_lower(waiting['Waiting']['Reason'])}" if waiting else "Is about to go on."


def _progress(activity: Mapping[str, Any]) -> str:
    percent = f", {activity['Percent']} %" if activity["Percent"] else ""
    return f'"{activity["Name"]}" ({activity["Type"]}{percent})'


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _listed(takers: Sequence[str], total: int) -> str:
    shown = list(takers[:_NAMED])
    return _and([*shown, *([_count(total - len(shown), "other", "others")] if total > len(shown) else [])])


def _and(words: Sequence[str], most: int = 6) -> str:
    words = [*words[:most], *([f"{len(words) - most} more"] if len(words) > most else [])]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
