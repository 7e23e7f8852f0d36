"use strict";
// What works without it, a little better with it: Enter sends, a form says that it is under way, and parts of
// a page that change by themselves are read again.
const STEP = 2000, IDLE = 10000; // milliseconds, while something is under way and while nothing is

for (const box of document.querySelectorAll("textarea[data-send]")) {
  box.addEventListener("keydown", (press) => {
    if (press.key !== "Enter" || press.shiftKey || press.isComposing || !box.value.trim()) return;
    press.preventDefault();
    box.form.requestSubmit();
  });
}

for (const form of document.querySelectorAll("form")) {
  form.addEventListener("submit", (sent) => {
    if (form.dataset.sent) return sent.preventDefault();
    form.dataset.sent = "1";
    const button = form.querySelector("[data-busy]"), status = form.querySelector("[data-status]");
    if (button && status) status.textContent = button.dataset.busy;
  });
}
addEventListener("pageshow", () => document.querySelectorAll("form").forEach((form) => delete form.dataset.sent));

// An answer has an address of its own, to come back to; its question is remembered in this tab alone.
const answer = document.querySelector("[data-at]");
if (answer) {
  const { at, question } = answer.dataset;
  if (question) sessionStorage.setItem(at, question);
  else if (sessionStorage.getItem(at)) {
    const asked = sessionStorage.getItem(at);
    document.querySelector("#asked").textContent = asked;
    const lean = Object.assign(document.createElement("input"), { type: "hidden", name: "earlier", value: asked });
    document.querySelector(".ask").append(lean);
  }
}

const live = document.querySelector("[data-live]");
async function again() {
  if (!document.hidden && !live.contains(document.activeElement)) {
    try {
      const found = await fetch(location.href, { redirect: "error" });
      if (found.ok) {
        const fresh = new DOMParser().parseFromString(await found.text(), "text/html").querySelector("[data-live]");
        if (fresh && fresh.innerHTML !== live.innerHTML) live.innerHTML = fresh.innerHTML;
      }
    } catch { /* the next time */ }
  }
  setTimeout(again, pause());
}
const pause = () => live.querySelector("progress") ? STEP : IDLE;
if (live) setTimeout(again, STEP);
