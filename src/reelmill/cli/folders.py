"""What the administrator of a home does with its buckets: addresses that open an object, and folders that change
hands."""

from reelmill.app import signing_key
from reelmill.cli import people
from reelmill.core import clock, links
from reelmill.core.errors import CallerError, SettingError
from reelmill.core.urls import BUCKET_NAME, key_problem
from reelmill.media import containers
from reelmill.services import buckets as rules
from reelmill.services.browse import media_types
from reelmill.settings import Settings
from reelmill.store import buckets


def link(settings: Settings, target: str) -> str:
    """An address under which anybody can read the object `BUCKET/OBJECT`."""
    bucket, _, key = target.partition("/")
    if not BUCKET_NAME.fullmatch(bucket) or key_problem(key):
        raise SettingError(f"{target}: an object is written BUCKET/OBJECT.")
    with people.database(settings) as database, database.read() as tx:
        holder = buckets.holder(tx, bucket)
        playlist = media_types(tx, [(bucket, key)])[bucket, key] in containers.PLAYLISTS
    if not holder:
        raise SettingError(f"{target}: no account has bound the bucket {bucket}, so no address can open it.")
    expires = clock.now_ms() // 1000 + int(settings.object_url_hours * 3600)
    secret = signing_key(settings.home)
    return settings.base_url + links.signed_path(secret, holder, bucket, key, expires, playlist=playlist)


def release(settings: Settings, bucket: str) -> str:
    """Let any account bind a bucket in which another one left files; a sentence that says so."""
    with people.database(settings) as database:
        try:
            rules.release(database, bucket)
        except CallerError as error:
            raise SettingError(f"{bucket}: {error.message}") from error
    return f"Any account may bind {bucket} now; the files in it become that account's."
