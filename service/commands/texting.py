"""Texting the service from the terminal, and asking how it understands texts."""

import json
import sys
import uuid
from collections.abc import Iterable
from typing import Any

import click

from config.settings import load
from messages import catalogue as catalogues
from messages import render
from messages.vocabulary import Vocabulary
from service import runtime as runtimes
from service.commands.running import beside
from service.conversation.explain import explain
from service.conversation.understand import understand as read
from service.envelopes import Address, Inbound

NUMBER = "+14155550100"


@click.command()
@click.option("--from", "handle", default=NUMBER, show_default=True, help="Who texts.")
@click.argument("text", nargs=-1, required=True)
def say(handle: str, text: tuple[str, ...]) -> None:
    """Text the service, as from a phone, and show what it answers with the segments of each text.

    It is the real service on the real database, over the simulator channel: nothing is sent.
    """
    runtime = runtimes.build(beside(load()))
    try:
        words = " ".join(text)
        inbound = Inbound(Address("simulator", handle), uuid.uuid4().hex, words)
        replies = runtime.receive(inbound)
    finally:
        runtime.close()
    if not replies:
        click.echo("(no answer: this number has had its replies for now)", err=True)
    for reply in replies:
        click.echo(f"{reply.text}\n{click.style(_size(reply.text), dim=True)}")


def _size(text: str) -> str:
    size = render.segments(text)
    many = "segment" if size.count == 1 else "segments"
    return f"[{size.count} {many}, {size.units} {size.encoding} units]"


@click.command()
@click.option(
    "--explain", "explained", is_flag=True, help="Say which rule fired, and on which words."
)
@click.argument("text", nargs=-1)
@click.pass_context
def understand(ctx: click.Context, explained: bool, text: tuple[str, ...]) -> None:
    """Say how TEXT is understood; without TEXT, how each JSON line on standard input is.

    A line in: {"text": "my back hurts"}. A line out: {"text": ..., "intent": ..., "topic": ...,
    "language": ..., "confidence": ...}. Exit code 1 when a line could not be read.
    """
    vocabulary = catalogues.load().vocabulary
    if text:
        answer = _answer(" ".join(text), vocabulary, explained)
        click.echo(_json(answer, indent=2 if explained else None))
        return
    lines = sys.stdin.buffer
    if lines.isatty():
        click.echo('Type lines such as {"text": "my back hurts"}; Ctrl-D ends.', err=True)
    if _answer_lines(lines, vocabulary, explained):
        ctx.exit(1)


def _answer_lines(lines: Iterable[bytes], vocabulary: Vocabulary, explained: bool) -> int:
    """How many lines could not be read; the others are answered all the same."""
    wrong = 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            text = _text_of(line)
        except ValueError as error:
            wrong += 1
            click.echo(f"line {number}: {error}", err=True)
        else:
            click.echo(_json(_answer(text, vocabulary, explained)))
    return wrong


def _text_of(line: bytes) -> str:
    """The text in a JSON line. Raises ValueError with a reason that repeats nothing of the line."""
    try:
        asked = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise ValueError("not UTF-8") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON ({error.msg} at column {error.colno})") from None
    except RecursionError:
        raise ValueError("not JSON that can be read (nested too deeply)") from None
    if not isinstance(asked, dict) or not isinstance(asked.get("text"), str):
        raise ValueError('not an object with a "text", such as {"text": "my back hurts"}')
    text: str = asked["text"]
    return text


def _answer(text: str, vocabulary: Vocabulary, explained: bool) -> dict[str, Any]:
    reading = read(text, vocabulary)
    answer: dict[str, Any] = {
        "text": text,
        "intent": reading.intent,
        "topic": reading.topic,
        "language": reading.language or catalogues.DEFAULT,
        "confidence": reading.confidence,
    }
    if explained:
        answer |= {
            "rule": reading.rule,
            "words": reading.words,
            "flag": reading.flag.code if reading.flag else "",
            "explanation": explain(text, vocabulary),
        }
    return answer


def _json(answer: dict[str, Any], indent: int | None = None) -> str:
    """Half a character (a lone surrogate) has no UTF-8 form: it goes out escaped, as it came in."""
    written = json.dumps(answer, ensure_ascii=False, indent=indent)
    return written.encode("utf-8", "backslashreplace").decode()
