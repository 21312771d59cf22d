"""Providers at work: the pictures that a review has made are shown to models and services of the user's own. One that
fails leaves its scenes unavailable, and harms nothing else."""

import asyncio
import base64
import json
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reelmill.core import clock
from reelmill.core.errors import Failure, UserText
from reelmill.core.model import Task
from reelmill.engine import context, sources
from reelmill.engine.holding import UNWANTED
from reelmill.engine.signals import Signal
from reelmill.media import providers, reviews
from reelmill.notify import webhook
from reelmill.notify.post import Answer, Poster

log = logging.getLogger(__name__)
Make = Callable[[Task], Awaitable[Mapping[str, Any]]]
_MOST_ANSWER = 4 << 20  # bytes


@dataclass
class Told:
    """`answers`: what reelmill.infer.judging takes of each provider; `reasons`: scene -> why it could not be looked
    at; `failure`: the machine's, or that nobody wants the work any more."""

    answers: list[dict[str, Any]] = field(default_factory=list)
    reasons: dict[str, UserText] = field(default_factory=dict)
    failure: Mapping[str, Any] | None = None


async def ask(host: context.HostContext, batch_id: str, attempt: int, order: Mapping[str, Any], make: Make) -> Told:
    """All providers of the scenes that are asked for, one after the other. `order`: job, scenes."""
    told = Told()
    try:
        known = await asyncio.to_thread(providers.read, host.options.providers) if host.options.providers else []
    except ValueError as error:
        log.warning("providers: %s", error)
        problem = f"The file of providers cannot be used: {error}."
        told.reasons = {scene: problem for scene in order["scenes"] if scene not in reviews.OWN}
        told.answers.append({"scenes": list(told.reasons), "found": {}})  # nobody knows whom the file names for them
        return told
    for place, provider in enumerate(known, 1):
        scenes = [scene for scene in provider.scenes if scene in order["scenes"]]
        if not scenes:
            continue
        if provider.service is None:
            failure, found = await _here(
                host, batch_id, provider, reviews.provider_task(place), order["job"], scenes, make
            )
        else:
            failure, found = await _Asking(host, batch_id, attempt, provider, scenes).all()
        if failure and nobodys(failure):
            return Told(failure=failure.to_json())
        if failure:
            log.warning("provider %s: %s", provider.name, failure.message)
            told.reasons |= dict.fromkeys(scenes, failure.message)
        told.answers.append({"scenes": scenes, "found": found})
    return told


async def logos(
    host: context.HostContext, batch_id: str, job: str, known: Sequence[Mapping[str, Any]], make: Make
) -> Told:
    """The logos of an account (name, label, suggestion, least, picture) are looked for."""
    failure, found = await _made(
        host, batch_id, reviews.LOGOS, "logos", {"scenes": ["logo"], "logos": known}, job, make
    )
    if failure and nobodys(failure):
        return Told(failure=failure.to_json())
    answers = [{"scenes": ["logo"], "found": found}]
    return Told(answers, {"logo": f"The logos have not been looked for: {failure.message}"} if failure else {})


def nobodys(failure: Failure) -> bool:
    """Whether it says nothing of who looked: the machine is in trouble, or nobody wants the work any more."""
    return failure.hold or failure.code == UNWANTED.code


async def _here(
    host: context.HostContext,
    batch_id: str,
    provider: providers.Provider,
    task: str,
    job: str,
    scenes: Sequence[str],
    make: Make,
) -> tuple[Failure | None, providers.Found]:
    """In a process of its own."""
    order: dict[str, Any] = {"scenes": scenes}
    if provider.logo is not None:
        program, order["logos"] = "logos", [{"name": provider.name, **provider.logo}]
    else:
        program, order["model"] = "models", provider.model
    failure, found = await _made(host, batch_id, task, program, order, job, make)
    return (failure if failure is None or nobodys(failure) else _failed(provider, failure.message)), found


