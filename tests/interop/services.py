"""Recorded answers of services of the Virtual Observatory, played by a server on loopback."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs

from tests.loopback import Answer, Server, send

XML = "application/x-votable+xml"
GAIA = """<?xml version="1.0" encoding="UTF-8"?>
<VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3">
<RESOURCE type="results">
<INFO name="QUERY_STATUS" value="OK"/>
<TABLE>
<FIELD name="source_id" datatype="long" ucd="meta.id;meta.main">
<DESCRIPTION>Identifier, unique within the release</DESCRIPTION></FIELD>
<FIELD name="alpha" datatype="double" unit="deg" ucd="pos.eq.ra;meta.main"/>
<FIELD name="delta" datatype="double" unit="deg" ucd="pos.eq.dec;meta.main"/>
<FIELD name="gmag" datatype="float" unit="mag" ucd="phot.mag;em.opt"/>
<FIELD name="bp_rp" datatype="float" unit="mag" ucd="phot.color"/>
<DATA><TABLEDATA>
{rows}
</TABLEDATA></DATA></TABLE>
{end}</RESOURCE></VOTABLE>
"""
STATUS = '<INFO name="QUERY_STATUS" value="{}">{}</INFO>\n'


def gaia(n: int = 4, end: str = "") -> bytes:
    """Some stars; the last has no colour."""
    rows = "\n".join(
        f"<TR><TD>{4295806720 + k}</TD><TD>{44.5 + k / 8}</TD><TD>{-0.5 + k / 8}</TD>"
        f"<TD>{17 + k / 4}</TD><TD>{'' if k == n - 1 else 1 + k / 8}</TD></TR>"
        for k in range(n)
    )
    return GAIA.format(rows=rows, end=end).encode()


def refused(words: str, status: int = 400) -> Answer:
    """An error as TAP services send it."""
    body = (
        '<VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3">'
        f'<RESOURCE type="results">{STATUS.format("ERROR", words)}</RESOURCE></VOTABLE>'
    )
    return send(body.encode(), status=status, kind=XML)


JOB = """<?xml version="1.0"?>
<uws:job xmlns:uws="http://www.ivoa.net/xml/UWS/v1.0" xmlns:xlink="http://www.w3.org/1999/xlink"
 version="1.1"><uws:jobId>j1</uws:jobId><uws:phase>{phase}</uws:phase>
<uws:executionDuration>60</uws:executionDuration>
<uws:parameters/><uws:results>{results}</uws:results>{error}</uws:job>"""


class Jobs:
    """A service that runs queries as jobs; each look at the job shows the next phase."""

    def __init__(
        self, server: Server, *phases: str, error: str = "", result: str = "", at: str = "/tap"
    ) -> None:
        self.left = list(phases)
        self.phase = "PENDING"
        self.error = error
        self.ended: list[str] = []
        self.result = result or f"{at}/async/j1/results/result"
        self.url = f"{at}/async/j1"
        server.answers[f"{at}/async"] = send(
            status=303, Location=server.url(self.url), kind="text/plain"
        )
        server.answers[self.url] = self.job
        server.answers[f"{self.url}/phase"] = self.change
        server.answers[f"{self.url}/results/result"] = send(gaia(), kind=XML)

    def job(self, handler: BaseHTTPRequestHandler) -> None:
        if handler.command == "DELETE":
            self.ended.append("DELETE")
            send(status=303, Location=self.url)(handler)
            return
        if self.phase != "PENDING" and self.left:
            self.phase = self.left.pop(0)
        results = (
            f'<uws:result id="result" xlink:href="{self.result}"/>'
            if self.phase == "COMPLETED"
            else ""
        )
        words = f"<uws:message>{self.error}</uws:message>" if self.error else ""
        error = (
            f'<uws:errorSummary type="fatal" hasDetail="false">{words}</uws:errorSummary>'
            if self.phase == "ERROR" and words
            else ""
        )
        body = JOB.format(phase=self.phase, results=results, error=error)
        send(body.encode(), kind="text/xml")(handler)

    def change(self, handler: BaseHTTPRequestHandler) -> None:
        self.phase = "QUEUED"
        send(status=303, Location=self.url)(handler)


TABLES = """<?xml version="1.0"?>
<vosi:tableset xmlns:vosi="http://www.ivoa.net/xml/VOSITables/v1.0"
 xmlns:vs="http://www.ivoa.net/xml/VODataService/v1.1"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<schema><name>gaiadr3</name>
<table><name>gaiadr3.gaia_source</name><description>All sources of the release</description></table>
<table><name>gaiadr3.vari_rrlyrae</name><description>RR Lyrae stars</description></table>
</schema></vosi:tableset>"""
ONE_TABLE = """<?xml version="1.0"?>
<vosi:table xmlns:vosi="http://www.ivoa.net/xml/VOSITables/v1.0"
 xmlns:vs="http://www.ivoa.net/xml/VODataService/v1.1"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<name>gaiadr3.gaia_source</name><description>All sources of the release</description>
<column><name>source_id</name><ucd>meta.id;meta.main</ucd>
<dataType xsi:type="vs:VOTableType">long</dataType></column>
<column><name>phot g</name><description>Mean magnitude</description><unit>mag</unit>
<ucd>phot.mag;em.opt</ucd><dataType xsi:type="vs:VOTableType">float</dataType></column>
</vosi:table>"""


def with_tables(server: Server, at: str = "/tap") -> None:
    """Let a server tell its tables, and the columns of one."""
    server.answers[f"{at}/tables"] = send(TABLES.encode(), kind="text/xml")
    server.answers[f"{at}/tables/gaiadr3.gaia_source"] = send(ONE_TABLE.encode(), kind="text/xml")


def asked(server: Server, method: str, path: str) -> dict[str, str]:
    """What the first request of a method to a path was sent with."""
    body = next(body for how, where, body in server.sent if (how, where) == (method, path))
    return {name: values[0] for name, values in parse_qs(body).items()}
