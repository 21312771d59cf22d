"""Pipelines (MPS queues): where work waits and how much of it runs at once."""

from collections.abc import Mapping, Sequence
from typing import Any

from reelmill.core import clock
from reelmill.core.errors import CallerError, UserText
from reelmill.core.model import Caller
from reelmill.engine.signals import Signal
from reelmill.services.context import AppContext
from reelmill.store import pipelines
from reelmill.store.database import Row

_NOTIFY = ("QueueName", "Topic", "MqTopic", "MqTag")


def add(
    ctx: AppContext,
    caller: Caller,
    *,
    name: str,
    speed: str = "Standard",
    speed_level: int | None = None,
    role: str | None = None,
    notify: Mapping[str, Any] | None = None,
    max_concurrency: int | None = None,
) -> Row:
    """A new pipeline, Active. `max_concurrency` None: the server's setting holds."""
    pipeline_id = clock.new_id()
    name, told = checked(name, notify)
    with ctx.database.write(alone="pipelines") as tx:
        pipelines.add(
            tx,
            caller,
            id=pipeline_id,
            name=name,
            state="Active",
            speed=speed,
            speed_level=speed_level,
            role=role or "",
            notify=told or {},
            max_concurrency=max_concurrency,
            created_ms=clock.now_ms(),
        )
        return pipelines.find(tx, caller, [pipeline_id])[pipeline_id]


def update(
    ctx: AppContext,
    caller: Caller,
    pipeline_id: str,
    *,
    name: str,
    state: str,
    role: str | None = None,
    notify: Mapping[str, Any] | None = None,
    max_concurrency: int | None = None,
) -> Row:
    """Change name and state (Active | Paused); of the rest what is not None."""
    name, told = checked(name, notify)
    given = {"role": role, "notify": told, "max_concurrency": max_concurrency}
    with ctx.database.write(alone="pipelines") as tx:
        _there(pipelines.find(tx, caller, [pipeline_id]), pipeline_id)
        pipelines.change(
            tx, caller, pipeline_id, name=name, state=state, **{k: v for k, v in given.items() if v is not None}
        )
        row = pipelines.find(tx, caller, [pipeline_id])[pipeline_id]
    ctx.signal(Signal.ADMIT)
    return row


def delete(ctx: AppContext, caller: Caller, pipeline_id: str) -> None:
    """Refused while work waits or runs in it."""
    with ctx.database.write(alone="pipelines") as tx:
        _there(pipelines.find(tx, caller, [pipeline_id]), pipeline_id)
        if busy := pipelines.busy(tx, pipeline_id):
            raise CallerError(
                "InvalidParameter.InvalidState",
                "PipelineId",
                f"{busy} pieces of work wait or run in it; cancel them or let them end first.",
            )
        pipelines.change(tx, caller, pipeline_id, state="Deleted")
    ctx.signal(Signal.ADMIT)


def query(ctx: AppContext, caller: Caller, ids: Sequence[str]) -> tuple[list[Row], list[str]]:
    """Those that exist, in the order asked for, and the ids of those that do not."""
    with ctx.database.read() as tx:
        found = pipelines.find(tx, caller, ids)
    return list(found.values()), [i for i in ids if i not in found]


def search(ctx: AppContext, caller: Caller, state: str, number: int, size: int) -> tuple[list[Row], int]:
    """A page of those in a state ("All": any), newest first, and their total."""
    with ctx.database.read() as tx:
        return pipelines.page(tx, caller, None if state == "All" else state, number, size)


def checked(name: str, notify: Mapping[str, Any] | None) -> tuple[str, dict[str, str] | None]:
    """Name and NotifyConfig as they are kept; CallerError when one is wrong. Pure."""
    if not name[:1].isalnum():
        raise CallerError("InvalidParameter", "Name", "It must begin with a letter or a digit.")
    return name, None if notify is None else _notify(notify)


def unfit(speed: str, kind: str) -> UserText:
    """Why a pipeline takes no jobs of a type."""
    return f"A pipeline of Speed {speed} takes no {kind} jobs; choose one that is made for them."


def _there(found: Mapping[str, Row], pipeline_id: str) -> None:
    if pipeline_id not in found:
        raise CallerError("InvalidParameter.ResourceNotFound", "PipelineId", f'There is no pipeline "{pipeline_id}".')


def _notify(config: Mapping[str, Any]) -> dict[str, str]:
    if unknown := sorted(set(config) - set(_NOTIFY)):
        raise CallerError(
            "InvalidParameter.NotSupported", f"NotifyConfig.{unknown[0]}", f"NotifyConfig holds {', '.join(_NOTIFY)}."
        )
    if any(not isinstance(value, str) for value in config.values()):
        raise CallerError("InvalidParameter", "NotifyConfig", "Its values must be texts.")
    return dict(config)
