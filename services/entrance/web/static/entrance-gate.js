// The guard's page: one field that a wedge scanner or a person types into, one answer that cannot be missed.
"use strict";

(() => {
  const ROWS_MAX = 10;
  const PREFIX = "BWB1:";
  const LIST_EVERY_MS = 15 * 1000;
  const SHAPES = {
    admit: '<circle cx="50" cy="50" r="44" fill="none" stroke="#fff" stroke-width="7"/><path d="M28 52l15 16 30-34" fill="none" stroke="#fff" stroke-width="9"/>',
    refer: '<path d="M50 8l44 80H6z" fill="none" stroke="#fff" stroke-width="7"/><path d="M50 36v26M50 70v8" stroke="#fff" stroke-width="8"/>',
    refuse: '<path d="M32 6h36l26 26v36L68 94H32L6 68V32z" fill="none" stroke="#fff" stroke-width="7"/><path d="M34 34l32 32M66 34L34 66" stroke="#fff" stroke-width="9"/>',
  };
  const TONES = { admit: [[880, 0.12]], refer: [[520, 0.15], [520, 0.15]], refuse: [[220, 0.45]] };
  const VIBRATIONS = { admit: [60], refer: [80, 60, 80], refuse: [400] };

  const get = (id) => document.getElementById(id);
  const [gate, direction, read, verdict] = ["gate", "direction", "read", "verdict"].map(get);
  const confirmations = [...document.querySelectorAll("[data-confirms]")];
  const remembered = (name, make) => { const value = localStorage.getItem(name) || make(); localStorage.setItem(name, value); return value; };
  const device = remembered("bawaba_device", () => `page-${crypto.randomUUID().slice(0, 13)}`);
  let audio = null;

  const nextSequence = () => {
    const next = Number(localStorage.getItem("bawaba_device_sequence") || 0) + 1;
    localStorage.setItem("bawaba_device_sequence", next);
    return next;
  };

  const sound = (decision) => {
    audio ??= new AudioContext();
    let at = audio.currentTime;
    for (const [hertz, seconds] of TONES[decision]) {
      const tone = audio.createOscillator();
      tone.frequency.value = hertz;
      tone.connect(audio.destination);
      tone.start(at);
      tone.stop(at + seconds);
      at += seconds + 0.08;
    }
    navigator.vibrate?.(VIBRATIONS[decision]);
  };

  // The face that a first presentation asks for: of the scan that asked, gone with the next one or after a minute.
  const FACE_SHOWN_MS = 60 * 1000;
  const FACE_WAIT_MS = 6 * 1000;
  let faceOf = null;

  const putFace = (person, note) => {
    const names = document.documentElement.lang === "ar" ? [person.name_arabic, person.name_latin] : [person.name_latin, person.name_arabic];
    const [first, second] = names.filter(Boolean);
    get("face-photo").hidden = !person.photo;
    if (person.photo) get("face-photo").src = person.photo; else get("face-photo").removeAttribute("src");
    get("face-name").textContent = first || "";
    get("face-other").textContent = second || "";
    get("face-rank").textContent = [person.rank, person.title].filter(Boolean).join(" · ");
    get("face-note").textContent = note;
  };
  const hideFace = () => { faceOf = null; get("face").hidden = true; putFace({}, ""); };

  const showFace = async (at, scanned) => {
    faceOf = scanned;
    const words = get("face").dataset;
    putFace({}, words.coming);
    get("face").hidden = false;
    const { ok, body } = await bawaba.call(`/api/entrance/v1/gates/${encodeURIComponent(at)}/faces`, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(scanned), signal: AbortSignal.timeout(FACE_WAIT_MS),
    });
    if (faceOf !== scanned) return;
    if (ok) putFace(body, body.photo ? "" : words.none); else putFace({}, words.away);
    setTimeout(() => { if (faceOf === scanned) hideFace(); }, FACE_SHOWN_MS);
  };

  const show = (decision, headline, sentence, who, note) => {
    hideFace();
    verdict.className = `verdict ${decision}`;
    get("shape").innerHTML = SHAPES[decision];
    get("headline").textContent = headline;
    get("sentence").textContent = sentence;
    get("who").textContent = who;
    get("note").textContent = note;
    sound(decision);
  };

  const table = get("recent");

  const remember = (scan) => {
    const labels = table.dataset.labels.split("|");
    const row = table.tBodies[0].insertRow(0);
    const mark = { admit: "mark-good", refer: "mark-warn", refuse: "mark-bad" }[scan.decision];
    const values = [new Date(scan.at).toLocaleTimeString("en-GB"), scan.headline, scan.delegation_name || "–", scan.category_name || "–"];
    values.forEach((value, index) => {
      const cell = row.insertCell();
      cell.dataset.label = labels[index];
      const text = document.createElement("bdi");
      text.textContent = value;
      if (index === 1) text.className = `mark ${mark}`;
      cell.append(text);
    });
    while (table.tBodies[0].rows.length > ROWS_MAX) table.tBodies[0].deleteRow(-1);
  };

  // What was scanned at this gate before this page was open, by whomever.
  const recall = async () => {
    const [asked, newest] = [gate.value, table.tBodies[0].rows[0]];
    const answer = await bawaba.call(`/api/entrance/v1/gates/${encodeURIComponent(asked)}/scans`);
    if (!answer.ok || gate.value !== asked || table.tBodies[0].rows[0] !== newest) return;
    table.tBodies[0].replaceChildren();
    answer.body.scans.slice(0, ROWS_MAX).reverse().forEach(remember);
  };

  const keepDirection = () => {
    const exits = gate.selectedOptions[0]?.dataset.exits === "yes";
    direction.options[1].disabled = !exits;
    if (!exits) direction.value = "in";
    localStorage.setItem("bawaba_gate", gate.value);
    localStorage.setItem("bawaba_direction", direction.value);
  };

  // Tokens that are shown: each goes with the badge that was read before it, and with those that follow. A vehicle's stays
  // for everybody in it; all others go with the one whom they let in.
  const TOKEN = /^[A-Za-z]-[0-9\u0660-\u0669\u06f0-\u06f9]{1,6}$/;
  const BEFORE_MS = 60 * 1000;
  const held = new Map();
  let last = null;

  const showHeld = () => {
    get("held").hidden = held.size === 0;
    get("held").replaceChildren(...[...held].map(([number, kind]) => {
      const item = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-sm btn-outline-dark";
      button.textContent = `${kind} ${number} ✕`;
      button.setAttribute("aria-label", get("held").dataset.drop.replace("{number}", number));
      button.onclick = () => { held.delete(number); showHeld(); read.focus(); };
      item.append(button);
      return item;
    }));
  };

  const cellsOf = (row, values, labels) => values.forEach((value, index) => {
    const cell = row.insertCell();
    cell.dataset.label = labels[index];
    const text = document.createElement("bdi");
    text.textContent = value;
    cell.append(text);
  });

  const showToken = (token) => {
    get("token").hidden = false;
    get("token-title").textContent = `${token.kind_name} ${token.number}`;
    get("token-delegation").textContent = token.delegation_name || token.delegation;
    get("token-mark").textContent = token.mark || "–";
    for (const each of document.querySelectorAll(".has-mark")) each.hidden = !token.mark;
    get("token-place").textContent = token.place;
    get("token-place").className = `mark ${token.holds ? "mark-good" : "mark-bad"}`;
    const people = get("token-people");
    people.hidden = token.people.length === 0 && !token.unaccounted;
    const body = people.querySelector("tbody");
    body.replaceChildren();
    const labels = people.querySelector("table").dataset.labels.split("|");
    for (const person of token.people) cellsOf(body.insertRow(), [person.badge_number, person.category_name || "–", person.state_name], labels);
    get("token-unaccounted").hidden = !token.unaccounted;
    get("token-unaccounted").textContent = get("token-unaccounted").dataset.text.replace("{count}", token.unaccounted);
  };

  const present = async (text) => {
    const answer = await bawaba.call(`/api/entrance/v1/tokens/${encodeURIComponent(text)}`);
    if (!answer.ok) { show("refuse", answer.body.detail || verdict.dataset.noAnswer, "", text, ""); return; }
    const token = answer.body;
    showToken(token);
    held.set(token.number, token.kind_name);
    showHeld();
    if (last && performance.now() - last.at < BEFORE_MS) { check(last.text, last.confirmed); return; }
    if (!token.holds) { show("refuse", token.place, token.kind_name, token.number, ""); return; }
    hideFace();
    verdict.className = "verdict";
    get("shape").innerHTML = SHAPES.refer;
    get("headline").textContent = verdict.dataset.thenBadge;
    get("sentence").textContent = token.mark || token.kind_name;
    get("who").textContent = token.delegation_name || "";
    get("note").textContent = "";
  };

  const lookAtList = async () => {
    const answer = await bawaba.call("/api/entrance/v1/status-list");
    const line = get("list");
    const trust = answer.ok ? answer.body.trust : "none";
    line.textContent = answer.ok ? answer.body.sentence : verdict.dataset.listUnknown;
    line.className = `mb-2 mark ${{ fresh: "mark-good", ageing: "mark-warn" }[trust] || "mark-bad"}`;
  };

  const check = async (text, confirmed = {}) => {
    last = { text, confirmed, at: performance.now() };
    const [at, scanned] = [gate.value, { device, device_sequence: nextSequence() }];
    hideFace();
    for (const button of confirmations) button.hidden = true;
    const credential = text.startsWith(PREFIX) || text.length > 40 || text.includes(":");
    const answer = await bawaba.call(`/api/entrance/v1/gates/${encodeURIComponent(at)}/scans`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ direction: direction.value, ...scanned, [credential ? "credential" : "number"]: text, tokens: [...held.keys()].slice(0, 5), ...confirmed }),
    });
    if (!answer.ok) {
      // No answer is never green.
      show("refuse", verdict.dataset.noAnswer, answer.body.detail || verdict.dataset.noAnswerHint, "", "");
      return;
    }
    const scan = answer.body;
    const who = [scan.delegation_name, scan.category_name, scan.badge_number].filter(Boolean).join(" · ");
    show(scan.decision, scan.headline, scan.sentence, who, scan.repeated ? verdict.dataset.repeated : "");
    remember(scan);
    if (scan.reason === "face_check") showFace(at, scanned);
    if (scan.decision === "admit") {
      for (const number of [...held.keys()]) if (!number.startsWith("V-")) held.delete(number);
      showHeld();
      if (held.size === 0) get("token").hidden = true;
    }
    for (const button of confirmations) {
      button.hidden = button.dataset.reason !== scan.reason;
      button.onclick = () => { check(text, { ...confirmed, [button.dataset.confirms]: true }); read.focus(); };
    }
  };

  get("scan").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = read.value.trim();
    read.value = "";
    read.focus();
    if (!text) return;
    if (/[\u0621-\u064a]/.test(text)) show("refuse", verdict.dataset.keyboard, "", "", "");
    else if (TOKEN.test(text)) present(text);
    else check(text);
  });
  read.addEventListener("keydown", (event) => {
    if (event.key === "Tab" && read.value) { event.preventDefault(); get("scan").requestSubmit(); }
  });
  gate.addEventListener("change", () => { keepDirection(); recall(); });
  direction.addEventListener("change", keepDirection);
  gate.value = localStorage.getItem("bawaba_gate") || gate.value;
  if (!gate.value) gate.selectedIndex = 0;
  direction.value = localStorage.getItem("bawaba_direction") || "in";
  keepDirection();
  recall();
  lookAtList();
  setInterval(lookAtList, LIST_EVERY_MS);
  read.focus();
})();
