"""Queues and topics that a topology or a pipeline names, and that are not there."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from reelmill.core.errors import CallerError, Problems, UserText
from reelmill.core.model import Caller
from reelmill.engine import graph
from reelmill.services.context import AppContext
from reelmill.store import queues, topics


def warnings(ctx: AppContext, caller: Caller, topology: str) -> list[tuple[str, str, str]]:
    """(activity, path, sentence) for a queue or topic of a Start that is not there; never raises for a bad topology."""
    try:
        drawn = graph.parse(topology, Problems())
    except CallerError:
        return []
    if drawn is None:
        return []
    start, found = drawn.start, list[tuple[str, str, str]]()
    with ctx.database.read() as tx:
        for word, text in lacking(tx, caller, {"QueueName": start.params.queue, "TopicName": start.params.topic}):
            found.append((start.name, f"Activities.{start.name}.Parameters.{word}", text))
    return found


def lacking(tx: sa.Connection, caller: Caller, named: Mapping[str, Any]) -> list[tuple[str, UserText]]:
    """(parameter, sentence) for each queue (QueueName) and topic (others) that is not there."""
    found: list[tuple[str, UserText]] = []
    for word, name in named.items():
        if name and word == "QueueName" and queues.find(tx, caller, name) is None:
            found.append((word, _no_queue(name)))
        elif name and word != "QueueName" and topics.find(tx, caller, name) is None:
            found.append((word, _no_topic(name)))
    return found


def _no_queue(name: str) -> UserText:
    return f'There is no message queue "{name}": until it is made, nobody gets the messages.'


def _no_topic(name: str) -> UserText:
    return f'There is no message topic "{name}": until it is made, nobody gets the messages.'