async def _made(
    host: context.HostContext, batch_id: str, task: str, program: str, order: Mapping[str, Any], job: str, make: Make
) -> tuple[Failure | None, providers.Found]:
    """What a program has found in the pictures of a batch."""
    made = await make(reviews.provided(task, program, json.dumps(order), job))
    if made["failure"]:
        return Failure.from_json(made["failure"]), {}
    text = await asyncio.to_thread((host.work / batch_id / task / reviews.FOUND).read_text, "utf-8")
    return None, json.loads(text)


class _Asking:
    """A service is asked about the pictures of a batch."""

    def __init__(
        self,
        host: context.HostContext,
        batch_id: str,
        attempt: int,
        provider: providers.Provider,
        scenes: Sequence[str],
    ):
        assert provider.service is not None
        self._host, self._batch, self._attempt = host, batch_id, attempt
        self._provider, self._service, self._scenes = provider, provider.service, scenes
        self._poster = Poster(
            networks=host.options.callback_networks, total_seconds=self._service.seconds, most=_MOST_ANSWER
        )

    async def all(self) -> tuple[Failure | None, providers.Found]:
        """Until one request fails for good; what was found by then counts."""
        here, owner = self._host.process, f"{self._batch}-{self._attempt}/provider {self._provider.name}"
        here.active[owner] = ""  # a cancel waits for the request under way
        found: providers.Found = {}
        try:
            folder = self._host.work / self._batch / reviews.LOOK
            pictures, rate = await asyncio.to_thread(_pictures, folder)
            for begin in range(0, len(pictures), self._service.batch):
                await sources.wanted(self._batch, self._attempt)
                some = pictures[begin : begin + self._service.batch]
                why = await self._some(some, rate, found)
                if why:
                    return _failed(self._provider, why), found
        finally:
            here.active.pop(owner, None)
            await self._poster.close()
            here.signals.send(Signal.CHECK)
        return None, found

    async def _some(self, paths: Sequence[Path], rate: float, found: providers.Found) -> UserText:
        """Why there is no answer, "" when there is one."""
        shown = await asyncio.to_thread(lambda: [_shown(path, rate) for path in paths])
        body, key = providers.question(self._scenes, shown), f"{self._batch}-{shown[0]['name']}"
        answer = await self._post(key, body)
        if answer.error:
            return answer.error
        try:
            found |= providers.answered(answer.text, [one["name"] for one in shown], self._scenes)
        except ValueError as error:
            return f"its answer cannot be used: {error}"
        return ""

    async def _post(self, key: str, body: str) -> Answer:
        """Tried again, after 1, 2, 4 ... seconds, while time may help."""
        secrets = [self._service.secret] if self._service.secret else []
        for tries in range(1, self._service.tries + 1):
            heads = webhook.heads(secrets, key, clock.now_ms(), body, "Plain")
            answer = await self._poster.post(self._service.url, heads, body.encode())
            mendable = answer.status in (0, 408, 429) or answer.status >= 500
            if not answer.error or not mendable or tries == self._service.tries:
                break
            await asyncio.sleep(webhook.next_delay(tries, 0.5))
            await sources.wanted(self._batch, self._attempt)
        return answer


def _failed(provider: providers.Provider, why: UserText) -> Failure:
    text = f'The provider "{provider.name}" has not looked: {why.rstrip(".")}.'
    return Failure("ServiceUnavailable", text)


def _pictures(folder: Path) -> tuple[list[Path], float]:
    """Those of the film, then the cover images; samples a second."""
    rate = json.loads((folder / reviews.ORDER).read_text())["rate"]
    return [*sorted(folder.glob("f[0-9]*.jpg")), *sorted(folder.glob("i[0-9]*.jpg"))], rate


def _shown(path: Path, rate: float) -> dict[str, Any]:
    number = int(path.stem[1:])
    seconds = round((number - 1) / rate, 3) if path.stem[0] == "f" else None
    return {"name": path.stem, "seconds": seconds, "jpeg": base64.b64encode(path.read_bytes()).decode()}
