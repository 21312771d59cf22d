"""What became of the message of a job that was submitted by itself."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Of older jobs it is not known."""
    op.add_column("jobs", sa.Column("message_result", sa.Text(), nullable=False, server_default=""))
