"""Settings: one table, three sources, and a refusal that helps."""

from dataclasses import fields
from pathlib import Path

import pytest

from reelmill.core.errors import SettingError
from reelmill.settings import PREFIX, Settings, load, table


def read(env: dict[str, str] | None = None, **flags: object) -> Settings:
    return load(flags, {"REELMILL_HOME": "/nowhere/at/all"} | (env or {}))


def test_a_flag_wins_over_the_environment_and_that_over_the_file(tmp_path: Path) -> None:
    (tmp_path / "reelmill.toml").write_text('port = 1\nregion = "cn-file"\nlog_level = "debug"\n')
    settings = load({"port": 3}, {"REELMILL_HOME": str(tmp_path), "REELMILL_PORT": "2", "REELMILL_REGION": "cn-env"})
    assert (settings.port, settings.region, settings.log_level) == (3, "cn-env", "debug")
    assert settings.sources["port"] == "flag --port"
    assert settings.sources["region"] == "environment variable REELMILL_REGION"
    assert settings.sources["log_level"] == f"in {tmp_path / 'reelmill.toml'}"


def test_without_anything_the_defaults_hold() -> None:
    settings = read()
    assert (settings.host, settings.port, settings.region, settings.base_url) == (
        "127.0.0.1",
        8600,
        "cn-hangzhou",
        "http://127.0.0.1:8600",
    )
    assert settings.loopback_only
    assert settings.heavy_slots >= 1


@pytest.mark.parametrize(
    ("name", "text", "remedy"),
    [
        ("port", "x", "whole number"),
        ("port", "70000", "from 0 to 65535"),
        ("piece_seconds", "nan", "from 2"),
        ("piece_seconds", "1", "from 2"),
        ("region", "Hangzhou!", "cn-hangzhou"),
        ("skip_unchanged", "maybe", "true or false"),
        ("log_level", "loud", "debug, info"),
        ("account_weights", "news=3,archive", "news=3"),
        ("account_weights", "news=0", "0.01"),
        ("public_url", "ftp://x", "http://"),
        ("public_url", "http://x/path", "without a path"),
        ("callback_url", "http://u:p@h/", "without user name"),
        ("ffmpeg", "/nope/ffmpeg", "full path"),
        ("host", "http://x", "host name"),
        ("access_key_id", "a b", "letters"),
        ("heavy_slots", "0", "from 1"),
        ("trigger_extensions", "*.mp4", "mp4,mov,mxf"),
        ("trigger_extensions", "mp4;mov", "separated by commas"),
    ],
)
def test_a_wrong_value_is_refused_with_its_name_its_source_and_the_remedy(name: str, text: str, remedy: str) -> None:
    with pytest.raises(SettingError) as refused:
        read({PREFIX + name.upper(): text})
    assert str(refused.value).startswith(f"{name} (environment variable {PREFIX}{name.upper()})")
    assert remedy in str(refused.value)


def test_an_unknown_variable_is_refused_and_the_near_name_is_told() -> None:
    with pytest.raises(SettingError, match=r"REELMILL_PROT.*did you mean port"):
        read({"REELMILL_PROT": "1"})


def test_variables_of_the_tests_are_no_settings() -> None:
    assert read({"REELMILL_FAILPOINT": "fact committed", "REELMILL_CHECKS": "/tmp"}) == read()


def test_an_empty_variable_counts_as_not_set() -> None:
    assert read({"REELMILL_PORT": ""}).port == 8600


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("prot = 1", "did you mean port"),
        ("port = [1]", "one text"),
        ("port = ", "cannot be read"),
        ("home = '/x'", "cannot move it"),
    ],
)
def test_a_wrong_file_is_refused(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "reelmill.toml").write_text(text)
    with pytest.raises(SettingError, match=words):
        load({}, {"REELMILL_HOME": str(tmp_path)})


def test_a_file_elsewhere_may_name_the_home_and_must_exist(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(f"home = '{tmp_path / 'house'}'\nskip_unchanged = true\n")
    settings = load({}, {"REELMILL_CONFIG": str(tmp_path / "mine.toml")})
    assert settings.home == tmp_path / "house"
    assert settings.skip_unchanged is True
    with pytest.raises(SettingError, match="there is no file"):
        load({}, {}, tmp_path / "other.toml")


def test_half_a_key_pair_is_refused() -> None:
    with pytest.raises(SettingError, match="access_key_secret"):
        read({"REELMILL_ACCESS_KEY_ID": "LTAItest"})


def test_a_secret_is_shown_neither_in_a_refusal_nor_in_a_log_of_the_settings() -> None:
    with pytest.raises(SettingError) as refused:
        read({"REELMILL_ACCESS_KEY_ID": "LTAItest", "REELMILL_ACCESS_KEY_SECRET": "tiny te"})
    assert "tiny" not in str(refused.value)
    assert "hunter2-hunter2" not in repr(
        read({"REELMILL_ACCESS_KEY_ID": "LTAItest", "REELMILL_ACCESS_KEY_SECRET": "hunter2-hunter2"})
    )


def test_every_field_is_in_the_table_and_every_default_passes_its_own_check() -> None:
    assert set(table()) == {f.name for f in fields(Settings)} - {"sources"}
    defaults = Settings()
    for name, about in table().items():
        value = getattr(defaults, name)
        if value is not None:
            assert about.read(str(value)) == value, name


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("0.0.0.0", "http://127.0.0.1:8600"),
        ("::1", "http://[::1]:8600"),
        ("films.example", "http://films.example:8600"),
    ],
)
def test_the_address_for_clients_follows_the_host(host: str, url: str) -> None:
    assert read(host=host).base_url == url
