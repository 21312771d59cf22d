"""Categories: folders for media that exist only in the library."""

from collections.abc import Sequence

import sqlalchemy as sa

from reelmill.core.errors import CallerError
from reelmill.core.model import Caller
from reelmill.services.context import AppContext
from reelmill.store import categories
from reelmill.store.database import Row

ROOT, MAX_LEVEL, MAX_COUNT = -1, 9, 10_000


def add(ctx: AppContext, caller: Caller, name: str, parent_id: int = ROOT) -> Row:
    """A new category below `parent_id` (-1: at the top). Names are unique among siblings; there are at most ten
    levels."""
    with ctx.database.write(alone="categories") as tx:
        parent = None if parent_id == ROOT else _known(tx, caller, parent_id, "ParentId")
        level = parent["level"] + 1 if parent else 0
        if level > MAX_LEVEL:
            raise CallerError(
                "InvalidParameter.OutOfRange", "ParentId", f"Categories have at most {MAX_LEVEL + 1} levels."
            )
        if categories.count(tx, caller) >= MAX_COUNT:
            raise CallerError("PermissionDenied.ResourceQuotaExceed", "Category", f"{MAX_COUNT} are allowed.")
        _free(tx, caller, name, parent_id)
        return categories.add(tx, caller, name=name, parent_id=parent_id, level=level)


def rename(ctx: AppContext, caller: Caller, cate_id: int, name: str) -> None:
    """Another name for a category; its media and its place stay."""
    with ctx.database.write(alone="categories") as tx:
        row = _known(tx, caller, cate_id, "CateId")
        if row["name"] != name:
            _free(tx, caller, name, row["parent_id"])
            categories.rename(tx, caller, cate_id, name)


def delete(ctx: AppContext, caller: Caller, cate_id: int) -> None:
    """Take away a category and all below it. Media keep their CateId, which then names nothing."""
    with ctx.database.write(alone="categories") as tx:
        _known(tx, caller, cate_id, "CateId")
        gone = {cate_id}
        for row in categories.all_of(tx, caller):
            if row["parent_id"] in gone:  # parents come before their children
                gone.add(row["seq"])
        categories.remove(tx, caller, sorted(gone))


def list_all(ctx: AppContext, caller: Caller) -> list[Row]:
    """Every category, parents before their children."""
    with ctx.database.read() as tx:
        return categories.all_of(tx, caller)


def named_like(rows: Sequence[Row], texts: Sequence[str], most: int = 50) -> list[list[int]]:
    """For each text the ids of the categories whose names hold it, whatever the case."""
    return [[r["seq"] for r in rows if text.strip().casefold() in r["name"].casefold()][:most] for text in texts]


def _known(tx: sa.Connection, caller: Caller, cate_id: int, parameter: str) -> Row:
    row = categories.find(tx, caller, cate_id)
    if row is None:
        raise CallerError("InvalidParameter.ResourceNotFound", parameter, f"There is no category {cate_id}.")
    return row


def _free(tx: sa.Connection, caller: Caller, name: str, parent_id: int) -> None:
    if categories.called(tx, caller, name, parent_id):
        raise CallerError("InvalidParameter", "CateName", f'There is a category "{name}" at this place already.')
