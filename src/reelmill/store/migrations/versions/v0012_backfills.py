"""Runs for files that lay in a bucket already; what workflows want of files besides the prefix; versions know Reuse."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

_SEQ = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """No workflow has a filter yet; the version that stands is as its workflow."""
    op.add_column("workflow_versions", sa.Column("reuse", sa.String(length=16), nullable=False, server_default="Off"))
    op.execute(
        "update workflow_versions set reuse = (select reuse from workflows w "
        "where w.id = workflow_id and w.revision = version) where exists (select 1 from workflows w "
        "where w.id = workflow_id and w.revision = version)"
    )
    op.add_column("workflows", sa.Column("input_filter", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "backfills",
        sa.Column("seq", _SEQ, primary_key=True, autoincrement=True),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("region", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False, unique=True),
        sa.Column("workflow_id", sa.String(length=32), nullable=False),
        sa.Column("workflow_name", sa.Text(), nullable=False),
        sa.Column("bucket", sa.String(length=64), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("filter", sa.Text(), nullable=False),
        sa.Column("rate", sa.Integer(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("dry_run", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("message", sa.Text(), nullable=False, server_default=""),
        sa.Column("author", sa.String(length=128), nullable=False, server_default=""),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("finished_ms", sa.BigInteger()),
        sa.Column("files", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("bytes", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("known", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("begun", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("left_out", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("work_ms", sa.BigInteger()),
        sa.Column("past_runs", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("cursor", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("next_ms", sa.BigInteger(), nullable=False, server_default="0"),
    )
    op.create_table(
        "backfill_files",
        sa.Column("seq", _SEQ, primary_key=True, autoincrement=True),
        sa.Column("backfill_id", sa.String(length=32), nullable=False),
        sa.Column("object", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("modified_ms", sa.BigInteger(), nullable=False),
        sa.Column("run_id", sa.String(length=32)),
        sa.Column("reason", sa.Text(), nullable=False, server_default=""),
    )
    op.create_index("ix_backfill_list", "backfills", ["account", "region", "seq"])
    op.create_index("ix_backfill_state", "backfills", ["state", "next_ms"])
    op.create_index("ix_backfill_file", "backfill_files", ["backfill_id", "seq"])
