"""The seal: what redaction could not make safe, encrypted under the redaction key."""

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from pipelines.errors import SettingsError


class Seal:
    """Closes and opens texts with Fernet (AES-128-CBC and HMAC-SHA-256)."""

    def __init__(self, key: bytes) -> None:
        # A key of its own: pseudonyms and ciphertexts must not share one.
        derived = HKDF(SHA256(), length=32, salt=None, info=b"sanku quarantine").derive(key)
        self._fernet = Fernet(base64.urlsafe_b64encode(derived))

    def __repr__(self) -> str:
        return "Seal()"

    def close(self, text: str) -> str:
        """Return `text` encrypted, as ASCII."""
        return self._fernet.encrypt(text.encode("utf-8", "surrogatepass")).decode("ascii")

    def open(self, sealed: str) -> str:
        """Return the text that `close` encrypted.

        Raises `SettingsError` when it was encrypted under another key, or was changed since.
        """
        text = self.opened(sealed)
        if text is None:
            raise SettingsError(
                "a quarantined message cannot be decrypted: it was sealed under another redaction "
                "key. Put that key back as `redaction.key_file` or `SANKU_REDACTION_KEY`."
            )
        return text

    def opened(self, sealed: str) -> str | None:
        """Return the text as `open` does; None where another key sealed it, or it was changed."""
        try:
            return self._fernet.decrypt(sealed.encode("ascii")).decode("utf-8", "surrogatepass")
        except (InvalidToken, UnicodeError):
            return None
