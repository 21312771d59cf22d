"""Reviews at work: what was seen in a film is judged by what the account has said about words."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from reelmill.core.model import Task
from reelmill.engine import context, providing
from reelmill.media import reviews
from reelmill.store import executions, outputs, word_lists, work

Make = Callable[[Task], Awaitable[Mapping[str, Any]]]


async def review(
    host: context.HostContext, batch_id: str, attempt: int, order: Mapping[str, Any], make: Make
) -> dict[str, Any]:
    """{"failure"} or {"judged"}. `make` makes a task of this batch; `order`: job, scenes, save, words."""
    lists, texts = await asyncio.to_thread(_read, host, batch_id, order)
    told = await providing.ask(host, batch_id, attempt, order, make)
    if told.failure:
        return {"failure": told.failure}
    asked = {"scenes": order["scenes"], "save": order["save"], "texts": texts}
    known, wanted, answers = (json.dumps(one, ensure_ascii=False) for one in (lists, asked, told.answers))
    made = await make(reviews.judge(known, wanted, order["job"], answers))
    if made["failure"]:
        return {"failure": made["failure"]}
    text = await asyncio.to_thread((host.work / batch_id / reviews.JUDGE / reviews.JUDGED).read_text, "utf-8")
    return {"failure": None, "judged": json.loads(text) | {"reasons": told.reasons}}


def _read(
    host: context.HostContext, batch_id: str, order: Mapping[str, Any]
) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """The word lists of the account, and the texts to be compared with them."""
    given = order["words"]
    with host.database.read() as tx:
        batch = work.batch(tx, batch_id)
        if batch is None:
            return [], dict.fromkeys(reviews.TEXTS, "")
        if given is None:
            run = executions.by_ids(tx, batch["account"], batch["region"], [batch["run_id"]]) if batch["run_id"] else []
            medium = outputs.media_row(tx, run[0]["media_id"]) if run else None
            given = {name: medium[name] for name in ("title", "description")} if medium else {}
        known = word_lists.of_account(tx, batch["account"], batch["region"])
    lists = [{name: one[name] for name in ("id", "name", "words", "label", "suggestion")} for one in known]
    return lists, {name: given.get(name) or "" for name in reviews.TEXTS}
