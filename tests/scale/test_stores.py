"""Partitions that lie on a web server, read in parts over HTTP, or in fsspec's memory."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest
from hats.pixel_math.spatial_index import compute_spatial_index
from tests.loopback import in_parts, send, serving
from tests.partitioned import as_parquet, survey

import napari_astro_al as aal
from napari_astro_al.errors import CatalogueError, NotAllowedError

N = 2_000
RECIPE = aal.FeatureRecipe(columns=["u", "g"])
LEARNER = aal.LearnerRecipe(model="logistic_regression", strategy="rarest")


@pytest.fixture
def server():
    with serving() as one:
        aal.cutouts.allow(one.host)
        yield one


@pytest.fixture
def table():
    return survey(N)


def serve(server, folder: Path, at: str = "") -> None:
    """Offer all files of a folder."""
    for file in folder.rglob("*"):
        if file.is_file():
            way = file.relative_to(folder).as_posix().replace("=", "%3D")
            for name in (way, way.replace("%3D", "=")):
                server.answers[f"{at}/{name}"] = in_parts(file.read_bytes())


def opened(place, **how) -> aal.PartitionedCatalogue:
    return aal.PartitionedCatalogue.open(place, id="source_id", label="kind", **how)


def queries(catalogue: aal.PartitionedCatalogue) -> list:
    """The first questions, the last of them from a pass over all partitions."""
    with aal.Session(catalogue, RECIPE, learner=LEARNER) as session:
        for one in session.query(6, strategy="random"):
            truth = session.catalogue.table["truth"].iloc[session.catalogue.row_of(one)]
            session.annotate(one, truth.split()[-1])
        return session.query(4)


@pytest.mark.parametrize("engine", ["serial", "threads"])
def test_a_file_is_asked_of_as_on_this_computer(server, table, tmp_path, engine):
    here = as_parquet(table, tmp_path / "survey.parquet", 4)
    serve(server, tmp_path)

    there = opened(server.url("/survey.parquet"), engine=engine)

    assert (len(there), len(there.partitions), there.name) == (N, 4, "survey")
    assert queries(there) == queries(opened(here))
    # as it travels to the workers of a cluster
    (part, *_) = pickle.loads(pickle.dumps(there.partitions))
    assert sum(len(rows) for _, rows in there.source.tables(part, ["u"])) == N // 4
    asked = [one for one in server.headers if "Range" in one]
    assert asked
    assert not any("Cookie" in one or "Authorization" in one for one in server.headers)


def test_a_hats_catalogue_is_found_by_its_list_of_partitions(server, table, tmp_path):
    rng = np.random.default_rng(3)
    table["ra"] = rng.uniform(0, 360, N)
    table["dec"] = np.degrees(np.arcsin(rng.uniform(-1, 1, N)))
    table["_healpix_29"] = compute_spatial_index(table["ra"].values, table["dec"].values)
    for pixel, some in table.groupby(table["_healpix_29"].to_numpy() >> 58):
        file = tmp_path / "sky" / "dataset" / "Norder=0" / "Dir=0" / f"Npix={pixel}.parquet"
        file.parent.mkdir(parents=True, exist_ok=True)
        some.to_parquet(file, index=False)
    rows = "".join(f"0,{pixel}\n" for pixel in range(12))
    (tmp_path / "sky" / "partition_info.csv").write_text(f"Norder,Npix\n{rows}")
    about = "hats_col_ra=ra\nhats_col_dec=dec\nhats_col_healpix=_healpix_29\n"
    (tmp_path / "sky" / "hats.properties").write_text(about)
    (tmp_path / "collection.properties").write_text("hats_primary_table_url=sky\n")
    serve(server, tmp_path, "/data")

    there = opened(server.url("/data"))

    assert (len(there), len(there.partitions)) == (N, 12)
    assert (there.roles.ra, there.roles.dec) == ("ra", "dec")
    with aal.Session(there, RECIPE, learner=LEARNER) as session:
        assert session.catalogue.origin.request == server.url("/data/sky")
        for one in session.query(40, strategy="random"):
            truth = session.catalogue.table["truth"].iloc[session.catalogue.row_of(one)]
            session.annotate(one, truth.split()[-1])
        with pytest.raises(CatalogueError, match=r"on another computer\. Name a folder"):
            session.predict_to()
        told = session.predict_to(tmp_path / "classes")
    assert told.n_sources == N
    assert len(opened_predictions(tmp_path / "classes")) == N


def opened_predictions(path: Path) -> aal.PartitionedCatalogue:
    return aal.PartitionedCatalogue.open(path, id="source_id")


def test_memory_of_fsspec(table):
    from upath import UPath

    place = UPath("memory://astro/survey")
    place.mkdir(parents=True, exist_ok=True)
    for k in range(2):
        (place / f"part-{k}.parquet").write_bytes(table[k * 1000 : (k + 1) * 1000].to_parquet())

    assert len(opened("memory://astro/survey")) == N


def test_nothing_is_asked_of_a_host_that_is_not_allowed(server, table, tmp_path):
    as_parquet(table, tmp_path / "survey.parquet", 1)
    serve(server, tmp_path)
    aal.cutouts.withdraw(server.host)

    with pytest.raises(NotAllowedError, match=r"not asked until you allow it"):
        opened(server.url("/survey.parquet"))
    assert server.paths == []


def test_nor_where_another_leads_to_it(server, table, tmp_path):
    as_parquet(table, tmp_path / "survey.parquet", 1)
    with serving() as other:
        serve(other, tmp_path)
        server.answers["/survey.parquet"] = send(status=302, Location=other.url("/survey.parquet"))

        with pytest.raises(NotAllowedError, match=f"{other.host} is not asked"):
            opened(server.url("/survey.parquet"))
        assert other.paths == []


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("s3://bucket/survey.parquet", r"s3://bucket/survey.parquet is not read"),
        ("/none.parquet", r"no Parquet files|cannot be listed"),
        ("/broken.parquet", r"cannot be asked for: .*500"),
        ("/whole.parquet", r"reads no parts of files|cannot be read"),
        ("/bad.parquet", r"Partitions of 'bad' cannot be read: bad.parquet"),
    ],
)
def test_what_cannot_be_read_is_told(server, table, tmp_path, path, words):
    body = as_parquet(table, tmp_path / "survey.parquet", 1).read_bytes()
    server.answers["/broken.parquet"] = send(status=500)
    server.answers["/bad.parquet"] = in_parts(body[:-400])
    server.answers["/whole.parquet"] = send_whole(body)

    with pytest.raises(CatalogueError, match=words):
        opened(path if "://" in path else server.url(path))


def send_whole(body: bytes):
    def answer(handler) -> None:
        handler.send_response(200)
        handler.send_header("Connection", "close")
        handler.end_headers()
        if handler.command != "HEAD":
            handler.wfile.write(body)
        handler.close_connection = True

    return answer
