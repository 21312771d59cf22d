"""What waits for a person is found among millions of activities."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """The words of the index are those of the question."""
    waits = sa.text("state = 'Waiting'")
    op.create_index("ix_activity_waiting", "activities", ["run_id"], sqlite_where=waits, postgresql_where=waits)
