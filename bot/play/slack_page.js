"use strict";
// Draws what /play/state says and posts what a person does. All HTML it inserts was escaped by the server.
const $ = (id) => document.getElementById(id);
const kept = (key, value) => (value === undefined ? sessionStorage.getItem(key) || "" : sessionStorage.setItem(key, value));
const FACES = { "+1": "👍", "-1": "👎", thumbsup: "👍", thumbsdown: "👎", eyes: "👀", white_check_mark: "✅" };
let state = { version: "", channels: [], people: [] };
let me = kept("me"), place = kept("place"), thread = kept("thread"), tab = kept("tab") || "messages";
let drawn = {}, modalKey = "", troubles = -1, entering = false, fading = 0;
const pressed = new Map();

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("aria-") || name === "role") element.setAttribute(name, value);
    else element[name] = value;
  }
  element.append(...children);
  return element;
}

async function post(path, body) {
  let found;
  try {
    const sent = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ me, channel: place, ...body }) };
    found = await (await fetch(`/play/${path}`, sent)).json();
  } catch { found = { error: "The stand-in does not answer. It may have been stopped." }; }
  oops(found.error || "");
  return found;
}

function oops(text) {
  $(($("modal").open && text) ? "modal-oops" : "oops").textContent = text;
  if (!text) $("modal-oops").textContent = "";
  clearTimeout(fading);
  if (text) fading = setTimeout(() => { $("oops").textContent = ""; }, 10000);
}

