"""Tasks whose folders follow from a copy of the source alone (core.model.Task.shared): made once, kept beside that copy
and swept with it, and given as hard links to whoever wants the same."""

import asyncio
import contextlib
import json
import os
import shutil
from collections.abc import AsyncIterator, Callable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from reelmill.core import clock
from reelmill.core.model import Task
from reelmill.engine import context, sources

Whole = Callable[[Path], Mapping[str, int] | None]


@contextlib.asynccontextmanager
async def turn(host: context.HostContext, task: Task, batch: Mapping[str, Any]) -> AsyncIterator[Path | None]:
    """Where the folder of a shared task is kept; None for any other. One at a time: who comes second finds what the
    first has made. Waits hold no slot of a lane."""
    if not task.shared:
        yield None
        return
    commands = json.dumps([[command.tool, *command.argv] for command in task.commands])
    copy = await sources.fetched(batch)
    kept = copy.with_name(f"{task.name}-{sha256(commands.encode()).hexdigest()[:16]}")
    async with host.process.shared.setdefault(kept, asyncio.Lock()):
        yield kept


def taken(kept: Path, folder: Path, whole: Whole) -> bool:
    """Link what is kept into a task's folder, which appears whole; False when there is nothing."""
    return whole(kept) is not None and _linked(kept, folder)


def keep(folder: Path, kept: Path) -> None:
    """Keep a task's folder for others. What cannot be kept is made again."""
    with contextlib.suppress(OSError):
        _linked(folder, kept)


def _clone(there: str, here: str) -> None:
    try:
        os.link(there, here)
    except OSError:  # work and cache may be two file systems
        shutil.copyfile(there, here)


def _linked(there: Path, here: Path) -> bool:
    part = here.with_name(f".{here.name}.{clock.new_id()}")
    try:
        shutil.copytree(there, part, copy_function=_clone)
        shutil.rmtree(here, ignore_errors=True)
        part.replace(here)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return True
