"""Secrets: how they are made, hashed and compared."""

from __future__ import annotations

import hashlib
import secrets
from collections import OrderedDict
from functools import cache
from threading import Lock

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from workspace.errors import Invalid

MIN_PASSWORD, MAX_PASSWORD = 10, 200
_KEPT = 256

# argon2id; passwords with the library's defaults (RFC 9106, second choice: 64 MiB, 3 passes). Keys
# are 256 random bits that nobody can guess through: one cheap pass, which every request pays.
_passwords = PasswordHasher()
_keys = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1)


def checked_password(password: str) -> str:
    """`password` if it is long enough and not of one character. Raises Invalid."""
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        raise Invalid(f"密码应为 {MIN_PASSWORD} 到 {MAX_PASSWORD} 个字符，现为 {len(password)} 个")
    if len(set(password)) < 4:
        raise Invalid("密码过于简单：不同的字符少于 4 个")
    return password


def hash_password(password: str) -> str:
    """The argon2id hash to store. Raises Invalid for a weak password."""
    return _passwords.hash(checked_password(password))


def password_fits(stored: str | None, password: str) -> bool:
    """Whether `password` is the one hashed; None = no such user, which takes as long."""
    return _fits(_passwords, stored or _nobody(), password) and stored is not None


@cache
def _nobody() -> str:
    """What those without an account are held against: a wrong name takes as long as a password."""
    return _passwords.hash(secrets.token_urlsafe(32))


def outdated(stored: str) -> bool:
    """Whether the hash was made with weaker parameters than today's."""
    return _passwords.check_needs_rehash(stored)


def new_secret() -> str:
    """256 random bits as text."""
    return secrets.token_urlsafe(32)


def fingerprint(secret: str) -> str:
    """SHA-256 of a random secret: enough where there is nothing to guess."""
    return hashlib.sha256(secret.encode()).hexdigest()


def hash_key(secret: str) -> str:
    """The argon2id hash of a key to store."""
    return _keys.hash(secret)


class KeyCheck:
    """Compares keys with their hashes, and remembers in memory which pairs were right."""

    def __init__(self) -> None:
        self._right: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._lock = Lock()

    def fits(self, stored: str, secret: str) -> bool:
        """Whether `secret` is the one hashed."""
        pair = (stored, fingerprint(secret))
        with self._lock:
            if pair in self._right:
                self._right.move_to_end(pair)
                return True
        if not _fits(_keys, stored, secret):
            return False
        with self._lock:
            self._right[pair] = None
            while len(self._right) > _KEPT:
                self._right.popitem(last=False)
        return True


def _fits(hasher: PasswordHasher, stored: str, secret: str) -> bool:
    try:
        return hasher.verify(stored, secret)
    except (VerifyMismatchError, VerificationError, InvalidHashError):
        return False


__all__ = [
    "KeyCheck",
    "checked_password",
    "fingerprint",
    "hash_key",
    "hash_password",
    "new_secret",
    "outdated",
    "password_fits",
]
