"""Turns the settings table into command-line options, so that a new setting is a flag of every command at once."""

import functools
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
import typer.core
from typer.exceptions import TyperException

from reelmill.core.errors import ReelMillError
from reelmill.settings import Settings, load, table


class Differing(typer.core.TyperCommand):
    """A command whose exit code 2 says that something differs: whatever goes wrong with it is 1, so that a slip in a
    command line never looks like an answer."""

    def make_context(self, *args: Any, **extra: Any) -> Any:
        """As it is; what is wrong with the words of the command line ends with 1."""
        try:
            return super().make_context(*args, **extra)
        except TyperException as error:
            error.exit_code = 1
            raise

    def invoke(self, ctx: Any) -> Any:
        """As it is; what a user can mend ends with a sentence and 1."""
        try:
            return super().invoke(ctx)
        except ReelMillError as error:
            typer.echo(f"ReelMill: {error}", err=True)
            raise typer.Exit(1) from error


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
