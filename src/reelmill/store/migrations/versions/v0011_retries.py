"""Why an activity was skipped, and when one that failed is tried again."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """No reason is known of what was skipped before, and nothing is tried again."""
    for table in ("activities", "activity_attempts"):
        op.add_column(table, sa.Column("reason", sa.Text(), nullable=False, server_default=""))
    op.add_column("activities", sa.Column("tries", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("activities", sa.Column("retry_at_ms", sa.BigInteger()))
    due = sa.text("retry_at_ms is not null")
    op.create_index("ix_activity_retry", "activities", ["retry_at_ms"], sqlite_where=due, postgresql_where=due)
