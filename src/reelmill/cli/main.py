"""The commands. Each checks its arguments, prints, and leaves the work to the layers below."""

import asyncio
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from reelmill import __version__
from reelmill.cli import developer, home, keys
from reelmill.cli.admin import admin
from reelmill.cli.options import Differing, with_settings
from reelmill.core.errors import ReelMillError, SettingError
from reelmill.core.start import imports
from reelmill.settings import Settings

if TYPE_CHECKING:
    from reelmill.cli.client import Client

app = typer.Typer(
    name="mill",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    help="""ReelMill: a video put into a bucket becomes a published adaptive stream, by itself.

Start with [bold]./mill demo[/bold]: it sets everything up, shows the main job on a real clip and tells where to look at the result.""",  # noqa: E501
    epilog="""Every setting is a flag, an environment variable (REELMILL_NAME) or a line of HOME/reelmill.toml, in this order.
[bold]./mill serve --help[/bold] lists them; docs/reference/settings.md explains them.""",  # noqa: E501
)
app.add_typer(admin, name="admin", rich_help_panel="Look after")
_OPEN = {"allow_extra_args": True, "ignore_unknown_options": True}


@app.command(rich_help_panel="Run")
@with_settings()
def serve(settings: Settings) -> None:
    """Run the server until Ctrl-C or SIGTERM.

    On the first start an AccessKey pair is made and shown once; GET /-/healthz answers 200 when the server is ready.

    Example: ./mill serve --home /srv/reelmill --port 8600
    """
    with home.owned(settings.home, not settings.database_url):
        home.start_logging(settings, terminal=True)
        settings, pair = keys.ensure(settings)
        if not settings.loopback_only:
            _say(
                f"Warning: listening on {settings.host}, other machines can reach this server. Everything but "
                f"published objects asks for a signature."
            )
        if pair.made:
            _say(
                f"An AccessKey was made for this home; it is shown this once (./mill admin key reads it from the "
                f"home):\n  AccessKeyId      {pair.id}\n  AccessKeySecret  {pair.secret}"
            )
        asyncio.run(_serve(settings))


async def _serve(settings: Settings) -> NoReturn:
    with imports():
        from reelmill import app as house  # only where a server runs

    async def ready(running: Any) -> None:
        _say(f"ReelMill {__version__} is ready at {running.base_url} (home {settings.home}). Ctrl-C stops it.")

    house.leave(await house.serve(settings, on_ready=ready))


@app.command(rich_help_panel="Run")
@with_settings()
def demo(
    settings: Settings,
    file: Annotated[
        Path | None,
        typer.Argument(
            help="A video of your own instead of the clip that ships with ReelMill.",
            exists=True,
            dir_okay=False,
            readable=True,
        ),
    ] = None,
    exit_: Annotated[
        bool, typer.Option("--exit", help="End when the job is done instead of serving the result.")
    ] = False,
) -> None:
    """Show the main job: bucket -> workflow -> renditions, cover, HLS package -> published, with live progress.

    It has a home of its own (~/.reelmill/demo, or --home) and may be repeated. Exit code 0 only if every activity
    succeeded.

    Examples: ./mill demo      ./mill demo holiday.mov --port 9000      ./mill demo --exit
    """
    import dataclasses

    from reelmill.cli import demo as show

    if "home" not in settings.sources:
        settings = dataclasses.replace(settings, home=settings.home / "demo")
    with home.owned(settings.home, not settings.database_url):
        home.start_logging(settings, terminal=False)
        settings, pair = keys.ensure(settings)
        raise typer.Exit(asyncio.run(show.run(settings, pair, file.absolute() if file else None, stay=not exit_)))


@app.command(rich_help_panel="Look after")
@with_settings()
def doctor(settings: Settings) -> None:
    """Look at tools, database, storage, disk and clock, and say what to do about each lack. Exit code 1 if something is
    broken."""
    from reelmill.cli.doctor import run as examine

    raise typer.Exit(examine(settings))


@app.command(rich_help_panel="Look after")
@with_settings("home", "database_url")
def migrate(settings: Settings) -> None:
    """Bring the library of a home to the newest schema. `serve` does this by itself; the server must not be running."""
    from reelmill.store import migrate as schema

    with home.owned(settings.home, not settings.database_url):
        before = schema.current(settings.library_url)
        schema.upgrade(settings.library_url)
        _say(f"The library is at revision {schema.HEAD} (it was {before or 'empty'}).")


@app.command(rich_help_panel="Run", context_settings=_OPEN)
@with_settings("home", "host", "port", "public_url", "access_key_id", "access_key_secret")
def call(
    settings: Settings,
    ctx: typer.Context,
    action: Annotated[str, typer.Argument(help="Name of the operation, e.g. AddPipeline.")],
) -> None:
    """Call one operation of a running server and print the answer as JSON. A value @FILE is read from that file.

    Examples: ./mill call AddPipeline --Name films      ./mill call AddMediaWorkflow --Name hls --Topology @flow.json

    docs/reference/operations.md lists the operations. Exit code 1 if the server refuses.
    """
    from reelmill.cli.client import Refused

    client = _client(settings)
    try:
        answer = client.call(action, **parameters(ctx.args))
    except Refused as refused:
        typer.echo(_pretty(refused.answer))
        raise typer.Exit(1) from refused
    finally:
        client.close()
    typer.echo(_pretty(answer))


