from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from sentilens.choosing import choose_posts_to_label, write_label_sheet
from sentilens.choosing.candidates import shorten
from sentilens.choosing.selection import uncertainty_of
from sentilens.choosing.sheet import SHEET_COLUMNS
from sentilens.errors import ConfigError, InputError, LabelError, MissingColumnsError
from sentilens.schema import LABEL_COLUMNS, SCORE_COLUMNS
from sentilens.scorer import PostScorer, load_model


def label(chosen: pd.DataFrame) -> pd.DataFrame:
    """Fill in a batch as its phrases say."""
    kind = chosen["post_id"].str.split("-").str[1]
    return chosen.assign(
        complaint=kind.map({"0": "ja", "1": "nej", "2": "nej"}),
        sentiment=kind.map({"0": "negativ", "1": "neutral", "2": "positiv"}),
    )


def test_a_batch_is_whole_masked_and_without_scores(export: pd.DataFrame, model: PostScorer) -> None:
    export.loc[0, "text"] += " ring 070-123 45 67"
    chosen = choose_posts_to_label(export, 144, model=model, heads=("leaving",), control_share=0.25)
    assert list(chosen.columns) == [*SHEET_COLUMNS[:-2], "leaving", *SHEET_COLUMNS[-2:]]
    assert len(chosen) == 144
    assert chosen[[*LABEL_COLUMNS, "leaving"]].isna().all(axis=None)
    assert "<PHONE>" in chosen.set_index("post_id").loc[export.loc[0, "post_id"], "text"]
    assert set(SCORE_COLUMNS) & set(chosen.columns) == {"language", "sentiment", "topic"}
    assert chosen["chosen_because"].value_counts().to_dict() == {"uncertain": 72, "diverse": 36, "control": 36}


def test_the_same_posts_give_the_same_batch_in_any_order_of_rows(export: pd.DataFrame, model: PostScorer) -> None:
    chosen = choose_posts_to_label(export, 30, model=model)
    pd.testing.assert_frame_equal(chosen, choose_posts_to_label(export, 30, model=model))
    turned = choose_posts_to_label(export[::-1].set_axis(range(7, 151), axis=0), 30, model=model)
    control = chosen["chosen_because"] == "control"
    assert set(chosen.loc[control, "post_id"]) == set(turned.loc[turned["chosen_because"] == "control", "post_id"])
    other = choose_posts_to_label(export, 30, model=model, seed=1)
    assert set(other["post_id"]) != set(chosen["post_id"])


def test_uncertain_posts_are_the_least_sure(export: pd.DataFrame, model: PostScorer) -> None:
    chosen = choose_posts_to_label(export, 40, model=model, control_share=0.0)
    scored = model.score(export)
    unsure = pd.Series(uncertainty_of(scored), index=scored["post_id"])
    means = chosen.groupby("chosen_because")["post_id"].agg(lambda ids: unsure.loc[ids].mean())
    assert means["uncertain"] > 1.3 * unsure.mean()
    assert means["uncertain"] > means["diverse"]


def test_what_must_not_be_labelled_is_left_out_and_counted(export: pd.DataFrame, model: PostScorer) -> None:
    posts = export.assign(owned=False, copy_of=None)
    posts.loc[0, "owned"] = True
    posts.loc[1, "copy_of"] = "x"
    posts.loc[2, "text"] = " "
    posts.loc[3, "text"] = "el paquete nunca ha llegado a mi casa, muchas gracias"
    posts.loc[4, "text"] = posts.loc[5, "text"] + "!"
    chosen = choose_posts_to_label(posts, 500, model=model)
    choice = chosen.attrs["choice"]
    assert len(chosen) == choice.n_candidates == 139
    assert set(chosen["post_id"]) == set(posts["post_id"]) - set(posts.loc[[0, 1, 2, 3, 5], "post_id"])
    assert dict(choice.left_out) == {
        "the company's own": 1, "copies of earlier posts": 1, "empty": 1, "in other languages": 1, "near-copies": 1,
    }  # fmt: skip
    assert "139 of 139 posts chosen" in choice.to_text()


def test_languages_channels_and_brands_have_their_part(export: pd.DataFrame, model: PostScorer) -> None:
    rare = pd.concat([export[export["post_id"].str.startswith("sv")], export[export["post_id"].str.startswith("de")].head(8)])
    for seed in range(5):
        chosen = choose_posts_to_label(rare, 20, model=model, seed=seed)
        assert (chosen["language"] == "de").sum() >= 1
        assert (chosen["channel"] == "chat").sum() >= 1
        assert (chosen["brand"] == "Voltvik").sum() >= 1


