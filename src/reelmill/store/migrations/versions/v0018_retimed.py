"""By what an input object is known again when its time was set after it had been taken in."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Of objects that were dealt with before, it is not known."""
    op.add_column("seen_objects", sa.Column("completed_ms", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("seen_objects", sa.Column("digest", sa.String(64), nullable=False, server_default=""))
