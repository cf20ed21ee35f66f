// The issuance desk: scan, look at the face, activate. Enter in the empty field activates what is shown, so that a wedge
// scanner, which always types something first, can never activate by itself.
"use strict";

(() => {
  const API = "/api/accreditation/v1";
  const get = (id) => document.getElementById(id);
  const texts = get("desk-texts").dataset;
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const MARKS = { active: "mark-good", ready: "mark-good", prepared: "mark-warn", issued: "mark-warn" };
  const ACTS = {
    prepared: ["activate", "lost", "damaged"], issued: ["activate", "lost", "damaged"], active: ["suspend", "lost", "damaged"],
    suspended: ["resume", "lost"], ready: ["void"],
  };
  let shown = null;
  const stateOf = (found) => (found.has_expired ? texts.expired : found.state_name);

  // A refusal comes into view: the stock's and the blanks' buttons are far below it.
  function say(text, bad) {
    get("message").textContent = text;
    get("message").className = `mb-0 mt-2 ${bad ? "mark mark-bad" : "mark mark-good"}`;
    if (bad) get("message").scrollIntoView({ block: "center", behavior: "instant" });
  }
  const send = (path, content) => window.bawaba.send(API + path, content);
  const lookUp = (read) => window.bawaba.call(`${API}/desk/lookups`, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ read }),
  });
  const onSubmit = (id, work) => get(id).addEventListener("submit", (event) => {
    event.preventDefault();
    const choice = event.submitter?.value;
    window.bawaba.busily(get(id), () => work(choice));
  });

  function show(found) {
    window.bawaba.askNothing();
    shown = found;
    for (const button of document.querySelectorAll("[data-asks]")) button.dataset.sure = fill(button.dataset.asks, found);
    get("found").hidden = false;
    const person = found.person || {};
    const names = document.documentElement.lang === "ar" ? [person.name_arabic, person.name_latin] : [person.name_latin, person.name_arabic];
    const [first, second] = names.filter(Boolean);
    get("name-1").textContent = first || texts.blank;
    get("name-2").textContent = second || "";
    get("rank").textContent = [person.rank, person.title].filter(Boolean).join(" · ");
    get("photo").hidden = !person.photo;
    get("no-photo").hidden = !found.participant_id || !!person.photo;
    get("photo").src = person.photo || "data:,";
    get("delegation").textContent = found.delegation_name || found.delegation || "–";
    get("category").textContent = found.category_name;
    get("colour").style.setProperty("background-color", found.colour);
    get("number").textContent = found.number;
    get("state").textContent = stateOf(found);
    get("state").className = `mark ${found.has_expired ? "mark-bad" : MARKS[found.state] || "mark-bad"}`;
    get("cards").textContent = found.card ? `${found.cards} · ${found.card}` : found.cards;
    const acts = found.has_expired ? ["lost", "damaged"] : ACTS[found.state] || [];
    for (const button of document.querySelectorAll("[data-act]")) button.hidden = !acts.includes(button.dataset.act);
    const isBadge = !!found.participant_id;
    get("pdf").hidden = !isBadge || found.state === "revoked";
    get("pdf").href = `${API}/badges/${found.badge_id}/page.pdf`;
    get("dossier").hidden = !isBadge;
    get("dossier").href = `/accreditation/dossiers/${found.participant_id}`;
    get("card").hidden = !isBadge;
    get("bind").hidden = found.state !== "ready";
    get("end").hidden = !isBadge || found.state === "revoked";
    get("end-reason").value = "";
  }

  async function look(read, after) {
    const { ok, body } = await lookUp(read);
    if (!ok) { window.bawaba.askNothing(); say(body.detail, true); get("found").hidden = true; shown = null; return; }
    show(body);
    const isGood = !body.has_expired && ["prepared", "issued", "active", "ready"].includes(body.state);
    say(after || `${body.number} · ${stateOf(body)}`, !after && !isGood);
  }

  async function act(name) {
    const at = `/badges/${shown.badge_id}`;
    const done = await ({
      activate: () => send("/badges/activations", { participant_ids: [shown.participant_id] }),
      suspend: () => send(`${at}/suspension`),
      resume: () => send(`${at}/resumption`),
      lost: () => send(`${at}/replacement`, { reason: "lost" }),
      damaged: () => send(`${at}/replacement`, { reason: "damaged" }),
      void: () => send(`/blanks/${shown.number}/voidance`),
    })[name]();
    const row = done.body.rows?.[0];
    if (!done.ok || row?.outcome === "refused") { say(done.ok ? row.sentence : done.body.detail, true); return; }
    if (name === "activate") await look(shown.number, fill(texts.activated, shown));
    else if (done.body.number && name !== "void") await look(done.body.number, fill(texts.replaced, done.body));
    else await look(shown.number, texts.done);
    get("read").focus();
  }

  const press = (name) => window.bawaba.busily(get("actions"), () => act(name), name);

  // What was said before the page was loaded again.
  const SAID = "bawaba_desk";
  const reload = (text) => { sessionStorage.setItem(SAID, text); location.reload(); };
  const said = sessionStorage.getItem(SAID);
  if (said) { say(said, false); sessionStorage.removeItem(SAID); }

  // A badge that another page leads to.
  const asked = new URLSearchParams(location.search).get("read");
  if (asked) look(asked);

  get("find").addEventListener("submit", (event) => {
    event.preventDefault();
    const read = get("read").value.trim();
    get("read").value = "";
    if (read) look(read);
    else if (shown && !document.querySelector('[data-act="activate"]').hidden) press("activate");
  });
  get("actions").addEventListener("click", (event) => {
    if (event.target.dataset.act) press(event.target.dataset.act);
  });
  onSubmit("bind", async () => {
    const person = await lookUp(get("bind-to").value);
    if (!person.ok || !person.body.participant_id) { say(person.body.detail || texts.blank, true); return; }
    const { ok, body } = await send(`/blanks/${shown.number}/binding`, { participant_id: person.body.participant_id });
    if (!ok) { say(body.detail, true); return; }
    get("bind-to").value = "";
    await look(body.number, fill(texts.activated, body));
    get("read").focus();
  });
  onSubmit("end", async () => {
    const { ok, body } = await send(`/badges/${shown.badge_id}/revocation`, { reason: get("end-reason").value });
    if (!ok) { say(body.detail, true); return; }
    await look(shown.number, fill(texts.ended, shown));
    get("read").focus();
  });
  onSubmit("search", async () => {
    const asked = { delegation: get("search-delegation").value, text: get("search-text").value };
    const { ok, body } = await window.bawaba.call(`${API}/desk/searches`, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(asked),
    });
    get("named").replaceChildren(...(ok ? body.rows : []).map((row) => {
      const item = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-link text-start";
      for (const part of [row.name_latin, row.name_arabic, row.rank, row.category_name, row.number, stateOf(row)].filter(Boolean)) {
        const text = document.createElement("bdi");
        text.textContent = part;
        if (button.childNodes.length) button.append(" · ");
        button.append(text);
      }
      button.addEventListener("click", async () => { await look(row.number); get("read").focus(); });
      item.append(button);
      return item;
    }));
    const text = ok ? (body.rows.length === 0 && texts.nobody) || (body.more && texts.more) || "" : body.detail;
    get("search-message").textContent = text;
    get("search-message").className = text ? "mb-0 mt-2 mark mark-warn" : "mb-0 mt-2";
    get("named").querySelector("button")?.focus();
  });
  onSubmit("card", async (choice) => {
    const entry = { badge_number: shown.number, card: get("card-number").value, outcome: choice || "confirmed" };
    const { ok, body } = await send("/cards", { cards: [entry] });
    const row = body.rows?.[0];
    if (!ok || row.outcome === "refused") { say(ok ? row.sentence : body.detail, true); return; }
    get("card-number").value = "";
    await look(shown.number, texts.done);
    get("read").focus();
  });
  if (get("cards-range")) onSubmit("cards-range", async (outcome) => {
    const asked = { first: get("range-first").value, last: get("range-last").value, outcome: outcome || "confirmed" };
    const { ok, body } = await send("/cards/ranges", asked);
    if (!ok) { say(body.detail, true); return; }
    const refused = body.rows.filter((row) => row.outcome === "refused");
    const text = fill(texts.cardsTold, { done: body.rows.length - refused.length, refused: refused.length });
    if (refused.length) say(`${text} ${refused[0].sentence}`, true); else reload(text);
  });
  onSubmit("stock", async () => {
    const { ok, body } = await send("/card-stock", { first: get("stock-first").value, last: get("stock-last").value });
    if (ok) location.reload(); else say(body.detail, true);
  });
  onSubmit("blanks", async () => {
    const { ok, body } = await send("/blanks", { category: get("blank-category").value, count: Number(get("blank-count").value) });
    if (ok) reload(fill(texts.blanksMade, { count: body.numbers.length })); else say(body.detail, true);
  });
})();
