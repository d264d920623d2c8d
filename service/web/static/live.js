// Keeps the parts of a page up to date: those marked data-part, from where data-live says.
// Nothing is held open: it asks now and then, not while nobody looks, and ends when the sign-in does.

const EVERY = 10_000; // milliseconds
const CHARTS = 30; // times that it asks before it asks for the charts, too
const LONGEST = 300_000; // between two attempts while the service doesn't answer
const page = document.querySelector("[data-live]");
const note = document.getElementById("live-note");
const etags = new Map(); // by what was asked
let asked = 0;
let waits = EVERY;
let timer = 0;
let asking = false;

async function look() {
  clearTimeout(timer);
  if (asking || document.hidden) return; // "visibilitychange" asks again
  asking = true;
  asked += 1;
  const path = page.dataset.live + (asked % CHARTS ? "" : "&figures");
  try {
    const response = await fetch(path, {
      headers: { "If-None-Match": etags.get(path) ?? "" },
      cache: "no-store",
      redirect: "manual",
    });
    if (response.type === "opaqueredirect" || response.status === 403) return over();
    if (response.status !== 304) {
      if (!response.ok) throw new Error(String(response.status));
      const all = await show(await response.text());
      etags.set(path, all ? response.headers.get("ETag") ?? "" : "");
    }
    tell("");
    waits = EVERY;
  } catch {
    waits = Math.min(waits * 2, LONGEST);
    tell("These numbers are not up to date: the service doesn't answer. It is asked again by itself.");
  } finally {
    asking = false;
  }
  timer = setTimeout(look, waits);
}

function over() {
  tell("You are signed out, and these numbers stand still. Reload the page to sign in again.");
}

function tell(words) {
  if (note.textContent !== words) note.textContent = words;
}

async function show(html) {
  const fresh = document.importNode(parsed(html), true);
  const changed = [...fresh.querySelectorAll("[data-part]")].filter(isNews);
  const drawings = changed.flatMap((part) => [...part.querySelectorAll("img")]);
  await Promise.all(drawings.map((img) => img.decode().catch(() => {})));
  return changed.map(swap).every(Boolean);
}

function parsed(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

const shown = new Map(); // what the service sent last, by part: details that were opened don't matter

function isNews(part) {
  const name = part.dataset.part;
  const before = shown.get(name) ?? here(name)?.outerHTML;
  shown.set(name, part.outerHTML);
  return before !== part.outerHTML;
}

function here(name) {
  return page.querySelector(`[data-part="${name}"]`);
}

// Where the reader is stays where it is: the focus, what they opened, how far they scrolled in it.
function swap(part) {
  const old = here(part.dataset.part);
  if (!old) return true;
  if (old.contains(document.activeElement) || selected(old)) {
    shown.delete(part.dataset.part);
    return false; // next time, perhaps
  }
  const scrolled = [...old.querySelectorAll(".table-responsive")].map((box) => [box.scrollTop, box.scrollLeft]);
  for (const open of old.querySelectorAll("details[open]")) {
    const same = part.querySelector(`#${open.id}`);
    if (same) same.open = true;
  }
  old.replaceWith(part);
  part.querySelectorAll(".table-responsive").forEach((box, at) => {
    [box.scrollTop, box.scrollLeft] = scrolled[at] ?? [0, 0];
  });
  return true;
}

function selected(element) {
  const selection = getSelection();
  return !selection.isCollapsed && selection.containsNode(element, true);
}

document.addEventListener("visibilitychange", look);
timer = setTimeout(look, EVERY);
