"""Keys and folders of a first run."""

import stat
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

from config.keys import encryption_keys, kept_key, open_data_folder
from config.logs import mask


def test_a_key_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    first = kept_key(tmp_path / "key", 48)
    assert kept_key(tmp_path / "key", 48) == first != kept_key(tmp_path / "other", 48)
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["key", "other"]


def test_a_secret_key_set_later_does_not_lock_old_secrets_away(tmp_path: Path) -> None:
    path = tmp_path / "encryption-key"
    kept = encryption_keys(given=[], secret_key="", path=path)
    assert encryption_keys(given=[], secret_key="set later", path=path) == kept


def test_without_a_data_folder_key_the_secret_key_gives_one_that_is_the_same_on_every_host(tmp_path: Path) -> None:
    one = encryption_keys(given=[], secret_key="shared", path=tmp_path / "a")
    other = encryption_keys(given=[], secret_key="shared", path=tmp_path / "b")
    assert one == other != encryption_keys(given=[], secret_key="another", path=tmp_path / "c")
    assert Fernet(one[0]).decrypt(Fernet(other[0]).encrypt(b"x")) == b"x"


def test_given_keys_come_first(tmp_path: Path) -> None:
    assert encryption_keys(given=["new", "old"], secret_key="s", path=tmp_path / "k") == ["new", "old"]


def test_a_folder_that_cannot_be_written_to_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ImproperlyConfigured, match="DAPJIGI_DATA=") as caught:
        open_data_folder(tmp_path / "file" / "data")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("line", "masked"),
    [
        ("Not Found: /hooks/kakao/s3cret/", "Not Found: /hooks/kakao/***/"),
        ("GET /hooks/webhook/s3cret?x=1 500", "GET /hooks/webhook/***?x=1 500"),
        ("/sign-in/link/?sesame=abc&next=/", "/sign-in/link/?sesame=***&next=/"),
        ("nothing secret in /hooks/", "nothing secret in /hooks/"),
    ],
)
def test_tokens_are_masked_in_log_lines(line: str, masked: str) -> None:
    assert mask(line) == masked
