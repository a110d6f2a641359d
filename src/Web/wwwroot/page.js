// What pages gain from a script of our own; everything works without it.
"use strict";
(() => {
  document.documentElement.classList.add("scripted");
  const two = (n) => String(n).padStart(2, "0");

  // Moments come in UTC and are shown in the viewer's zone.
  const moments = (root) => {
    for (const time of root.querySelectorAll("time[datetime]")) {
      const at = new Date(time.dateTime);
      if (isNaN(at)) continue;
      const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
      const minute = `${two(at.getHours())}:${two(at.getMinutes())}`;
      const isToday = at.toDateString() === new Date().toDateString();
      const clock = `${minute}:${two(at.getSeconds())}`;
      const text = "clock" in time.dataset ? (isToday ? clock : `${day} ${clock}`) : "day" in time.dataset ? day : `${day} ${minute}`;
      if (time.textContent !== text) time.textContent = text;
      time.title = time.dateTime;
    }
  };

  // Tables that scroll, dialogs that are open and the like stay as they are: only what differs is touched (morph).
  document.addEventListener("htmx:afterSwap", (event) => moments(event.target));
  document.addEventListener("htmx:sseMessage", (event) => moments(event.target));
  moments(document);

  // On a phone the bar of pages scrolls: the one that is open must be seen.
  document.querySelector(".bar nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

  // Whether the page is live, in words: a number that stands still must not pass for one that does not change.
  const state = document.getElementById("live-state");
  const say = (word) => {
    if (!state || state.dataset.state === word) return;
    state.dataset.state = word;
    state.textContent = { live: "live", lost: "not live, trying again", moved: "not live: newer pages are open" }[word];
  };
  document.addEventListener("htmx:sseOpen", (event) => {
    say("live");
    const page = event.target;
    // The versions that the page was drawn with are old from here on.
    const address = new URL(page.getAttribute("sse-connect"), location.href);
    address.searchParams.delete("have");
    page.setAttribute("sse-connect", address.pathname + address.search);
    event.detail.source.addEventListener("over", (over) => {
      if (over.data === "moved") say("moved");
      else location.reload();
    });
  });
  document.addEventListener("htmx:sseError", () => say("lost"));
  // A page that gave up its place gets it back when somebody looks at it.
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && state && state.dataset.state === "moved") location.reload();
  });

  // A second click on its way must not act twice. Not for ever: the answer may never come.
  const patience = 3000;
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if ("sent" in form.dataset) event.preventDefault();
    else {
      form.dataset.sent = "";
      setTimeout(() => { delete form.dataset.sent; }, patience);
    }
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-copy]");
    if (!button) return;
    const from = document.getElementById(button.dataset.copy);
    const text = from.innerText.trim();
    const done = () => {
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = "Copy"; }, 2000);
    };
    const select = () => getSelection().selectAllChildren(from);
    if (navigator.clipboard) navigator.clipboard.writeText(text).then(done, select);
    else select();
  });
})();
