"""Reviews at work: what was seen in a film is judged by what the account has said about words and logos."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from reelmill.core.errors import Failure, UserText
from reelmill.core.model import Task
from reelmill.engine import context, providing
from reelmill.media import reviews
from reelmill.store import executions, logos, outputs, word_lists, work

Make = Callable[[Task], Awaitable[Mapping[str, Any]]]
_LISTENER = "speech"  # the runtime
_LIKE = 0.82  # how like a logo a place must be: what is none reaches 0.78 (docs/howto/add-review-models.md)


@dataclass(frozen=True, slots=True)
class _Known:
    """What the account has said, and the texts that are compared with its lists."""

    lists: Sequence[Mapping[str, Any]]
    logos: Sequence[Mapping[str, Any]]
    texts: Mapping[str, str]


async def review(
    host: context.HostContext, batch_id: str, attempt: int, order: Mapping[str, Any], make: Make
) -> dict[str, Any]:
    """{"failure"} or {"judged"}. `make` makes a task of this batch; `order`: job, scenes, save, words, perhaps
    details (see reelmill.infer.judging) and hear (see core.ports)."""
    own = await asyncio.to_thread(_read, host, batch_id, order)
    told = await providing.ask(host, batch_id, attempt, order, make)
    if own.logos and told.failure is None:
        more = await providing.logos(host, batch_id, order["job"], own.logos, make)
        told = providing.Told([*told.answers, *more.answers], told.reasons | more.reasons, more.failure)
    heard = await _heard(host, batch_id, order, make)
    if told.failure or heard.failure:
        return {"failure": told.failure or heard.failure}
    asked: dict[str, Any] = {
        "scenes": order["scenes"],
        "save": order["save"],
        "texts": own.texts,
        "details": order.get("details", False),
    }
    if "hear" in order:
        asked["said"] = heard.said
    known, wanted, answers = (json.dumps(one, ensure_ascii=False) for one in (own.lists, asked, told.answers))
    made = await make(reviews.judge(known, wanted, order["job"], answers))
    if made["failure"]:
        return {"failure": made["failure"]}
    text = await asyncio.to_thread((host.work / batch_id / reviews.JUDGE / reviews.JUDGED).read_text, "utf-8")
    return {"failure": None, "judged": json.loads(text) | {"reasons": told.reasons | heard.reasons}}


@dataclass(frozen=True, slots=True)
class _Heard:
    """`said`: see reelmill.infer.spoken, None when nobody has listened; `reasons`: why; `failure`: the machine's, or
    that nobody wants the work any more."""

    said: list[Any] | None = None
    reasons: dict[str, UserText] = field(default_factory=dict)
    failure: Mapping[str, Any] | None = None


async def _heard(host: context.HostContext, batch_id: str, order: Mapping[str, Any], make: Make) -> _Heard:
    """What is said in the film."""
    if "hear" not in order:
        return _Heard()
    if order["hear"] is None:
        return _Heard([])
    if lack := host.tools.without([_LISTENER], []):
        return _Heard(reasons={reviews.AUDIO: _unheard(lack[0])})
    made = await make(Task.from_json(order["hear"]))
    if made["failure"]:
        failure = Failure.from_json(made["failure"])
        if providing.nobodys(failure):
            return _Heard(failure=made["failure"])
        return _Heard(reasons={reviews.AUDIO: _unheard(failure.message.rstrip("."))})
    text = await asyncio.to_thread((host.work / batch_id / reviews.HEAR / reviews.SAID).read_text, "utf-8")
    return _Heard(json.loads(text))


def _unheard(why: UserText) -> UserText:
    return f"Nobody has listened to the film: {why}."


def _read(host: context.HostContext, batch_id: str, order: Mapping[str, Any]) -> _Known:
    given = order["words"]
    with host.database.read() as tx:
        batch = work.batch(tx, batch_id)
        if batch is None:
            return _Known([], [], dict.fromkeys(reviews.TEXTS, ""))
        if given is None:
            run = executions.by_ids(tx, batch["account"], batch["region"], [batch["run_id"]]) if batch["run_id"] else []
            medium = outputs.media_row(tx, run[0]["media_id"]) if run else None
            given = {name: medium[name] for name in ("title", "description")} if medium else {}
        known = word_lists.of_account(tx, batch["account"], batch["region"])
        drawn = logos.of_account(tx, batch["account"], batch["region"]) if "logo" in order["scenes"] else []
    return _Known(
        [{name: one[name] for name in ("id", "name", "words", "label", "suggestion")} for one in known],
        [{name: one[name] for name in ("name", "label", "suggestion", "picture")} | {"least": _LIKE} for one in drawn],
        dict.fromkeys(reviews.TEXTS, "") | {name: text or "" for name, text in given.items()},
    )
