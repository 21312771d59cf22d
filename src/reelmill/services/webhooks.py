"""Webhooks: who is told of what, the secrets that sign it, and the log of what was delivered."""

import asyncio
import base64
import secrets
from collections.abc import Sequence
from functools import partial
from typing import Any

import sqlalchemy as sa

from reelmill.core import clock
from reelmill.core.errors import CallerError
from reelmill.core.model import Caller
from reelmill.engine import telling
from reelmill.notify import chat, guard, webhook
from reelmill.services.context import AppContext
from reelmill.services.paging import below, token
from reelmill.store import deliveries, pipelines, topics, webhooks, workflows
from reelmill.store.database import Row

OVERLAP_MS = 86_400_000  # how long the secret before a rotation stays good
ANY = "*"  # instead of an id: the filter is taken away
_MOST = 100  # of one account


async def add(ctx: AppContext, caller: Caller, *, url: str, format: str = "Plain", **given: Any) -> Row:
    """A new webhook with its secret, which is told this once."""
    shown = await _shown(ctx, url, format)
    secret = url if format == chat.FORMAT else _secret()
    add = partial(_add, ctx, caller, url=shown, secret=secret, format=format, **given)
    return await asyncio.to_thread(ctx.database.repeated, add)


def _add(
    ctx: AppContext,
    caller: Caller,
    *,
    url: str,
    secret: str,
    format: str,
    events: Sequence[str],
    workflow_id: str | None = None,
    pipeline_id: str | None = None,
) -> Row:
    _check_events(events)
    webhook_id = clock.new_id()
    with ctx.database.write(alone="webhooks") as tx:
        if len(webhooks.of_account(tx, caller)) >= _MOST:
            raise CallerError("PermissionDenied.ResourceQuotaExceed", "Webhook", f"{_MOST} are allowed.")
        _check_filters(tx, caller, workflow_id, pipeline_id)
        webhooks.add(
            tx,
            caller,
            id=webhook_id,
            url=url,
            events=",".join(events),
            workflow_id=workflow_id or "",
            pipeline_id=pipeline_id or "",
            format=format,
            state="Active",
            secrets=_only(secret),
            created_ms=clock.now_ms(),
        )
        return there(tx, caller, webhook_id)


def list_(ctx: AppContext, caller: Caller) -> list[Row]:
    """All of the account's, oldest first."""
    with ctx.database.read() as tx:
        return webhooks.of_account(tx, caller)


async def update(ctx: AppContext, caller: Caller, webhook_id: str, events: Sequence[str] | None, **given: Any) -> Row:
    """Change what is given (None stays): url, events, workflow_id, pipeline_id (ANY: of all of them), format, state.
    What waits already goes out as it was made, to the address that stands here then."""
    given |= await _new_address(ctx, caller, webhook_id, given.get("url"), given.get("format"))
    change = partial(_update, ctx, caller, webhook_id, events, given)
    return await asyncio.to_thread(ctx.database.repeated, change)


async def _new_address(
    ctx: AppContext, caller: Caller, webhook_id: str, url: str | None, format: str | None
) -> dict[str, Any]:
    """The values that follow from another address; {"url": None} when it is the one that is shown already."""
    row = await asyncio.to_thread(_there, ctx, caller, webhook_id)
    if format and format != row["format"] and chat.FORMAT in (format, row["format"]):
        raise CallerError(
            "InvalidParameter", "Format", "Apprise and webhooks have different addresses: add another one instead."
        )
    if not url or url == row["url"]:
        return {"url": None}
    shown = await _shown(ctx, url, row["format"])
    return {"url": shown} | ({"secrets": _only(url)} if row["format"] == chat.FORMAT else {})


def _update(
    ctx: AppContext, caller: Caller, webhook_id: str, events: Sequence[str] | None, given: dict[str, Any]
) -> Row:
    if events is not None:
        _check_events(events)
        given["events"] = ",".join(events)
    with ctx.database.write(alone="webhooks") as tx:
        there(tx, caller, webhook_id)
        given |= {name: "" for name in ("workflow_id", "pipeline_id") if given.get(name) == ANY}
        _check_filters(tx, caller, given.get("workflow_id"), given.get("pipeline_id"))
        webhooks.change(tx, caller, webhook_id, **{name: value for name, value in given.items() if value is not None})
        return there(tx, caller, webhook_id)


async def remove(ctx: AppContext, caller: Caller, webhook_id: str) -> None:
    """Nothing more is sent, not even what waits."""
    await asyncio.to_thread(ctx.database.repeated, lambda: _remove(ctx, caller, webhook_id))
    await ctx.engine.forget_receiver(webhook_id)


