// The lost window: say of one stream that it is dealt with; the lists come again, and the focus stays with them.
"use strict";

(() => {
  const shown = document.getElementById("window");
  const message = document.getElementById("message");

  async function settle(form, button) {
    const { settle: service, epoch, topic, key } = form.dataset;
    const path = `/api/operations/v1/console/lost-window/${service}/settlements`;
    button.disabled = true;
    const said = { epoch: Number(epoch), topic, key, outcome: form.elements.outcome.value };
    const answer = await window.bawaba.send(path, said);
    button.disabled = false;
    message.hidden = answer.ok;
    message.textContent = answer.ok ? "" : answer.body.detail;
    if (answer.ok) await refresh();
  }

  async function refresh() {
    const response = await fetch(location.href, { credentials: "same-origin", headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await response.text(), "text/html").getElementById("window");
    if (!response.ok || !page) return location.reload();
    shown.replaceChildren(...page.children);
    return (shown.querySelector("form select") || document.getElementById("waiting")).focus();
  }

  shown.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-settle]")) return;
    event.preventDefault();
    settle(event.target, event.submitter);
  });
})();
