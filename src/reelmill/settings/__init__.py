"""Every setting, in one table (settings.table); `load` reads them. Flags win over the environment (`REELMILL_NAME`),
the environment over the TOML file.

Read by app and cli only; everything below gets plain values handed in. docs/reference/settings.md is made from the
table.
"""

import difflib
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from reelmill.core.errors import SettingError
from reelmill.settings.table import Settings, table
from reelmill.settings.values import About

__all__ = ["PREFIX", "Settings", "load", "table"]
PREFIX = "REELMILL_"
NOT_SETTINGS = frozenset(
    {
        "REELMILL_FAILPOINT",
        "REELMILL_FAULTS",
        "REELMILL_FAULTS_TURN",
        "REELMILL_FAULTS_SHARE",
        "REELMILL_CHECKS",
        "REELMILL_CONFIG",
    }
)  # our own names in the environment that are no settings


def load(
    flags: Mapping[str, object] | None = None, environ: Mapping[str, str] | None = None, config: Path | None = None
) -> Settings:
    """The settings of this start. `flags` holds command-line values (None: not given); `config` is the TOML file, by
    default HOME/reelmill.toml.

    Raises SettingError for a wrong value, an unknown `REELMILL_` variable or an unknown key: it tells the setting, its
    source and the remedy.
    """
    environ = os.environ if environ is None else environ
    given: dict[str, tuple[str, str]] = {}  # name -> (text, source)
    env = _from_environment(environ)
    flag = {
        name: (_text(value), f"flag --{name.replace('_', '-')}")
        for name, value in (flags or {}).items()
        if value is not None
    }
    explicit = config or (Path(environ["REELMILL_CONFIG"]).expanduser() if environ.get("REELMILL_CONFIG") else None)
    home = flag.get("home") or env.get("home")
    path = explicit or (_value("home", *home) if home else Settings().home) / "reelmill.toml"
    given.update(_from_file(path, must_exist=explicit is not None))
    if "home" in given and explicit is None:
        raise SettingError(
            f"home ({given['home'][1]}): the file inside the home cannot move it. Set REELMILL_HOME or use --config "
            f"with a file elsewhere."
        )
    given.update(env)
    given.update(flag)
    values = {name: _value(name, text, source) for name, (text, source) in given.items()}
    settings = Settings(**values, sources={name: source for name, (_, source) in given.items()})
    _check_together(settings)
    return settings


def _from_environment(environ: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    known = table()
    found: dict[str, tuple[str, str]] = {}
    for variable, text in environ.items():
        if not variable.startswith(PREFIX) or variable in NOT_SETTINGS:
            continue
        name = variable.removeprefix(PREFIX).lower()
        if name not in known or variable != variable.upper():
            raise SettingError(
                f"{variable}: there is no such setting{_near(name, known)}. See docs/reference/settings.md; unset "
                f"it or correct its name."
            )
        if text:  # an empty variable is an unset one, as shells and compose files have it
            found[name] = (text, f"environment variable {variable}")
    return found


def _from_file(path: Path, must_exist: bool) -> dict[str, tuple[str, str]]:
    try:
        with path.open("rb") as file:
            document = tomllib.load(file)
    except FileNotFoundError as error:
        if must_exist:
            raise SettingError(f"config: there is no file {path}. Correct --config or REELMILL_CONFIG.") from error
        return {}
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingError(f"config: {path} cannot be read: {error}. Correct the file or remove it.") from error
    known = table()
    for name, value in document.items():
        if name not in known:
            raise SettingError(
                f"{name} (in {path}): there is no such setting{_near(name, known)}. See docs/reference/settings.md."
            )
        if not isinstance(value, str | int | float | bool):
            raise SettingError(
                f"{name} (in {path}): it must be one text, number or true/false, not {type(value).__name__}."
            )
    return {name: (_text(value), f"in {path}") for name, value in document.items()}


def _value(name: str, text: str, source: str) -> Any:
    about = table()[name]
    try:
        return about.read(text)
    except ValueError as error:
        shown = "" if about.secret else f" {text!r}"
        raise SettingError(f"{name} ({source}): the value{shown} is refused: {error}.") from error


def _check_together(settings: Settings) -> None:
    if (settings.access_key_id is None) != (settings.access_key_secret is None):
        lacking = "access_key_secret" if settings.access_key_id else "access_key_id"
        raise SettingError(
            f"{lacking}: access_key_id and access_key_secret belong together. Set both, or neither: then a pair is "
            f"made."
        )
    if settings.callback_secret and not settings.callback_url:
        raise SettingError(
            "callback_url: callback_secret is set but there is no address to send to. Set callback_url or remove "
            "callback_secret."
        )


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _near(name: str, known: Mapping[str, About]) -> str:
    close = difflib.get_close_matches(name, known, 1)
    return f"; did you mean {close[0]}" if close else ""
