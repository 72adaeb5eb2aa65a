"""Keys that must outlive a restart: made on the first run and kept in the data folder, readable by its owner only."""

import base64
import hashlib
import os
import secrets
import tempfile
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

FERNET_KEY_BYTES = 32


def open_data_folder(path: Path) -> Path:
    """Create the data folder and prove that it can be written to. Raises ImproperlyConfigured with one clear line."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path):
            return path
    except OSError as error:
        raise ImproperlyConfigured(
            f"The data folder {path} cannot be written to ({error.strerror}). "
            "Choose another one: DAPJIGI_DATA=/path/to/folder"
        ) from error


def kept_key(path: Path, size: int) -> str:
    """The key in this file, made of `size` random bytes when there is none yet. Two processes may start at once."""
    if not path.exists():
        handle, draft = tempfile.mkstemp(dir=path.parent)  # mkstemp gives mode 0600
        with os.fdopen(handle, "w") as file:
            file.write(base64.urlsafe_b64encode(secrets.token_bytes(size)).decode())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            os.unlink(draft)
    return path.read_text().strip()


def encryption_keys(*, given: list[str], secret_key: str, path: Path) -> list[str]:
    """Fernet keys for stored secrets, newest first: the given ones, else the kept one, else made from the secret key.

    The kept one comes before the derived one so that setting DAPJIGI_SECRET_KEY later does not lock old secrets away.
    """
    if given:
        return given
    if secret_key and not path.exists():
        return [base64.urlsafe_b64encode(hashlib.sha256(b"dapjigi-secrets:" + secret_key.encode()).digest()).decode()]
    return [kept_key(path, FERNET_KEY_BYTES)]
