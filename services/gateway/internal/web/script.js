// Every page works without this script. With it times are the reader's own, keys can be copied, a form is not
// sent twice by a double click, and news shows without a reload.
"use strict";

const own = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

function localTimes(root) {
  for (const time of root.querySelectorAll("time[datetime]")) {
    const at = new Date(time.dateTime);
    if (!Number.isNaN(at.getTime())) time.textContent = own.format(at);
  }
}

async function copy(button) {
  const source = document.getElementById(button.dataset.copy);
  const words = button.textContent;
  try {
    await navigator.clipboard.writeText(source.textContent.trim());
    button.textContent = "Copied";
  } catch {
    getSelection().selectAllChildren(source);
    button.textContent = "Selected: press Ctrl+C";
  }
  setTimeout(() => { button.textContent = words; }, 3000);
}

function guardForms() {
  document.addEventListener("submit", (event) => {
    if (event.target.dataset.sent) event.preventDefault();
    else if (event.target.method === "post") event.target.dataset.sent = "yes";
  });
  addEventListener("pageshow", () => { // also after the back button
    for (const form of document.forms) delete form.dataset.sent;
  });
}

async function lookAgain() {
  const places = new Map();
  for (const part of document.querySelectorAll("[data-live]")) {
    const place = part.dataset.live || location.href;
    places.set(place, [...(places.get(place) || []), part]);
  }
  for (const [place, parts] of places) {
    const answer = await fetch(place, { redirect: "error" }).catch(() => null);
    if (!answer || !answer.ok) continue;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of parts) {
      const next = fresh.getElementById(part.id);
      if (!next || part.contains(document.activeElement)) continue;
      localTimes(next);
      if (next.innerHTML !== part.innerHTML) part.replaceChildren(...next.childNodes);
    }
  }
}

function listen() {
  let stream = null;
  let waiting = null;
  const look = () => {
    if (waiting) return;
    waiting = setTimeout(async () => { await lookAgain(); waiting = null; }, 200);
  };
  const open = () => {
    if (document.hidden || stream) return;
    stream = new EventSource("/dashboard/news");
    stream.onopen = look; // what was told before the stream was open
    stream.onmessage = look;
  };
  const close = () => { if (stream) stream.close(); stream = null; };
  document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
  addEventListener("pagehide", close);
  addEventListener("pageshow", open);
  open();
}

localTimes(document);
for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", () => copy(button));
}
guardForms();
if (document.querySelector("[data-live]")) listen();
