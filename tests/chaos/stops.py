"""People who text STOP in the middle of it, through the signed webhook, as Twilio would hand it over."""

import random
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPException

from tests.chaos.children import TOKEN
from tests.chaos.people import number_of
from tests.standin_reports import ACCOUNT, signature
from tests.vocabulary import CATALOGUE

_TRIES = 60  # somebody who isn't heard texts again
_PAUSE = 1.0  # seconds between two tries
_PATIENCE = 15  # seconds, as Twilio's
_NOT_HEARD = CATALOGUE.say("ERROR", "en", "GB")[:30]


@dataclass
class Stop:
    """One person's: when it is texted, and when the webhook had answered that it was heard."""

    number: str
    due: float
    texted: float = 0.0
    answered: float | None = None
    tries: int = 0


@dataclass
class Stops:
    """Texts each at its moment, from threads of its own."""

    web: int  # port
    planned: Sequence[Stop]
    _ending: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        self._pool = ThreadPoolExecutor(4, thread_name_prefix="stops")
        self._thread = threading.Thread(target=self._run, name="stops", daemon=True)
        self._thread.start()

    def finish(self, wait: float) -> None:
        """Until all were heard, so many seconds at most."""
        self._thread.join(wait)
        self._ending.set()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _run(self) -> None:
        texting = []
        for stop in sorted(self.planned, key=lambda stop: stop.due):
            if self._ending.wait(max(0.0, stop.due - time.time())):
                return
            texting.append(self._pool.submit(self._text, stop))
        for one in texting:
            one.result()

    def _text(self, stop: Stop) -> None:
        stop.texted = time.time()
        while stop.answered is None and stop.tries < _TRIES and not self._ending.is_set():
            # Twilio tries a text again under its id; a person who is told to try again sends another.
            sid = f"SM{stop.number[3:]:0>28}{stop.tries // 3:04}"
            stop.tries += 1
            if _heard(self.web, stop.number, sid):
                stop.answered = time.time()
            else:
                self._ending.wait(_PAUSE)


def planned(people: int, share: float, start: float, lasting: float, seed: int) -> list[Stop]:
    """Who texts STOP, and when: anybody, at any moment of the run."""
    chance = random.Random(seed)
    chosen = chance.sample(range(1, people + 1), int(people * share))
    return [Stop(number_of(person), start + chance.random() * lasting) for person in chosen]


def _heard(web: int, number: str, sid: str) -> bool:
    address = f"http://127.0.0.1:{web}/in/twilio"
    form = {
        "MessageSid": sid, "AccountSid": ACCOUNT, "From": number, "To": "+14155550100",
        "Body": "STOP", "NumMedia": "0",
    }  # fmt: skip
    return _answer(address, form)


def _answer(address: str, form: Mapping[str, str]) -> bool:
    request = urllib.request.Request(
        address,
        data=urllib.parse.urlencode(form).encode(),
        headers={"X-Twilio-Signature": signature(TOKEN, address, form)},
    )
    try:
        with urllib.request.urlopen(request, timeout=_PATIENCE) as answer:
            return _NOT_HEARD not in answer.read().decode()
    except (OSError, HTTPException):  # the process was killed before its answer, or within it
        return False
