"""Activities that wait for a decision, or are done again; the version of the node that a batch was begun with."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Every activity is in its first attempt, and no gate has stopped anything."""
    for column in (
        sa.Column("attempt", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("gate", sa.String(length=8), nullable=False, server_default=""),
        sa.Column("decision", sa.Text(), nullable=False, server_default=""),
    ):
        op.add_column("activities", column)
    op.add_column("batches", sa.Column("node_version", sa.String(length=32), nullable=False, server_default=""))
    op.create_table(
        "activity_attempts",
        sa.Column("run_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("job_id", sa.String(length=32)),
        sa.Column("code", sa.Text(), nullable=False, server_default=""),
        sa.Column("message", sa.Text(), nullable=False, server_default=""),
        sa.Column("result", sa.Text(), nullable=False, server_default="{}"),
        sa.Column("started_ms", sa.BigInteger()),
        sa.Column("finished_ms", sa.BigInteger()),
        sa.Column("message_key", sa.String(length=128)),
        sa.Column("message_result", sa.Text(), nullable=False, server_default=""),
        sa.Column("gate", sa.String(length=8), nullable=False, server_default=""),
        sa.Column("decision", sa.Text(), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("run_id", "name", "attempt"),
    )
