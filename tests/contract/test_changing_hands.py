"""A bucket's name changes hands: what one account left or signed there is not for the next one, and the other way
round."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from contract.conftest import Name, Site
from contract.refusals import refused
from reelmill.core.errors import CallerError
from reelmill.services import buckets


def put(site: Site, bucket: str, key: str, text: str) -> Path:
    path: Path = site.folder(bucket).path(key)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def links(site: Site, bucket: str, key: str) -> dict[str, str]:
    """Signed addresses of all objects of the bucket's root and of one folder."""
    found = [
        o
        for prefix in ("", "d/")
        for o in site.old_call("ListObjects", Bucket=bucket, Prefix=prefix, key=key)["Objects"]
    ]
    return {o["Key"]: o["URL"] for o in found}


@pytest.mark.parametrize("kind", ["Input", "Output"])
def test_files_that_somebody_left_are_not_for_the_next_who_binds_the_name(site: Site, name: Name, kind: str) -> None:
    bucket = name("left")
    site.old_call("BindInputBucket", Bucket=bucket)
    file = put(site, bucket, "a/b/secret.txt", "alice's")
    site.old_call("UnbindInputBucket", Bucket=bucket)
    assert (
        refused(lambda: site.old_call(f"Bind{kind}Bucket", Bucket=bucket, key="LTAIbob"))
        == "PermissionDenied.ResourceAccess"
    )
    site.old_call("BindInputBucket", Bucket=bucket)  # hers still
    with pytest.raises(CallerError, match="InvalidState"):
        buckets.release(site.ctx.database, bucket)
    site.old_call("UnbindInputBucket", Bucket=bucket)
    file.unlink()
    site.old_call(f"Bind{kind}Bucket", Bucket=bucket, key="LTAIbob")  # empty folders are nobody's secret
    site.old_call(f"Unbind{kind}Bucket", Bucket=bucket, key="LTAIbob")


def test_the_administrator_of_the_server_releases_a_folder(site: Site, name: Name) -> None:
    bucket = name("free")
    site.old_call("BindInputBucket", Bucket=bucket)
    put(site, bucket, "x.txt", "alice's")
    site.old_call("UnbindInputBucket", Bucket=bucket)
    buckets.release(site.ctx.database, bucket)
    site.old_call("BindInputBucket", Bucket=bucket, key="LTAIbob")
    assert list(links(site, bucket, "LTAIbob")) == ["x.txt"]
    with pytest.raises(CallerError, match="ResourceNotFound"):
        buckets.release(site.ctx.database, "never-bound-by-anybody")


def test_files_that_the_administrator_put_there_before_anybody_bound_it_are_for_the_first(
    site: Site, name: Name
) -> None:
    bucket = name("ready")
    site.folder(bucket).create()
    put(site, bucket, "x.txt", "x")
    site.old_call("BindInputBucket", Bucket=bucket, key="LTAIbob")
    assert list(links(site, bucket, "LTAIbob")) == ["x.txt"]


def test_links_end_with_the_binding_that_they_were_made_in(site: Site, name: Name) -> None:
    bucket, keys = name("links"), ("film.bin", "film.m3u8", "d/film.bin", "d/film.m3u8")
    site.old_call("BindInputBucket", Bucket=bucket)
    files = [put(site, bucket, key, "alice's") for key in keys]
    old = links(site, bucket, "LTAIalice")
    assert set(old) == set(keys) and all(httpx.get(url).text == "alice's" for url in old.values())
    site.old_call("UnbindInputBucket", Bucket=bucket)
    assert {httpx.get(url).status_code for url in old.values()} == {404}
    for file in files:
        file.unlink()
    site.old_call("BindInputBucket", Bucket=bucket, key="LTAIbob")
    for key in (*keys, "d/new.bin"):
        put(site, bucket, key, "bob's")
    new = links(site, bucket, "LTAIbob")
    assert {
        httpx.get(url).status_code for url in (*old.values(), old["d/film.m3u8"].replace("film.m3u8", "new.bin"))
    } == {404}
    assert {httpx.get(url).text for url in new.values()} == {"bob's"}


def test_what_a_run_made_is_signed_only_while_the_bucket_is_its_accounts(site: Site, name: Name) -> None:
    from reelmill.services.browse import Signer

    bucket = name("made")
    site.old_call("BindOutputBucket", Bucket=bucket)

    def signed(account: str) -> Any:
        with site.ctx.database.read() as tx:
            signer = Signer(site.ctx, tx, account, "cn-hangzhou", [(bucket, "v.m3u8")])
            return signer.url(bucket, "v.m3u8")

    assert signed("alice") and signed("bob") is None
    site.old_call("UnbindOutputBucket", Bucket=bucket)
    assert signed("alice") is None
