"""What workflows were before, and which version each run was of. See store.tables."""

from sqlalchemy import BigInteger, Column, String, Table, Text, UniqueConstraint

from reelmill.store.columns import metadata, owner, seq

# Every version of every workflow; the last one is what `workflows` holds. `version` is the workflow's `revision` then.
workflow_versions = Table(
    "workflow_versions",
    metadata,
    seq(),
    *owner(),
    Column("workflow_id", String(32), nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("author", String(128), nullable=False, server_default=""),  # AccessKey or user; "": before it was noted
    Column("note", Text, nullable=False, server_default=""),
    Column("restored", BigInteger),  # the version whose content this one has again
    Column("name", Text, nullable=False),
    Column("topology", Text, nullable=False),
    Column("trigger_mode", String(16), nullable=False),
    Column("reuse", String(16), nullable=False, server_default="Off"),
    UniqueConstraint("workflow_id", "version", name="uq_workflow_version"),
)

# Beside the run and not in it: SQLite would read through the graph that stands before a new column.
execution_versions = Table(
    "execution_versions",
    metadata,
    Column("run_id", String(32), primary_key=True),
    Column("version", BigInteger, nullable=False),
)
