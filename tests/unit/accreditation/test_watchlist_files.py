"""A watchlist's file is read whole, or refused with the places that are wrong."""

from __future__ import annotations

import json
import random
from datetime import date

import pytest

import services.accreditation
from services.accreditation.adapters.watchlist_files import read_list
from services.accreditation.domain.screening_errors import WatchlistInvalidError
from services.accreditation.domain.watchlist import Entry
from shared.errors import Refusal
from shared.web.application import service_texts

TEXTS = service_texts(services.accreditation.__file__)
CSV = (
    "reference,name,aliases,birth_date,nationality,document\n"
    "X-1,Tarek Ben Salah,طارق بن صالح;Tariq Salah,1970-03-04;1971,TUN;LBY,A 123-456\n"
).encode()
JSON = json.dumps(
    {
        "entries": [
            {
                "reference": "X-1",
                "names": ["Tarek Ben Salah", "طارق بن صالح", "Tariq Salah"],
                "birth_dates": ["1970-03-04", "1971"],
                "nationalities": ["TUN", "LBY"],
                "documents": ["A123456"],
            }
        ]
    }
).encode()
UN = """<?xml version="1.0" encoding="utf-8"?>
<CONSOLIDATED_LIST dateGenerated="2026-11-01T00:00:00.000Z"><INDIVIDUALS>
<INDIVIDUAL><DATAID>1</DATAID><FIRST_NAME>TAREK</FIRST_NAME><SECOND_NAME>BEN SALAH</SECOND_NAME>
<REFERENCE_NUMBER>XYi.001</REFERENCE_NUMBER><NAME_ORIGINAL_SCRIPT>طارق بن صالح</NAME_ORIGINAL_SCRIPT>
<NATIONALITY><VALUE>Tunisia</VALUE></NATIONALITY>
<INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><ALIAS_NAME>Tariq Salah; Abu Omar</ALIAS_NAME></INDIVIDUAL_ALIAS>
<INDIVIDUAL_ALIAS><QUALITY/><ALIAS_NAME/></INDIVIDUAL_ALIAS>
<INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>EXACT</TYPE_OF_DATE><DATE>1970-03-04</DATE></INDIVIDUAL_DATE_OF_BIRTH>
<INDIVIDUAL_DATE_OF_BIRTH><FROM_YEAR>1970</FROM_YEAR><TO_YEAR>1971</TO_YEAR></INDIVIDUAL_DATE_OF_BIRTH>
<INDIVIDUAL_DOCUMENT><TYPE_OF_DOCUMENT>Passport</TYPE_OF_DOCUMENT><NUMBER>A 123456</NUMBER></INDIVIDUAL_DOCUMENT>
</INDIVIDUAL></INDIVIDUALS><ENTITIES><ENTITY><DATAID>9</DATAID><FIRST_NAME>A COMPANY</FIRST_NAME></ENTITY></ENTITIES>
</CONSOLIDATED_LIST>""".encode()
BOMB = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<CONSOLIDATED_LIST><INDIVIDUALS><INDIVIDUAL><FIRST_NAME>&b;</FIRST_NAME></INDIVIDUAL></INDIVIDUALS></CONSOLIDATED_LIST>"""
EXTERNAL = b"""<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><CONSOLIDATED_LIST>&x;</CONSOLIDATED_LIST>"""


def test_our_own_csv_and_json_say_the_same() -> None:
    expected = Entry(
        "X-1",
        ("Tarek Ben Salah", "طارق بن صالح", "Tariq Salah"),
        (date(1970, 3, 4), date(1971, 1, 1)),
        ("TUN", "LBY"),
        ("A123456",),
    )
    assert read_list(CSV) == read_list(JSON) == read_list(b"\xef\xbb\xbf" + CSV) == [expected]


def test_the_united_nations_list_gives_its_people_and_no_organisation() -> None:
    (entry,) = read_list(UN)
    assert entry.reference == "XYi.001"
    assert entry.names == ("TAREK BEN SALAH", "طارق بن صالح", "Tariq Salah", "Abu Omar")
    assert entry.birth_dates == (date(1970, 3, 4), date(1970, 1, 1), date(1971, 1, 1))
    assert (entry.nationalities, entry.documents) == (("TUN",), ("A123456",))


@pytest.mark.parametrize(
    ("content", "faults"),
    [
        (b"", [(0, "columns")]),
        (b"reference,name\n", [(0, "empty")]),
        (b"reference,name\nX-1,\nX-2,Ali Salah\nX-2,Omar\n", [(1, "name_missing"), (3, "reference_twice")]),
        (b"reference,name\nX-1\n", [(1, "shape")]),
        (b"reference,name,colour\nX-1,Ali,red\n", [(0, "columns")]),
        (b"reference,name,birth_date\nX-1,Ali Salah,12/13/1980\n", [(1, "birth_date")]),
        (b"reference,name,nationality\nX-1,Ali Salah,Tunisia\n", [(1, "nationality")]),
        ("reference,name\nX-1,Ali Salah\n".encode("utf-16"), [(0, "not_utf8")]),
        (
            b'{"entries": [1, {"reference": "X"}, {"reference": "Y", "names": "Ali"}]}',
            [(1, "shape"), (2, "name_missing"), (3, "shape")],
        ),
        (b"[" * 100_000, [(0, "json")]),
        (b'{"people": []}', [(0, "json")]),
        (b"<CONSOLIDATED_LIST>", [(0, "xml")]),
        (b"<html><body>Not found</body></html>", [(0, "xml")]),
        (b"<CONSOLIDATED_LIST>" + b"<a>" * 100_000, [(0, "xml")]),
        (BOMB, [(0, "xml")]),
        (EXTERNAL, [(0, "xml")]),
        (b'<?xml version="1.0" encoding="no-such"?><CONSOLIDATED_LIST/>', [(0, "xml")]),
    ],
    ids=lambda item: str(item)[:30],
)
def test_a_file_with_anything_wrong_in_it_is_refused_whole(content: bytes, faults: list[tuple[int, str]]) -> None:
    with pytest.raises(WatchlistInvalidError) as refused:
        read_list(content)
    assert list(refused.value.faults) == faults
    assert all(f"accreditation.list_fault.{code}" in TEXTS for _, code in refused.value.faults)


def test_whatever_a_file_is_it_is_read_or_refused() -> None:
    draw = random.Random(20261124)
    for source in (CSV, JSON, UN, BOMB):
        for _ in range(400):
            broken = bytearray(source)
            for _ in range(draw.randint(1, 12)):
                place = draw.randrange(len(broken))
                broken[place : place + draw.randint(0, 3)] = draw.randbytes(draw.randint(0, 3))
            assert refusal_of(bytes(broken)) in (None, "accreditation.watchlist_invalid")


def refusal_of(content: bytes) -> str | None:
    try:
        read_list(content)
    except Refusal as refusal:
        return refusal.code
    return None