def test_the_next_batch_has_other_posts_and_a_better_judge(export: pd.DataFrame, model: PostScorer, tmp_path: Path) -> None:
    first = choose_posts_to_label(export, 60, model=model)
    assert first.attrs["choice"].model_id == model.model_id
    write_label_sheet(label(first), tmp_path / "one.csv", excel=True)
    second = choose_posts_to_label(export, 60, model=model, labelled=tmp_path / "one.csv")
    assert not set(first["post_id"]) & set(second["post_id"])
    choice = second.attrs["choice"]
    assert choice.n_labelled == 60
    assert choice.model_id.startswith("ours-")
    assert choice.left_out["labelled or handed out before"] == 60
    assert "trained on 60 labelled posts" in choice.to_text()
    third = choose_posts_to_label(export, 60, model=model, labelled=[tmp_path / "one.csv", second])
    assert len(third) == 24
    with pytest.raises(InputError, match=r"144 labelled or handed out before") as error:
        choose_posts_to_label(export, 60, model=model, labelled=[first, second, third])
    assert error.value.reason == "no_candidates"


def test_too_few_labels_leave_the_base_in_charge(export: pd.DataFrame, model: PostScorer) -> None:
    first = choose_posts_to_label(export, 10, model=model)
    for labelled in (first, label(first), first[["text", "post_id"]]):
        choice = choose_posts_to_label(export, 5, model=model, labelled=labelled).attrs["choice"]
        assert (choice.model_id, choice.n_labelled) == (model.model_id, 0)
        assert "base model chose" in choice.note
    with pytest.raises(LabelError, match="not understood"):
        choose_posts_to_label(export, 5, model=model, labelled=label(first).assign(complaint="kanske"))


def test_posts_without_ids_get_lasting_ones(export: pd.DataFrame, model: PostScorer) -> None:
    bare = export[["text"]]
    first = choose_posts_to_label(bare, 20, model=model)
    assert first["post_id"].is_unique
    again = choose_posts_to_label(bare[::-1], 144, model=model).set_index("text")["post_id"]
    assert (again.loc[first["text"]].to_numpy() == first["post_id"].to_numpy()).all()


def test_a_shared_id_is_that_of_a_thread(export: pd.DataFrame, model: PostScorer) -> None:
    thread = export.assign(post_id="ticket 7")
    first = choose_posts_to_label(thread, 20, model=model)
    assert len(choose_posts_to_label(thread, 200, model=model, labelled=first)) == 124


def test_long_texts_are_known_again_when_shortened(export: pd.DataFrame, model: PostScorer) -> None:
    words = " ".join(f"ord{number}" for number in range(400))
    long = export.assign(text=[f"{text} {words}" for text in export["text"]], post_id=None).head(1)
    first = choose_posts_to_label(long, 5, model=model)
    assert len(first.loc[0, "text"]) <= 600
    assert first.loc[0, "text"].endswith(" …")
    with pytest.raises(InputError):
        choose_posts_to_label(long, 5, model=model, labelled=first)


def test_shortening_keeps_words_whole() -> None:
    assert shorten("ett två tre fyra fem sex sju åtta", 20) == "ett två tre fyra …"
    assert shorten("x" * 30, 20) == "x" * 18 + " …"
    assert shorten("x" * 20, 20) == "x" * 20
    assert shorten(None, 20) == ""


@pytest.mark.parametrize(
    "options",
    [{"n": 0}, {"control_share": 1.5}, {"max_chars": 3}, {"heads": ("text",)}, {"heads": ("a b",)}, {"heads": ("x", "x")}],
)
def test_odd_options_are_refused(export: pd.DataFrame, model: PostScorer, options: dict[str, object]) -> None:
    with pytest.raises(ConfigError):
        choose_posts_to_label(export, model=model, **options)  # type: ignore[arg-type]


def test_tables_without_posts_are_refused(model: PostScorer) -> None:
    with pytest.raises(MissingColumnsError):
        choose_posts_to_label(pd.DataFrame({"a": [1]}), model=model)
    with pytest.raises(LabelError, match="no column 'text'"):
        choose_posts_to_label(pd.DataFrame({"text": ["a"]}), model=model, labelled=pd.DataFrame({"a": [1]}))
    for posts in (
        pd.DataFrame({"text": []}),
        pd.DataFrame({"text": ["", None]}),
        pd.DataFrame({"text": ["el paquete nunca ha llegado"]}),
    ):
        with pytest.raises(InputError) as error:
            choose_posts_to_label(posts, model=model)
        assert error.value.reason == "no_candidates"


def test_the_default_model_chooses_too() -> None:
    posts = pd.DataFrame({"text": ["Paketet kom aldrig fram", "Tack för hjälpen!", "Hvornår åbner I på søndag?"]})
    chosen = choose_posts_to_label(posts, 2)
    assert chosen.attrs["choice"].model_id == load_model().model_id
