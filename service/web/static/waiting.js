// Shows how far a piece of work is until it is done; then the page shows what came of it.

const EVERY = 1000; // milliseconds
const shown = document.querySelector("[data-waits]");

async function look() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  if (answer?.ok && !answer.redirected) {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = page.querySelector("[data-waits]");
    if (!now) {
      location.reload();
      return;
    }
    shown.replaceChildren(...now.childNodes);
  } else if (answer) {
    location.reload();
    return;
  }
  setTimeout(look, EVERY);
}

if (shown) {
  setTimeout(look, EVERY);
}
