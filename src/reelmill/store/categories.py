"""Categories of media: a tree for each account and region. `seq` is MPS's CateId."""

from collections.abc import Sequence

import sqlalchemy as sa

from reelmill.core.model import Caller
from reelmill.store.database import Row, all_rows, changed, one
from reelmill.store.owned import owned
from reelmill.store.tables import categories


def add(tx: sa.Connection, caller: Caller, name: str, parent_id: int, level: int) -> Row:
    values = {"account": caller.account, "region": caller.region, "name": name, "parent_id": parent_id, "level": level}
    made = tx.execute(categories.insert().values(**values)).inserted_primary_key
    return values | {"seq": made[0] if made else 0}


def find(tx: sa.Connection, caller: Caller, cate_id: int) -> Row | None:
    return one(tx, sa.select(categories).where(owned(categories, caller), categories.c.seq == cate_id))


def called(tx: sa.Connection, caller: Caller, name: str, parent_id: int) -> Row | None:
    """The child of a category that has this name."""
    return one(
        tx,
        sa.select(categories).where(
            owned(categories, caller), categories.c.parent_id == parent_id, categories.c.name == name
        ),
    )


def all_of(tx: sa.Connection, caller: Caller) -> list[Row]:
    """Every category, parents before their children."""
    return all_rows(
        tx, sa.select(categories).where(owned(categories, caller)).order_by(categories.c.level, categories.c.seq)
    )


def count(tx: sa.Connection, caller: Caller) -> int:
    return int(
        tx.execute(sa.select(sa.func.count()).select_from(categories).where(owned(categories, caller))).scalar_one()
    )


def rename(tx: sa.Connection, caller: Caller, cate_id: int, name: str) -> None:
    changed(tx, categories.update().where(owned(categories, caller), categories.c.seq == cate_id).values(name=name))


def remove(tx: sa.Connection, caller: Caller, cate_ids: Sequence[int]) -> None:
    changed(tx, categories.delete().where(owned(categories, caller), categories.c.seq.in_(list(cate_ids))))
