"""A way to PostgreSQL on which it can be made to fall silent, as a frozen server does."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from sqlalchemy import make_url


@dataclass
class Way:
    """`url`: the database through this way. While it is not `open`, nothing comes back."""

    url: str
    open: threading.Event = field(default_factory=threading.Event)


@contextmanager
def way_to(url: str) -> Iterator[Way]:
    server = make_url(url)
    ends: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as door:
        through = server.set(host="127.0.0.1", port=door.getsockname()[1])
        way = Way(through.render_as_string(hide_password=False))
        way.open.set()

        def let_in() -> None:
            with suppress(OSError):  # the door is closed
                while True:
                    client, _ = door.accept()
                    behind = socket.create_connection((server.host or "", server.port or 5432))
                    ends.extend((client, behind))
                    for source, sink in ((client, behind), (behind, client)):
                        threading.Thread(target=carry, args=(source, sink), daemon=True).start()

        def carry(source: socket.socket, sink: socket.socket) -> None:
            with suppress(OSError):
                while data := source.recv(65_536):
                    way.open.wait()
                    sink.sendall(data)
            with suppress(OSError):
                sink.shutdown(socket.SHUT_WR)

        threading.Thread(target=let_in, daemon=True).start()
        yield way
        way.open.set()
        for end in ends:
            end.close()
