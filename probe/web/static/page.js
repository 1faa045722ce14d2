// Makes a page that is whole without it more comfortable: it stays fresh, and says the reader's
// own time. Nothing is kept, nothing is sent.
"use strict";

const PATIENCE_MS = 30000, ANSWER_MS = 10000;
const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
const clock = new Intl.DateTimeFormat(undefined, {
  weekday: "short", month: "short", day: "numeric", hour: "numeric", minute: "2-digit",
  timeZoneName: "short",
});

function sayOwnTime() {
  if (own === document.body.dataset.zone) return;
  for (const place of document.querySelectorAll("[data-from]")) {
    const from = new Date(place.dataset.from), until = new Date(place.dataset.until);
    place.textContent = `Your time (${own}): ${clock.formatRange(from, until)}`;
    place.hidden = false;
  }
  for (const time of document.querySelectorAll("time")) {
    time.title = `Your time: ${clock.format(new Date(time.dateTime))}`;
  }
}

const said = new Map([...document.querySelectorAll("[data-part]")].map(
  (part) => [part.dataset.part, part.innerHTML]));

let fresh = new Date();
const plainTitle = () => document.title.replace(/^Not live: /, "");

// What stands here is as it is now.
function sayLive() {
  fresh = new Date();
  put("live", "live");
  document.getElementById("stale").hidden = true;
  document.body.dataset.live = "on";
  document.title = plainTitle();
}

// What stands here was so once: nobody must take it for now.
function sayStale() {
  put("live", "not live");
  put("stale", `Not live since ${clock.format(fresh)}: the probe does not answer. What stands below is what was known then.`);
  document.getElementById("stale").hidden = false;
  document.body.dataset.live = "off";
  document.title = `Not live: ${plainTitle()}`;
}

function put(id, words) {
  const place = document.getElementById(id);
  if (place.textContent !== words) place.textContent = words;
}

// Where the focus is, in words that hold when the page is written anew.
function focusNow() {
  const details = document.activeElement?.closest("details");
  if (details) return () => document.getElementById(details.id)?.querySelector("summary");
  const href = document.activeElement?.getAttribute("href");
  return () => [...document.links].find((link) => link.getAttribute("href") === href);
}

// Takes over what has changed, part by part; what is open stays open, and the focus stays.
function takeOver(next) {
  const open = [...document.querySelectorAll("details[open]")].map((details) => details.id);
  const focus = focusNow();
  for (const part of document.querySelectorAll("[data-part]")) {
    const now = next.querySelector(`[data-part="${part.dataset.part}"]`);
    if (!now || said.get(part.dataset.part) === now.innerHTML) continue;
    said.set(part.dataset.part, now.innerHTML);
    part.replaceChildren(...now.childNodes);
  }
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  if (document.activeElement === document.body) focus()?.focus();
  document.title = next.title;
  document.querySelector("link[rel=icon]").href = next.querySelector("link[rel=icon]").href;
  sayOwnTime();
}

let asking = false, again = false;

async function refresh() {
  if (asking) { again = true; return; }
  asking = true;
  try {
    const signal = AbortSignal.timeout(ANSWER_MS);
    const answer = await fetch(".", { cache: "no-store", signal });
    if (!answer.ok) throw new Error(answer.status);
    takeOver(new DOMParser().parseFromString(await answer.text(), "text/html"));
    sayLive();
  } catch {
    sayStale();
  } finally {
    asking = false;
    if (again) { again = false; refresh(); }
  }
}

function listen() {
  const source = new EventSource("events");
  source.addEventListener("open", refresh);
  source.addEventListener("change", refresh);
  source.addEventListener("error", () => {
    refresh();
    if (source.readyState === EventSource.CLOSED) {
      source.close();
      setTimeout(listen, PATIENCE_MS);
    }
  });
}

// A connection may die without a word, and a laptop may have slept.
setInterval(() => { if (new Date() - fresh >= PATIENCE_MS) refresh(); }, PATIENCE_MS);
document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });

sayOwnTime();
listen();
