"""What tests that start processes need: a port that is free, and the moment at which somebody listens there."""

import socket
import time


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def answers(port: int, patience: float = 20.0) -> bool:
    """Does somebody take connections there, within so many seconds?"""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        try:
            with socket.create_connection(("127.0.0.1", port), 1):
                return True
        except OSError:
            time.sleep(0.02)
    return False
