"""Which buckets are bound, as what, by whom."""

import sqlalchemy as sa

from reelmill.core.model import Caller
from reelmill.store.database import Row, all_rows, changed, one
from reelmill.store.dialect import upsert
from reelmill.store.owned import insert, owned
from reelmill.store.tables import bucket_owners, buckets


def named(tx: sa.Connection, name: str) -> list[Row]:
    """Every binding of this name, whoever made it."""
    return all_rows(tx, sa.select(buckets).where(buckets.c.name == name))


def bound(tx: sa.Connection, account: str, region: str, name: str, kind: str | None = None) -> bool:
    """Whether the account has bound this bucket as "Input" or "Output" (None: as either)."""
    return any(
        (row["account"], row["region"]) == (account, region) and kind in (None, row["type"]) for row in named(tx, name)
    )


def holder(tx: sa.Connection, name: str) -> str:
    """Who holds a bucket now, and since which binding: a text that does not come back once it was unbound. "" when
    nobody does."""
    return next(map(_holder, named(tx, name)), "")


def holders(tx: sa.Connection, account: str, region: str) -> dict[str, str]:
    """The same of every bucket that an account has bound, by its name."""
    return {
        row["name"]: _holder(row)
        for row in all_rows(tx, sa.select(buckets).where(buckets.c.account == account, buckets.c.region == region))
    }


def _holder(row: Row) -> str:
    return f"{row['account']}\n{row['region']}\n{row['seq']}.{row['created_ms']}"


def last_owner(tx: sa.Connection, name: str) -> str | None:
    """The account that has bound this bucket, or did so last; None when nobody ever did or its folder was released."""
    found = one(tx, sa.select(bucket_owners.c.account).where(bucket_owners.c.name == name))
    return found["account"] if found else None


def release(tx: sa.Connection, name: str) -> int:
    """Forget who had it; whether anybody did (0 or 1)."""
    return changed(tx, bucket_owners.delete().where(bucket_owners.c.name == name))


def of_others(tx: sa.Connection, account: str, region: str, name: str) -> bool:
    """Whether another account, or the same in another region, has bound this bucket by now."""
    return any((row["account"], row["region"]) != (account, region) for row in named(tx, name))


def names(tx: sa.Connection, kind: str) -> list[str]:
    """Names of all buckets of a kind, of every account."""
    return [
        row["name"]
        for row in all_rows(tx, sa.select(buckets.c.name).where(buckets.c.type == kind).order_by(buckets.c.seq))
    ]


def bind(tx: sa.Connection, caller: Caller, name: str, kind: str, referer: str, now: int) -> None:
    insert(tx, buckets, caller, name=name, type=kind, referer=referer, created_ms=now)
    upsert(tx, bucket_owners, {"name": name}, {"account": caller.account})


def set_referer(tx: sa.Connection, caller: Caller, name: str, referer: str) -> None:
    changed(
        tx,
        buckets.update()
        .where(owned(buckets, caller), buckets.c.name == name, buckets.c.type == "Input")
        .values(referer=referer),
    )


def unbind(tx: sa.Connection, caller: Caller, name: str, kind: str) -> int:
    """How many bindings that took away (0 or 1)."""
    return changed(tx, buckets.delete().where(owned(buckets, caller), buckets.c.name == name, buckets.c.type == kind))


def page(tx: sa.Connection, caller: Caller, below: int | None, size: int) -> list[Row]:
    """Bindings below a position, newest first; one more than `size` when there are more."""
    query = sa.select(buckets).where(owned(buckets, caller)).order_by(buckets.c.seq.desc()).limit(size + 1)
    return all_rows(tx, query if below is None else query.where(buckets.c.seq < below))
