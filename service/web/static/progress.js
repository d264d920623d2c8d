// A broadcast's page: asks how far it is, and stops asking once it has ended.

const EVERY = 2000; // milliseconds while the page is seen
const HIDDEN = 15000;
const LONGEST = 30000; // while the service doesn't answer

const part = document.getElementById("progress");
let etag = "";
let failures = 0;

async function look() {
  try {
    const answer = await fetch(part.dataset.from, {
      headers: etag ? { "If-None-Match": etag } : {},
      cache: "no-store",
    });
    if (answer.redirected) return location.reload(); // the sign-in has ended
    if (answer.ok) {
      etag = answer.headers.get("ETag") ?? "";
      part.innerHTML = await answer.text();
    }
    failures = answer.ok || answer.status === 304 ? 0 : failures + 1;
  } catch {
    failures += 1;
  }
  if (!part.querySelector("[data-going]")) return location.reload(); // with its new state in the heading
  const wait = Math.min(EVERY * 2 ** failures, LONGEST);
  setTimeout(look, document.hidden ? Math.max(HIDDEN, wait) : wait);
}

setTimeout(look, EVERY);