def _remove(ctx: AppContext, caller: Caller, webhook_id: str) -> None:
    with ctx.database.write(alone="webhooks") as tx:
        there(tx, caller, webhook_id)
        deliveries.drop(tx, "webhook", webhook_id)
        webhooks.remove(tx, webhook_id)


def rotate(ctx: AppContext, caller: Caller, webhook_id: str) -> Row:
    """A new secret, told this once; for a day messages are signed by the one before, too."""
    now = clock.now_ms()
    with ctx.database.write(alone="webhooks") as tx:
        row = there(tx, caller, webhook_id)
        if row["format"] == chat.FORMAT:
            raise CallerError(
                "InvalidParameter", "WebhookId", "Its secrets stand in its address: give UpdateWebhook another Url."
            )
        old = [s for s in row["secrets"] if s["until_ms"] is None or s["until_ms"] > now]
        kept = [{"secret": s["secret"], "until_ms": s["until_ms"] or now + OVERLAP_MS} for s in old]
        webhooks.change(tx, caller, webhook_id, secrets=[{"secret": _secret(), "until_ms": None}, *kept])
        return there(tx, caller, webhook_id)


def test(ctx: AppContext, caller: Caller, webhook_id: str) -> str:
    """Send a message that says nothing; its DeliveryId."""
    with ctx.database.write() as tx:
        hook = there(tx, caller, webhook_id)
        data = {"WebhookId": webhook_id}
        return telling.to_webhook(tx, caller, hook, clock.new_id(), webhook.TEST, clock.now_ms(), data)


def log(
    ctx: AppContext,
    caller: Caller,
    *,
    webhook_id: str | None,
    state: str | None,
    type: str | None = None,
    made: tuple[int | None, int | None] = (None, None),
    token_text: str | None,
    size: int,
) -> tuple[list[Row], str | None]:
    """Deliveries, newest first, and the token of the next page."""
    with ctx.database.read() as tx:
        start = below(token_text)
        rows = deliveries.page(tx, caller, size, start, target=webhook_id, state=state, type=type, made=made)
    return rows[:size], token(rows, size)


def replay(ctx: AppContext, caller: Caller, delivery_id: str) -> str:
    """Send a message once more, under its own id; the DeliveryId of the new delivery."""
    with ctx.database.write() as tx:
        row = deliveries.by_id(tx, caller, delivery_id)
        if row is None or (row["kind"] == "push" and not topics.subscription_by_seq(tx, int(row["target"]))):
            raise CallerError(
                "InvalidParameter.ResourceNotFound", "DeliveryId", f'There is no delivery "{delivery_id}".'
            )
        if row["kind"] == "webhook":
            there(tx, caller, row["target"])
        return deliveries.again(tx, row, clock.now_ms())


def there(tx: sa.Connection, caller: Caller, webhook_id: str) -> Row:
    """The webhook; CallerError when there is none."""
    row = webhooks.find(tx, caller, webhook_id)
    if row is None:
        raise CallerError("InvalidParameter.ResourceNotFound", "WebhookId", f'There is no webhook "{webhook_id}".')
    return row


def _there(ctx: AppContext, caller: Caller, webhook_id: str) -> Row:
    with ctx.database.read() as tx:
        return there(tx, caller, webhook_id)


def _only(secret: str) -> list[dict[str, Any]]:
    return [{"secret": secret, "until_ms": None}]


def _secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()


async def _shown(ctx: AppContext, url: str, format: str) -> str:
    """The address as it may be shown; CallerError when it is none that may be called."""
    if format == chat.FORMAT:
        problem, shown = await ctx.engine.look_at_address(url)
        if problem:
            raise CallerError("InvalidParameter", "Url", problem)
        return shown
    problem, _ = await asyncio.to_thread(guard.look_up, url, networks=ctx.callback_networks)
    if problem:
        raise CallerError("InvalidParameter", "Url", f"The address cannot be called: {problem}.")
    return url


def _check_events(patterns: Sequence[str]) -> None:
    if strange := webhook.strange(patterns):
        raise CallerError(
            "InvalidParameter",
            "Events",
            f'No event fits "{strange[0]}"; there are {", ".join(webhook.EVENTS)}, and * stands for anything.',
        )


def _check_filters(tx: sa.Connection, caller: Caller, workflow_id: str | None, pipeline_id: str | None) -> None:
    if workflow_id and workflow_id not in workflows.find(tx, caller, [workflow_id]):
        raise CallerError(
            "InvalidParameter.ResourceNotFound", "MediaWorkflowId", f'There is no workflow "{workflow_id}".'
        )
    if pipeline_id and pipeline_id not in pipelines.find(tx, caller, [pipeline_id]):
        raise CallerError("InvalidParameter.ResourceNotFound", "PipelineId", f'There is no pipeline "{pipeline_id}".')
