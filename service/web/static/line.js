// The phone's line to the service, and what this browser remembers.

const token = document.querySelector('meta[name="csrf-token"]').content;
const memory = new Map();
let queue = Promise.resolve();

export function recall(key) {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? memory.get(key);
  } catch {
    return memory.get(key);
  }
}

export function remember(key, value) {
  memory.set(key, value);
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // Storage is full or forbidden: the texts last until the page is left.
  }
}

// A GET that brought nothing new is null; an answer says under `etag` what to compare next time.
export async function ask(path, { body, etag = "" } = {}) {
  const headers = body
    ? { "Content-Type": "application/json", "X-CSRFToken": token }
    : { "If-None-Match": etag };
  const options = body ? { method: "POST", body: JSON.stringify(body) } : {};
  const response = await fetch(path, { ...options, headers, cache: "no-store" }).catch(() => {
    throw new Error("The service doesn't answer. Is it running?");
  });
  if (response.status === 304) return null;
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.error ?? `The service failed (${response.status}).`);
  return { ...answer, etag: response.headers.get("ETag") ?? "" };
}

// One request at a time, so that a reply never overtakes its text.
export function inTurn(work) {
  const done = queue.then(work);
  queue = done.catch(() => {});
  return done;
}
