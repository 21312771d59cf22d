"""Backfills: runs for files that lay in a bucket already. See store.tables."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text

from reelmill.store.columns import metadata, owner, seq

backfills = Table(
    "backfills",
    metadata,
    seq(),
    *owner(),
    Column("id", String(32), nullable=False, unique=True),
    Column("workflow_id", String(32), nullable=False),
    Column("workflow_name", Text, nullable=False),
    Column("bucket", String(64), nullable=False),
    Column("prefix", Text, nullable=False),
    Column("filter", Text, nullable=False),  # JSON of core.filters
    Column("rate", Integer, nullable=False),  # runs a minute
    Column("priority", Integer, nullable=False),  # no work of its runs has a higher one
    Column("dry_run", Boolean, nullable=False),
    Column("state", String(16), nullable=False),  # Listing | Active | Paused | Cancelled | Success | Fail
    Column("message", Text, nullable=False, server_default=""),
    Column("author", String(128), nullable=False, server_default=""),
    Column("created_ms", BigInteger, nullable=False),
    Column("finished_ms", BigInteger),
    Column("files", BigInteger, nullable=False, server_default="0"),  # that were found and had no run yet
    Column("bytes", BigInteger, nullable=False, server_default="0"),  # of those neither begun nor left out
    Column("known", BigInteger, nullable=False, server_default="0"),  # that had a run of this workflow
    Column("begun", BigInteger, nullable=False, server_default="0"),
    Column("left_out", BigInteger, nullable=False, server_default="0"),
    Column("work_ms", BigInteger),  # for these bytes, estimated from past runs; NULL: there are none
    Column("past_runs", Integer, nullable=False, server_default="0"),  # from how many
    Column("cursor", BigInteger, nullable=False, server_default="0"),  # seq of the last file that was dealt with
    Column("next_ms", BigInteger, nullable=False, server_default="0"),  # when the next run may begin
    Index("ix_backfill_list", "account", "region", "seq"),
    Index("ix_backfill_state", "state", "next_ms"),
)

# What a backfill found, in the order in which it is begun.
backfill_files = Table(
    "backfill_files",
    metadata,
    seq(),
    Column("backfill_id", String(32), nullable=False),
    Column("object", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("modified_ms", BigInteger, nullable=False),
    Column("run_id", String(32)),
    Column("reason", Text, nullable=False, server_default=""),  # why it was left out
    Index("ix_backfill_file", "backfill_id", "seq"),
)
