// Print jobs: begun by a button that says what, followed, gone on with, and taken from a page on. Their keys outlive the
// page, so that one that was loaded again can go on, and end with the window.
"use strict";

(() => {
  const API = "/api/accreditation/v1/print-jobs";
  const KEYS = "bawaba_print_keys";
  const LOOK_EVERY_MS = 400;
  const get = (id) => document.getElementById(id);
  const texts = get("print-texts").dataset;
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const keys = JSON.parse(sessionStorage.getItem(KEYS) || "{}");
  const says = { drawing: texts.drawing, ready: texts.ready, broken_off: texts.brokenOff };
  const post = (path, content) => window.bawaba.call(API + path, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(content),
  });
  let watched = null;

  function say(text, bad) {
    get("print-message").textContent = text;
    get("print-message").className = bad ? "mark mark-bad" : "";
  }

  function show(job) {
    const isOurs = job.job_id in keys;
    get("progress").hidden = job.state !== "drawing";
    get("progress").max = job.total;
    get("progress").value = job.done;
    get("resume").hidden = job.state !== "broken_off" || !isOurs;
    get("file").hidden = job.state !== "ready" || !isOurs;
    say(isOurs || job.state === "drawing" ? fill(says[job.state], job) : texts.keyGone, job.state === "broken_off" || !isOurs);
    if (get("job-cards")) get("job-cards").hidden = job.state !== "ready";
    get("left-out").hidden = job.left_out.length === 0;
    get("left-out-rows").replaceChildren(...job.left_out.map(([number, code]) => {
      const row = document.createElement("li");
      const bare = document.createElement("span");
      bare.className = "ltr fw-bold";
      bare.textContent = number;
      row.append(bare, ` ${job.reasons[code] || code}`);
      return row;
    }));
  }

  async function follow(id, then) {
    watched = id;
    const { ok, status, body } = await window.bawaba.call(`${API}/${id}`);
    if (watched !== id) return;
    if (ok) {
      show(body);
      if (body.state !== "drawing") { remember(); then?.(body); return; }
    } else if (status !== 0) {
      get("progress").hidden = true;
      say(body.detail, true);
      return;
    }
    setTimeout(() => { if (watched === id) follow(id, then); }, LOOK_EVERY_MS);
  }
  const toTheFile = (job) => { if (job.state === "ready") get("download").focus(); };

  // The account's jobs of the last day, whichever page or window began them.
  async function remember() {
    const { ok, body } = await window.bawaba.call(API);
    if (!ok) return [];
    get("print-recent").hidden = body.rows.length === 0;
    get("print-recent-rows").replaceChildren(...body.rows.map((job) => {
      const row = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-link btn-sm";
      button.textContent = fill(texts.job, { ...job, at: new Date(job.asked_at).toLocaleTimeString("en-GB"), state: texts[job.state] });
      button.addEventListener("click", () => follow(job.job_id, toTheFile));
      row.append(button);
      return row;
    }));
    return body.rows;
  }

  for (const button of document.querySelectorAll("[data-print]")) {
    button.addEventListener("click", () => window.bawaba.busily(button.parentElement, async () => {
      const { ok, body } = await post("", { ...JSON.parse(button.dataset.print), sheet: get("sheet").value });
      if (!ok) { say(body.detail, true); return; }
      keys[body.job_id] = body.key;
      sessionStorage.setItem(KEYS, JSON.stringify(keys));
      follow(body.job_id, toTheFile);
    }));
  }

  get("resume").addEventListener("click", async () => {
    const id = watched;
    let goesOn = false;
    await window.bawaba.busily(get("print-job"), async () => {
      const { ok, body } = await post(`/${id}/resumption`, { key: keys[id] });
      if (!ok) { say(body.detail, true); return; }
      get("resume").hidden = true;
      goesOn = true;
    });
    // Not before: the file's button takes the focus only when it takes presses again.
    if (goesOn && watched === id) follow(id, toTheFile);
  });

  get("download").addEventListener("click", () => window.bawaba.busily(get("print-job"), async () => {
    // The key goes in the body: addresses are written down on the way.
    const { blob, problem } = await window.bawaba.file(`${API}/${watched}/file`, {
      method: "POST", headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ key: keys[watched], from_page: Number(get("from-page").value) || 1 }),
    });
    if (problem) { say(problem.detail, true); return; }
    window.bawaba.save(blob, "badges.pdf");
  }));

  get("job-cards")?.addEventListener("submit", (event) => {
    event.preventDefault();
    window.bawaba.busily(get("job-cards"), async () => {
      const { ok, body } = await window.bawaba.send(`${API}/${watched}/cards`, { first: get("job-cards-first").value });
      if (!ok) { say(body.detail, true); return; }
      const refused = body.rows.filter((row) => row.outcome === "refused");
      say(fill(texts.cardsTold, { done: body.rows.length - refused.length, refused: refused.length }) + (refused[0] ? ` ${refused[0].sentence}` : ""), refused.length > 0);
    });
  });

  remember().then((jobs) => {
    const last = jobs.find((job) => job.job_id in keys);
    if (last && !watched) follow(last.job_id);
  });
})();
