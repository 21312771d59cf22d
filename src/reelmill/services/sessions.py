"""Sessions of the console: a cookie instead of a signature. They are rows, so a restart signs nobody out."""

import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from hashlib import sha256

from reelmill.core import clock, passwords
from reelmill.core.errors import CallerError
from reelmill.core.model import Caller
from reelmill.services.accounts import ROLES
from reelmill.services.context import AppContext
from reelmill.store import accounts, sessions
from reelmill.store.database import Database

CSRF_HEADER = "x-reelmill-csrf"
IDLE_MS = 12 * 3_600_000
_TOUCH_MS = 60_000  # a session's last use is written at most once a minute


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who is signed in. `user` is the name of the user or the id of the access key, `csrf` what requests that
    change something must carry."""

    token: str
    user: str
    caller: Caller
    csrf: str


def sign_in_key(ctx: AppContext, key_id: str, secret: str) -> Session:
    """By an AccessKey pair. CallerError SignInFailed, whatever was wrong."""
    with ctx.database.read() as tx:
        key = accounts.find(tx, key_id)
    good = hmac.compare_digest(
        secret.encode("utf-8", "replace"), str(key["secret"] if key else secrets.token_hex()).encode()
    )
    if key is None or not good or key["state"] != "Active":
        raise CallerError("SignInFailed")
    return _begin(ctx, "key", key_id)


def sign_in_user(ctx: AppContext, name: str, password: str) -> Session:
    """By name and password. CallerError SignInFailed, whatever was wrong."""
    with ctx.database.read() as tx:
        user = sessions.user(tx, name)
    if not passwords.fits(password, user["password"] if user else None) or user is None or user["state"] != "Active":
        raise CallerError("SignInFailed")
    return _begin(ctx, "user", name)


def find(ctx: AppContext, token: str, *, touch: bool = True) -> Session | None:
    """The session of a cookie; None when there is none, it has ended, or its owner may not sign in any more. `touch`:
    this is a use of it."""
    if not token:
        return None
    now, session_id = clock.now_ms(), _id(token)
    with ctx.database.read() as tx:
        row = sessions.find(tx, session_id)
    if row is None or row["seen_ms"] + IDLE_MS < now:
        return None
    if touch and row["seen_ms"] + _TOUCH_MS < now:
        with ctx.database.write(alone="sessions") as tx:
            sessions.change(tx, session_id, seen_ms=now)
    # one that the settings do not name any more
    region = row["region"] if row["region"] in regions(ctx) else ctx.region
    return Session(token, row["name"], Caller(row["account"], region, row["role"], row["name"]), csrf_of(token))


def require(ctx: AppContext, token: str, method: str, csrf: str) -> Session:
    """The session behind a request. CallerError SessionEnded or, for a request that changes something without the
    session's secret, Csrf."""
    session = find(ctx, token)
    if session is None:
        raise CallerError("SessionEnded")
    if method not in ("GET", "HEAD") and not hmac.compare_digest(
        csrf.encode("utf-8", "replace"), session.csrf.encode()
    ):
        raise CallerError("Csrf")
    return session


def cookie_name(signing_key: bytes) -> str:
    """The name of a server's cookie. Cookies know no ports: two servers on one host would take each other's for their
    own."""
    return f"reelmill_session_{sha256(b'cookie ' + signing_key).hexdigest()[:8]}"


def token_in(headers: Iterable[str], name: str) -> str:
    """The value of our cookie in Cookie headers, "" when it is not there. Ours is never quoted; reading quoted ones as
    Python's library does takes time that grows with the square of their length."""
    for header in headers:
        for pair in header.split(";"):
            key, _, value = pair.partition("=")
            if key.strip() == name:
                return value.strip()
    return ""


def choose_region(ctx: AppContext, session: Session, region: str) -> Session:
    """Work in another region from now on. CallerError when this server does not have it."""
    if region not in regions(ctx):
        raise CallerError("InvalidParameter", "Region", f"It must be one of: {', '.join(regions(ctx))}.")
    with ctx.database.write(alone="sessions") as tx:
        sessions.change(tx, _id(session.token), region=region)
    caller = session.caller
    return Session(session.token, session.user, replace(caller, region=region), session.csrf)


def regions(ctx: AppContext) -> tuple[str, ...]:
    """The regions that this server plays."""
    return ctx.all_regions()


def sign_out(ctx: AppContext, token: str) -> None:
    """End the session, if there is one."""
    with ctx.database.write(alone="sessions") as tx:
        sessions.end(tx, _id(token))


def set_password(
    database: Database, name: str, password: str, role: str = "administrator", account: str = "default"
) -> None:
    """Let somebody sign in with this password from now on; their sessions end. ValueError says why a password or role
    cannot be."""
    if reason := passwords.problem(password):
        raise ValueError(f"the password is refused: {reason}")
    if role not in ROLES:
        raise ValueError(f"the role must be one of: {', '.join(ROLES)}")
    with database.write(alone="sessions") as tx:
        sessions.put_user(
            tx, name, clock.now_ms(), account=account, role=role, password=passwords.keep(password), state="Active"
        )
        sessions.end_all(tx, "user", name)


def shut_out(database: Database, name: str) -> bool:
    """Nobody signs in under this name any more; whether there was such a user."""
    with database.write(alone="sessions") as tx:
        if sessions.user(tx, name) is None:
            return False
        sessions.put_user(tx, name, clock.now_ms(), state="Inactive")
        sessions.end_all(tx, "user", name)
        return True


def csrf_of(token: str) -> str:
    """A secret that belongs to the session and that only its own page can know: other sites never see the cookie that
    it is made of."""
    return sha256(f"csrf {token}".encode()).hexdigest()


def _begin(ctx: AppContext, kind: str, name: str) -> Session:
    token, now = secrets.token_urlsafe(32), clock.now_ms()
    with ctx.database.write(alone="sessions") as tx:
        sessions.forget(tx, now - IDLE_MS)
        sessions.add(tx, id=_id(token), kind=kind, name=name, region=ctx.region, created_ms=now, seen_ms=now)
    found = find(ctx, token)
    if found is None:
        raise CallerError("SignInFailed")
    return found


def _id(token: str) -> str:
    return sha256(token.encode("utf-8", "replace")).hexdigest()
