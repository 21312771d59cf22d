"""The message service, webhooks, and what is told to programs."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
_Seq = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Add the tables, and to activities what became of their message."""
    op.create_table(
        "mns_queues",
        sa.Column("seq", _Seq, autoincrement=True, nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("region", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=256), nullable=False),
        sa.Column("delay_s", sa.Integer(), nullable=False),
        sa.Column("max_size", sa.Integer(), nullable=False),
        sa.Column("retention_s", sa.Integer(), nullable=False),
        sa.Column("visibility_s", sa.Integer(), nullable=False),
        sa.Column("polling_s", sa.Integer(), nullable=False),
        sa.Column("logging", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.Column("raw", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("modified_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("account", "region", "name", name="uq_mns_queue"),
    )
    op.create_table(
        "mns_messages",
        sa.Column("seq", _Seq, autoincrement=True, nullable=False),
        sa.Column("queue", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("visible_ms", sa.BigInteger(), nullable=False),
        sa.Column("expires_ms", sa.BigInteger(), nullable=False),
        sa.Column("enqueued_ms", sa.BigInteger(), nullable=False),
        sa.Column("first_dequeue_ms", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("dequeued", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("receipt", sa.String(length=64), nullable=False, server_default=""),
        sa.Column("md5", sa.String(length=32), nullable=False),
        sa.Column("properties", sa.Text(), nullable=False, server_default=""),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_index("ix_mns_message_expiry", "mns_messages", ["expires_ms"])
    op.create_index("ix_mns_message_turn", "mns_messages", ["queue", "priority", "seq"])
    op.create_index("ix_mns_message_visible", "mns_messages", ["queue", "visible_ms"])
    op.create_table(
        "mns_topics",
        sa.Column("seq", _Seq, autoincrement=True, nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("region", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=256), nullable=False),
        sa.Column("max_size", sa.Integer(), nullable=False),
        sa.Column("logging", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("modified_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("account", "region", "name", name="uq_mns_topic"),
    )
    op.create_table(
        "mns_subscriptions",
        sa.Column("seq", _Seq, autoincrement=True, nullable=False),
        sa.Column("topic", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=256), nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("tag", sa.String(length=64), nullable=False, server_default=""),
        sa.Column("strategy", sa.String(length=32), nullable=False),
        sa.Column("format", sa.String(length=16), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("modified_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("topic", "name", name="uq_mns_subscription"),
    )
    op.create_table(
        "mns_certificates",
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("certificate", sa.Text(), nullable=False),
        sa.Column("private_key", sa.Text(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("fingerprint"),
    )
    op.create_table(
        "webhooks",
        sa.Column("seq", _Seq, autoincrement=True, nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("region", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("events", sa.Text(), nullable=False),
        sa.Column("workflow_id", sa.String(length=32), nullable=False, server_default=""),
        sa.Column("pipeline_id", sa.String(length=32), nullable=False, server_default=""),
        sa.Column("format", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("secrets", sa.Text(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("id"),
    )
    op.create_index("ix_webhook_owner", "webhooks", ["account", "region", "seq"])
    op.create_table(
        "events",
        sa.Column("seq", _Seq, autoincrement=True, nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("region", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("type", sa.String(length=64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_index("ix_event_owner", "events", ["account", "region", "seq"])
    op.create_index("ix_events_created_ms", "events", ["created_ms"])
    op.create_table(
        "deliveries",
        sa.Column("seq", _Seq, autoincrement=True, nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("region", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("target", sa.String(length=64), nullable=False),
        sa.Column("stream", sa.String(length=64), nullable=False, server_default=""),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("type", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("next_ms", sa.BigInteger(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("finished_ms", sa.BigInteger(), nullable=True),
        sa.Column("attempts", sa.Text(), nullable=False, server_default="[]"),
        sa.Column("facts", sa.Text(), nullable=False, server_default="{}"),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("id"),
    )
    op.create_index("ix_delivery_created", "deliveries", ["created_ms"])
    op.create_index(
        "ix_delivery_due",
        "deliveries",
        ["next_ms"],
        sqlite_where=sa.text("state = 'Waiting'"),
        postgresql_where=sa.text("state = 'Waiting'"),
    )
    op.create_index(
        "ix_delivery_stream",
        "deliveries",
        ["target", "stream", "seq"],
        sqlite_where=sa.text("state = 'Waiting'"),
        postgresql_where=sa.text("state = 'Waiting'"),
    )
    op.create_index("ix_delivery_target", "deliveries", ["account", "region", "target", "seq"])
    op.add_column("activities", sa.Column("message_result", sa.Text(), nullable=False, server_default=""))
    op.add_column("outbox", sa.Column("stream", sa.String(length=64), nullable=False, server_default=""))
    op.create_index(
        "ix_outbox_stream",
        "outbox",
        ["stream", "seq"],
        sqlite_where=sa.text("sent_ms is null"),
        postgresql_where=sa.text("sent_ms is null"),
    )
