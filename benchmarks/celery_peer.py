"""The peer of sending: Celery with a task a message, which calls twilio-python's `messages.create`.

Nothing is recorded: no result, no state. The queue is Redis, under keys of this peer's own.
"""

import os
from functools import cache

from celery import Celery
from redis import Redis
from twilio.rest import Client

from tests.servers import REDIS

KEYS = "BENCHMARK_KEYS"  # in the environment: what the names of all keys begin with
_TASK = "text"
_QUEUE, _LATER = "celery", "later"  # nobody listens to the second one, until it is renamed
_BODY = "Upright: stand up, let your arms hang and breathe out slowly, ten times, please."


def application(keys: str) -> Celery:
    made = Celery("celery_peer", broker=f"{REDIS}/0")
    made.conf.update(
        task_ignore_result=True,
        broker_transport_options={"global_keyprefix": keys},
        worker_hijack_root_logger=False,
    )
    return made


app = application(os.environ.get(KEYS, ""))


@cache
def client() -> Client:
    made = Client("AC" + "1" * 32, "token")
    made.api.base_url = os.environ["TWILIO_API_URL"]
    return made


@app.task(name=_TASK)  # type: ignore[untyped-decorator]  # Celery has no types
def text(number: int, body: str) -> None:
    client().messages.create(
        to=f"+1{2120000000 + number}",
        from_="+14155550100",
        body=body,
        status_callback=f"https://benchmark.example/status/twilio?attempt={number}",
    )


class Tasks:
    """They lie ready in Redis before the first may be taken."""

    def __init__(self, keys: str) -> None:
        self._app = application(keys)
        self._keys = keys
        self._redis = Redis.from_url(f"{REDIS}/0")

    def release(self, count: int) -> None:
        with self._app.pool.acquire() as connection:
            for number in range(count):
                self._app.send_task(_TASK, (number, _BODY), queue=_LATER, connection=connection)
        self._redis.rename(self._keys + _LATER, self._keys + _QUEUE)

    def settled(self) -> bool:
        waiting = self._redis.llen(self._keys + _QUEUE)
        return not waiting and not self._redis.hlen(self._keys + "unacked")

    def close(self) -> None:
        self._app.close()
        for key in self._redis.scan_iter(f"{self._keys}*"):
            self._redis.delete(key)
        self._redis.close()
