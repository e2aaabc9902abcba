"""Forms that only our own pages can send (protection against cross-site request forgery).

A browser gets a random cookie; every form carries a signature of it, which another site can neither
read nor make. A signature is good for a day, and as long as the server keeps its secret.
"""

from __future__ import annotations

import secrets

from itsdangerous import BadSignature, URLSafeTimedSerializer

FORM_COOKIE = "chainscout_form"
FORM_FIELD = "form_token"
_DAY = 24 * 3600


class FormKeeper:
    """Makes and checks the tokens of forms. `secret` has to be the same in all workers."""

    def __init__(self, secret: str, seconds: int = _DAY) -> None:
        self._signer = URLSafeTimedSerializer(secret, salt="form")
        self._seconds = seconds

    @staticmethod
    def cookie() -> str:
        """A new cookie value."""
        return secrets.token_urlsafe(24)

    def token(self, cookie: str) -> str:
        """The token of forms for the browser that has `cookie`."""
        return str(self._signer.dumps(cookie))

    def good(self, cookie: str | None, token: str | None) -> bool:
        """Whether `token` was made for this cookie, and not too long ago."""
        if not cookie or not token:
            return False
        try:
            signed = self._signer.loads(token, max_age=self._seconds)
        except BadSignature:
            return False
        return secrets.compare_digest(str(signed).encode(), cookie.encode())


__all__ = ["FORM_COOKIE", "FORM_FIELD", "FormKeeper"]
