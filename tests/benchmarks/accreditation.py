"""What accreditation costs: `make bench-accreditation`, or one part by its name (`… accreditation verify`).

Every figure stands beside what it is compared with, taken in the same run; the seed, versions and machine come first.
Loads are bounded and go to loopback alone.
"""

from __future__ import annotations

import asyncio
import json
import os
import platform
import random
import resource
import statistics
import sys
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Final

import cryptography
import typst
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from PIL import Image, ImageDraw, ImageFilter

from deploy.demo.portraits import portrait
from services.accreditation.adapters.badge_page import BadgePage, Grant, Ground, draw_file
from services.accreditation.adapters.badge_symbol import read_symbol, symbol_modules
from services.accreditation.adapters.layout_files import default_layout
from services.accreditation.domain.badge_layout import Say
from shared.contracts.topics import ACCREDITATION_PARTICIPANTS, PARTITIONS
from shared.messaging.cause import Cause
from shared.messaging.kafka import loose_consumer, start_producer
from shared.messaging.unit_of_work import Transaction
from shared.security.credential import Credential, KeyId, encode, verify
from shared.storage import Index
from shared.testing.conference import small_conference
from tests.benchmarks.stage import as_a_service, fresh_namespace, verdict
from tests.benchmarks.webcrypto import in_chromium
from tests.fuzz.decoder import CREDENTIAL, KEY, KEY_ID, KEYS, TEXT
from tests.integration.accreditation.desk import Desk, open_desk

SEED: Final = 20261124
PART_BADGES: Final = 60
PEOPLE: Final = 60
BENCH: Final = "bench"
GROUND: Final = Ground(
    layout=default_layout(),
    says=(
        (Say.CONFERENCE_AR, "مؤتمر رؤساء أركان القوات المسلحة لدول حوض المتوسط وجنوب الصحراء"),
        (Say.CONFERENCE_EN, "Conference of Chiefs of Staff of the Armed Forces of the Mediterranean Basin"),
        (Say.MOTTO_AR, "تعاون مشترك لمكافحة الجرائم العابرة للحدود"),
        (Say.NOTE_AR, "بطاقة شخصية، تُلبس ظاهرة داخل ساحة المؤتمر."),
        (Say.NOTE_FR, "Badge personnel, à porter visible dans l'enceinte."),
        (Say.NOTE_EN, "Personal badge, worn visibly on the premises."),
    ),
    category_ar="عضو وفد",
    category_en="Delegate",
    colour="#1b4965",
    pattern=0,
    grants=(
        Grant("ساحة المؤتمر", "Venue perimeter", (1, 2, 3), "07:00–22:00"),
        Grant("القاعة الكبرى", "Plenary hall", (1, 2, 3), "08:00–20:00"),
    ),
    days=3,
)
BARE: Final = """
#set page(width: 105mm, height: 148mm, margin: 0mm)
#for name in json(bytes(sys.inputs.names)) { text(name); pagebreak(); pagebreak() }
"""
FRAMES: Final = 60
"""Pictures of each kind of harm in the decode rates."""
PDFS_A_SECOND_MIN: Final = 400.0
GROWS_MAX: Final = 1.2
READY_OF_PARTS_MAX: Final = 2.0


def main(parts: Sequence[str]) -> int:
    known: dict[str, Callable[[], Sequence[str] | None]] = {
        "sign": bench_sign,
        "verify": bench_verify,
        "decode": bench_decode,
        "pdf": bench_pdf,
        "ready": lambda: as_a_service(bench_ready()),
    }
    print(
        f"seed {SEED} · {platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} · "
        f"Python {platform.python_version()}, cryptography {cryptography.__version__}, typst {version('typst')}"
    )
    broken = [promise for name in parts or known for promise in known[name]() or ()]
    return verdict(broken, of="these")


def bench_sign() -> None:
    count = 3_000
    began = time.process_time()
    for number in range(count):
        encode(replace(CREDENTIAL, serial=number), KEY_ID, KEY.sign)
    whole = time.process_time() - began
    began = time.process_time()
    for _ in range(count):
        KEY.sign(b"x" * 120)
    bare = time.process_time() - began
    print(f"credentials signed: {count / whole:,.0f}/s of one core (bare Ed25519: {count / bare:,.0f}/s)")


def bench_verify() -> None:
    public = KEY.public_key()
    signature = KEY.sign(b"x" * 120)
    ours = _microseconds(lambda: verify(TEXT, KEYS, 2027))
    bare = _microseconds(lambda: public.verify(signature, b"x" * 120))
    print(f"credential verified in Python: p50 {ours[0]:.0f} µs, p95 {ours[1]:.0f} µs (bare Ed25519: {bare[0]:.0f} µs)")
    print(f"its signature alone in Chromium, by WebCrypto: {in_chromium(KEY, b'x' * 120)}")


