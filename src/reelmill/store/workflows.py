"""Media workflows. Intake reads the same table to find which of them a new object starts."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from reelmill.core.model import Caller
from reelmill.store import owned
from reelmill.store.database import Row, all_rows, one
from reelmill.store.tables import buckets, workflows

_there = workflows.c.state != "Deleted"


def add(tx: sa.Connection, caller: Caller, **values: Any) -> None:
    owned.insert(tx, workflows, caller, **values)


def change(tx: sa.Connection, caller: Caller, workflow_id: str, **values: Any) -> None:
    owned.update(tx, workflows, caller, workflow_id, **values)


def get(tx: sa.Connection, account: str, region: str, workflow_id: str) -> Row | None:
    """One workflow, in whatever state."""
    return owned.by_ids(tx, workflows, Caller(account, region), [workflow_id]).get(workflow_id)


def waiting_for(tx: sa.Connection, bucket: str) -> list[Row]:
    """Every workflow that new objects of this bucket may start: those of the account and region that have it bound now.
    A workflow outlives the binding that it was drawn with; it must not see what another account puts into a bucket of
    the same name."""
    owner = (
        buckets.c.name == bucket,
        buckets.c.type == "Input",
        buckets.c.account == workflows.c.account,
        buckets.c.region == workflows.c.region,
    )
    wanted = (
        workflows.c.input_bucket == bucket,
        workflows.c.state == "Active",
        workflows.c.trigger_mode == "OssAutoTrigger",
        sa.exists().where(*owner),
    )
    return all_rows(tx, sa.select(workflows).where(*wanted).order_by(workflows.c.seq))


def find(tx: sa.Connection, caller: Caller, ids: Sequence[str]) -> dict[str, Row]:
    """id -> workflow of those that exist, deleted ones too."""
    return owned.by_ids(tx, workflows, caller, ids)


def called(tx: sa.Connection, caller: Caller, name: str) -> Row | None:
    """The one that has this name and is not deleted."""
    return one(tx, sa.select(workflows).where(owned.owned(workflows, caller), workflows.c.name == name, _there))


def page(
    tx: sa.Connection, caller: Caller, states: Sequence[str] | None, number: int, size: int
) -> tuple[list[Row], int]:
    return owned.page(tx, workflows, caller, number, size, *([workflows.c.state.in_(list(states))] if states else []))


def living(tx: sa.Connection, caller: Caller) -> int:
    """How many count against the quota."""
    return owned.count(tx, workflows, caller, _there)
