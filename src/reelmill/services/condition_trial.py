"""A condition tried on a media: what somebody who writes one wants to see before it is saved."""

import json
from collections.abc import Sequence
from typing import Any

from reelmill.core import clock
from reelmill.core.errors import CallerError, Problems, UserText
from reelmill.core.model import Caller
from reelmill.engine import conditions
from reelmill.engine.condition_values import Facts
from reelmill.media import probe
from reelmill.services.context import AppContext
from reelmill.store import media

_UNSEEN: UserText = "Nobody has looked into this media yet, so nothing of it is known; its first run does that."


def evaluate(ctx: AppContext, caller: Caller, text: str, media_id: str, activities: Sequence[str]) -> dict[str, Any]:
    """By the names of the API. `activities` are supposed to have succeeded, without any result; a bad condition is an
    answer, never an error."""
    with ctx.database.read() as tx:
        row = media.find(tx, caller, [media_id]).get(media_id)
    if row is None:
        raise CallerError("InvalidParameter.ResourceNotFound", "MediaId", f'There is no media "{media_id}".')
    info = probe.parse(row["info"]) if row["info"] else None
    stat = None if info else ctx.objects[row["bucket"]].stat(row["object"])
    size = info.size if info else stat.size if stat else 0
    facts = Facts(
        input={"bucket": row["bucket"], "key": row["object"], "size": size, "user_data": ""},
        media=conditions.of_media(info) if info else {},
        activities={name: {"state": "Success", "result": {}} for name in activities},
        now_ms=clock.now_ms(),
    )
    known = json.dumps({"input": facts.input, "media": facts.media}, ensure_ascii=False)
    problems = Problems()
    conditions.check(text, activities, problems, "Condition")
    if problems.found:
        return {"Outcome": "Invalid", "Reason": problems.found[0].message, "Facts": known}
    if info is None and conditions.asks_about_media(text):
        return {"Outcome": "Fail", "Reason": _UNSEEN, "Facts": known}
    said = conditions.decide(text, facts)
    if said.failure:
        return {"Outcome": "Fail", "Reason": said.failure.message, "Facts": known}
    return {"Outcome": "True" if said.holds else "False", "Reason": said.reason or None, "Facts": known}
