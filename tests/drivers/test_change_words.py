from __future__ import annotations

import numpy as np

from sentilens.drivers.change_words import WordSide, compare_shares, compare_words, false_discovery_rates
from sentilens.drivers.typical import choose_typical
from sentilens.drivers.vocabulary import find_phrases, function_words, read_documents, shown_forms, stemmer
from sentilens.schema import LANGUAGES

FILLERS = "lampan bordet stolen väskan mattan kappan skålen burken pennan boken tröjan hatten".split()


def side(texts: list[str], languages: list[str] | str = "sv", authors: list[str] | None = None) -> WordSide:
    spoken = [languages] * len(texts) if isinstance(languages, str) else languages
    return WordSide(read_documents(texts, spoken, ["Telmira", "Vol AB"]), authors or [""] * len(texts))


def chatter(n: int, *said: str) -> list[str]:
    """Posts about this and that, the first of which say something, too."""
    texts = [" ".join(FILLERS[(at + step * (1 + at // 12 % 5)) % 12] for step in range(3)) for at in range(n)]
    return [text + " " + said[number] if number < len(said) else text for number, text in enumerate(texts)]


def test_a_new_word_is_found_in_the_form_that_is_most_frequent() -> None:
    said = ["antennerna", "antennen", "antennen", "antennen står", "antenner", "antennen"]
    found = compare_words(side(chatter(60, *said)), side(chatter(200)), side(chatter(300)), 10).table
    assert found[["word", "kind", "direction", "n_posts", "n_posts_before"]].to_numpy().tolist() == [
        ["antennen", "word", "more", 6, 0]
    ]
    row = found.iloc[0]
    assert row["log_odds"] > 0
    assert row["z"] > 1
    assert row["q_value"] < 0.01
    back = compare_words(side(chatter(200)), side(chatter(60, *said)), side(chatter(300)), 10).table
    assert back[["word", "direction"]].to_numpy().tolist() == [["antennen", "fewer"]]


def test_a_word_of_two_people_is_not_shown() -> None:
    said = ["antennen"] * 8
    authors = ["anna", "bo"] * 4 + ["x"] * 52
    assert compare_words(side(chatter(60, *said), authors=authors), side(chatter(200)), side(chatter(300)), 10).table.empty


def test_quiet_weeks_have_no_words_and_more_finns_make_no_finnish_words() -> None:
    finnish = ["lamppu pöytä tuoli", "laukku matto takki", "kulho purkki kynä"] * 12
    now = side([*chatter(30), *finnish], ["sv"] * 30 + ["fi"] * 36)
    before = side([*chatter(90), *finnish[:6]], ["sv"] * 90 + ["fi"] * 6)
    elsewhere = side([*chatter(200), *finnish], ["sv"] * 200 + ["fi"] * 36)
    assert compare_words(now, before, elsewhere, 10).table.empty


def test_several_languages_say_one_meaning() -> None:
    said = {"sv": "avbrott igen", "de": "Ausfall schon wieder", "fi": "häiriö taas", "da": "nedbrud igen"}
    texts = [text for text in said.values() for _ in range(3)] + chatter(40)
    spoken = [language for language in said for _ in range(3)] + ["sv"] * 40
    calm = ["Tisch", "Stuhl", "Lampe"] * 5 + ["pöytä", "tuoli", "lamppu"] * 5 + ["bord", "stol", "lampe"] * 5
    calm_spoken = ["de"] * 15 + ["fi"] * 15 + ["da"] * 15
    before = side([*chatter(120), *calm], ["sv"] * 120 + calm_spoken)
    found = compare_words(side(texts, spoken), before, before, 10).table
    row = found[found["kind"] == "meaning"].iloc[0]
    assert row["n_posts"] == 12
    assert set(row["languages"].split(",")) == set(said)
    assert len(row["word"].split(" / ")) == 3


def test_a_phrase_stands_for_its_words() -> None:
    said = ["gula sladden"] * 10
    found = compare_words(side(chatter(80, *said)), side(chatter(200)), side(chatter(300)), 10).table
    assert found[["word", "kind"]].to_numpy().tolist() == [["gula sladden", "phrase"]]


def test_what_is_no_word_is_left_out() -> None:
    texts = ["Telmiras <URL> 45 @ den 😡 SV20719FO volbryggan inte röd"]
    document = read_documents(texts, ["sv"], ["Telmira", "Vol AB"])[0]
    assert sorted(document.forms.values()) == ["röd", "volbryggan"]
    assert list(document.pairs.values()) == ["inte röd"]


def test_words_of_every_language_lose_their_endings() -> None:
    forms = {
        "sv": ("räkningen", "räkningar"),
        "nb": ("regningen", "regninger"),
        "nn": ("rekninga", "rekningar"),
        "da": ("regningen", "regninger"),
        "fi": ("laskun", "laskut"),
        "is": ("reikningur", "reikningar"),
        "fo": ("rokningur", "rokningar"),
        "de": ("rechnungen", "rechnung"),
        "en": ("bills", "bill"),
    }
    for language, (one, other) in forms.items():
        assert stemmer(language)(one) == stemmer(language)(other), language
    assert set(function_words()) == set(LANGUAGES)


def test_phrases_stand_together_more_often_than_chance_has_it() -> None:
    documents = read_documents(["gula sladden brinner"] * 5 + ["röda mattan", "blå mattan", "blå kappan"] * 9, ["sv"] * 32, [])
    phrases = find_phrases(documents)
    found = set(shown_forms(documents, phrases).values())
    assert "gula sladden" in found
    assert "blå mattan" not in found


def test_false_discovery_rates_are_those_of_benjamini_and_hochberg() -> None:
    from statsmodels.stats.multitest import multipletests

    chances = np.array([0.001, 0.2, 0.012, 0.9, 0.04])
    np.testing.assert_allclose(false_discovery_rates(chances, 5), multipletests(chances, method="fdr_bh")[1])
    padded = np.concatenate([chances, np.ones(15)])
    np.testing.assert_allclose(false_discovery_rates(chances, 20), multipletests(padded, method="fdr_bh")[1][:5])


def test_shares_of_kinds() -> None:
    q = compare_shares(([30, 5, 5], [2, 10, 9], [10, 40, 40]))
    assert q[0] < 0.001
    assert (compare_shares(([10, 10], [40, 41], [20, 20])) > 0.2).all()
    assert compare_shares(([0, 0], [5, 5], [0, 0])).tolist() == [1, 1]


def test_typical_posts_hold_the_words_and_differ() -> None:
    texts = ["antennen är trasig hos oss", "antennen är trasig hos er", "masten föll över bilen", "katten sover på soffan"]
    documents = read_documents(texts, ["sv"] * 4, [])
    weights = {next(iter(read_documents([word], ["sv"], [])[0].forms)): 3.0 for word in ("antennen", "masten")}
    chosen = choose_typical(documents, weights, np.full(4, 0.9), 2)
    assert sorted(chosen) in ([0, 2], [1, 2])
    assert choose_typical([], weights, np.array([]), 2) == []
    assert len(choose_typical(documents, {}, np.full(4, 0.9), 9)) == 4
