// One dossier: claimed while it is open, decided by key or by button, and on to the next one.
"use strict";

(() => {
  const get = (id) => document.getElementById(id);
  const { participant, revision, waits, delegation } = get("dossier").dataset;
  const base = `/api/accreditation/v1/dossiers/${participant}`;
  const texts = get("dossier-texts").dataset;
  const message = get("message");
  const RENEW_EVERY_MS = 2 * 60 * 1000;
  const keysOn = get("keys-on");

  function say(text, place = message) {
    place.textContent = text;
    place.className = text ? "mb-0 mark mark-bad" : "mb-0";
  }

  function goOn(after) {
    const query = new URLSearchParams();
    if (after) query.set("after", after);
    if (delegation) query.set("delegation", delegation);
    location.assign(`/accreditation/next?${query}`);
  }

  async function claim(takeOver) {
    const { ok, status, body } = await window.bawaba.call(`${base}/claim`, {
      method: "PUT",
      headers: { "Content-Type": "application/json", "Idempotency-Key": window.bawaba.newKey() },
      body: JSON.stringify({ take_over: takeOver }),
    });
    get("claim").hidden = ok;
    if (!ok && status === 409) get("claim-text").textContent = body.detail;
    return ok;
  }

  const value = (form, name) => form.elements[name]?.value.trim() || "";

  // The first reason that a rejection or a broken glass lacks.
  function lacking(form) {
    if (form.elements.releasable_code && !value(form, "releasable_code")) return texts.releasableCodeRequired;
    return form.elements.internal_code && !value(form, "internal_code") ? texts.internalCodeRequired : "";
  }

  // The text that a refusal is about. Of two remarks on one field the later was sent.
  function refusedText(form, field) {
    if (field === "note") return form.elements.note;
    return [...form.querySelectorAll("[data-return]")].filter((row) => `remarks.${row.querySelector("[data-field]").value}` === field)
      .map((row) => row.querySelector("[data-remark]")).findLast((remark) => remark.value.trim());
  }

  async function decide(decision, form = get("decide"), place = message) {
    window.bawaba.refuseNothing(form);
    const body = { decision, participant_ids: [participant], revisions: { [participant]: Number(revision) } };
    if (value(form, "note")) body.note = value(form, "note");
    if (decision === "reject") {
      if (lacking(form)) return say(lacking(form), place);
      Object.assign(body, { releasable_code: value(form, "releasable_code"), internal_code: value(form, "internal_code") });
    }
    if (decision === "return") {
      const rows = [...form.querySelectorAll("[data-return]")].map((row) => [
        row.querySelector("[data-field]").value, row.querySelector("[data-remark]").value.trim(),
      ]).filter(([field]) => field);
      if (!rows.length) return say(texts.fieldsRequired);
      body.fields = rows.map(([field]) => field);
      body.remarks = Object.fromEntries(rows.filter(([, remark]) => remark));
    }
    const buttons = form.querySelectorAll("button");
    buttons.forEach((button) => { button.disabled = true; });
    const { ok, body: answer } = await window.bawaba.send("/api/accreditation/v1/decisions", body);
    buttons.forEach((button) => { button.disabled = false; });
    if (!ok) {
      const text = refusedText(form, answer.data?.field);
      say(text ? "" : answer.detail, place);
      return text && window.bawaba.refuseAt(text, answer.detail);
    }
    const [row] = answer.rows;
    if (row.outcome === "refused") return say(row.sentence, place);
    if (form.id !== "decide") return location.reload();
    return goOn(null);
  }

  async function act(path, body, place = message) {
    const { ok, body: answer } = await window.bawaba.send(path, body);
    if (ok) location.reload();
    else say(answer.detail, place);
  }

  // What cannot be taken back is asked once more, and "no" has the focus.
  const askedAgain = {
    reject: (form, place) => decide("reject", form, place),
    "break-glass": (form, place) => act(`${base}/break-glass`, { internal_code: value(form, "internal_code") }, place),
    overrule: (_, place) => act(`${base}/break-glass/review`, { upheld: false }, place),
  };
  for (const form of document.querySelectorAll("[data-asks-again]")) {
    const question = form.querySelector("[role=alertdialog]");
    const place = form.querySelector("[data-said]");
    const close = () => { question.hidden = true; form.querySelector("button").focus(); };
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      say(lacking(form), place);
      if (lacking(form)) return;
      question.hidden = false;
      question.querySelector("[data-no]").focus();
    });
    question.querySelector("[data-no]").addEventListener("click", close);
    question.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
    question.querySelector("[data-yes]").addEventListener("click", () => { close(); askedAgain[form.dataset.asksAgain](form, place); });
  }

  if (get("decide")) {
    // Enter in the remark sends the remark, in the note it does nothing; a form's own way would press its first button,
    // which approves.
    get("decide").addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing || !event.target.matches("[data-remark], [name=note]")) return;
      event.preventDefault();
      if (event.target.matches("[data-remark]")) decide("return");
    });
    get("decide").addEventListener("submit", (event) => { event.preventDefault(); decide(event.submitter.value); });
  }
  get("another-field")?.addEventListener("click", () => {
    const row = document.querySelector("[data-return]").cloneNode(true);
    window.bawaba.refuseNothing(row);
    for (const input of row.querySelectorAll("select, input")) { input.value = ""; delete input.dataset.keyFocus; }
    const said = row.querySelector(".fault");
    said.id = `fault-remark-${document.querySelectorAll("[data-return]").length}`;
    row.querySelector("[data-remark]").setAttribute("aria-describedby", said.id);
    get("return-row").before(row);
    row.querySelector("select").focus();
  });
  for (const button of document.querySelectorAll("[data-disposition]")) {
    const { alert, version } = button.closest("[data-alert]").dataset;
    button.addEventListener("click", () =>
      act(`${base}/alerts/${alert}/disposition`, { disposition: button.dataset.disposition, version: Number(version) }));
  }
  document.querySelector("[data-glass-review]")?.addEventListener("click", () => act(`${base}/break-glass/review`, { upheld: true }));
  get("take-over").addEventListener("click", () => claim(true));

  function byKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || !keysOn.checked) return;
    if (event.target.matches("input:not([type=checkbox]), select, textarea")) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    const key = event.key.toLowerCase();
    if (!/^[a-z]$/.test(key)) return;
    const found = document.querySelector(`[data-key-click="${key}"], [data-key-focus="${key}"], [data-key-link="${key}"]`);
    if (!found || found.closest("[hidden]")) return;
    event.preventDefault();
    if (found.dataset.keyFocus) found.focus();
    else found.click();
  }
  if (keysOn) {
    keysOn.checked = localStorage.getItem("bawaba-dossier-keys") !== "off";
    keysOn.addEventListener("change", () => localStorage.setItem("bawaba-dossier-keys", keysOn.checked ? "on" : "off"));
    document.addEventListener("keydown", byKey);
  }

  if (waits === "yes") {
    if (get("claim").hidden) claim(false);
    setInterval(() => { if (get("claim").hidden) claim(false); }, RENEW_EVERY_MS);
    addEventListener("pagehide", () => {
      if (!get("claim").hidden) return;
      fetch(`${base}/claim`, { method: "DELETE", keepalive: true, headers: { "Idempotency-Key": window.bawaba.newKey() } });
    });
  }
})();
