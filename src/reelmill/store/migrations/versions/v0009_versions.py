"""Workflows keep their versions, and a run names the one that it is of."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_SEQ = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """What stands now is the first version that is kept; of runs before nobody knows."""
    op.create_table(
        "workflow_versions",
        sa.Column("seq", _SEQ, primary_key=True, autoincrement=True),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("region", sa.String(length=64), nullable=False),
        sa.Column("workflow_id", sa.String(length=32), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("author", sa.String(length=128), nullable=False, server_default=""),
        sa.Column("note", sa.Text(), nullable=False, server_default=""),
        sa.Column("restored", sa.BigInteger()),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("topology", sa.Text(), nullable=False),
        sa.Column("trigger_mode", sa.String(length=16), nullable=False),
        sa.UniqueConstraint("workflow_id", "version", name="uq_workflow_version"),
    )
    op.create_table(
        "execution_versions",
        sa.Column("run_id", sa.String(length=32), primary_key=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
    )
    op.execute(
        "insert into workflow_versions "
        "(account, region, workflow_id, version, created_ms, name, topology, trigger_mode) "
        "select account, region, id, revision, created_ms, name, topology, trigger_mode from workflows order by seq"
    )