const clock = (ts) => new Date(Number(ts) * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
const channel = () => state.channels.find((one) => one.id === place);

function wired(root, ts, view) {
  for (const button of root.querySelectorAll("button[data-action]")) {
    const { action, value } = button.dataset, group = `${ts} ${action}`;
    if (button.hasAttribute("aria-pressed")) button.setAttribute("aria-pressed", String(pressed.get(group) === value));
    button.onclick = () => {
      pressed.set(group, value);
      for (const other of root.querySelectorAll("button[aria-pressed]")) {
        if (other.dataset.action === action) other.setAttribute("aria-pressed", String(other.dataset.value === value));
      }
      post("press", { ts, action, value, view });
    };
  }
  return root;
}

function pills(message) {
  const shown = Object.entries(message.reactions).map(([name, [count, mine]]) => make("button", {
    className: "pill", "aria-pressed": String(mine), "aria-label": `${name}, ${count}`,
    onclick: () => post("react", { ts: message.ts, name, remove: mine }),
  }, `${FACES[name] || `:${name}:`} ${count}`));
  return shown.length ? [make("div", { className: "pills" }, ...shown)] : [];
}

function tools(message, inThread) {
  if (message.private) return [];
  const react = (name, spoken) => make("button", { title: spoken, "aria-label": spoken, onclick: () => post("react", { ts: message.ts, name }) }, FACES[name]);
  const found = [react("+1", "React with thumbs up"), react("-1", "React with thumbs down")];
  if (!inThread) found.push(make("button", { onclick: () => open(message.thread || message.ts) }, "Reply"));
  for (const one of state.shortcuts.filter((each) => each.type === "message")) {
    found.push(make("button", { onclick: () => post("shortcut", { callback: one.callback_id, ts: message.ts }) }, one.name));
  }
  return [make("div", { className: "tools", role: "group", "aria-label": "Do with this message" }, ...found)];
}

function head(message) {
  const notes = [message.private && "Only visible to you", message.edited && "(edited)", message.live && "writing", message.broken && "cut off"].filter(Boolean);
  const badge = message.bot ? [make("span", { className: "badge" }, "APP")] : [];
  const said = notes.map((note) => make("span", { className: "note" }, note));
  return make("div", { className: "who" }, message.from, ...badge, make("span", { className: "note" }, clock(message.ts)), ...said);
}

function item(message, replies) {
  const body = wired(make("div", { className: `body${message.live ? " cursor" : ""}`, innerHTML: message.html }), message.ts);
  const files = message.files.map((name) => make("div", { className: "file-name" }, `📄 ${name}`));
  const content = make("div", {}, head(message), body, ...files, ...pills(message));
  if (replies) content.append(make("button", { className: "quiet", onclick: () => open(message.ts) }, `${replies} ${replies === 1 ? "reply" : "replies"}`));
  const kinds = ["message", message.bot && "bot", message.private && "private"].filter(Boolean).join(" ");
  const face = make("div", { className: "face", "aria-hidden": "true" }, message.from[0].toUpperCase());
  return make("li", { className: kinds, "aria-busy": String(message.live) }, face, content, ...tools(message, replies === undefined));
}

// A row that says what it said stays as it is, so that focus stays and screen readers read only what is new.
function fill(id, rows) {
  const list = $(id), first = drawn[id] === undefined, low = list.scrollHeight - list.scrollTop - list.clientHeight < 80;
  const key = JSON.stringify(rows.map(([name]) => name));
  if (drawn[id] === key) return;
  drawn[id] = key;
  const before = new Map([...list.children].map((row) => [row.dataset.key, row])), focus = document.activeElement;
  const at = list.contains(focus) ? [focus.closest("li").dataset.ts, [...focus.closest("li").querySelectorAll("button, a")].indexOf(focus)] : null;
  const kept = rows.map(([name, ts, build]) => before.get(name) || keyed(name, ts, build));
  kept.forEach((row, place) => { if (list.children[place] !== row) list.insertBefore(row, list.children[place] || null); });
  while (list.children.length > kept.length) list.lastChild.remove();
  if (at && !list.contains(document.activeElement)) [...list.children].find((row) => row.dataset.ts === at[0])?.querySelectorAll("button, a")[at[1]]?.focus({ preventScroll: true });
  if (first || low) list.scrollTop = list.scrollHeight;
}

function keyed(name, ts, build) {
  const row = build();
  row.dataset.key = name;
  row.dataset.ts = ts;
  return row;
}

function working(here, ts) {
  if (here.working[ts] === undefined) return [];
  const build = () => {
    const stop = make("button", { className: "quiet", onclick: () => post("stop", { ts }) }, "Stop");
    return make("li", { className: "working" }, make("span", {}, `${state.bot} ${here.working[ts]}`), stop);
  };
  return [[`${ts} ${here.working[ts]}`, `working ${ts}`, build]];
}

function drawNav() {
  const key = JSON.stringify([place, me, state.people, state.channels.map((one) => [one.id, one.name])]);
  if (drawn.nav === key) return;
  drawn.nav = key;
  const mark = { im: "", group: "⁎ ", mpim: "" };
  const entry = (one) => make("button", { onclick: () => go(one.id), "aria-current": String(one.id === place) }, (mark[one.kind] ?? "# ") + one.name);
  const direct = (one) => one.kind === "im" || one.kind === "mpim";
  $("channels").replaceChildren(...state.channels.filter((one) => !direct(one)).map(entry));
  $("dms").replaceChildren(...state.channels.filter(direct).map(entry));
  $("me").replaceChildren(...state.people.map((one) => new Option(one.name, one.id, false, one.id === me)));
  const global = state.shortcuts.filter((one) => one.type === "global");
  $("global-title").hidden = !global.length;
  $("global").replaceChildren(...global.map((one) => make("button", { onclick: () => post("shortcut", { callback: one.callback_id }) }, `⚡ ${one.name}`)));
}

function drawHome(here) {
  const direct = here.kind === "im", shown = direct && tab === "home";
  $("tabs").hidden = !direct;
  for (const name of ["messages", "home"]) $(`tab-${name}`).setAttribute("aria-selected", String((shown ? "home" : "messages") === name));
  $("home").hidden = !shown;
  $("messages").hidden = shown;
  const html = state.home ? state.home.html : "<p>This app has put nothing on its home yet.</p>";
  if (!shown || drawn.home === html) return;
  drawn.home = html;
  $("home").replaceChildren(wired(make("div", { className: "body", innerHTML: html }), "home", state.home && state.home.id));
}

function draw() {
  const here = channel() || state.channels.find((one) => one.kind !== "im") || state.channels[0];
  if (!here) return;
  place = here.id;
  drawNav();
  drawHome(here);
  $("title").textContent = (here.kind === "im" ? "" : "# ") + here.name;
  document.querySelector("#compose textarea").placeholder = here.kind === "im" ? `Ask ${state.bot} something` : `Write @${state.bot} and a question, or / for commands`;
  const roots = here.messages.filter((one) => !one.thread), count = (ts) => here.messages.filter((one) => one.thread === ts).length;
  const row = (one, replies) => [me + replies + JSON.stringify(one), one.ts, () => item(one, replies)];
  const rows = roots.flatMap((one) => [row(one, count(one.ts)), ...(thread === one.ts ? [] : working(here, one.ts))]);
  const none = [["empty", "", () => make("li", { className: "empty" }, "Nothing here yet. Ask something.")]];
  fill("roots", roots.length ? rows : none);
  $("prompts").replaceChildren(...(roots.length ? [] : here.prompts).map((one) => make("button", { onclick: () => say(one.message, "") }, one.title)));
  const inside = here.messages.filter((one) => one.ts === thread || one.thread === thread);
  document.body.classList.toggle("thread", Boolean(thread && inside.length));
  if (entering && inside.length) { entering = false; document.querySelector("aside textarea").focus(); }
  $("thread-title").textContent = here.titles[thread] || "";
  if (thread) fill("replies", [...inside.map((one) => row(one)), ...working(here, thread)]);
  drawModal();
  if (state.trouble && state.trouble[0] > troubles) { troubles = state.trouble[0]; oops(state.trouble[1]); }
}

function drawModal() {
  const modal = state.modal, dialog = $("modal");
  if ((modal ? modal.key : "") === modalKey) return;
  modalKey = modal ? modal.key : "";
  if (!modal) { dialog.close(); return; }
  $("modal-title").textContent = modal.title;
  $("modal-close").textContent = modal.close;
  $("modal-submit").textContent = modal.submit;
  $("modal-submit").hidden = !modal.submit;
  $("modal-oops").textContent = "";
  $("modal-body").replaceChildren(wired(make("div", { className: "body", innerHTML: modal.html }), modal.id, modal.id));
  if (!dialog.open) dialog.showModal();
}

function answers() {
  const found = {};
  for (const field of $("modal-body").querySelectorAll("[data-field]")) {
    const name = field.dataset.field;
    if (field.tagName === "FIELDSET") {
      const values = [...field.querySelectorAll("input:checked")].map((one) => one.value);
      found[name] = field.querySelector("input[type=radio]") ? values[0] || "" : values;
    } else found[name] = field.multiple ? [...field.selectedOptions].map((one) => one.value) : field.value;
  }
  return found;
}

async function say(text, root, file) {
  if (!file) return post("say", { text, thread_ts: root });
  const bytes = new Uint8Array(await file.arrayBuffer());
  let content = "";
  for (let at = 0; at < bytes.length; at += 32768) content += String.fromCharCode(...bytes.subarray(at, at + 32768));
  return post("share", { text, name: file.name, content: btoa(content), thread_ts: root });
}

function go(id) { place = id; thread = ""; tab = "messages"; kept("place", id); kept("thread", ""); drawn = {}; $("roots").replaceChildren(); draw(); prefill(); if (channel().kind === "im") show("messages"); }
function open(ts) { thread = ts; kept("thread", ts); drawn = {}; $("replies").replaceChildren(); entering = true; draw(); }
function show(name) { tab = name; kept("tab", name); draw(); post("open", { tab: name }); }
function prefill() {
  const box = document.querySelector("#compose textarea"), here = channel();
  if (here && !box.value.replace(`@${state.bot}`, "").trim()) box.value = here.kind === "im" ? "" : `@${state.bot} `;
  box.focus();
}

let waiting = new AbortController();

async function poll() {
  const asked = me;
  waiting = new AbortController();
  try {
    const found = await (await fetch(`/play/state?me=${encodeURIComponent(me)}&since=${state.version}`, { signal: waiting.signal })).json();
    if (found.channels && asked === me) {
      const first = !state.channels.length;
      if (first && found.trouble) troubles = found.trouble[0];
      state = found; me = found.me; kept("me", me);
      draw();
      if (first) prefill();
    }
    setTimeout(poll, 20);
  } catch (error) {
    if (error.name === "AbortError") { poll(); return; }
    oops("The stand-in does not answer. It may have been stopped.");
    setTimeout(poll, 1500);
  }
}

for (const form of document.querySelectorAll("form[data-thread]")) {
  const box = form.querySelector("textarea"), file = form.querySelector("input[type=file]"), list = form.querySelector(".commands");
  file.onchange = () => form.querySelector(".file").classList.toggle("chosen", file.files.length > 0);
  form.onsubmit = async (event) => {
    event.preventDefault();
    const text = box.value.trim(), chosen = file.files[0], root = form.dataset.thread ? thread : "";
    if (!chosen && (!text || text === `@${state.bot}`)) return;
    box.value = ""; file.value = ""; file.onchange();
    if (list) list.hidden = true;
    const found = await say(text, root, chosen);
    if (found.error) { box.value = text; return; }
    if (!root) { if (found.ts) open(found.ts); else prefill(); }
  };
  box.onkeydown = (event) => { if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); form.requestSubmit(); } };
  box.oninput = () => {
    if (!list) return;
    if (box.value === `@${state.bot} /`) box.value = "/"; // a command, before which the box stood ready for a question
    const word = box.value.split(/\s/)[0], some = word.startsWith("/") ? state.commands.filter((one) => one.command.startsWith(word)) : [];
    list.hidden = !some.length;
    list.replaceChildren(...some.map((one) => make("li", {}, make("b", {}, one.command), make("span", {}, `${one.usage_hint || ""} · ${one.description || ""}`))));
  };
}
$("leave").onclick = () => { thread = ""; kept("thread", ""); draw(); prefill(); };
$("me").onchange = () => { me = $("me").value; kept("me", me); thread = ""; drawn = {}; state.version = ""; waiting.abort(); };
$("tab-home").onclick = () => show("home");
$("tab-messages").onclick = () => show("messages");
$("tabs").onkeydown = (event) => { if (event.key.startsWith("Arrow")) { const other = document.activeElement.id === "tab-home" ? "messages" : "home"; show(other); $(`tab-${other}`).focus(); } };
$("modal").querySelector("form").onsubmit = (event) => { event.preventDefault(); if (state.modal && state.modal.submit) post("submit", { callback: state.modal.callback, answers: answers() }); };
$("modal-close").onclick = () => post("close", {});
$("modal").oncancel = (event) => { event.preventDefault(); post("close", {}); };
document.onkeydown = (event) => { if (event.key === "Escape" && thread && !$("modal").open) $("leave").click(); };
poll();
