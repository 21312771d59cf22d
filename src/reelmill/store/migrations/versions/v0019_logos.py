"""Logos of reviews; fingerprint libraries of texts."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Nobody has logos. The libraries that are there are of pictures and sound."""
    op.create_table(
        "censor_logos",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=True),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("region", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False, unique=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("label", sa.String(length=64), nullable=False),
        sa.Column("suggestion", sa.String(length=16), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("changed_ms", sa.BigInteger(), nullable=False),
        sa.Column("bucket", sa.String(length=64)),
        sa.Column("object", sa.Text()),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("picture", sa.Text(), nullable=False),
    )
    op.create_index("ix_censor_logo_owner", "censor_logos", ["account", "region", "seq"])
    big = sa.BigInteger()
    op.add_column("fp_libraries", sa.Column("model", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("fp_libraries", sa.Column("texts", big, nullable=False, server_default="0"))
    op.add_column("fp_files", sa.Column("text_at", big, nullable=False, server_default="0"))
    op.add_column("fp_files", sa.Column("texts", big, nullable=False, server_default="0"))
