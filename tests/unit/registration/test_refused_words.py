"""What stands where a word of a list was refused is said again beside the refusal, from a sealed file."""

from __future__ import annotations

from services.registration.application.refused_words import place_of, read_words, refused_words
from services.registration.domain.person import Person
from services.registration.domain.roster_row import Fault, RosterRow


def row(number: int, person: Person | None, *faults: Fault) -> RosterRow:
    return RosterRow(number, person, faults)


def test_a_refused_word_is_kept_by_its_place_and_what_is_good_is_not() -> None:
    person = Person("delegate", name_latin="Amina", nationality="أطلنطية", document_issuer="EGY", email="amina")
    category = Fault("category", "roster.category_unknown")
    nobody = [RosterRow(3, None, (category,), unknown_category="Délégué"), RosterRow(4, None, (category,))]
    faults = (Fault("nationality", "roster.code_unknown"), Fault("email", "roster.email_unreadable"))
    found = read_words(refused_words([row(2, person, *faults), *nobody], limit=10))
    assert found == {
        place_of(2, "nationality"): "أطلنطية",
        place_of(2, "email"): "amina",
        place_of(3, "category"): "Délégué",
    }


def test_no_more_words_are_kept_than_faults_are_shown() -> None:
    rows = [
        row(n, Person("delegate", nationality=f"Nowhere {n}"), Fault("nationality", "roster.code_unknown"))
        for n in range(2, 9)
    ]
    assert list(read_words(refused_words(rows, limit=2))) == ["2/nationality", "3/nationality"]
