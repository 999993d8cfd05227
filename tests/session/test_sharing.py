"""A session as one file: written, read again at three levels, and refused where it is wrong."""

from __future__ import annotations

import json
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.session.conftest import blobs

import napari_astro_al as aal
from napari_astro_al.annotation.identity import Identity
from napari_astro_al.session import share_document
from napari_astro_al.session.share_document import read_share, share_schema, share_text

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def survey() -> aal.Catalogue:
    return aal.Catalogue.from_table(blobs(), id="source", label="kind", name="blobs")


@pytest.fixture(scope="module")
def ada(survey: aal.Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Iterator[aal.Session]:
    """Ada's session: six labels, one that she was unsure of, one taken back, another learner."""
    tmp_path = tmp_path_factory.mktemp("ada")
    session = aal.Session(
        survey,
        learner=aal.LearnerRecipe(model="logistic_regression", strategy="margin"),
        path=tmp_path / "ada.astroal",
        annotator="Ada",
    )
    truth = aal.ColumnOracle(survey)
    for _ in range(6):
        source = session.query()[0]
        session.annotate(source, truth.label([source])[0], comment="by eye", confidence=0.9)
    session.unsure(session.query())
    session.annotate(session.query(), "STAR")
    session.undo()
    session.train()
    session.project(x="u", y="g")
    session.sets.save("first", session.labels.index[:2].tolist())
    session.exclude(1199)
    yield session
    session.close()


@pytest.fixture(scope="module")
def written(ada: aal.Session, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return ada.export_config(
        tmp_path_factory.mktemp("share") / "share.json",
        author="Ada Lovelace",
        doi="10.5281/zenodo.1",
        licence="CC-BY-4.0",
        description="Blobs, by colour.",
    )


@pytest.fixture
def share(written: Path, tmp_path: Path) -> Path:
    """A copy of Ada's share file."""
    return Path(shutil.copy(written, tmp_path))


@pytest.fixture
def small(survey: aal.Catalogue) -> aal.Session:
    """A session of one label, in memory."""
    session = aal.Session(survey, annotator="Ada")
    session.annotate(1000, "GALAXY", comment="see /home/ada/notes/one.txt")
    return session


def changed(share: Path, **parts: Any) -> Path:
    """The share file with other content at its top."""
    content = json.loads(share.read_text("utf-8"))
    content.update(parts)
    share.write_text(json.dumps(content), "utf-8")
    return share


class TestWriting:
    def test_says_what_it_is_and_whose(self, share: Path) -> None:
        content = json.loads(share.read_text("utf-8"))
        assert content["kind"] == "napari-astro-al share file"
        assert (content["author"], content["doi"]) == ("Ada Lovelace", "10.5281/zenodo.1")
        assert content["licence"] == "CC-BY-4.0"
        assert set(content["versions"]) >= {"python", "numpy", "scikit-learn", "napari-astro-al"}
        assert content["annotators"][0]["annotator"] == "Ada"
        kinds = [one["kind"] for one in content["events"]]
        assert kinds.count("label") == 7
        assert (kinds.count("unsure"), kinds.count("undo")) == (1, 1)

    def test_names_no_device_host_or_path(self, share: Path, tmp_path: Path) -> None:
        text = share.read_text("utf-8")
        own = Identity.load()
        for secret in (
            own.device,
            own.annotator,
            f'"{socket.gethostname()}"',
            tmp_path.anchor + "tmp",
        ):
            assert secret not in text

    def test_hides_ids_and_names_where_asked(self, small: aal.Session, tmp_path: Path) -> None:
        text = small.export_config(tmp_path / "blind.json", anonymous=True).read_text("utf-8")
        assert '"Ada"' not in text
        assert '"annotator-' in text

    def test_paths_of_what_is_on_show_are_beside_the_catalogue(
        self, small: aal.Session, tmp_path: Path
    ) -> None:
        small.window["views"] = [{"projection": {"parameters": {"path": "/home/ada/sky/w5.fits"}}}]
        text = small.export_config(tmp_path / "share.json").read_text("utf-8")
        assert '"w5.fits"' in text
        assert "/home/ada/sky" not in text
        assert "see /home/ada/notes/one.txt" in text  # her own words

    def test_pictures_are_found_beside_the_catalogue_elsewhere(self, tmp_path: Path) -> None:
        for place in ("here", "there"):
            (tmp_path / place / "stamps").mkdir(parents=True)
            blobs().assign(image="x.png").to_csv(tmp_path / place / "sky.csv", index=False)
        here, there = (
            aal.Catalogue.read(tmp_path / place / "sky.csv", id="source", label="kind", images=[])
            for place in ("here", "there")
        )
        session = aal.Session(here)
        session.cutouts.add(aal.cutouts.ImageColumn("image", root=tmp_path / "here" / "stamps"))
        session.cutouts.add(aal.cutouts.ImageColumn("image", root=tmp_path, title="outside"))
        share = session.export_config(tmp_path / "share.json")
        roots = [one.root for one in read_share(share).layout.cutouts]  # type: ignore[union-attr]
        assert roots == ["stamps", tmp_path.name]
        with pytest.warns(aal.AstroALWarning, match="could not be found beside the catalogue"):
            begun = aal.Session.from_config(share, there)
        assert str(begun.cutouts.providers[0].root) == str(  # type: ignore[attr-defined]
            tmp_path / "there" / "stamps"
        )

    def test_who_chose_no_name_is_somebody_else_in_every_session(
        self, survey: aal.Catalogue, tmp_path: Path
    ) -> None:
        names = set()
        for number in range(2):
            session = aal.Session(survey)
            session.annotate(1000, "STAR")
            share = read_share(session.export_config(tmp_path / f"{number}.json"))
            names |= {one.annotator for one in share.annotators}
            assert Identity.load().annotator not in share_text(share)
        assert len(names) == 2
        assert all(name.startswith("annotator-") for name in names)

    def test_is_readable(self, share: Path) -> None:
        lines = share.read_text("utf-8").splitlines()
        content = json.loads(share.read_text("utf-8"))
        events = [line for line in lines if line.lstrip().startswith('{"by": ')]
        assert len(events) == len(content["events"])

    def test_remembers_author_and_forgets_on_empty_text(
        self, small: aal.Session, tmp_path: Path
    ) -> None:
        small.export_config(tmp_path / "one.json", author="Ada Lovelace", doi="10.5281/zenodo.1")
        again = read_share(small.export_config(tmp_path / "again.json", doi=""))
        assert (again.author, again.doi) == ("Ada Lovelace", None)

    def test_the_last_three_stay(self, small: aal.Session, tmp_path: Path) -> None:
        for number in range(6):
            small.export_config(tmp_path / "s.json", description=f"version {number}")
        small.export_config(tmp_path / "s.json")  # nothing new: no backup more
        files = {
            name: read_share(tmp_path / name).description
            for name in ("s.json", "s.backup-1.json", "s.backup-2.json", "s.backup-3.json")
        }
        assert files == {
            "s.json": "version 5",
            "s.backup-1.json": "version 4",
            "s.backup-2.json": "version 3",
            "s.backup-3.json": "version 2",
        }
        assert not (tmp_path / "s.backup-4.json").exists()

    @pytest.mark.parametrize("name", ["con.json", "a:b.json", "share?.json"])
    def test_refuses_names_that_windows_does_not_take(
        self, small: aal.Session, tmp_path: Path, name: str
    ) -> None:
        with pytest.raises(aal.AstroALError, match="Not every system takes a file called"):
            small.export_config(tmp_path / name)

    def test_a_model_that_no_file_can_hold_is_named(
        self, survey: aal.Catalogue, tmp_path: Path
    ) -> None:
        session = aal.Session(survey, learner=aal.LearnerRecipe(strategy=lambda *_: ([0], [0.0])))
        with pytest.raises(aal.AstroALError, match="cannot be written to a file"):
            session.export_config(tmp_path / "share.json")
        assert not (tmp_path / "share.json").exists()

    def test_too_large_a_file_is_not_written(
        self, small: aal.Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(share_document, "MOST_BYTES", 1000)
        with pytest.raises(aal.AstroALError, match=r"most of it for 'fingerprint'"):
            small.export_config(tmp_path / "large.json")
        assert not (tmp_path / "large.json").exists()


class TestBeginning:
    def test_everything_is_as_it_was(
        self, ada: aal.Session, share: Path, survey: aal.Catalogue, tmp_path: Path
    ) -> None:
        with aal.Session.from_config(share, survey, path=tmp_path / "bob.astroal") as begun:
            assert begun.labels.equals(ada.labels)
            assert begun.scores.equals(ada.scores)
            assert begun.query(3) == ada.query(3)
            assert begun.sets["first"].ids == ada.sets["first"].ids
            assert begun.excluded.ids == {1199}
            assert begun.projection_recipe == ada.projection_recipe
        with aal.Session.open(tmp_path / "bob.astroal", survey) as again:
            assert again.labels.equals(ada.labels)
            assert again.ledger.verify() is None
            [first, *_] = again.book.history_of(ada.labels.index[0])
            assert first.chain.startswith("Ada/")
            assert first.payload["comment"] == "by eye"
            assert first.utc == ada.book.history_of(ada.labels.index[0])[0].utc

    def test_the_order_of_rows_does_not_matter(self, ada: aal.Session, share: Path) -> None:
        mixed = blobs().sample(frac=1, random_state=1)
        other = aal.Catalogue.from_table(mixed, id="source", label="kind", name="mixed")
        assert aal.Session.from_config(share, other).query(2) == ada.query(2)

    def test_settings_alone_have_no_answers(
        self, ada: aal.Session, share: Path, survey: aal.Catalogue
    ) -> None:
        begun = aal.Session.from_config(share, survey, level="settings")
        assert begun.labels.empty
        assert (begun.learners, begun.tasks, begun.split) == (ada.learners, ada.tasks, ada.split)

    def test_layout_alone_leaves_settings(
        self, ada: aal.Session, share: Path, survey: aal.Catalogue
    ) -> None:
        begun = aal.Session.from_config(share, survey, level="layout")
        assert begun.projection_recipe == ada.projection_recipe
        assert begun.learners != ada.learners

    def test_what_is_read_twice_merges(
        self, share: Path, survey: aal.Catalogue, tmp_path: Path
    ) -> None:
        for name in ("bob", "eve"):
            aal.Session.from_config(
                share, survey, path=tmp_path / f"{name}.astroal", annotator=name
            ).close()
        with aal.Session.open(tmp_path / "bob.astroal", survey) as bob:
            before = bob.labels
            report = bob.merge(tmp_path / "eve.astroal")
            assert report.changed == ()
            assert bob.labels.equals(before)

    def test_one_goes_on_under_ones_name(self, share: Path, survey: aal.Catalogue) -> None:
        begun = aal.Session.from_config(share, survey, annotator="Ada")
        [source] = begun.labels.index[:1]
        begun.annotate(source, "GALAXY")
        assert begun.labels[source] == "GALAXY"  # not a vote against herself
        assert len(begun.disagreements()) == 0

    def test_a_share_of_a_share_tells_the_same_events(
        self, share: Path, survey: aal.Catalogue, tmp_path: Path
    ) -> None:
        begun = aal.Session.from_config(share, survey)
        first, again = read_share(share), read_share(begun.export_config(tmp_path / "again.json"))
        assert again.events[: len(first.events)] == first.events
        assert again.annotators[: len(first.annotators)] == first.annotators
        assert (again.recipes, again.author) == (first.recipes, first.author)


class TestAnotherCatalogue:
    def test_what_is_gone_new_and_changed_is_named(self, share: Path, ada: aal.Session) -> None:
        table = blobs()
        unanswered = [one for one in range(1000, 1200) if ada.book.state_of(one) is None]
        table = table[~table["source"].isin(unanswered[:2])]
        table["u"] = table["u"] + 1
        other = aal.Catalogue.from_table(table, id="source", label="kind", name="release 2")
        words = (
            rf"'release 2' is not as .*: 2 rows are gone \('{unanswered[0]}', "
            rf"'{unanswered[1]}'\); 1 column is changed \('u'\)"
        )
        with pytest.warns(aal.AstroALWarning, match=words):
            assert aal.Session.from_config(share, other).labels.equals(ada.labels)

    def test_sources_with_answers_must_be_there(
        self, share: Path, ada: aal.Session, tmp_path: Path
    ) -> None:
        table = blobs()
        labelled = ada.labels.index[0]
        other = aal.Catalogue.from_table(
            table[table["source"] != labelled], id="source", label="kind", name="cut"
        )
        with pytest.raises(aal.AstroALError, match=rf"lacks 1 sources .*'{labelled}'"):
            aal.Session.from_config(share, other, path=tmp_path / "no.astroal")
        assert not (tmp_path / "no.astroal").exists()

    def test_without_the_feature_columns_nothing_is_made(self, share: Path, tmp_path: Path) -> None:
        other = aal.Catalogue.from_table(
            blobs().drop(columns="g"), id="source", label="kind", name="thin"
        )
        with (
            pytest.warns(aal.AstroALWarning, match=r"1 column is gone \('g'\)"),
            pytest.raises(aal.AstroALError, match=r"no column .*'g'"),
        ):
            aal.Session.from_config(share, other, path=tmp_path / "no.astroal")
        assert not (tmp_path / "no.astroal").exists()


class TestLoadingIntoASession:
    def test_settings_leave_the_labels(
        self, ada: aal.Session, share: Path, survey: aal.Catalogue
    ) -> None:
        session = aal.Session(survey)
        session.annotate(1000, "GALAXY")
        session.load_config(share)
        assert session.labels.to_dict() == {1000: "GALAXY"}
        assert session.learners == ada.learners

    def test_what_cannot_be_changes_nothing(self, share: Path, survey: aal.Catalogue) -> None:
        content = json.loads(share.read_text("utf-8"))
        content["recipes"]["features"]["columns"] = ["u", "nowhere"]
        session = aal.Session(survey)
        before = (session.learners, session.tasks, session.projection_recipe, dict(session.window))
        with pytest.raises(aal.AstroALError, match="nowhere"):
            session.load_config(changed(share, recipes=content["recipes"]))
        after = (session.learners, session.tasks, session.projection_recipe, dict(session.window))
        assert after == before

    def test_answers_want_a_session_of_their_own(self, share: Path, session: aal.Session) -> None:
        with pytest.raises(aal.AstroALError, match=r"Session\.from_config"):
            session.load_config(share, level="everything")


class TestRefusing:
    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"", "is not valid JSON"),
            (b"{" * 100_000, "is not valid JSON"),
            (b'{"kind": "other"}', "does not say so under 'kind'"),
            (b"[1, 2]", "is no share file"),
            (b'{"kind": NaN}', "NaN is no number of JSON"),
            (b'{"kind": "napari-astro-al share file", "format": 9}', "Update napari-astro-al"),
            (b'{"kind": "napari-astro-al share file", "format": 1}', "damaged at catalogue"),
            (b"\xff\xfe", "is not valid JSON"),
        ],
    )
    def test_what_is_none(
        self, tmp_path: Path, survey: aal.Catalogue, content: bytes, words: str
    ) -> None:
        (tmp_path / "x.json").write_bytes(content)
        with pytest.raises(aal.AstroALError, match=words):
            aal.Session.from_config(tmp_path / "x.json", survey)

    def test_what_is_too_large_is_not_read(self, tmp_path: Path, survey: aal.Catalogue) -> None:
        with (tmp_path / "x.json").open("wb") as stream:
            stream.truncate(2**30)  # a hole: no disk is filled
        with pytest.raises(aal.AstroALError, match="1,024 MiB; a share file has 128 at most"):
            aal.Session.from_config(tmp_path / "x.json", survey)

    def test_more_classes_than_anybody_tells_apart(
        self, share: Path, survey: aal.Catalogue
    ) -> None:
        content = json.loads(share.read_text("utf-8"))
        content["recipes"]["tasks"]["classes"]["classes"] = [str(n) for n in range(100_000)]
        with pytest.raises(aal.AstroALError, match="has 100,000 entries; at most 10,000"):
            aal.Session.from_config(changed(share, recipes=content["recipes"]), survey)

    @pytest.mark.parametrize(
        "root", ["../../etc", "/etc", "C:\\Windows", "a/../../b", "~/x", "\\\\h\\x"]
    )
    def test_pictures_elsewhere(self, share: Path, survey: aal.Catalogue, root: str) -> None:
        layout = {"cutouts": [{"column": "kind", "root": root}]}
        with pytest.raises(aal.AstroALError, match="must lie below the folder"):
            aal.Session.from_config(changed(share, layout=layout), survey)

    def test_an_event_by_nobody(self, share: Path, survey: aal.Catalogue) -> None:
        with pytest.raises(aal.AstroALError, match=r"events\.0\.by is 0"):
            aal.Session.from_config(changed(share, annotators=[]), survey)

    @pytest.mark.parametrize("confusion", [[[1, 2], [3]], [[10**30]], [[-1]], "x"])
    def test_scores_that_are_none(
        self, share: Path, survey: aal.Catalogue, confusion: object
    ) -> None:
        events = json.loads(share.read_text("utf-8"))["events"]
        [trained, *_] = [one for one in events if one["kind"] == "trained"]
        trained["said"]["scores"][0]["confusion"] = confusion
        with pytest.raises(aal.AstroALError, match=r"events\.\d+ cannot be taken"):
            aal.Session.from_config(changed(share, events=events), survey)

    def test_a_level_that_is_none(self, share: Path, survey: aal.Catalogue) -> None:
        with pytest.raises(aal.AstroALError, match="'layout', 'settings', 'everything'"):
            aal.Session.from_config(share, survey, level="all")  # type: ignore[arg-type]


def test_the_schema_in_the_documents_is_that_of_the_code() -> None:
    published = json.loads((ROOT / "docs" / "share.schema.json").read_text("utf-8"))
    assert published == share_schema()
