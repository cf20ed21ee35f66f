// Badges: print what is shown with progress, issue the selected ones.
"use strict";

(() => {
  const LOOK_EVERY_MS = 400;
  const texts = document.getElementById("badges-texts").dataset;
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const post = (path, content) => window.bawaba.call(path, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(content),
  });

  const get = (id) => document.getElementById(id);
  const print = document.getElementById("print");
  const progress = document.getElementById("progress");
  const printMessage = document.getElementById("print-message");
  const download = document.getElementById("download");
  const say = (text, bad) => { printMessage.textContent = text; printMessage.className = bad ? "mark mark-bad" : ""; };
  let job = null;

  async function follow() {
    const { ok, status, body } = await window.bawaba.call(`/api/accreditation/v1/print-jobs/${job.job_id}`);
    if (!ok && status !== 0) { finish(body.detail, true); return; }
    if (ok) {
      progress.max = body.total;
      progress.value = body.done;
      if (body.state === "ready") { finish(fill(texts.ready, body), false); get("file").hidden = false; download.focus(); return; }
      if (body.state === "broken_off") { finish(texts.brokenOff, true); get("resume").hidden = false; return; }
      say(fill(texts.drawing, body), false);
    }
    setTimeout(follow, LOOK_EVERY_MS);
  }

  function finish(text, bad) {
    progress.hidden = true;
    print.disabled = false;
    say(text, bad);
  }

  print.addEventListener("click", async () => {
    print.disabled = true;
    for (const id of ["file", "resume"]) get(id).hidden = true;
    const asked = { sheet: get("sheet").value, ...(print.dataset.delegation && { delegation: print.dataset.delegation }) };
    const { ok, body } = await post("/api/accreditation/v1/print-jobs", asked);
    if (!ok) { finish(body.detail, true); return; }
    job = body;
    progress.hidden = false;
    progress.max = body.total;
    progress.value = 0;
    follow();
  });

  get("resume").addEventListener("click", async () => {
    get("resume").hidden = true;
    const { ok, body } = await post(`/api/accreditation/v1/print-jobs/${job.job_id}/resumption`, { key: job.key });
    if (!ok) { finish(body.detail, true); return; }
    progress.hidden = false;
    follow();
  });

  download.addEventListener("click", async () => {
    // The key is in this page's memory alone, and goes in the body: addresses are written down on the way.
    const response = await fetch(`/api/accreditation/v1/print-jobs/${job.job_id}/file`, {
      method: "POST", credentials: "same-origin",
      headers: { "Content-Type": "application/json" }, body: JSON.stringify({ key: job.key, from_page: Number(get("from-page").value) || 1 }),
    });
    if (!response.ok) { say((await response.json()).detail, true); return; }
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await response.blob());
    link.download = "badges.pdf";
    link.click();
    URL.revokeObjectURL(link.href);
  });

  const issue = document.getElementById("issue");
  if (!issue) return;
  const message = document.getElementById("message");
  const boxes = () => [...document.querySelectorAll("[data-select]")];
  document.getElementById("select-all").addEventListener("change", (event) => {
    boxes().forEach((box) => { box.checked = event.target.checked; });
  });
  issue.addEventListener("click", () => window.bawaba.busily(issue.parentElement, async () => {
    const chosen = boxes().filter((box) => box.checked).map((box) => box.closest("tr"));
    if (!chosen.length) return;
    const ids = chosen.map((row) => row.dataset.participant);
    const { ok, body } = await window.bawaba.send("/api/accreditation/v1/badges/activations", { participant_ids: ids });
    if (!ok) { message.textContent = body.detail; message.className = "mark mark-bad"; return; }
    const done = body.rows.filter((row) => row.outcome !== "refused");
    for (const row of done) {
      const shown = document.querySelector(`tr[data-participant="${CSS.escape(row.participant_id)}"]:has([data-select])`);
      shown.querySelector("[data-select]").remove();
      const state = shown.querySelector("[data-state]");
      state.textContent = texts.active;
      state.className = "mark mark-good";
    }
    message.textContent = fill(texts.issued, { done: done.length, refused: body.rows.length - done.length });
    message.className = "";
  }));
})();