def _client(settings: Settings) -> "Client":
    """Calls the server of these settings as their AccessKey."""
    from reelmill.cli.client import Client  # with httpx, which a server needs for messages alone

    pair = keys.stored(settings)
    if pair is None:
        raise SettingError(
            f"access_key_id: {settings.home} has no AccessKey. Start the server once, or set REELMILL_ACCESS_KEY_ID "
            f"and _SECRET."
        )
    return Client(settings.base_url, pair.id, pair.secret)


_SERVER = ("home", "host", "port", "public_url", "access_key_id", "access_key_secret")
_FOLDER = typer.Argument(metavar="DIR", help="The folder of the files.")


@app.command(rich_help_panel="Run", cls=Differing)
@with_settings(*_SERVER)
def apply(
    settings: Settings,
    folder: Annotated[Path, _FOLDER],
    plan: Annotated[
        bool, typer.Option("--plan", help="Only say what would be done: exit code 0 when that is nothing, else 2.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking.")] = False,
    prune: Annotated[
        bool, typer.Option("--prune", help="Delete what the files do not name, of the kinds that they speak of.")
    ] = False,
) -> None:
    """Make the workflows, templates, pipelines and buckets of a running server equal to the YAML and JSON files of a
    folder. Says what it would do, then does it; nothing is deleted without --prune.

    ROS templates (ALIYUN::MPS::Pipeline, ALIYUN::MPS::MediaWorkflow) are read as well. ./mill export writes such files.
    """
    from reelmill.cli.apply import commands

    client = _client(settings)
    try:
        raise typer.Exit(commands.apply(client, folder, only_plan=plan, yes=yes, prune=prune))
    finally:
        client.close()


@app.command(rich_help_panel="Run")
@with_settings(*_SERVER)
def export(
    settings: Settings,
    folder: Annotated[Path, _FOLDER],
    json_: Annotated[bool, typer.Option("--json", help="Write JSON instead of YAML.")] = False,
) -> None:
    """Write the workflows, templates, pipelines and buckets of a running server as files that ./mill apply reads."""
    from reelmill.cli.apply import commands

    client = _client(settings)
    try:
        raise typer.Exit(commands.export(client, folder, "json" if json_ else "yaml"))
    finally:
        client.close()


def parameters(words: list[str]) -> dict[str, str]:
    """`--Name value` and `--Name=value` pairs as a dict. SettingError for anything else."""
    found: dict[str, str] = {}
    rest = iter(words)
    for word in rest:
        name, equals, value = word.partition("=")
        if not name.startswith("--") or len(name) < 3:
            raise SettingError(f"{word}: parameters are written --Name value.")
        if not equals:
            value = next(rest, "")
        found[name[2:]] = _content(name, value[1:]) if value.startswith("@") else value
    return found


def _content(name: str, file: str) -> str:
    try:
        return Path(file).read_text(encoding="utf-8")
    except OSError as error:
        raise SettingError(f"{name}: the file {file} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise SettingError(f"{name}: the file {file} is not text in UTF-8.") from error


@app.command(rich_help_panel="Develop", context_settings=_OPEN)
def test(ctx: typer.Context) -> None:
    """Run all tests, or with [b]fast[/] those that need no server. What follows goes to pytest.

    Examples: ./mill test      ./mill test fast      ./mill test tests/unit      ./mill test --soak 200      ./mill test
    -k playlist
    """
    raise typer.Exit(developer.test(ctx.args))


@app.command(rich_help_panel="Develop")
def wheel(folder: Annotated[Path, typer.Argument(help="Where it is written.")] = Path("dist")) -> None:
    """Build a wheel that brings the console along; who installs it needs no Node."""
    raise typer.Exit(developer.wheel(folder.absolute()))


@app.command(rich_help_panel="Develop")
def release(folder: Annotated[Path, typer.Argument(help="Where the files are written.")] = Path("dist")) -> None:
    """Tag this version and write its wheel and checksums. Refuses a tree that is not clean and a version of which
    CHANGELOG.md does not tell."""
    from reelmill.cli import release as maker

    files = maker.release(folder.absolute())
    _say("\n".join(["Written and tagged; nothing was sent anywhere:", *(str(file) for file in files)]))


@app.command(rich_help_panel="Develop")
def check() -> None:
    """Lint, types, layers and house tests at once, within half a minute."""
    raise typer.Exit(developer.check())


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"ReelMill {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    pass


def _pretty(answer: object) -> str:
    return json.dumps(answer, indent=2, ensure_ascii=False)


def _say(text: str) -> None:
    """To the terminal, never to the log: it may hold the secret."""
    print(text, file=sys.stderr, flush=True)


def run() -> None:
    """Entry point. What a user can mend ends with a sentence and exit code 2, not with a traceback."""
    try:
        app(prog_name="mill")
    except ReelMillError as error:
        _say(f"ReelMill: {error}")
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
