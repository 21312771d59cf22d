"""Watermark templates: where a mark stands, how large it is and when it is seen. The picture comes with the Output that
uses one."""

from collections.abc import Mapping, Sequence
from typing import Any

from reelmill.core import clock
from reelmill.core.errors import CallerError, Problems
from reelmill.core.model import Caller
from reelmill.media.watermarks import check_template
from reelmill.services.context import AppContext
from reelmill.store import templates
from reelmill.store.database import Row
from reelmill.store.templates import WATERMARK


def add(ctx: AppContext, caller: Caller, name: str, config: Mapping[str, Any]) -> Row:
    """A new template."""
    mark, template_id = checked(config), clock.new_id()
    with ctx.database.write(alone="watermarks") as tx:
        limit = ctx.quotas.watermarks
        if limit is not None and templates.living(tx, caller, of=WATERMARK) >= limit:
            raise CallerError("PermissionDenied.ResourceQuotaExceed", "WaterMarkTemplate", f"{limit} are allowed.")
        templates.add(
            tx, caller, of=WATERMARK, id=template_id, name=name, state="Normal", body=mark, created_ms=clock.now_ms()
        )
        return templates.find(tx, caller, [template_id], of=WATERMARK)[template_id]


def update(ctx: AppContext, caller: Caller, template_id: str, name: str, config: Mapping[str, Any]) -> Row:
    """Replace name and config. Jobs and executions that began before keep the copy that they took."""
    mark = checked(config)
    with ctx.database.write(alone="watermarks") as tx:
        _changeable(templates.find(tx, caller, [template_id], of=WATERMARK), template_id)
        templates.change(tx, caller, template_id, name=name, body=mark, of=WATERMARK)
        return templates.find(tx, caller, [template_id], of=WATERMARK)[template_id]


def delete(ctx: AppContext, caller: Caller, template_id: str) -> None:
    """Logical: it stays readable with State Deleted."""
    with ctx.database.write(alone="watermarks") as tx:
        _changeable(templates.find(tx, caller, [template_id], of=WATERMARK), template_id)
        templates.delete(tx, caller, template_id, of=WATERMARK)


def query(ctx: AppContext, caller: Caller, ids: Sequence[str]) -> tuple[list[Row], list[str]]:
    """Templates (deleted ones too) in the order asked for, and the ids that name none."""
    with ctx.database.read() as tx:
        found = templates.find(tx, caller, ids, of=WATERMARK)
    return list(found.values()), [i for i in ids if i not in found]


def search(ctx: AppContext, caller: Caller, state: str, number: int, size: int) -> tuple[list[Row], int]:
    """A page of the templates in a state ("All": any), newest first, and their total."""
    with ctx.database.read() as tx:
        return templates.page(tx, caller, None if state == "All" else state, "", number, size, of=WATERMARK)


def checked(config: Mapping[str, Any]) -> dict[str, Any]:
    """A config as it is kept; CallerError with everything that is wrong with it. Pure."""
    problems = Problems()
    mark = check_template(config, problems, "Config")
    problems.refuse("Config")
    return mark


def _changeable(found: Mapping[str, Row], template_id: str) -> None:
    if template_id not in found:
        raise CallerError(
            "InvalidParameter.ResourceNotFound",
            "WaterMarkTemplateId",
            f'There is no watermark template "{template_id}".',
        )
    if found[template_id]["state"] == "Deleted":
        raise CallerError("InvalidParameter.ResourceDeleted", "WaterMarkTemplateId")
