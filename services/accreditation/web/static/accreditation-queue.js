// The queue: select rows, decide on them together, and read on each row what became of it.
"use strict";

(() => {
  const form = document.getElementById("decisions");
  if (!form) return;
  const texts = document.getElementById("queue-texts").dataset;
  const message = document.getElementById("message");
  const all = document.getElementById("select-all");
  const boxes = () => [...document.querySelectorAll("[data-select]:not(:disabled)")];
  const chosen = () => boxes().filter((box) => box.checked).map((box) => box.closest("tr"));
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  function countSelected() {
    const count = chosen().length;
    document.getElementById("selection").textContent = fill(texts.selected, { count });
    all.checked = count > 0 && count === boxes().length;
    all.indeterminate = count > 0 && !all.checked;
  }

  function asked(decision, rows) {
    const body = {
      decision,
      participant_ids: rows.map((row) => row.dataset.participant),
      revisions: Object.fromEntries(rows.map((row) => [row.dataset.participant, Number(row.dataset.revision)])),
    };
    if (decision === "reject") {
      body.releasable_code = form.elements.releasable_code.value;
      body.internal_code = form.elements.internal_code.value;
    }
    if (decision === "return") body.fields = [form.elements.field.value];
    if (form.elements.note.value.trim()) body.note = form.elements.note.value.trim();
    return body;
  }

  function missing(decision, rows) {
    if (rows.length === 0) return texts.noneSelected;
    if (decision === "reject" && !form.elements.releasable_code.value) return texts.releasableCodeRequired;
    if (decision === "reject" && !form.elements.internal_code.value) return texts.internalCodeRequired;
    if (decision === "return" && !form.elements.field.value) return texts.fieldsRequired;
    return null;
  }

  function show(answer) {
    const row = document.querySelector(`tr[data-participant="${CSS.escape(answer.participant_id)}"]`);
    const result = row.querySelector("[data-result]");
    const marks = { decided: "mark-good", passed_on: "mark-good", awaits_second_officer: "mark-warn", refused: "mark-bad" };
    const words = { decided: texts.decided, passed_on: texts.passedOn, awaits_second_officer: texts.awaitsSecondOfficer };
    const mark = document.createElement("span");
    mark.className = `mark ${marks[answer.outcome]}`;
    result.replaceChildren(mark, document.createTextNode(` ${answer.sentence || words[answer.outcome]}`));
    if (answer.outcome !== "refused") {
      const box = row.querySelector("[data-select]");
      box.checked = false;
      box.disabled = true;
    }
  }

  function say(text, bad) {
    message.textContent = text;
    message.className = bad && text ? "mb-0 w-100 mark mark-bad" : "mb-0 w-100";
  }

  function refuse(answer) {
    const isNote = answer.data?.field === "note";
    say(isNote ? "" : answer.detail, true);
    if (isNote) window.bawaba.refuseAt(form.elements.note, answer.detail);
  }

  // A person's name and delegation, in the words of the row.
  function named(answer) {
    const row = document.querySelector(`tr[data-participant="${CSS.escape(answer.participant_id)}"]`);
    const line = document.createElement("li");
    const who = row.querySelector(".dossier-link > bdi");
    const name = document.createElement("bdi");
    name.textContent = (who || row.querySelector(".dossier-link")).textContent.trim();
    line.append(name, ` · ${row.querySelector("td[data-delegation]").textContent.trim()}`);
    return line;
  }

  // Several people at once are shown first: who, how many of which delegations, and how many would be refused.
  async function preview(body) {
    const { ok, body: shown } = await window.bawaba.call("/api/accreditation/v1/decisions/preview", {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
    });
    if (!ok) return refuse(shown);
    const refused = shown.rows.filter((row) => row.outcome === "refused");
    refused.forEach(show);
    const name = (code) => document.querySelector(`td[data-delegation="${CSS.escape(code)}"]`)?.textContent.trim() || code;
    const delegations = Object.entries(shown.delegations).map(([code, count]) => `${name(code)} ${count}`).join(" · ") || "–";
    const touched = shown.rows.length - refused.length;
    document.getElementById("preview-text").textContent = fill(texts.preview, { touched, delegations, refused: refused.length });
    document.getElementById("preview-people").replaceChildren(...shown.rows.filter((row) => row.outcome !== "refused").map(named));
    const dialog = document.getElementById("preview");
    dialog.hidden = false;
    const yes = document.getElementById("preview-yes");
    yes.hidden = touched === 0;
    (touched ? yes : document.getElementById("preview-no")).focus();
    return new Promise((answer) => {
      const close = (value) => () => { dialog.hidden = true; answer(value); };
      yes.onclick = close(true);
      document.getElementById("preview-no").onclick = close(false);
      dialog.onkeydown = (event) => { if (event.key === "Escape") close(false)(); };
    });
  }

  async function decide(decision) {
    const rows = chosen();
    const lack = missing(decision, rows);
    window.bawaba.refuseNothing(form);
    say(lack || "", true);
    if (lack) return undefined;
    if (rows.length > 1 && !(await preview(asked(decision, rows)))) return undefined;
    const buttons = form.querySelectorAll("button");
    buttons.forEach((button) => { button.disabled = true; });
    const { ok, body } = await window.bawaba.send("/api/accreditation/v1/decisions", asked(decision, rows));
    buttons.forEach((button) => { button.disabled = false; });
    if (!ok) return refuse(body);
    body.rows.forEach(show);
    const count = (outcome) => body.rows.filter((row) => row.outcome === outcome).length;
    const [done, awaiting, refused] = ["decided", "awaits_second_officer", "refused"].map(count);
    say(fill(texts.summary, { done: done + count("passed_on"), awaiting, refused }), false);
    return countSelected();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    decide(event.submitter.value);
  });
  // A form's own way would press its first button, which approves.
  form.elements.note.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  all.addEventListener("change", () => {
    boxes().forEach((box) => { box.checked = all.checked; });
    countSelected();
  });
  document.getElementById("queue").addEventListener("change", (event) => {
    if (event.target.matches("[data-select]")) countSelected();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target !== document.body) return;
    document.getElementById("first").click();
  });
  document.getElementById("queue").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches("[data-select]")) {
      event.preventDefault();
      event.target.closest("tr").querySelector(".dossier-link").click();
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !event.target.matches("[data-select]")) return;
    const list = boxes();
    const next = list[list.indexOf(event.target) + step];
    if (next) {
      event.preventDefault();
      next.focus();
    }
  });
})();
