"""What a service says when it does not send a table, in its own words.

References
----------
IVOA Recommendations DALI 1.1, section 4.4 (QUERY_STATUS), and Simple Cone Search 1.03, section
2.3 (a PARAM or INFO named Error).
"""

from __future__ import annotations

import re
from contextlib import suppress
from html import unescape
from typing import Any

MOST_TEXT = 600
"""Characters of a service's own words that are shown."""
_READ = 2**18

_STATUS = re.compile(
    rb"<(?:\w+:)?INFO\b(?=[^>]*\bname\s*=\s*[\"']QUERY_STATUS[\"'])"
    rb"(?=[^>]*\bvalue\s*=\s*[\"']ERROR[\"'])[^>]*?(?:/>|>(.*?)</(?:\w+:)?INFO\s*>)",
    re.DOTALL | re.IGNORECASE,
)
_CONE = re.compile(
    rb"<(?:\w+:)?(?:INFO|PARAM)\b(?=[^>]*\b(?:name|ID)\s*=\s*[\"']Error[\"'])"
    rb"[^>]*\bvalue\s*=\s*(?:\"([^\"]*)\"|'([^']*)')",
    re.DOTALL | re.IGNORECASE,
)
_TITLE = re.compile(rb"<title[^>]*>(.*?)</title>", re.DOTALL | re.IGNORECASE)
_BODY = re.compile(rb"<(script|style|head)\b.*?</\1>", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(rb"<[^>]*>")


def words_of(response: Any, host: str) -> str:
    """Why a host refuses: status, and what it says of it."""
    body = b""
    with suppress(Exception):  # its first words will do, and none are needed
        for piece in response.raw.stream():
            body += piece
            if len(body) >= _READ:
                break
    said = words_in(body)
    return f"{host} answers {response.status_code} {response.reason}" + (
        f": “{said}”" if said else ", without a word on why."
    )


def words_in(body: bytes) -> str:
    """The words of an error in a body of any kind; empty where it has none."""
    error = error_in(body)
    if error is not None:
        return error
    title = _TITLE.search(body)
    rest = _text(_TAG.sub(b" ", _BODY.sub(b" ", body)))
    head = _text(title[1]) if title else ""
    return _short(f"{head}: {rest}" if head and rest and head not in rest else rest or head)


def error_in(body: bytes) -> str | None:
    """What a VOTable says of an error; None where it has none, empty where it has no words."""
    found = _STATUS.search(body)
    if found:
        return _short(_text(found[1] or b""))
    found = _CONE.search(body)
    return _short(_text(found[1] or found[2] or b"")) if found else None


def is_page(body: bytes) -> bool:
    """Whether something is a web page."""
    start = body[:2048].lower()
    return b"<html" in start or b"<!doctype html" in start


def _text(words: bytes) -> str:
    plain = re.sub(rb"<!\[CDATA\[(.*?)\]\]>", rb"\1", words, flags=re.DOTALL)
    return " ".join(unescape(plain.decode("utf-8", "replace")).split())


def _short(words: str) -> str:
    return words if len(words) <= MOST_TEXT else f"{words[:MOST_TEXT]}…"
