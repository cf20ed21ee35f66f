"""One person's name in Arabic, French, English, Turkish and Greek spellings."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.names import POSSIBLY_SAME, Circumstances, Evidence, NameIndex, Rule, compare_names, read_name, weigh
from shared.names.comparison import Sought
from tests.support.name_pairs import labelled_pairs

NOBODY_KNOWN = Circumstances()


def score(one: str, other: str) -> float:
    return compare_names(read_name(one), read_name(other)).score


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("عبد الرحمن البحيري", "Abderrahmane El-Beheiry"),
        ("نور الدين بن سعيد", "Nour Eddine Bensaïd"),
        ("جمال عبد الناصر", "Cemal Abdülnasır"),
        ("محمد إدريس السنوسي", "Mohamed Idriss Senoussi"),
        ("Ιμπν Χαλντούν", "ابن خلدون"),
        ("Dell'Acqua", "Dell Acqua"),
        ("SALEM MOHAMED", "Mohamed Salem"),
        ("فرج", "Faraj"),
        ("علي", "Aly"),
    ],
)
def test_two_spellings_of_one_name_are_possibly_the_same(one: str, other: str) -> None:
    assert score(one, other) >= POSSIBLY_SAME


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Mohamed Ali Salem", "Mahmoud Ali Salem"),
        ("أحمد حسن علي", "أحمد حسين علي"),
        ("Samira Ben Salah", "سمير بن صالح"),
        ("Mamadou Traoré", "Mamadou Touré"),
        ("Ali", "Wali"),
        ("أكرم حداد", "Karim Haddad"),
    ],
)
def test_names_that_differ_in_one_word_are_not(one: str, other: str) -> None:
    assert score(one, other) < POSSIBLY_SAME


def test_the_labelled_pairs_are_told_apart_far_better_than_chance() -> None:
    """A floor under what `make bench-names` reports in full; every tenth pair, to stay quick."""
    pairs = labelled_pairs()[::10]
    found = [(score(pair.one, pair.other) >= POSSIBLY_SAME, pair.same) for pair in pairs]
    true = sum(hit and same for hit, same in found)
    assert true / sum(hit for hit, _ in found) >= 0.92
    assert true / sum(same for _, same in found) >= 0.90


def test_the_order_of_the_words_never_counts() -> None:
    assert score("Ahmed Hamdi Salem", "Salem Ahmed Hamdi") == 1.0


def test_an_arabic_name_equal_but_for_hamza_and_final_letters_is_exact() -> None:
    match = compare_names(read_name("أحمد مصطفى فاطمة"), read_name("احمد مصطفي فاطمه"))
    assert match.score == 1.0
    assert {word.rule for word in match.words} == {Rule.SAME_ARABIC}


def test_a_score_says_which_words_met_and_by_which_rule() -> None:
    match = compare_names(read_name("Naguib Mahfouz Saleh"), read_name("نجيب محفوظ"))
    assert [(word.one, word.other) for word in match.words] == [("naguib", "نجيب"), ("mahfouz", "محفوظ")]
    assert all(word.rule is Rule.SAME_SOUND for word in match.words)
    assert match.unmatched_one == ("saleh",)


def test_four_parts_and_two_of_them_are_possibly_one_name() -> None:
    assert score("محمد سالم علي الدرسي", "Mohamed Al-Darsi") >= POSSIBLY_SAME


def test_one_word_in_common_with_a_longer_name_is_not_enough() -> None:
    assert score("Mohamed", "Mohamed Salem Darsi") < POSSIBLY_SAME


@pytest.mark.parametrize("text", ["", "  ", "١٢٣", "!!", "\u200f\u200b", "𝕏\u202e", "ء", "bin", "ال", "'", "عبد"])
def test_what_is_hardly_a_name_is_read_without_failing(text: str) -> None:
    assert 0.0 <= score(text, "Mohamed") <= 1.0


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=60), st.text(alphabet="ابتحدرسعفقلمنهويةىءأإآ abdelhmorsyéğş-'", max_size=60))
def test_any_two_texts_have_the_same_score_either_way(one: str, other: str) -> None:
    assert score(one, other) == score(other, one)
    assert 0.0 <= score(one, other) <= 1.0


@settings(max_examples=40, deadline=None)
@given(
    st.text(alphabet="ابتحدرسعفقلمنهوي abdelhmorsy", min_size=1, max_size=60).filter(lambda text: read_name(text).words)
)
def test_every_name_is_the_same_as_itself(text: str) -> None:
    assert score(text, text) == pytest.approx(1.0)


def test_characters_without_a_width_change_nothing() -> None:
    assert score("مح\u200fمد سا\u200bلم", "محمد سالم") == 1.0


class TestEvidence:
    BORN = Circumstances(date(1970, 5, 17), "LBY")

    def test_an_equal_birth_date_weighs(self) -> None:
        assert weigh(0.8, self.BORN, Circumstances(date(1970, 5, 17))) == (0.9, (Evidence.BIRTH_DATE_EQUAL,))

    def test_the_first_of_january_weighs_little(self) -> None:
        new_year = Circumstances(date(1970, 1, 1))
        assert weigh(0.8, new_year, new_year) == (0.83, (Evidence.BIRTH_DATE_EQUAL_BUT_WEAK,))
        assert weigh(0.8, new_year, self.BORN)[0] == 0.8

    def test_day_and_month_may_be_turned(self) -> None:
        turned = weigh(0.8, Circumstances(date(1970, 4, 7)), Circumstances(date(1970, 7, 4)))
        assert turned == (0.86, (Evidence.BIRTH_DATE_TURNED,))

    def test_another_birth_date_and_nationality_weigh_against(self) -> None:
        found = weigh(0.9, self.BORN, Circumstances(date(1981, 2, 3), "EGY"))
        assert found == (0.71, (Evidence.BIRTH_DATE_DIFFERS, Evidence.NATIONALITY_DIFFERS))

    def test_what_is_unknown_says_nothing(self) -> None:
        assert weigh(0.9, self.BORN, NOBODY_KNOWN) == (0.9, ())


class TestIndex:
    def test_it_finds_a_person_by_either_script(self) -> None:
        index = NameIndex()
        index.add("a", ["محمد الدرسي"], NOBODY_KNOWN)
        index.add("b", ["Mamadou Traoré"], NOBODY_KNOWN)
        assert [hit.entry_id for hit in index.search(["Mohammed Al-Darsi"], NOBODY_KNOWN, score_min=POSSIBLY_SAME)] == [
            "a"
        ]

    def test_it_finds_one_consonant_amiss(self) -> None:
        index = NameIndex()
        index.add("a", ["Evangelos Karamitros"], NOBODY_KNOWN)
        assert index.search(["Evangelos Karamitos"], NOBODY_KNOWN, score_min=0.8)

    def test_of_many_with_one_name_those_of_the_birth_date_are_found(self) -> None:
        index = NameIndex()
        for number in range(500):
            index.add(f"p{number:03}", ["Mohamed Ahmed"], Circumstances(date(1960 + number % 40, 3, 1 + number % 28)))
        born = Circumstances(date(1961, 3, 2))
        hits = index.search(["محمد أحمد"], born, score_min=0.95, limit=100)
        assert {hit.entry_id for hit in hits if Evidence.BIRTH_DATE_EQUAL in hit.evidence} == {"p001", "p281"}

    @pytest.mark.parametrize("born_alike", [True, False])
    def test_of_many_it_looks_at_those_that_are_asked_for_alone(self, born_alike: bool) -> None:
        index, born = NameIndex(), Circumstances(date(1960, 3, 2))
        for number in range(500):
            index.add(f"p{number:03}", ["Mohamed Ahmed"], born)
        asked = {"score_min": POSSIBLY_SAME, "limit": 500, "born_alike": born_alike}
        own = [f"p{number:03}" for number in range(100, 103)]
        hits = index.search(["محمد أحمد"], born, among=["nobody", *own], but="p101", **asked)
        assert [hit.entry_id for hit in hits] == ["p100", "p102"]
        assert "p007" not in {hit.entry_id for hit in index.search(["محمد أحمد"], born, but="p007", **asked)}

    def test_a_birth_date_is_found_after_it_was_changed_and_not_where_it_was(self) -> None:
        index = NameIndex()
        before, after = Circumstances(date(1960, 3, 2)), Circumstances(date(1981, 5, 14))
        index.add("a", ["Karim Haddad"], before)
        index.add("a", ["Karim Haddad"], after)
        found = [index.search(["Karim Haddad"], each, score_min=0.9, born_alike=True) for each in (before, after)]
        assert [[hit.entry_id for hit in hits] for hits in found] == [[], ["a"]]

    def test_adding_again_replaces_and_removing_forgets(self) -> None:
        index = NameIndex()
        index.add("a", ["Karim Haddad"], NOBODY_KNOWN)
        index.add("a", ["Stavros Vlachogiannis"], NOBODY_KNOWN)
        assert index.search(["Karim Haddad"], NOBODY_KNOWN, score_min=0.5) == []
        index.remove("a")
        index.remove("a")
        assert len(index) == 0
        assert index.search(["Stavros Vlachogiannis"], NOBODY_KNOWN, score_min=0.5) == []

    def test_it_is_laid_out_anew_when_most_of_it_is_holes(self) -> None:
        index = NameIndex()
        for number in range(1_500):
            index.add(f"p{number}", ["Ali Salem"], NOBODY_KNOWN)
        for number in range(1_400):
            index.remove(f"p{number}")
        hits = index.search(["علي سالم"], NOBODY_KNOWN, score_min=POSSIBLY_SAME, limit=200)
        assert len(hits) == 64
        assert all(hit.entry_id in index for hit in hits)


NAMES = [name for pair in labelled_pairs() for name in (pair.one, pair.other)]


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(NAMES), st.sampled_from(NAMES))
def test_no_name_scores_more_than_was_told_to_be_possible(one: str, other: str) -> None:
    left, right = read_name(one), read_name(other)
    assert Sought(left).best_possible(right) >= compare_names(left, right).score


def test_two_spellings_of_one_person_are_told_to_be_possible() -> None:
    for pair in labelled_pairs():
        left, right = read_name(pair.one), read_name(pair.other)
        assert Sought(left).best_possible(right) >= compare_names(left, right).score, pair


def test_most_names_are_told_to_be_impossible_without_comparing_them() -> None:
    sought = [Sought(read_name(name)) for name in NAMES[:40]]
    told = [one.best_possible(read_name(other)) < POSSIBLY_SAME for one in sought for other in NAMES]
    assert sum(told) > 0.9 * len(told)
