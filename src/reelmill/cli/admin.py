"""`mill admin`: keys, passwords and signed addresses of a home. What a command needs is imported by it: most starts of
`mill` are for another one."""

from typing import Annotated

import typer

from reelmill.cli import home, keys
from reelmill.cli.options import with_settings
from reelmill.core.errors import SettingError
from reelmill.settings import Settings

admin = typer.Typer(no_args_is_help=True, help="Things only the administrator of a home does.")
pairs = typer.Typer(
    no_args_is_help=True, help="AccessKey pairs of all accounts; the server may be running and obeys at once."
)
admin.add_typer(pairs, name="keys")

_ROLE = "administrator, operator, reviewer or viewer."
_ACCOUNT = "Whose things these are: accounts never see each other's."
_ID = typer.Argument(metavar="ID", help="The AccessKeyId.")
_HOME = ("home", "database_url", "access_key_id", "access_key_secret")


@admin.command()
@with_settings("home", "access_key_id", "access_key_secret")
def key(
    settings: Settings,
    rotate: Annotated[bool, typer.Option("--rotate", help="Make a new secret; the server must be stopped.")] = False,
) -> None:
    """Print the AccessKey pair of a home."""
    if rotate:
        with home.owned(settings.home, not settings.database_url):
            pair: keys.Pair | None = keys.rotate(settings)
    else:
        pair = keys.stored(settings)
    if pair is None:
        raise SettingError(f"home: {settings.home} has no AccessKey yet. The first ./mill serve makes one.")
    typer.echo(f"AccessKeyId      {pair.id}\nAccessKeySecret  {pair.secret}")


@admin.command()
@with_settings("home", "database_url")
def password(
    settings: Settings,
    user: Annotated[str, typer.Argument(metavar="USER", help="Name under which this person signs in to the console.")],
    role: Annotated[str, typer.Option("--role", help=_ROLE)] = "administrator",
    account: Annotated[str, typer.Option("--account", help=_ACCOUNT)] = "default",
    remove: Annotated[bool, typer.Option("--remove", help="Let nobody sign in under this name any more.")] = False,
) -> None:
    """Set the password with which somebody signs in to the console; the server may be running.

    The password is asked for, or read from standard input: ./mill admin password anna < password.txt
    """
    from reelmill.cli import people

    typer.echo(
        people.remove(settings, user) if remove else people.set_password(settings, user, role, account), err=True
    )


@admin.command()
@with_settings("home", "host", "port", "public_url", "object_url_hours")
def link(
    settings: Settings,
    target: Annotated[str, typer.Argument(metavar="BUCKET/OBJECT", help="An object, published or not.")],
) -> None:
    """Print an address under which anybody can read an object, and its package if it is a playlist, for
    `object_url_hours`.

    Example: ./mill admin link streams/RUN/master.m3u8
    """
    from reelmill.cli import folders

    typer.echo(folders.link(settings, target))


@admin.command()
@with_settings("home", "database_url")
def release(
    settings: Settings,
    bucket: Annotated[str, typer.Argument(metavar="BUCKET", help="A bucket that nobody has bound now.")],
) -> None:
    """Let any account bind a bucket in which another one left files; it gets them too. The server may be running."""
    from reelmill.cli import folders

    typer.echo(folders.release(settings, bucket), err=True)


@pairs.command("list")
@with_settings(*_HOME)
def list_pairs(settings: Settings) -> None:
    """Print every pair: id, account, role, state, when it was made. Secrets are never shown again."""
    from reelmill.cli import access

    typer.echo(access.listed(settings))


@pairs.command("add")
@with_settings(*_HOME)
def add_pair(
    settings: Settings,
    role: Annotated[str, typer.Option("--role", help=_ROLE)] = "operator",
    account: Annotated[str, typer.Option("--account", help=_ACCOUNT)] = "default",
) -> None:
    """Make a pair and print it; its secret is shown this once.

    Example: ./mill admin keys add --role viewer
    """
    from reelmill.cli import access

    typer.echo(access.add(settings, account, role))


@pairs.command("role")
@with_settings(*_HOME)
def set_role(
    settings: Settings, key_id: Annotated[str, _ID], role: Annotated[str, typer.Argument(metavar="ROLE", help=_ROLE)]
) -> None:
    """Give a pair another role."""
    from reelmill.cli import access

    typer.echo(access.change(settings, key_id, role=role), err=True)


@pairs.command("disable")
@with_settings(*_HOME)
def disable(settings: Settings, key_id: Annotated[str, _ID]) -> None:
    """Let nobody in with this pair."""
    from reelmill.cli import access

    typer.echo(access.change(settings, key_id, state="Inactive"), err=True)


@pairs.command("enable")
@with_settings(*_HOME)
def enable(settings: Settings, key_id: Annotated[str, _ID]) -> None:
    """Let a disabled pair in again."""
    from reelmill.cli import access

    typer.echo(access.change(settings, key_id, state="Active"), err=True)


@pairs.command("rotate")
@with_settings(*_HOME)
def rotate_pair(settings: Settings, key_id: Annotated[str, _ID]) -> None:
    """Give a pair a new secret and print it; the old one ends at once."""
    from reelmill.cli import access

    typer.echo(access.rotate(settings, key_id))


@pairs.command("remove")
@with_settings(*_HOME)
def remove_pair(settings: Settings, key_id: Annotated[str, _ID]) -> None:
    """Forget a disabled pair."""
    from reelmill.cli import access

    typer.echo(access.remove(settings, key_id), err=True)
