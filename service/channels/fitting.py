"""Texts cut to what a provider takes; ours are far shorter, but for what an operator may have written."""


def fitting(text: str, most: int) -> str:
    """At most so many characters as UTF-16 counts them, which all providers do; "…" stands for the rest."""
    if len(text) <= most // 2:
        return text
    room = text.encode("utf-16-le", "replace")
    if len(room) <= most * 2:
        return text
    return room[: (most - 1) * 2].decode("utf-16-le", "ignore") + "…"
