// The outside authority's sealed answers, carried in by hand: what was taken, and whose answer was not and why.
"use strict";

(() => {
  const get = (id) => document.getElementById(id);
  const { taken, decides } = get("authority-texts").dataset;
  const form = get("answers");
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  // What was sent without an answer keeps its key, so that the same file again has no second effect.
  let unanswered = null;

  function say(text, kind) {
    get("message").textContent = text;
    get("message").className = `mb-0 mt-2 mark ${kind}`;
  }

  function lineOf(row) {
    const line = document.createElement("li");
    const who = document.createElement(decides === "yes" ? "a" : "bdi");
    if (decides === "yes") who.href = `/accreditation/dossiers/${encodeURIComponent(row.participant_id)}`;
    who.className = "ltr id";
    who.textContent = row.participant_id;
    line.append(who, ` ${row.sentence}`);
    return line;
  }

  // Taken here, because a refusal would be a file that did not come, without a word.
  get("download").addEventListener("click", async (event) => {
    event.preventDefault();
    const { blob, problem } = await window.bawaba.file(event.target.href);
    if (problem) return say(problem.detail, "mark-bad");
    return window.bawaba.save(blob, "screening.bwbx");
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const [file] = get("file").files;
    const content = new FormData();
    content.set("file", file);
    if (!unanswered || unanswered.file !== file) unanswered = { file, key: window.bawaba.newKey() };
    const button = form.querySelector("button");
    button.disabled = true;
    get("refused").replaceChildren();
    const { ok, status, body } = await window.bawaba.call("/api/accreditation/v1/screening/file/answers", {
      method: "POST", headers: { "Idempotency-Key": unanswered.key }, body: content,
    });
    button.disabled = false;
    if (status !== 0 && status < 500) unanswered = null;
    if (!ok) return say(body.detail, "mark-bad");
    const refused = body.rows.filter((row) => row.outcome === "refused");
    get("refused").replaceChildren(...refused.map(lineOf));
    const counts = { answered: body.rows.length - refused.length, refused: refused.length };
    return say(fill(taken, counts), refused.length ? "mark-warn" : "mark-good");
  });
})();