def _microseconds(work: Callable[[], object], *, count: int = 2_000) -> tuple[float, float]:
    took = []
    for _ in range(count):
        began = time.perf_counter()
        work()
        took.append((time.perf_counter() - began) * 1e6)
    took.sort()
    return took[count // 2], took[count * 95 // 100]


def bench_decode() -> None:
    """The symbol at 40 mm, printed at 300 dpi, as a camera sees it: pixels per module, blur, turn, damage."""
    draw = random.Random(SEED)
    modules = symbol_modules(TEXT)
    print(f"symbols decoded by zxing-cpp, version {(len(modules) - 17) // 4}-Q, {FRAMES} pictures each:")
    for pixels in (2.0, 2.5, 3.0, 4.0):
        rates = []
        for blur, damage in ((0.0, 0.0), (0.6, 0.0), (1.0, 0.0), (1.4, 0.0), (0.6, 0.05), (0.6, 0.10)):
            read = sum(
                read_symbol(_photographed(modules, draw, pixels=pixels, blur=blur, damage=damage)) == TEXT
                for _ in range(FRAMES)
            )
            rates.append(f"blur {blur} damage {damage:.0%}: {read / FRAMES:4.0%}")
        print(f"  {pixels} pixels a module, any turn · " + " · ".join(rates))


def _photographed(
    modules: list[list[bool]], draw: random.Random, *, pixels: float, blur: float, damage: float
) -> Image.Image:
    size = len(modules) + 8
    picture = Image.new("L", (size, size), 255)
    for y, row in enumerate(modules):
        for x, dark in enumerate(row):
            if dark:
                picture.putpixel((x + 4, y + 4), 0)
    picture = picture.resize((size * 8, size * 8), Image.Resampling.NEAREST)
    _damaged(picture, draw, damage)
    turned = picture.rotate(draw.uniform(0, 360), resample=Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    scale = pixels / 8
    seen = turned.resize((round(turned.width * scale), round(turned.height * scale)), Image.Resampling.LANCZOS)
    return seen.filter(ImageFilter.GaussianBlur(blur * pixels / 3)) if blur else seen


def _damaged(picture: Image.Image, draw: random.Random, share: float) -> None:
    """Round scratches and stains over a share of the symbol's area."""
    pen, covered, area = ImageDraw.Draw(picture), 0.0, picture.width * picture.height
    while covered < share * area:
        radius = draw.uniform(10, 40)
        x, y = draw.uniform(0, picture.width), draw.uniform(0, picture.height)
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=draw.choice([0, 255, 128]))
        covered += 3.14 * radius * radius


def bench_pdf() -> list[str]:
    """In a process of its own for each size, as the service draws: parts of 60, each symbol and a sample read back."""
    rates, peaks = [], []
    for count in (500, 5_000):
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reader)
            os.write(writer, json.dumps(_drawn(count)).encode())
            os._exit(0)
        os.close(writer)
        with os.fdopen(reader) as answers:
            found = json.loads(answers.read())
        os.waitpid(child, 0)
        rates.append(count / found["cpu_s"])
        peaks.append(found["peak_mb"])
        print(
            f"badge PDFs, {count:,}, a photo each, two scripts, two sides: {count / found['cpu_s']:,.0f}/s of a core "
            f"({found['wall_s']:.1f} s, {found['cpu_s']:.1f} s of CPU), peak {found['peak_mb']:.0f} MB, "
            f"{found['bytes'] / count / 1000:.1f} kB a badge; bare typst, as many pages with nothing on them: "
            f"{count / found['bare_s']:,.0f}/s, with one name on each: {count / found['named_s']:,.0f}/s"
        )

    slow = [f"at least {PDFS_A_SECOND_MIN:.0f} badges/s of a core"] * (min(rates) < PDFS_A_SECOND_MIN)
    grows = [f"memory grows by at most {GROWS_MAX} from 500 to 5,000"] * (peaks[1] > GROWS_MAX * peaks[0])
    return slow + grows


