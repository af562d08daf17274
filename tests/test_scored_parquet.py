"""Scored Parquet files are taken as they are, and give the same as by reading them anew."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import sentilens as sl
from sentilens.batch import iter_scored
from sentilens.scored_parquet import is_plain_scored, iter_plain_scored
from sentilens.trends.counting import USED_COLUMNS

SAMPLE = Path(__file__).parents[1] / "data" / "samples" / "export.csv"


@pytest.fixture(scope="module")
def scored_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("scored") / "scored.parquet"
    sl.score_file(SAMPLE, path, show_progress=False)
    return path


@pytest.fixture(scope="module")
def frame_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a notebook writes: pandas keeps what is told of the frame, as JSON."""
    path = tmp_path_factory.mktemp("frame") / "scored.parquet"
    posts = sl.read_posts(SAMPLE).head(200)
    sl.load_model().score(posts).to_parquet(path)
    return path


def trends_of(source: Path, **options: object) -> pd.DataFrame:
    parts = [sl.compute_trends(chunk) for chunk in iter_scored(source, show_progress=False, **options)]  # type: ignore[arg-type]
    return sum(parts[1:], start=parts[0]).to_frame()


def test_the_short_way_gives_the_same_as_the_long_one(scored_file: Path) -> None:
    assert is_plain_scored(scored_file)
    short = trends_of(scored_file, columns=USED_COLUMNS | {"brand", "channel"})
    pd.testing.assert_frame_equal(short, trends_of(scored_file, encoding="utf-8"))  # an option of reading: the long way
    pd.testing.assert_frame_equal(short, trends_of(SAMPLE))


def test_every_row_is_accounted_for(scored_file: Path) -> None:
    chunks = list(iter_scored(scored_file, show_progress=False))
    audit = chunks[-1].attrs["audit"]
    assert sum(map(len, chunks)) == audit.rows_read == audit.rows_accepted == len(pd.read_csv(SAMPLE))
    assert chunks[0].attrs["model_card"]["model_id"] == sl.load_model().model_id


def test_frames_written_by_a_notebook_are_taken_too(frame_file: Path, tmp_path: Path) -> None:
    assert is_plain_scored(frame_file)
    back = pd.read_parquet(frame_file)
    assert back.attrs["audit"]["rows_read"] == len(pd.read_csv(SAMPLE))
    assert sl.compute_trends(back).n_posts == trends_of(frame_file)["n_posts"].sum()
    sl.write_report(back, tmp_path / "report.html")


@pytest.mark.parametrize(
    "change",
    [
        lambda frame: frame.drop(columns="complaint_probability"),
        lambda frame: frame.rename(columns={"created_at": "Datum"}),
        lambda frame: frame.assign(created_at="31.03.2026"),
        lambda frame: frame.assign(created_at=frame["created_at"].dt.tz_localize(None)),
        lambda frame: frame.assign(rating="4,0"),
        lambda frame: frame.assign(owned="ja"),
        lambda frame: frame.assign(p_negative="0,5"),
        lambda frame: frame.drop(columns="copy_of"),
    ],
)
def test_what_has_to_be_understood_is_read_the_long_way(frame_file: Path, tmp_path: Path, change: object) -> None:
    path = tmp_path / "changed.parquet"
    change(pd.read_parquet(frame_file)).to_parquet(path)  # type: ignore[operator]
    assert not is_plain_scored(path)


def test_other_files_are_none(tmp_path: Path) -> None:
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 and no more")
    for path in (SAMPLE, tmp_path / "broken.parquet", tmp_path / "missing.parquet"):
        assert not is_plain_scored(path)


def test_only_what_is_needed_is_read(scored_file: Path) -> None:
    chunk = next(iter_plain_scored(scored_file, {"brand", "reply_to"}, show_progress=False))
    assert set(chunk.columns) == {"brand", "reply_to"}
    assert chunk["reply_to"].isna().all()
