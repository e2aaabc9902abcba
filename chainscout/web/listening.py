"""A listening socket for each worker process, so that the kernel shares callers out among them.

Workers that share one socket take callers as they wake: the first takes nearly all that arrive at
once and the others idle. With ``SO_REUSEPORT`` (Linux) each worker listens for itself on the same
address, and the kernel deals connections out by a hash of the caller's address and port.
"""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable
from typing import Any

SHARES = sys.platform == "linux"
"""Whether this system deals connections out among sockets of one address."""


class Address(socket.socket):
    """A bound socket that is not passed on to another process but bound there once more."""

    def __reduce__(self) -> tuple[Callable[[str, int], Address], tuple[str, int]]:
        return bound, self.getsockname()[:2]


def bound(host: str, port: int) -> Address:
    """A socket on an address that others of this user may share. Raises OSError."""
    made = Address(_family(host))
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    made.bind((host, port))
    return made


def require_free(host: str, port: int) -> None:
    """Raise OSError where something listens on the address, or it is none of this machine."""
    with socket.socket(_family(host)) as tried:
        if SHARES:  # elsewhere the option lets a port be taken that is in use
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        tried.bind((host, port))


def run(app: str, **options: Any) -> None:
    """Serve with several processes until interrupted; `options` are those of ``uvicorn.run``."""
    import uvicorn
    from uvicorn.supervisors import Multiprocess

    config = uvicorn.Config(app, **options)
    with bound(config.host, config.port) as address:  # never listens: it keeps the port
        Multiprocess(config, sockets=[address]).run()


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


__all__ = ["SHARES", "Address", "bound", "require_free", "run"]
