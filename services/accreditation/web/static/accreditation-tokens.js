// Tokens beside the badge: hand over, take back, end, change a manifest, issue. People are named by their badge's number.
"use strict";

(() => {
  const API = "/api/accreditation/v1";
  const get = (id) => document.getElementById(id);
  const say = (element, text, bad) => { element.textContent = text; element.className = `mb-2 mark ${bad ? "mark-bad" : "mark-good"}`; };
  const send = (path, content) => window.bawaba.send(API + path, content);
  const lookUp = (read) => window.bawaba.call(`${API}/desk/lookups`, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ read }),
  });

  /** The participants of badge numbers; throws the refusal of the first that is none. */
  async function people(numbers) {
    const found = [];
    for (const read of numbers) {
      const { ok, body } = await lookUp(read);
      if (!ok || !body.participant_id) throw new Error(`${read}: ${body.detail || body.state_name || ""}`);
      found.push(body.participant_id);
    }
    return found;
  }
  const lines = (field) => field.value.split(/[\s,;]+/).filter(Boolean);

  get("tokens")?.addEventListener("click", async (event) => {
    const { custody, ending, manifest } = event.target.dataset;
    const row = event.target.closest("[data-token]");
    if (!row || [custody, ending, manifest].every((each) => each === undefined)) return;
    event.target.disabled = true;
    const at = `/tokens/${row.dataset.token}`;
    try {
      const answer = custody !== undefined ? await send(`${at}/custody`, { custody })
        : ending !== undefined ? await send(`${at}/ending`, { state: row.querySelector("select").value })
        : await send(`${at}/manifest`, { version: Number(row.dataset.version), manifest: await people(lines(row.querySelector("textarea"))) });
      if (answer.ok) { location.reload(); return; }
      say(get("message"), answer.body.detail, true);
    } catch (refused) {
      say(get("message"), refused.message, true);
    }
    event.target.disabled = false;
  });

  const issue = get("issue");
  if (!issue) return;
  const kind = get("issue-kind");
  const asks = ["mark", "holder", "manifest"];
  const asked = (name) => kind.selectedOptions[0].dataset[name] !== undefined;
  const ask = () => {
    for (const name of asks) {
      get(`ask-${name}`).hidden = !asked(name);
      get(`issue-${name}`).required = asked(name);
    }
  };
  kind.addEventListener("change", ask);
  ask();
  issue.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = issue.querySelector("button");
    button.disabled = true;
    try {
      const wanted = { kind: kind.value, delegation: get("issue-delegation").value };
      if (asked("mark")) wanted.mark = get("issue-mark").value;
      if (asked("holder")) [wanted.holder] = await people([get("issue-holder").value]);
      if (asked("manifest")) wanted.manifest = await people(lines(get("issue-manifest")));
      const { ok, body } = await send("/tokens", wanted);
      if (ok) { location.assign(`?number=${encodeURIComponent(body.printed)}`); return; }
      say(get("issue-message"), body.detail, true);
      get(`issue-${body.data?.field}`)?.focus();
    } catch (refused) {
      say(get("issue-message"), refused.message, true);
    }
    button.disabled = false;
  });
})();
