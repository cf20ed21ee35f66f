// A delegation's list: one person's form, substitution, waivers, notes verbales, reconciliation.
"use strict";

(() => {
  // What was sent without an answer keeps its key, so that pressing again cannot do it twice.
  const onceFor = () => {
    let kept = null;
    return async (path, method, body, text) => {
      if (!kept || kept.text !== text) kept = { text, key: bawaba.newKey() };
      const headers = { "Idempotency-Key": kept.key };
      if (typeof body === "string") headers["Content-Type"] = "application/json";
      const answer = await bawaba.call(path, { method, body, headers });
      if (answer.status !== 0 && answer.status < 500) kept = null;
      return answer;
    };
  };
  const json = (once, path, method, content) => once(path, method, JSON.stringify(content), JSON.stringify([path, method, content]));

  // Where a page has one form several times, `which` is what the ids of this one end with.
  const refuse = (place, answer, which = "") => {
    const { faults = [], field: only } = answer.body.data || {};
    const at = (name) => document.getElementById(`fault-${name}${which}`);
    const marked = [];
    place.textContent = answer.body.detail;
    // What is about one field alone is said there, and only there.
    const isThere = only && at(only);
    if (isThere) faults.push({ field: only, sentence: answer.body.detail });
    place.hidden = Boolean(isThere);
    for (const fault of faults) {
      const said = at(fault.field);
      if (!said) { place.textContent += ` ${fault.sentence}`; continue; }
      said.textContent = fault.sentence;
      said.hidden = false;
      said.closest("[data-field]")?.removeAttribute("hidden");
      const field = document.getElementById(`field-${fault.field}`) || said.parentElement.querySelector("input, select, textarea");
      field.setAttribute("aria-invalid", "true");
      marked.push(field);
    }
    // The first as the page has them, whatever their order in the answer.
    const [first = place] = marked.sort((one, other) => (one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1));
    first.focus();
    first.scrollIntoView({ block: "center" });
  };
  const clear = (place) => {
    place.hidden = true;
    bawaba.refuseNothing(document);
  };
  const isTooLarge = (form, place) => {
    const field = bawaba.tooLarge(form);
    if (field) refuse(place, { body: { detail: field.dataset.tooLarge, data: { faults: document.getElementById(`fault-${field.name}`) ? [{ field: field.name, sentence: field.dataset.tooLarge }] : [] } } });
    return Boolean(field);
  };
  // What was done leads to another page: until that is there no button takes a press, which would be for something more.
  const busy = async (place, work) => {
    const buttons = place.querySelectorAll("button:not(:disabled)");
    for (const button of buttons) button.disabled = true;
    let answer = { ok: false };
    try { answer = await work(); } finally { if (!answer.ok) for (const button of buttons) button.disabled = false; }
    return answer;
  };

  // What is in doubt, a line each, by `who` it is about where that is not plain.
  const warn = (place, doubts, nameOf = () => "") => {
    place.replaceChildren(...doubts.map(({ who, sentence }) => {
      const [line, mark, link] = ["p", "span", "a"].map((each) => document.createElement(each));
      line.className = "mb-1";
      mark.className = "mark-warn";
      link.href = `/registration/person?id=${encodeURIComponent(who)}`;
      link.textContent = nameOf(who);
      line.append(mark, " ", ...(who ? [link, ": "] : []), sentence);
      return line;
    }));
    place.hidden = !doubts.length;
  };

  // What a save leaves in doubt is said on the page that comes next: a person's own page has it at its field anyway.
  const DOUBTS = "bawaba_doubts";
  const keepDoubts = (of, doubts) => { if (doubts.length) sessionStorage.setItem(DOUBTS, JSON.stringify({ of, doubts })); };
  const sayDoubts = (here, nameOf) => {
    const { of, doubts } = JSON.parse(sessionStorage.getItem(DOUBTS) || "{}");
    sessionStorage.removeItem(DOUBTS);
    if (!of || of !== here) return;
    const place = document.getElementById("doubts") || document.createElement("div");
    warn(place, doubts, nameOf);
    bawaba.announce([...place.children].map((line) => line.textContent).join(" "));
  };

  function person() {
    const form = document.getElementById("registration") || document.getElementById("walk-up");
    if (!form) return;
    const atDesk = form.id === "walk-up";
    const rules = JSON.parse(form.dataset.rules);
    const refusal = document.getElementById("refusal");
    const category = form.elements.category;
    const once = onceFor();
    const follow = () => {
      const asked = rules[category.value] || {};
      for (const field of form.querySelectorAll("[data-field]")) {
        const rule = asked[field.dataset.field] || "optional";
        field.hidden = rule === "absent" || (field.dataset.ifRequired !== undefined && rule !== "required");
        const mark = field.querySelector("[data-required]");
        if (mark) mark.hidden = rule !== "required";
      }
      reason();
    };
    // Why somebody of another nationality is in this delegation is asked when it is so.
    const foreign = document.getElementById("foreign");
    const reason = () => {
      if (!foreign) return;
      const given = form.elements.nationality.value.trim().toUpperCase();
      const isAbsent = (rules[category.value] || {}).nationality_reason === "absent";
      foreign.hidden = isAbsent || !foreign.dataset.own || !given || given === foreign.dataset.own;
      foreign.querySelector("[data-required]").hidden = false;
    };
    form.elements.nationality?.addEventListener("input", reason);
    category.addEventListener("change", follow);
    follow();
    const page = new URLSearchParams(location.search);
    sayDoubts(page.get("done") || page.get("id"));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const submit = event.submitter?.value !== "draft";
      const fields = {};
      for (const input of form.querySelectorAll("[data-field] input:not([type=file], [data-reply]), [data-field] textarea, [data-field] select:not([name=category])")) {
        if (!input.closest("[data-field]").hidden) fields[input.name] = input.value;
      }
      const asked = { category: category.value, fields };
      if (atDesk) asked.over_quota = document.getElementById("over-quota").checked;
      else asked.submit = submit;
      const precedence = document.getElementById("precedence")?.value;
      if (precedence) asked.precedence = Number(precedence);
      const note = document.getElementById("note")?.value;
      if (note) asked.note_id = note;
      if (form.dataset.edition) asked.edition = Number(form.dataset.edition);
      const replies = [...form.querySelectorAll("[data-reply]")].filter((input) => input.value.trim());
      if (replies.length) asked.replies = Object.fromEntries(replies.map((input) => [input.dataset.reply, input.value.trim()]));
      const body = new FormData();
      body.set("form", JSON.stringify(asked));
      const photo = form.elements.photo.files[0];
      if (photo) body.set("photo", photo);
      clear(refusal);
      if (isTooLarge(form, refusal)) return;
      const text = JSON.stringify([asked, photo?.name, photo?.size, photo?.lastModified]);
      const answer = await busy(form, () => once(form.dataset.action, form.dataset.method || "POST", body, text));
      if (!answer.ok) { refuse(refusal, answer); return; }
      const { participant_id: of, doubts } = answer.body;
      keepDoubts(of, doubts.map(({ sentence }) => ({ sentence })));
      if (atDesk) {
        const { delegation } = form.dataset;
        location.assign(`/registration/walk-up?delegation=${encodeURIComponent(delegation)}&done=${encodeURIComponent(of)}`);
        return;
      }
      const words = submit ? form.dataset.submitted : form.dataset.saved;
      bawaba.goOn({ words, url: `/registration/person?id=${encodeURIComponent(of)}` });
    });
  }

  function actions() {
    const note = () => (document.getElementById("note")?.value ? { note_id: document.getElementById("note").value } : {});
    for (const button of document.querySelectorAll("[data-act]")) {
      const once = onceFor();
      const section = button.closest("section");
      const refusal = section.querySelector("[role=alert]");
      button.addEventListener("click", async () => {
        clear(refusal);
        const { act, action, done: words, next: url, said: place } = button.dataset;
        const answer = await busy(section, () => json(once, action, act, act === "DELETE" ? {} : note()));
        if (answer.ok) bawaba.goOn({ words, url, place });
        else refuse(refusal, answer);
      });
    }
    const substitute = document.getElementById("substitute");
    if (!substitute) return;
    const once = onceFor();
    const refusal = document.getElementById("action-refusal");
    substitute.addEventListener("submit", async (event) => {
      event.preventDefault();
      clear(refusal);
      const comes = document.getElementById("comes").value;
      const answer = await busy(substitute, () => json(once, substitute.dataset.action, "POST", { comes, ...note() }));
      if (!answer.ok) { refuse(refusal, answer); return; }
      const { doubts } = answer.body.come;
      keepDoubts(comes, doubts.map(({ sentence }) => ({ sentence })));
      // Who came is shown when there is something to be looked at, it at its field.
      const { done, come } = substitute.dataset;
      bawaba.goOn(doubts.length ? { words: come, url: `/registration/person?id=${encodeURIComponent(comes)}` } : { words: done });
    });
  }

  function quota() {
    const refusal = document.getElementById("refusal");
    const waiver = document.getElementById("waiver");
    const ask = onceFor();
    waiver?.addEventListener("submit", async (event) => {
      event.preventDefault();
      clear(refusal);
      const { category, places, reason } = waiver.elements;
      const asked = { category: category.value, places: Number(places.value), reason: reason.value };
      if (waiver.elements.note.value) asked.note_id = waiver.elements.note.value;
      const answer = await busy(waiver, () => json(ask, waiver.dataset.action, "POST", asked));
      if (answer.ok) bawaba.goOn({ words: waiver.dataset.done });
      else refuse(refusal, answer);
    });
    const adding = document.getElementById("add-note");
    const add = onceFor();
    adding?.addEventListener("submit", async (event) => {
      event.preventDefault();
      clear(refusal);
      const body = new FormData(adding);
      if (isTooLarge(adding, refusal)) return;
      if (!body.get("scan")?.size) body.delete("scan");
      const text = JSON.stringify([...body].map(([name, value]) => [name, value.size || value]));
      const answer = await busy(adding, () => add(adding.dataset.action, "POST", body, text));
      if (answer.ok) bawaba.goOn({ words: adding.dataset.done });
      else refuse(refusal, answer);
    });
    for (const form of document.querySelectorAll("[data-waiver]")) {
      const decide = onceFor();
      form.addEventListener("submit", async (event) => {
        event.preventDefault();
        clear(refusal);
        const { places, answer: words } = form.elements;
        const isRefused = event.submitter?.value === "refuse";
        const { waiver } = form.dataset;
        if (!isRefused && !places.checkValidity()) {
          refuse(refusal, { body: { detail: places.dataset.wrong, data: { field: "places" } } }, waiver);
          return;
        }
        const decision = { places: isRefused ? 0 : Number(places.value), answer: words.value };
        const answer = await busy(form, () => json(decide, form.dataset.action, "POST", decision));
        if (answer.ok) bawaba.goOn({ words: isRefused ? form.dataset.refused : form.dataset.granted });
        else refuse(refusal, answer, waiver);
      });
    }
  }

  function reconciliation() {
    const form = document.getElementById("plan");
    if (!form) return;
    const refusal = document.getElementById("refusal");
    const state = document.getElementById("plan-state");
    const commit = form.querySelector("button[value=commit]");
    // Each draft is in the page once, and offered to everybody of its category.
    for (const select of form.querySelectorAll("[data-person]")) {
      for (const option of document.getElementById("swaps").content.querySelectorAll("option")) {
        if (option.dataset.of === select.dataset.of) select.append(option.cloneNode(true));
      }
    }
    const once = onceFor();
    const nameOf = (who) => form.querySelector(`[data-person="${CSS.escape(who)}"]`)?.closest("tr").querySelector("bdi").textContent || form.dataset.unnamed;
    sayDoubts(form.dataset.action, nameOf);
    const plan = () => {
      const people = [...form.querySelectorAll("[data-person]")].filter((select) => select.value);
      const swap = people.filter((each) => each.value !== "drop").map((each) => ({ goes: each.dataset.person, comes: each.value }));
      const note = document.getElementById("plan-note").value;
      return {
        add: [...form.querySelectorAll("[data-add]:checked")].map((each) => each.dataset.add),
        drop: people.filter((each) => each.value === "drop").map((each) => each.dataset.person),
        swap,
        ...(note ? { note_id: note } : {}),
      };
    };
    const show = (body) => {
      for (const row of form.querySelectorAll("[data-category]")) {
        const found = body.categories[row.dataset.category];
        if (!found) continue;
        row.querySelector("[data-after]").textContent = found.after;
        const standing = row.querySelector("[data-standing]");
        standing.textContent = found.over ? form.dataset.over.replace("%", found.over) : form.dataset.ok;
        standing.className = `mark ${found.over ? "mark-bad" : "mark-good"}`;
      }
      for (const said of form.querySelectorAll("[data-fault]")) {
        const faults = body.faults[said.dataset.fault] || [];
        said.hidden = !faults.length;
        said.textContent = faults.map((fault) => fault.sentence).join(" ");
      }
      for (const said of form.querySelectorAll("[data-doubts]")) {
        warn(said, (body.doubts[said.dataset.doubts] || []).map(({ sentence }) => ({ sentence })));
      }
      state.textContent = body.fits ? form.dataset.fits : form.dataset.not;
      state.className = `mark ${body.fits ? "mark-good" : "mark-bad"}`;
      const { add, drop, swap } = plan();
      commit.disabled = !body.fits || !(add.length + drop.length + swap.length);
    };
    form.addEventListener("change", () => { commit.disabled = true; state.textContent = ""; });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      for (const select of form.querySelectorAll("[aria-invalid]")) select.removeAttribute("aria-invalid");
      document.getElementById("fault-note").hidden = true;
      refusal.hidden = true;
      const doing = event.submitter?.value === "commit";
      const path = doing ? form.dataset.action : `${form.dataset.action}/preview`;
      const send = () => json(once, path, "POST", plan());
      const answer = doing ? await busy(form, send) : await send();
      if (!answer.ok) { commit.disabled = true; refuse(refusal, answer); return; }
      if (!doing) { show(answer.body); return; }
      const { added, swapped } = answer.body;
      const came = [...added, ...swapped.map(({ come }) => come)];
      keepDoubts(form.dataset.action, came.flatMap(({ participant_id: who, doubts }) => doubts.map(({ sentence }) => ({ who, sentence }))));
      bawaba.goOn({ words: form.dataset.done });
    });
  }

  function notices() {
    const form = document.getElementById("addresses");
    if (!form) return;
    const refusal = document.getElementById("addresses-refusal");
    const once = onceFor();
    const lines = document.getElementById("address-lines");
    const saved = document.getElementById("addresses-saved");
    lines.addEventListener("input", () => { saved.textContent = ""; });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      bawaba.busily(form, async () => {
        clear(refusal);
        saved.textContent = "";
        // Empty lines in between go along: a refusal counts the lines as they stand here.
        const addresses = lines.value.trimEnd().split("\n");
        const answer = await json(once, form.dataset.action, "PUT", { addresses });
        if (answer.ok) saved.textContent = form.dataset.saved;
        else refuse(refusal, answer);
      });
    });
  }

  function permit() {
    const form = document.getElementById("permit");
    if (!form) return;
    const refusal = document.getElementById("permit-refusal");
    const once = onceFor();
    const kind = document.getElementById("permit-kind");
    const people = document.getElementById("permit-people");
    kind.addEventListener("change", () => { people.hidden = kind.value !== "vehicle_permit"; });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      clear(refusal);
      const asked = { kind: kind.value, mark: document.getElementById("permit-mark").value };
      if (!people.hidden) asked.manifest = [form.dataset.bearer, ...[...people.querySelectorAll(":checked")].map((each) => each.value)];
      const answer = await busy(form, () => json(once, form.dataset.action, "POST", asked));
      if (answer.ok) bawaba.goOn({ words: form.dataset.done, place: "permit-said" });
      else refuse(refusal, answer);
    });
  }

  // A note verbale that was added in another tab is offered here, and what was typed stays.
  function notes() {
    const selects = [...document.querySelectorAll("select[data-notes]")];
    if (!selects.length) return;
    window.addEventListener("focus", async () => {
      const answer = await bawaba.call(selects[0].dataset.notes);
      if (!answer.ok) return;
      for (const select of selects) {
        const known = new Set([...select.options].map((each) => each.value));
        for (const { note_id: id, number, dated } of answer.body.notes.toReversed()) {
          if (!known.has(id)) select.options[0].after(new Option(`${number} · ${dated}`, id));
        }
      }
    });
  }

  notes();
  permit();
  notices();
  person();
  actions();
  quota();
  reconciliation();
})();
