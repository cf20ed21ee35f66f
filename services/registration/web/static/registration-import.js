// Sending a list, having it registered, and watching both. One key a press: sending twice has one effect.
"use strict";

(() => {
  const LOOK_EVERY_MS = 700;
  const form = document.getElementById("upload");
  const refusal = document.getElementById("refusal");
  const refuse = (text) => { refusal.textContent = text; refusal.hidden = false; refusal.focus(); };
  const note = document.getElementById("note");

  const send = async (button, path, options) => {
    refusal.hidden = true;
    bawaba.refuseNothing(document);
    button.disabled = true;
    const headers = { "Idempotency-Key": bawaba.newKey(), ...options.headers };
    const answer = await bawaba.call(path, { method: "POST", ...options, headers });
    if (answer.ok) {
      bawaba.goOn({ url: `/registration/import?id=${encodeURIComponent(answer.body.import_id)}`, place: "result" });
      return;
    }
    button.disabled = false;
    if (note && answer.body.data?.field === "note") bawaba.refuseAt(note, answer.body.detail);
    else refuse(answer.body.detail);
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const large = bawaba.tooLarge(form);
    if (large) { refuse(large.dataset.tooLarge); return; }
    const body = new FormData(form);
    if (!body.get("photos")?.size) body.delete("photos");
    send(form.querySelector("button"), form.dataset.action, { body });
  });
  const commit = document.getElementById("commit");
  commit?.addEventListener("submit", (event) => {
    event.preventDefault();
    const body = JSON.stringify(note.value ? { note_id: note.value } : {});
    send(commit.querySelector("button"), commit.dataset.action, { body, headers: { "Content-Type": "application/json" } });
  });

  const watch = document.getElementById("watch");
  if (!watch) return;
  const bar = document.getElementById("bar");
  const phase = document.getElementById("phase");
  const count = document.getElementById("count");
  const phases = document.getElementById("phases").dataset;
  let told = "";
  const show = ({ progress }) => {
    phase.textContent = phases[progress.phase];
    if (progress.of) {
      bar.max = progress.of;
      bar.value = progress.done;
      count.textContent = `${progress.done} / ${progress.of}`;
    } else {
      bar.removeAttribute("value");
      count.textContent = "";
    }
    // Who listens is told of each phase and each tenth, not of every look.
    const tenth = progress.of ? Math.floor((10 * progress.done) / progress.of) : 0;
    const now = `${progress.phase} ${tenth}`;
    if (now !== told) bawaba.announce(tenth ? `${phase.textContent} ${tenth * 10} %` : phase.textContent);
    told = now;
  };
  const look = async () => {
    const answer = await bawaba.call(watch.dataset.url);
    if (answer.ok && !answer.body.progress) { bawaba.goOn({ place: "result" }); return; }
    if (answer.ok) show(answer.body);
    else phase.textContent = answer.status === 0 || answer.status >= 500 ? watch.dataset.away : answer.body.detail;
    setTimeout(look, answer.ok ? LOOK_EVERY_MS : 4 * LOOK_EVERY_MS);
  };
  setTimeout(look, LOOK_EVERY_MS);
})();
