"""Turns the settings table into command-line options, so that a new setting is a flag of every command at once."""

import functools
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from reelmill.settings import Settings, load, table

_CONFIG = typer.Option(
    "--config", help="TOML file of settings instead of HOME/reelmill.toml.", rich_help_panel="Settings", metavar="FILE"
)


def with_settings(*names: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorate `command(settings, ...)`: typer sees the settings `names` (all when none are named) as options, the
    command gets the checked Settings."""

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        chosen = {name: about for name, about in table().items() if not names or name in names}
        own = [p for p in inspect.signature(command, eval_str=True).parameters.values() if p.name != "settings"]
        added = [
            inspect.Parameter(
                "config", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=Annotated[Path | None, _CONFIG]
            )
        ]
        for name, about in chosen.items():
            option = typer.Option(
                f"--{name.replace('_', '-')}",
                help=f"{about.meaning} Default: {about.shown}{' ' + about.unit if about.unit else ''}.",
                rich_help_panel="Settings",
                metavar={"s": "SECONDS", "h": "HOURS", "d": "DAYS"}.get(about.unit, "VALUE"),
                show_default=False,
            )
            added.append(
                inspect.Parameter(
                    name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=Annotated[str | None, option]
                )
            )

        @functools.wraps(command)
        def wrapped(**given: Any) -> Any:
            config = given.pop("config")
            flags = {name: given.pop(name) for name in chosen}
            settings: Settings = load(flags, config=config)
            return command(settings=settings, **given)

        signature = inspect.Signature([p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in own] + added)
        wrapped.__signature__ = signature  # type: ignore[attr-defined]
        wrapped.__annotations__ = {p.name: p.annotation for p in signature.parameters.values()}
        return wrapped

    return decorate
