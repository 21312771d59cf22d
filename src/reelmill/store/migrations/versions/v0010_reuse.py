"""Workflows may reuse what was made before."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """New tables and columns; nothing is known yet of what was made."""
    op.create_table(
        "contents",
        sa.Column("entry", sa.String(length=32), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("read_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("entry"),
    )
    op.create_table(
        "made",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("region", sa.String(length=64), nullable=False),
        sa.Column("content", sa.String(length=64), nullable=False),
        sa.Column("job_id", sa.String(length=32), nullable=False),
        sa.Column("workflow_id", sa.String(length=32), nullable=False),
        sa.Column("run_id", sa.String(length=32), nullable=False),
        sa.Column("origin", sa.String(length=32), nullable=False),
        sa.Column("places", sa.Text(), nullable=False),
        sa.Column("published", sa.Text(), nullable=False),
        sa.Column("read", sa.Text(), nullable=False),
        sa.Column("made_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("job_id"),
    )
    op.create_index("ix_made_content", "made", ["content", "account", "region", "seq"])
    op.create_index("ix_made_age", "made", ["made_ms"])
    op.add_column("parts", sa.Column("version", sa.String(length=64), server_default="", nullable=False))
    op.add_column("jobs", sa.Column("reused_from", sa.String(length=32), server_default="", nullable=False))
    op.add_column("workflows", sa.Column("reuse", sa.String(length=16), server_default="Off", nullable=False))
