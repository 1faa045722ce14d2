// Makes a page that is whole without it more comfortable: it stays fresh, and says the reader's
// own time. Nothing is kept, nothing is sent.
"use strict";

const PATIENCE_MS = 30000;
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

function say(words, state) {
  const place = document.getElementById("live");
  if (place.textContent !== words) place.textContent = words;
  document.body.dataset.live = state;
}

// Where the focus is, in words that hold when the page is written anew.
function focusNow() {
  const details = document.activeElement?.closest("details");
  if (details) return () => document.getElementById(details.id)?.querySelector("summary");
  const href = document.activeElement?.getAttribute("href");
  return () => [...document.links].find((link) => link.getAttribute("href") === href);
}

// Takes over what has changed, part by part; what is open stays open, and the focus stays.
function takeOver(fresh) {
  const open = [...document.querySelectorAll("details[open]")].map((details) => details.id);
  const focus = focusNow();
  for (const part of document.querySelectorAll("[data-part]")) {
    const next = fresh.querySelector(`[data-part="${part.dataset.part}"]`);
    if (!next || said.get(part.dataset.part) === next.innerHTML) continue;
    said.set(part.dataset.part, next.innerHTML);
    part.replaceChildren(...next.childNodes);
  }
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  if (document.activeElement === document.body) focus()?.focus();
  document.title = fresh.title;
  document.querySelector("link[rel=icon]").href = fresh.querySelector("link[rel=icon]").href;
  sayOwnTime();
}

let asking = false, again = false;

async function refresh() {
  if (asking) { again = true; return; }
  asking = true;
  try {
    const answer = await fetch(".", { cache: "no-store" });
    if (!answer.ok) throw new Error(answer.status);
    takeOver(new DOMParser().parseFromString(await answer.text(), "text/html"));
    say("live", "on");
  } catch {
    say("not live: the probe does not answer", "off");
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
    say("not live: connecting", "off");
    if (source.readyState === EventSource.CLOSED) {
      source.close();
      refresh();
      setTimeout(listen, PATIENCE_MS);
    }
  });
}

sayOwnTime();
listen();
