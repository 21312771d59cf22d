"""Transcode templates: custom ones are rows, presets are read-only and known in every account."""

from collections.abc import Mapping, Sequence
from typing import Any

from reelmill.core import clock
from reelmill.core.errors import CallerError, Problems
from reelmill.core.model import Caller
from reelmill.media.presets import PRESETS, needs
from reelmill.media.template import check_template
from reelmill.services.context import AppContext
from reelmill.store import templates
from reelmill.store.database import Row


def add(ctx: AppContext, caller: Caller, name: str, body: Mapping[str, Any]) -> Row:
    """A new template. `body` holds Container, Video, Audio, TransConfig, MuxConfig as far as they were given: no Video,
    no video stream."""
    whole = checked(body)
    template_id = clock.new_id()
    with ctx.database.write(alone="templates") as tx:
        limit = ctx.quotas.templates
        if limit is not None and templates.living(tx, caller) >= limit:
            raise CallerError("PermissionDenied.ResourceQuotaExceed", "Template", f"{limit} are allowed.")
        templates.add(tx, caller, id=template_id, name=name, state="Normal", body=whole, created_ms=clock.now_ms())
        return templates.find(tx, caller, [template_id])[template_id]


def update(ctx: AppContext, caller: Caller, template_id: str, name: str, body: Mapping[str, Any]) -> Row:
    """Replace name and body. Jobs and executions that began before keep the copy that they took."""
    whole = checked(body)
    with ctx.database.write(alone="templates") as tx:
        _changeable(templates.find(tx, caller, [template_id]), template_id)
        templates.change(tx, caller, template_id, name=name, body=whole)
        return templates.find(tx, caller, [template_id])[template_id]


def delete(ctx: AppContext, caller: Caller, template_id: str) -> None:
    """Logical: it stays readable with State Deleted."""
    with ctx.database.write(alone="templates") as tx:
        _changeable(templates.find(tx, caller, [template_id]), template_id)
        templates.delete(tx, caller, template_id)


def query(ctx: AppContext, caller: Caller, ids: Sequence[str]) -> tuple[list[Row], list[str]]:
    """Own templates (deleted ones too) and presets in the order asked for, and the ids that name neither."""
    with ctx.database.read() as tx:
        found = templates.find(tx, caller, ids) | {i: preset(i) for i in ids if i in PRESETS}
    return [found[i] for i in ids if i in found], [i for i in ids if i not in found]


def search(
    ctx: AppContext, caller: Caller, state: str, name_prefix: str | None, number: int, size: int
) -> tuple[list[Row], int]:
    """A page of the own templates in a state ("All": any), newest first, and their total."""
    with ctx.database.read() as tx:
        return templates.page(tx, caller, None if state == "All" else state, name_prefix or "", number, size)


def list_presets() -> list[tuple[Row, str]]:
    """Every preset, and what must come before it ("": nothing)."""
    return [(preset(template_id), needs(template_id)) for template_id in PRESETS]


def preset(template_id: str) -> Row:
    """A preset in the shape of a row."""
    body = PRESETS[template_id]
    return {
        "id": template_id,
        "name": body.get("Name", template_id),
        "state": "Normal",
        "body": body,
        "created_ms": None,
    }


def checked(body: Mapping[str, Any]) -> dict[str, Any]:
    """A template as it is kept; CallerError with everything that is wrong with it. Pure."""
    problems = Problems()
    given = {key: value for key, value in body.items() if value is not None}
    whole = check_template({"Container": {"Format": "mp4"}} | given, problems, "Template")
    problems.refuse("Template")
    return whole


def _changeable(found: Mapping[str, Row], template_id: str) -> None:
    if template_id in PRESETS:
        raise CallerError(
            "PermissionDenied.ResourceAccess", "TemplateId", f'"{template_id}" is a preset; presets cannot be changed.'
        )
    if template_id not in found:
        raise CallerError("InvalidParameter.TemplateNotFound", template_id)
    if found[template_id]["state"] == "Deleted":
        raise CallerError("InvalidParameter.ResourceDeleted", "TemplateId")
