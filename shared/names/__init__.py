"""One person's name, however it is spelled: Arabic, French, English, Turkish, Italian, Spanish, Greek.

`read_name` turns a written name into words of sounds, `compare_names` scores two of them and says which words met by
which rule, `NameIndex` finds the nearest of 100,000 people, `weigh` adds birth date and nationality. What they make of
a name is personal data: it lives in memory only, and is never written anywhere.
"""

from shared.names.comparison import POSSIBLY_SAME, NameMatch, Rule, WordMatch, compare_names
from shared.names.evidence import Circumstances, Evidence, weigh
from shared.names.index import Hit, NameIndex
from shared.names.words import Name, read_name

__all__ = [
    "POSSIBLY_SAME",
    "Circumstances",
    "Evidence",
    "Hit",
    "Name",
    "NameIndex",
    "NameMatch",
    "Rule",
    "WordMatch",
    "compare_names",
    "read_name",
    "weigh",
]
