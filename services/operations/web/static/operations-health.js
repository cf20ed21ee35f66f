// Health: the same page again every five seconds, only its tables replaced, so that focus and scroll stay.
"use strict";

(() => {
  const shown = document.getElementById("health");
  setInterval(async () => {
    if (document.hidden) return;
    try {
      const response = await fetch(location.href, { credentials: "same-origin", headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await response.text(), "text/html").getElementById("health");
      if (response.ok && page) shown.replaceChildren(...page.children);
      shown.classList.toggle("opacity-50", !response.ok);
    } catch {
      shown.classList.add("opacity-50");
    }
  }, Number(shown.dataset.every) * 1000);
})();
