"""The administrator's AccessKey pair: from the settings, else from HOME/access-key.json, made on the first start."""

import dataclasses
import os
from dataclasses import dataclass
from pathlib import Path

from reelmill.core import jsonx
from reelmill.core.errors import SettingError
from reelmill.core.passwords import chance
from reelmill.settings import Settings


@dataclass(frozen=True, slots=True)
class Pair:
    """An AccessKey. `made` is true in the one start that made it: only then it is shown."""

    id: str
    secret: str
    made: bool = False


def stored(settings: Settings) -> Pair | None:
    """The pair of the settings or of the home; None when there is none yet. SettingError when the file is damaged."""
    if settings.access_key_id and settings.access_key_secret:
        return Pair(settings.access_key_id, settings.access_key_secret)
    path = _path(settings)
    try:
        document = jsonx.loads(path.read_text(encoding="utf-8"))
        return Pair(str(document["AccessKeyId"]), str(document["AccessKeySecret"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SettingError(
            f"access_key_id: {path} cannot be read ({error!r}). Correct its rights, or remove it: the next start "
            f"then makes a new pair."
        ) from error


def ensure(settings: Settings) -> tuple[Settings, Pair]:
    """The settings with a pair in them, and the pair; made and stored when there was none. The home must exist and be
    ours."""
    pair = stored(settings) or _store(settings, "LTAI" + chance(20), made=True)
    return dataclasses.replace(settings, access_key_id=pair.id, access_key_secret=pair.secret), pair


def rotate(settings: Settings) -> Pair:
    """A new secret for the same id (a first pair when there is none); the server knows it from its next start on.

    SettingError when the settings give the pair: then it is changed there.
    """
    if settings.access_key_id:
        raise SettingError(
            f"access_key_id: the pair comes from the settings ({settings.sources.get('access_key_id', 'given')}). "
            f"Change it there."
        )
    before = stored(settings)
    return _store(settings, before.id if before else "LTAI" + chance(20), made=True)


def _path(settings: Settings) -> Path:
    return settings.home / "access-key.json"


def _store(settings: Settings, key_id: str, made: bool) -> Pair:
    pair = Pair(key_id, chance(30), made)
    path = _path(settings)
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(
        os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
    ) as file:  # never readable by others, not for a moment
        file.write(jsonx.dumps({"AccessKeyId": pair.id, "AccessKeySecret": pair.secret}) + "\n")
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    return pair
