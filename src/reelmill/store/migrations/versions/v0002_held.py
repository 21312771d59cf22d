"""Work that is held, turns by sequence instead of by the clock, which source an object was made of, and where the clock
was set back."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add columns and tables. A turn was a time until now: from now on it is the place of its run's first batch."""
    op.add_column("batches", sa.Column("held", sa.Text(), nullable=False, server_default=""))
    op.add_column("batches", sa.Column("piece_ms", sa.Integer(), nullable=True))
    op.add_column("batches", sa.Column("version", sa.String(length=64), nullable=False, server_default=""))
    op.add_column("executions", sa.Column("version", sa.String(length=64), nullable=False, server_default=""))
    op.alter_column("batches", "turn_ms", new_column_name="turn")
    op.execute(
        "update batches set turn = coalesce((select min(x.seq) from batches x where x.run_id = batches.run_id), seq)"
    )
    op.create_index(
        "ix_batch_held", "batches", ["seq"], sqlite_where=sa.text("held <> ''"), postgresql_where=sa.text("held <> ''")
    )
    op.create_table(
        "written",
        sa.Column("bucket", sa.String(length=64), nullable=False),
        sa.Column("object", sa.Text(), nullable=False),
        sa.Column("source_bucket", sa.String(length=64), nullable=False),
        sa.Column("source_object", sa.Text(), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("turn", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("bucket", "object"),
    )
    op.create_table(
        "clock_steps",
        sa.Column("of", sa.String(length=32), nullable=False),
        sa.Column("after", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.PrimaryKeyConstraint("of", "after"),
    )