def _drawn(count: int) -> dict[str, float]:
    photos = [portrait(f"person {number}") for number in range(20)]
    wall_s = cpu_s = bare_s = named_s = 0.0
    size = 0
    for start in range(0, count, PART_BADGES):
        pages = [_page(number, photos) for number in range(start, min(start + PART_BADGES, count))]
        began, cpu = time.perf_counter(), time.process_time()
        size += len(draw_file(pages, sample=max(2, -(-50 * len(pages) // count)), seed=str(start)))
        wall_s += time.perf_counter() - began
        cpu_s += time.process_time() - cpu
        bare_s += _bare_pages(["" for _ in pages])
        named_s += _bare_pages([page.name_latin for page in pages])
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "wall_s": wall_s,
        "cpu_s": cpu_s,
        "bare_s": bare_s,
        "named_s": named_s,
        "peak_mb": usage.ru_maxrss / 1000,
        "bytes": size,
    }


def _bare_pages(names: Sequence[str]) -> float:
    """The seconds of CPU that typst takes for two A6 pages a name, and that name once."""
    began = time.process_time()
    typst.compile(BARE.encode(), format="pdf", sys_inputs={"names": json.dumps(names)}, ignore_system_fonts=True)
    return time.process_time() - began


def _page(number: int, photos: Sequence[bytes]) -> BadgePage:
    credential = encode(replace(CREDENTIAL, serial=number, badge_id=uuid.UUID(int=number).bytes), KEY_ID, KEY.sign)
    return BadgePage(
        ground=replace(GROUND, pattern=number % 3),
        name_arabic=f"محمد عبد الرحمن إبراهيم {number}",
        name_latin=f"Mohamed Abdelrahman Ibrahim {number}",
        rank="عميد",
        title="Director of operations",
        delegation_ar="مصر",
        delegation_en="Egypt",
        number=f"{number:04d}-A",
        photo=_one_of_a_kind(photos[number % len(photos)], number),
        credential=credential,
    )


def _one_of_a_kind(jpeg: bytes, number: int) -> bytes:
    """The portrait with a comment of its own: no two people's are the same bytes (ITU-T T.81 section B.2.4.5)."""
    comment = str(number).encode()
    return jpeg[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + jpeg[2:]


async def bench_ready() -> list[str]:
    """Submitted → approved automatically → badge prepared and told on Kafka, one at a time, on an idle installation."""
    async with fresh_namespace() as namespace, open_desk(namespace, small_conference()) as desk:
        whole, bare = await _ready(desk)
    ours, parts = _spread(whole), _spread(bare)
    print(
        f"submitted → badge ready through Kafka, idle, {PEOPLE} people: p50 {ours[0]:.1f} ms, p95 {ours[1]:.1f} ms; "
        f"sum of the bare parts: p50 {parts[0]:.1f} ms, p95 {parts[1]:.1f} ms; "
        f"ratio p50 {ours[0] / parts[0]:.2f}, p95 {ours[1] / parts[1]:.2f}"
    )
    is_slow = ours[1] > READY_OF_PARTS_MAX * parts[1]
    return [f"ready within {READY_OF_PARTS_MAX:.0f} times its bare parts, p95"] * is_slow


async def _ready(desk: Desk) -> tuple[list[float], list[float]]:
    """Both are taken in turn, so that whatever else the machine does falls on both alike."""
    access = desk.service.kernel.access
    topic = access.topic(ACCREDITATION_PARTICIPANTS)
    consumer = loose_consumer(desk.operations.access)
    producer = await start_producer(access)
    await consumer.start()
    consumer.assign([TopicPartition(topic, number) for number in range(PARTITIONS)])
    await desk.service.kernel.database.ensure_indexes([Index(BENCH, ())])
    whole: list[float] = []
    bare: list[float] = []
    try:
        await consumer.seek_to_end()
        for partition in consumer.assignment():
            await consumer.position(partition)
        for number in range(PEOPLE + 10):
            person = f"bench-{number}"
            began = time.perf_counter()
            await desk.submit(person, category="staff")
            await _until_prepared(consumer, person)
            took = (time.perf_counter() - began) * 1000
            parts = await _bare_parts(desk, producer, consumer, topic, number)
            if number >= 10:  # the first ones warm everything up
                whole.append(took)
                bare.append(parts)
            await asyncio.sleep(0.02)
    finally:
        await consumer.stop()
        await producer.stop()
    return whole, bare


async def _until_prepared(consumer: AIOKafkaConsumer, person: str) -> None:
    while True:
        record = await asyncio.wait_for(consumer.getone(), 30)
        if record.key == person.encode() and (b"badge-prepared" in dict(record.headers)["ce_type"]):
            return


async def _bare_parts(
    desk: Desk, producer: AIOKafkaProducer, consumer: AIOKafkaConsumer, topic: str, number: int
) -> float:
    """What the way cannot do without: two majority commits, two records through the broker, one vault read, one badge
    signed and numbered.
    """
    began = time.perf_counter()
    for _ in range(2):
        await desk.service.kernel.unit_of_work.run(_write_two, cause=Cause("bench", None, None, "bench"))
        key = f"bare-{uuid.uuid4()}".encode()
        await producer.send_and_wait(topic, b"{}" * 200, key=key, headers=[("ce_type", b"bench")])
        while (await consumer.getone()).key != key:
            pass
    async with desk.outside.client("registration") as http:
        await http.get("/identity/jwks.json")
    credential = Credential(uuid.uuid4().bytes, number, 1, 1, 1, 1, datetime.now(UTC), datetime.now(UTC))
    encode(credential, KeyId(2027, 1), KEY.sign)
    return (time.perf_counter() - began) * 1000


async def _write_two(tx: Transaction) -> None:
    """State and an outbox row, as documents of a size like theirs."""
    for _ in range(2):
        document = {"_id": str(uuid.uuid4()), "text": "x" * 600}
        await tx.collection(BENCH).insert_one(document)


def _spread(times: Sequence[float]) -> tuple[float, float]:
    ordered = sorted(times)
    return statistics.median(ordered), ordered[len(ordered) * 95 // 100]


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
