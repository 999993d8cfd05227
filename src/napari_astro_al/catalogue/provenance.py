"""Which service a table came from, as VOTable files say it.

References
----------
IVOA Note "Data Origin in the VO" 1.1: the names of the INFO elements.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

MOST_TEXT = 20_000
"""Characters of one entry; more of it is cut off."""


@dataclass(frozen=True)
class DataOrigin:
    """Where a catalogue was got from. What is not known is empty.

    Attributes
    ----------
    publisher : str
        The data centre.
    service_protocol : str
        IVOA identifier of the protocol, such as ``"ivo://ivoa.net/std/TAP"``.
    request : str
        The address that was asked.
    query : str
        What was asked, in ADQL or in parameters.
    request_date : str
        When, ISO 8601 in UTC.
    citation, rights : str
        How to cite the data, and what may be done with them.
    """

    publisher: str = ""
    service_protocol: str = ""
    request: str = ""
    query: str = ""
    request_date: str = ""
    citation: str = ""
    rights: str = ""

    @property
    def facts(self) -> dict[str, str]:
        """What is known, by name."""
        return {name: text for name, text in asdict(self).items() if text}

    @property
    def words(self) -> str:
        """Who was asked and when, in one line."""
        from urllib.parse import urlsplit

        who = self.publisher or urlsplit(self.request).hostname or self.request or "a service"
        return f"From {who}" + (f", {self.request_date[:10]}" if self.request_date else "")

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> DataOrigin | None:
        """What some names and texts say of it; None where none of them is known."""
        known = {one.name for one in fields(cls)}
        told = {
            name: " ".join(str(text).split())[:MOST_TEXT]
            for name, text in said.items()
            if name in known and text is not None and str(text).strip()
        }
        return cls(**told) if told else None


def facts_of(origin: DataOrigin | None) -> dict[str, str]:
    """What is known of where a catalogue came from, by name; empty where nothing is."""
    return {} if origin is None else origin.facts
