"""Passes of telephones' wallets: the symbol is the badge's, the words are the holder's, the signature holds."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import jwt
import numpy as np
import pytest
import zxingcpp
from PIL import Image

from deploy.demo.portraits import portrait
from services.accreditation.adapters.badge_symbol import read_symbol
from services.accreditation.adapters.layout_files import default_layout
from services.accreditation.adapters.wallet_keys import AppleKeys, GoogleKeys
from services.accreditation.adapters.wallets import WalletPasses
from services.accreditation.bootstrap import __file__ as SERVICE_FILE
from services.accreditation.domain.access import AccessGrant
from services.accreditation.domain.badge_errors import WalletCertificateExpiredError
from services.accreditation.domain.ports import BadgeFace
from services.accreditation.domain.wallet import WalletFace
from shared.security.key_files import KeyFileError
from shared.web.application import service_texts
from shared.world import World
from tests.support.pass_certificates import Authority, google_account

NOW = datetime(2027, 2, 10, 8, 0, tzinfo=UTC)
CREDENTIAL = json.loads((Path(__file__).parents[2] / "vectors" / "credential.json").read_text())["text"]
WORDS = {"ar": "مؤتمر رؤساء الأركان", "fr": "Conférence des chefs d'état-major", "en": "Conference of Chiefs of Staff"}
FACE = WalletFace(
    face=BadgeFace(
        layout=default_layout(),
        conference=WORDS,
        motto=WORDS,
        name_arabic="عبد الرحمن بن محمد الأنصاري",
        name_latin="Abdelrahman ben Mohamed Al-Ansari",
        rank="عميد",
        title='Director "north"\\south',
        delegation={"ar": "مصر", "fr": "Égypte", "en": "Egypt"},
        category={"ar": "عضو وفد", "fr": "Délégué", "en": "Delegate"},
        category_index=1,
        colour="#1b4965",
        grants=(({"ar": "القاعة", "fr": "Salle", "en": "Hall"}, AccessGrant("hall", (1, 2), time(8), time(20))),),
        days=3,
        number="7K3Q-W",
        photo=portrait("x"),
        credential=CREDENTIAL,
    ),
    badge_id="0192f5c0-0000-7000-8000-000000000001",
    conference_id="benghazi-2027",
    first_day=date(2027, 2, 10),
    last_day=date(2027, 2, 12),
    valid_until=datetime(2027, 2, 14, 22, 0, tzinfo=UTC),
)


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority.made(NOW)


@pytest.fixture(scope="module")
def stranger() -> Authority:
    return Authority.made(NOW)


@pytest.fixture
def secrets(tmp_path: Path, authority: Authority) -> Path:
    authority.write(tmp_path)
    return tmp_path


def wallets(apple: AppleKeys | None = None, google: GoogleKeys | None = None, at: datetime = NOW) -> WalletPasses:
    return WalletPasses(apple, google, service_texts(SERVICE_FILE), World(now=lambda: at))


def opened(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


async def apple_files(apple: AppleKeys | None = None, face: WalletFace = FACE) -> dict[str, bytes]:
    return opened((await wallets(apple).apple(face)).content)


def strings(files: dict[str, bytes], language: str) -> dict[str, str]:
    """The strings as `plutil` reads them: each line a key and a value, with the escapes of JSON."""
    lines = files[f"{language}.lproj/pass.strings"].decode().splitlines()
    return dict(json.loads("[" + line.removesuffix(";").replace('" = "', '", "') + "]") for line in lines)


async def test_the_passes_symbol_is_the_badges_very_credential() -> None:
    (barcode,) = json.loads((await apple_files())["pass.json"])["barcodes"]
    assert barcode["format"] == "PKBarcodeFormatQR"
    drawn = zxingcpp.create_barcode(
        barcode["message"].encode(barcode["messageEncoding"]).decode("ascii"), zxingcpp.BarcodeFormat.QRCode
    )
    picture = np.array(zxingcpp.write_barcode_to_image(drawn, scale=4, add_quiet_zones=True))
    assert read_symbol(Image.fromarray(picture)) == CREDENTIAL
    google = (await wallets().google(FACE)).ticket_object["barcode"]
    assert (google["type"], google["value"]) == ("QR_CODE", CREDENTIAL)
    page = Image.open(io.BytesIO(await wallets().symbol(FACE)))
    assert read_symbol(page) == CREDENTIAL


async def test_the_pass_says_the_same_in_three_languages_and_leaves_no_key_without_words() -> None:
    files = await apple_files()
    content = json.loads(files["pass.json"])
    keys = {
        word
        for fields in content["eventTicket"].values()
        for field in fields
        for word in (field["label"], field["value"])
        if word != FACE.face.number
    } | {content["description"], content["logoText"]}
    for language in ("ar", "fr", "en"):
        assert keys <= strings(files, language).keys()
    assert strings(files, "ar")["name.value"] == FACE.face.name_arabic
    assert strings(files, "fr")["name.value"] == FACE.face.name_latin
    assert strings(files, "fr")["delegation.value"] == "Égypte"
    assert strings(files, "en")["names.value"] == f"{FACE.face.name_arabic}\n{FACE.face.name_latin}"


async def test_words_of_people_are_words_and_no_markup_of_the_strings_file() -> None:
    hostile = replace(FACE, face=replace(FACE.face, title='x";\n"name.value" = "Somebody else'))
    words = strings(await apple_files(face=hostile), "en")
    assert words["title_held.value"] == 'x";\n"name.value" = "Somebody else'
    assert words["name.value"] == FACE.face.name_latin


async def test_a_mononym_in_one_script_is_a_whole_name_for_every_reader() -> None:
    alone = replace(FACE, face=replace(FACE.face, name_arabic="سوكارنو", name_latin=None))
    files = await apple_files(face=alone)
    assert {strings(files, language)["name.value"] for language in ("ar", "fr", "en")} == {"سوكارنو"}


async def test_the_manifest_has_every_file_and_pictures_are_of_the_sizes_that_are_asked_for(secrets: Path) -> None:
    files = await apple_files(AppleKeys.open(secrets))
    manifest = json.loads(files.pop("manifest.json"))
    files.pop("signature")
    assert manifest == {name: hashlib.sha1(content).hexdigest() for name, content in files.items()}
    sizes = {name: Image.open(io.BytesIO(files[name])).size for name in files if name.endswith(".png")}
    assert [sizes[f"icon{at}.png"] for at in ("", "@2x", "@3x")] == [(29, 29), (58, 58), (87, 87)]
    assert all(2 / 3 <= width / height <= 3 / 2 for width, height in sizes.values())


async def test_a_category_without_a_printed_photo_has_none_in_the_pass() -> None:
    files = await apple_files(face=replace(FACE, face=replace(FACE.face, photo=None)))
    assert not [name for name in files if name.startswith("thumbnail")]


async def test_another_program_verifies_the_signature_against_the_given_authority(
    secrets: Path, authority: Authority, stranger: Authority, tmp_path: Path
) -> None:
    files = await apple_files(AppleKeys.open(secrets))
    content = json.loads(files["pass.json"])
    assert (content["passTypeIdentifier"], content["teamIdentifier"]) == ("pass.org.example.badge", "TEAM000001")
    assert authority.verifies(tmp_path, files["manifest.json"], files["signature"])
    assert not authority.verifies(tmp_path, files["manifest.json"] + b" ", files["signature"])
    assert not stranger.verifies(tmp_path, files["manifest.json"], files["signature"])


async def test_without_a_certificate_the_file_says_in_every_language_that_it_is_a_preview() -> None:
    found = await wallets().apple(FACE)
    files = opened(found.content)
    assert not found.is_signed
    assert "signature" not in files
    assert json.loads(files["pass.json"])["passTypeIdentifier"] == "pass.preview"
    for language, mark in (("ar", "معاينة"), ("fr", "APERÇU"), ("en", "UNSIGNED PREVIEW")):
        words = strings(files, language)
        assert mark in words["conference"]
        assert mark in words["about"]


async def test_a_certificate_signs_nothing_before_and_after_its_time(secrets: Path) -> None:
    for away in (timedelta(days=-40), timedelta(days=400)):
        with pytest.raises(WalletCertificateExpiredError) as refused:
            await wallets(AppleKeys.open(secrets), at=NOW + away).apple(FACE)
        assert refused.value.until == (NOW + timedelta(days=300)).date().isoformat()


Spoil = Callable[[Path, Authority], None]


def _without(name: str) -> Spoil:
    return lambda folder, _: (folder / name).unlink()


def _of_another(name: str) -> Spoil:
    def swap(folder: Path, other: Authority) -> None:
        (folder / "other").mkdir()
        other.write(folder / "other")
        (folder / "other" / name).rename(folder / name)

    return swap


def _readable_by_all(folder: Path, _: Authority) -> None:
    (folder / "apple-key.pem").chmod(0o644)


def _no_pem(folder: Path, _: Authority) -> None:
    (folder / "apple-certificate.pem").write_bytes(b"no certificate")


@pytest.mark.parametrize(
    "spoil",
    [
        _without("apple-key.pem"),
        _without("apple-intermediate.pem"),
        _of_another("apple-key.pem"),
        _of_another("apple-intermediate.pem"),
        _readable_by_all,
        _no_pem,
    ],
    ids=["no key", "no intermediate", "another's key", "another's intermediate", "readable by all", "no PEM"],
)
def test_keys_that_do_not_belong_together_are_refused_at_the_start(
    secrets: Path, spoil: Spoil, stranger: Authority
) -> None:
    spoil(secrets, stranger)
    with pytest.raises(KeyFileError):
        AppleKeys.open(secrets)


def test_a_wallet_that_has_no_file_is_not_signed_for(tmp_path: Path) -> None:
    assert AppleKeys.open(tmp_path) is None
    assert GoogleKeys.open(tmp_path, "3388000000000000000") is None


async def test_the_link_of_google_wallet_is_signed_by_the_service_account_and_short_enough(tmp_path: Path) -> None:
    public_key = google_account(tmp_path)
    found = await wallets(google=GoogleKeys.open(tmp_path, "3388000000000000000")).google(FACE)
    assert found.link is not None
    place, _, token = found.link.rpartition("/")
    assert place == "https://pay.google.com/gp/v/save"
    claims: dict[str, Any] = jwt.decode(
        token, public_key, algorithms=["RS256"], audience="google", options={"verify_iat": False}
    )
    assert (claims["iss"], claims["typ"]) == ("badges@example.iam.gserviceaccount.com", "savetowallet")
    assert claims["payload"] == {"eventTicketObjects": [found.ticket_object]}
    assert found.ticket_object["classId"] == found.ticket_class["id"] == "3388000000000000000.benghazi-2027"
    assert len(token) <= 1_800, "longer links are cut by some browsers"


def test_a_service_account_without_an_issuer_or_without_a_key_is_refused_at_the_start(tmp_path: Path) -> None:
    google_account(tmp_path)
    with pytest.raises(KeyFileError):
        GoogleKeys.open(tmp_path, "")
    (tmp_path / "google-account.json").write_text("{}")
    with pytest.raises(KeyFileError):
        GoogleKeys.open(tmp_path, "1")
