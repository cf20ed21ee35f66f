"""What ministries write where a state's code belongs: its name and its people's, in Arabic, French and English.

Of the states around the Mediterranean and in the Sahel, their neighbours, and those whose experts and press often come.
A word that is not here is refused with an example; none is guessed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from services.registration.domain.person import bare_words

_WORDS: Final[Mapping[str, str]] = {
    "ALB": "ألبانيا | ألباني | ألبانية | Albanie | albanais | albanaise | Albania | Albanian",
    "ARE": "الإمارات | الإمارات العربية المتحدة | إماراتي | إماراتية | Émirats arabes unis | émirien | émirienne"
    " | United Arab Emirates | UAE | Emirati",
    "BEL": "بلجيكا | بلجيكي | بلجيكية | Belgique | Belgium | belge | Belgian",
    "BEN": "بنين | بنيني | بنينية | Bénin | béninois | béninoise | Benin | Beninese",
    "BFA": "بوركينا فاسو | بوركينابي | بوركينابية | Burkina Faso | Burkina | burkinabé | burkinabè | Burkinabe",
    "CAF": "جمهورية أفريقيا الوسطى | أفريقيا الوسطى | Centrafrique | République centrafricaine | centrafricain"
    " | centrafricaine | Central African Republic | Central African",
    "CHE": "سويسرا | سويسري | سويسرية | Suisse | suisse | suissesse | Switzerland | Swiss",
    "CIV": "ساحل العاج | كوت ديفوار | إيفواري | إيفوارية | Côte d'Ivoire | ivoirien | ivoirienne | Ivory Coast"
    " | Ivorian",
    "CMR": "الكاميرون | كاميروني | كاميرونية | Cameroun | camerounais | camerounaise | Cameroon | Cameroonian",
    "CYP": "قبرص | قبرصي | قبرصية | Chypre | chypriote | Cyprus | Cypriot",
    "D": "ألمانيا | ألماني | ألمانية | Allemagne | allemand | allemande | Germany | German",
    "DZA": "الجزائر | جزائري | جزائرية | Algérie | algérien | algérienne | Algeria | Algerian",
    "EGY": "مصر | جمهورية مصر العربية | مصري | مصرية | Égypte | égyptien | égyptienne | Egypt | Egyptian",
    "ERI": "إريتريا | إريتري | إريترية | Érythrée | érythréen | érythréenne | Eritrea | Eritrean",
    "ESP": "إسبانيا | إسباني | إسبانية | Espagne | espagnol | espagnole | Spain | Spanish",
    "ETH": "إثيوبيا | إثيوبي | إثيوبية | Éthiopie | éthiopien | éthiopienne | Ethiopia | Ethiopian",
    "FRA": "فرنسا | فرنسي | فرنسية | France | français | française | French",
    "GBR": "المملكة المتحدة | بريطانيا | بريطاني | بريطانية | Royaume-Uni | Grande-Bretagne | britannique"
    " | United Kingdom | UK | Great Britain | British",
    "GHA": "غانا | غاني | غانية | Ghana | ghanéen | ghanéenne | Ghanaian",
    "GIN": "غينيا | غيني | غينية | Guinée | guinéen | guinéenne | Guinea | Guinean",
    "GMB": "غامبيا | غامبي | غامبية | Gambie | gambien | gambienne | Gambia | Gambian",
    "GRC": "اليونان | يوناني | يونانية | Grèce | grec | grecque | Greece | Greek | Ελλάδα | Ελληνική | Έλληνας",
    "HRV": "كرواتيا | كرواتي | كرواتية | Croatie | croate | Croatia | Croatian",
    "IRQ": "العراق | عراقي | عراقية | Irak | irakien | irakienne | Iraq | Iraqi",
    "ISR": "إسرائيل | إسرائيلي | إسرائيلية | Israël | israélien | israélienne | Israel | Israeli",
    "ITA": "إيطاليا | إيطالي | إيطالية | Italie | italien | italienne | Italy | Italian | Italia | italiano | italiana",
    "JOR": "الأردن | أردني | أردنية | Jordanie | jordanien | jordanienne | Jordan | Jordanian",
    "KEN": "كينيا | كيني | كينية | Kenya | kényan | kényane | Kenyan",
    "KWT": "الكويت | كويتي | كويتية | Koweït | koweïtien | koweïtienne | Kuwait | Kuwaiti",
    "LBN": "لبنان | لبناني | لبنانية | Liban | libanais | libanaise | Lebanon | Lebanese",
    "LBY": "ليبيا | ليبي | ليبية | Libye | libyen | libyenne | Libya | Libyan",
    "MAR": "المغرب | المملكة المغربية | مغربي | مغربية | Maroc | marocain | marocaine | Morocco | Moroccan",
    "MCO": "موناكو | Monaco | monégasque | Monegasque",
    "MLI": "مالي | جمهورية مالي | Mali | malien | malienne | Malian",
    "MLT": "مالطا | مالطي | مالطية | Malte | maltais | maltaise | Malta | Maltese",
    "MNE": "الجبل الأسود | Monténégro | monténégrin | monténégrine | Montenegro | Montenegrin",
    "MRT": "موريتانيا | موريتاني | موريتانية | Mauritanie | mauritanien | mauritanienne | Mauritania | Mauritanian",
    "NER": "النيجر | نيجري | نيجرية | Niger | nigérien | nigérienne | Nigerien",
    "NGA": "نيجيريا | نيجيري | نيجيرية | Nigéria | nigérian | nigériane | Nigeria | Nigerian",
    "OMN": "عمان | عماني | عمانية | سلطنة عمان | Oman | omanais | omanaise | Omani",
    "PRT": "البرتغال | برتغالي | برتغالية | Portugal | portugais | portugaise | Portuguese",
    "PSE": "فلسطين | فلسطيني | فلسطينية | Palestine | palestinien | palestinienne | Palestinian",
    "QAT": "قطر | قطري | قطرية | Qatar | qatarien | qatarienne | qatari",
    "RUS": "روسيا | روسي | روسية | Russie | russe | Russia | Russian",
    "SAU": "السعودية | المملكة العربية السعودية | سعودي | سعودية | Arabie saoudite | saoudien | saoudienne"
    " | Saudi Arabia | Saudi",
    "SDN": "السودان | سوداني | سودانية | Soudan | soudanais | soudanaise | Sudan | Sudanese",
    "SEN": "السنغال | سنغالي | سنغالية | Sénégal | sénégalais | sénégalaise | Senegal | Senegalese",
    "SOM": "الصومال | صومالي | صومالية | Somalie | somalien | somalienne | Somalia | Somali",
    "SSD": "جنوب السودان | Soudan du Sud | sud-soudanais | sud-soudanaise | South Sudan | South Sudanese",
    "SVN": "سلوفينيا | سلوفيني | سلوفينية | Slovénie | slovène | Slovenia | Slovenian",
    "SYR": "سوريا | سورية | سوري | Syrie | syrien | syrienne | Syria | Syrian",
    "TCD": "تشاد | تشادي | تشادية | Tchad | tchadien | tchadienne | Chad | Chadian",
    "TGO": "توغو | توغولي | توغولية | Togo | togolais | togolaise | Togolese",
    "TUN": "تونس | تونسي | تونسية | Tunisie | tunisien | tunisienne | Tunisia | Tunisian",
    "TUR": "تركيا | تركي | تركية | Turquie | turc | turque | Turkey | Türkiye | Turkish | Türk",
    "USA": "الولايات المتحدة | الولايات المتحدة الأمريكية | أمريكا | أمريكي | أمريكية | États-Unis"
    " | américain | américaine | United States | United States of America | American",
    "YEM": "اليمن | يمني | يمنية | Yémen | yéménite | Yemen | Yemeni",
}
_BY_WORDS: Final[Mapping[str, str]] = {
    bare_words(word): code for code, words in _WORDS.items() for word in words.split("|")
}


def state_named(text: str) -> str | None:
    """The code of the state that a name or an adjective means, with the Arabic article or not; None for others."""
    words = bare_words(text)
    return _BY_WORDS.get(words) or _BY_WORDS.get(words.removeprefix("ال"))
