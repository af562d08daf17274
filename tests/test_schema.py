from __future__ import annotations

from sentilens import schema


def test_score_columns_do_not_collide_with_input_columns() -> None:
    assert not set(schema.SCORE_COLUMNS) & set(schema.INPUT_COLUMNS)
    assert len(set(schema.SCORE_COLUMNS)) == len(schema.SCORE_COLUMNS)


def test_every_language_has_a_name_and_aliases_lead_to_languages() -> None:
    assert set(schema.LANGUAGE_NAMES) == {*schema.LANGUAGES, schema.UNDETERMINED}
    assert set(schema.LANGUAGE_ALIASES.values()) <= set(schema.LANGUAGES)
    assert not set(schema.LANGUAGE_ALIASES) & set(schema.LANGUAGES)


def test_probability_columns_follow_the_label_order() -> None:
    assert schema.SENTIMENT_COLUMNS == ("p_negative", "p_neutral", "p_positive")
    start = schema.SCORE_COLUMNS.index("p_negative")
    assert schema.SCORE_COLUMNS[start : start + 3] == schema.SENTIMENT_COLUMNS


def test_string_columns_are_input_columns_in_their_order() -> None:
    assert [name for name in schema.INPUT_COLUMNS if name in schema.STRING_COLUMNS] == list(schema.STRING_COLUMNS)
    assert schema.TEXT in schema.STRING_COLUMNS


def test_scored_statuses_are_statuses() -> None:
    assert set(schema.SCORED_STATUSES) < set(schema.STATUSES)
