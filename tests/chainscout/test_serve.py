"""The server's port: shared out among its workers, refused where it is taken."""

from __future__ import annotations

import pickle
import selectors
import socket
from multiprocessing.reduction import ForkingPickler

import pytest

from chainscout.web import listening
from tests.chainscout.conftest import Cli

CALLERS = 60


@pytest.mark.skipif(not listening.SHARES, reason="只有 Linux 在多个监听套接字间分配连接")
def test_callers_are_shared_out_among_workers() -> None:
    with listening.bound("127.0.0.1", 0) as keeper:
        address = keeper.getsockname()
        # What a worker process is sent is made into a socket of its own there.
        workers = [pickle.loads(ForkingPickler.dumps(keeper)) for _ in range(2)]
        for worker in workers:
            worker.listen(CALLERS)
        callers = [socket.create_connection(address) for _ in range(CALLERS)]
        taken = [_accepted(worker) for worker in workers]
        for one in [*callers, *workers]:
            one.close()
    assert sum(taken) == CALLERS, "who only keeps the port takes no callers"
    assert min(taken) > CALLERS // 10


def _accepted(worker: socket.socket) -> int:
    count = 0
    with selectors.DefaultSelector() as waiting:
        waiting.register(worker, selectors.EVENT_READ)
        while waiting.select(timeout=0.2):
            worker.accept()[0].close()
            count += 1
    return count


def test_a_port_in_use_is_said_before_anything_starts(cli: Cli) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        ended = cli("serve", "--port", str(port))
    assert ended.code == 2
    assert f"127.0.0.1:{port} 不能监听：该端口已被占用" in ended.err
    assert "--port" in ended.err
