"""Whose files lie in a bucket's folder, also while nobody has bound it."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Every bucket that is bound belongs to whoever has bound it."""
    op.create_table(
        "bucket_owners",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.execute("insert into bucket_owners (name, account) select name, min(account) from buckets group by name")
