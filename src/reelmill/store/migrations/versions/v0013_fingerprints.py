"""Fingerprint libraries, what they hold, what was taken out of them."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

_SEQ = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _table(name: str, *columns: sa.Column) -> None:
    op.create_table(
        name,
        sa.Column("seq", _SEQ, primary_key=True, autoincrement=True),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("region", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False, unique=True),
        *columns,
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
    )


def _counted(name: str, default: str | None = None) -> sa.Column:
    return sa.Column(name, sa.BigInteger(), nullable=False, server_default=default)


def upgrade() -> None:
    """Nothing is known of films that were worked on before."""
    _table(
        "fp_libraries",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False, server_default=""),
        sa.Column("config", sa.Text(), nullable=False, server_default=""),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False, server_default="1"),
        _counted("revision", "0"),
        _counted("samples", "0"),
        _counted("items", "0"),
    )
    _table(
        "fp_files",
        sa.Column("library_id", sa.String(length=32), nullable=False),
        sa.Column("primary_key", sa.Text(), nullable=False),
        sa.Column("job_id", sa.String(length=32), nullable=False, unique=True),
        sa.Column("bucket", sa.String(length=64), nullable=False),
        sa.Column("location", sa.String(length=64), nullable=False),
        sa.Column("object", sa.Text(), nullable=False),
        *(_counted(name) for name in ("sample_at", "samples", "item_at", "items")),
    )
    _table(
        "fp_removals",
        sa.Column("of", sa.String(length=8), nullable=False),
        sa.Column("library_id", sa.String(length=32), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("pipeline_id", sa.String(length=32), nullable=False, server_default=""),
        sa.Column("user_data", sa.Text(), nullable=False, server_default=""),
    )
    op.create_index("ix_fp_library_owner", "fp_libraries", ["account", "region", "seq"])
    op.create_index("ix_fp_file_library", "fp_files", ["library_id", "seq"])
    op.create_index("ix_fp_removal_owner", "fp_removals", ["account", "region", "of", "seq"])
