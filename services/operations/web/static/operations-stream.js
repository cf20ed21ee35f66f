// The live stream: newest first, gaps shown where they are, the last 300 rows kept. A pause keeps as many, and counts the rest.
"use strict";

(() => {
  const ROWS_MAX = 300;
  const WAITING_MAX = ROWS_MAX - 2; // beside the two rows that say what a pause dropped
  const table = document.getElementById("events");
  const body = table.tBodies[0];
  const labels = table.dataset.labels.split("|");
  const state = document.getElementById("state");
  const pause = document.getElementById("pause");
  const filters = document.getElementById("filters");
  const pauseText = pause.textContent;
  let source = null;
  let paused = false;
  let waiting = []; // each row with the events that it stands for; null is a number that nobody knows
  let dropped = { events: 0, unknown: false };

  const cell = (text, label, ltr) => {
    const td = document.createElement("td");
    td.dataset.label = label;
    const span = document.createElement(ltr ? "span" : "bdi");
    if (ltr) span.className = "ltr";
    span.textContent = text;
    td.append(span);
    return td;
  };

  const details = (event) => {
    const known = ["decision", "reason", "gate", "category", "number", "version", "sessions"];
    const plain = (value) => [value ?? []].flat().filter((each) => typeof each !== "object").join(", ");
    const said = known.map((name) => [name, plain(event.data[name])]).filter(([, words]) => words);
    return said.map(([name, words]) => `${name}: ${words}`).join(" · ") || event.key;
  };

  // The filters have the words for codes already.
  const words = (list, code) => [...document.getElementById(list).options].find((option) => option.value === code)?.text || code;
  const clock = new Intl.DateTimeFormat("en-GB", {
    timeZone: table.dataset.timezone, hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3,
  });

  const show = (row) => {
    document.getElementById("empty").hidden = true;
    body.prepend(row);
    while (body.rows.length > ROWS_MAX) body.lastElementChild.remove();
  };
  const add = (row, events) => {
    if (!paused) return show(row);
    waiting.push({ row, events });
    if (waiting.length <= WAITING_MAX) return;
    const oldest = waiting.shift();
    dropped = { events: dropped.events + (oldest.events ?? 0), unknown: dropped.unknown || oldest.events === null };
  };
  const forget = () => { waiting = []; dropped = { events: 0, unknown: false }; };

  const eventRow = (event) => {
    const row = document.createElement("tr");
    const happened = event.happened ? clock.format(new Date(event.happened)) : "";
    row.append(cell(happened, labels[0], true), cell(event.service, labels[1], true), cell(words("type", event.type), labels[2]),
      cell(event.data.delegation ? words("delegation", event.data.delegation) : "–", labels[3]), cell(details(event), labels[4], true));
    if (event.data.participant_id) {
      const link = document.createElement("a");
      link.href = `/operations/story?participant=${encodeURIComponent(event.data.participant_id)}`;
      link.textContent = table.dataset.story;
      const both = document.createElement("div");
      both.append(...row.lastElementChild.childNodes, " ", link);
      row.lastElementChild.append(both);
    }
    return row;
  };

  const markRow = (text) => {
    const row = document.createElement("tr");
    const td = document.createElement("td");
    td.colSpan = labels.length;
    const mark = document.createElement("span");
    mark.className = "mark mark-warn";
    mark.textContent = text;
    td.append(mark);
    row.append(td);
    return row;
  };
  const gapRow = (gap) => markRow(gap.missed === null ? table.dataset.missedSome : table.dataset.missed.replace("{missed}", gap.missed));

  const goOn = () => {
    if (dropped.unknown) show(markRow(table.dataset.missedSome));
    if (dropped.events) show(markRow(table.dataset.missedPaused.replace("{missed}", dropped.events)));
    waiting.forEach((each) => show(each.row));
    forget();
  };

  const setState = (good) => {
    state.textContent = good ? state.dataset.connected : state.dataset.disconnected;
    state.className = `mark ${good ? "mark-good" : "mark-warn"}`;
  };

  const connect = () => {
    source?.close();
    source = new EventSource(`/api/operations/v1/stream?${new URLSearchParams(new FormData(filters))}`);
    source.addEventListener("open", () => setState(true));
    source.addEventListener("error", () => setState(false));
    source.addEventListener("event", (message) => add(eventRow(JSON.parse(message.data)), 1));
    source.addEventListener("gap", (message) => {
      const gap = JSON.parse(message.data);
      add(gapRow(gap), gap.missed);
    });
  };

  filters.addEventListener("submit", (event) => event.preventDefault());
  filters.addEventListener("change", () => { body.replaceChildren(); forget(); connect(); });
  pause.addEventListener("click", () => {
    paused = !paused;
    pause.textContent = paused ? pause.dataset.resume : pauseText;
    if (!paused) goOn();
  });
  connect();
})();
