// The phone page: polls one number's conversation and shows it beside the texts written here.
// The service keeps no words of the person, so their own texts live in this browser only.

import { ask, inTurn, recall, remember } from "./line.js";

const POLL = 1500; // milliseconds while the page is seen
const POLL_HIDDEN = 15000;
const POLL_FAILED = 30000; // at most, while the service doesn't answer
const KEPT = 200; // own texts of one number
const NUMBER = /^\+[1-9]\d{6,14}$/;

const at = (id) => document.getElementById(id);
const countries = new Intl.DisplayNames(["en"], { type: "region" });

let phone; // the number shown, its texts by id, and what was last heard about it
let timer = 0;
let failures = 0;

function keepOwn({ number, texts }) {
  const own = [...texts.values()].filter((text) => text.mine && !text.sending);
  remember(`upright.texts.${number}`, own.slice(-KEPT));
}

async function poll() {
  clearTimeout(timer);
  await inTurn(async () => {
    const shown = phone;
    try {
      const path = `/phone/messages?number=${encodeURIComponent(shown.number)}`;
      const answer = await ask(path, { etag: shown.etag });
      if (failures) complain("");
      failures = 0;
      if (answer) shown.etag = answer.etag;
      if (answer && shown === phone) take(answer);
    } catch (error) {
      failures += 1;
      complain(`${error.message} Trying again ...`);
    }
  });
  clearTimeout(timer);
  const wait = failures ? Math.min(POLL * 2 ** failures, POLL_FAILED) : POLL;
  timer = setTimeout(poll, document.hidden ? Math.max(POLL_HIDDEN, wait) : wait);
}

async function send(words) {
  const id = crypto.randomUUID?.() ?? String(Math.random());
  const shown = phone;
  const latest = Math.max(shown.now, ...[...shown.texts.values()].map((text) => Date.parse(text.at)));
  const unsent = { id, text: words, at: new Date(latest).toISOString(), mine: true, sending: true };
  shown.texts.set(id, unsent);
  complain("");
  show();
  try {
    const body = { number: shown.number, text: words };
    const answer = await inTurn(() => ask("/phone/text", { body }));
    const sent = { id, text: words, mine: true, ...answer.text };
    shown.texts.set(id, sent);
    keepOwn(shown);
    if (shown !== phone) return;
    shown.drawn.get(id).lastElementChild.textContent = facts(sent);
    take(answer);
  } catch (error) {
    shown.texts.delete(id);
    if (shown !== phone) return;
    at("words").value ||= words;
    show();
    complain(error.message);
  }
}

async function skip(button) {
  const shown = phone;
  const buttons = document.querySelectorAll("[data-ahead]");
  buttons.forEach((each) => each.setAttribute("aria-disabled", "true"));
  complain("");
  try {
    const body = { number: shown.number, ahead: button.dataset.ahead };
    const answer = await inTurn(() => ask("/phone/skip", { body }));
    if (shown === phone) take(answer);
    at("news").textContent = `It is now ${at("day").textContent}, ${at("time").textContent}.`;
  } catch (error) {
    complain(error.message);
  }
  buttons.forEach((each) => each.removeAttribute("aria-disabled"));
}

function complain(words) {
  if (at("error").textContent !== words) at("error").textContent = words;
}

function take(answer) {
  const first = !phone.heard;
  phone.heard = true;
  // An empty conversation at first sight: a new database or an erased person. Old texts go too.
  if (first && answer.messages.length === 0) {
    for (const [id, text] of phone.texts) if (text.mine && !text.sending) phone.texts.delete(id);
    keepOwn(phone);
  }
  for (const text of answer.messages) if (!phone.texts.has(text.id)) phone.texts.set(text.id, text);
  if (answer.now) showClock(answer);
  show();
  at("log").setAttribute("aria-busy", "false");
}

function formats(zone) {
  const common = { timeZone: zone || "UTC" };
  return {
    time: new Intl.DateTimeFormat("en-GB", { ...common, hour: "2-digit", minute: "2-digit" }),
    day: new Intl.DateTimeFormat("en-GB", {
      ...common,
      weekday: "short",
      day: "numeric",
      month: "short",
    }),
  };
}

function timeOf(moment) {
  return phone.formats.time.format(moment);
}

function dayOf(moment) {
  return phone.formats.day.format(moment).replace(",", "");
}

function showClock(answer) {
  if (phone.zone !== answer.zone) {
    phone.zone = answer.zone;
    phone.formats = formats(answer.zone);
    phone.drawn.clear();
  }
  phone.now = Date.parse(answer.now);
  const time = timeOf(phone.now);
  at("time").textContent = at("status-time").textContent = time;
  at("day").textContent = dayOf(phone.now);
  const place = answer.zone.split("/").pop().replaceAll("_", " ");
  at("zone").textContent = place ? `${place} time` : "UTC for now";
  const country = answer.country ? ` · ${countries.of(answer.country)}` : "";
  const number = at("number").selectedOptions[0].text.split(": ").pop();
  at("mine").textContent = `You: ${number}${country}`;
}

function show() {
  const texts = [...phone.texts.values()];
  texts.sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
  const wanted = new Map();
  for (const text of texts) {
    const day = dayOf(Date.parse(text.at));
    if (!wanted.has(day)) wanted.set(day, drawn(day, () => drawDay(day)));
    wanted.set(text.id, drawn(text.id, () => drawText(text)));
  }
  place(at("texts"), [...wanted.values()]);
  if (texts.at(-1)?.sending) at("log").scrollTop = 0; // the end: the list is laid out in reverse
  phone.settled = phone.heard;
}

// Nodes already in place are left alone: a screen reader reads only what is new.
function place(list, wanted) {
  wanted.forEach((node, index) => {
    if (list.children[index] !== node) list.insertBefore(node, list.children[index] ?? null);
  });
  while (list.children.length > wanted.length) list.lastElementChild.remove();
}

function drawn(key, draw) {
  if (!phone.drawn.has(key)) phone.drawn.set(key, draw());
  return phone.drawn.get(key);
}

function element(name, kind, words = "") {
  const made = document.createElement(name);
  made.className = kind;
  made.textContent = words;
  return made;
}

function drawDay(day) {
  const row = element("li", "date");
  row.append(element("span", "", day));
  return row;
}

function drawText(text) {
  const row = element("li", `text ${text.mine ? "mine" : "theirs"} ${text.kind ?? ""}`);
  if (phone.settled) row.classList.add("new");
  row.append(element("span", "hidden", text.mine ? "You sent: " : "Received: "));
  const bubble = element("div", "bubble");
  const label = { emergency: "Emergency", reminder: "Reminder", snooze: "Reminder" }[text.kind];
  if (label) bubble.append(element("strong", "label", label));
  bubble.append(linked(element("p", "", text.text)));
  row.append(bubble, element("p", "facts", facts(text)));
  return row;
}

// The page that PREFS names, on this service.
function linked(words) {
  const path = words.textContent.match(/\bhttps?:\/\/[^\s/]+(\/me\/[a-z2-7]+)/);
  if (path) {
    const [before, after] = words.textContent.split(path[0]);
    const link = element("a", "", path[0]);
    link.href = path[1];
    words.replaceChildren(before, link, after);
  }
  return words;
}

function facts(text) {
  if (text.sending) return "Sending ...";
  const parts = `${text.segments} segment${text.segments === 1 ? "" : "s"}`;
  return `${timeOf(Date.parse(text.at))} · ${text.encoding}, ${parts}, ${text.units}`;
}

function pickUp(number) {
  remember("upright.number", number);
  const own = recall(`upright.texts.${number}`) ?? [];
  phone = {
    number,
    texts: new Map(own.map((text) => [text.id, text])),
    drawn: new Map(),
    formats: formats(""),
    now: 0,
    etag: "",
    heard: false,
    settled: false,
  };
  at("texts").replaceChildren();
  at("log").setAttribute("aria-busy", "true");
  complain("");
  poll();
}

function listNumber(number) {
  const choices = at("number");
  if (![...choices.options].some((option) => option.value === number)) {
    choices.add(new Option(number, number), choices.options.length - 1);
  }
  choices.value = number;
}

at("number").addEventListener("change", ({ target }) => {
  at("another").hidden = target.value !== "";
  if (target.value) pickUp(target.value);
  else at("typed").focus();
});

at("another").addEventListener("submit", (event) => {
  event.preventDefault();
  const number = at("typed").value.replace(/[\s().-]/g, "");
  const right = NUMBER.test(number);
  at("typed").setAttribute("aria-invalid", String(!right));
  if (!right) {
    complain("Write the number with + and its country code, such as +46701740605.");
    return;
  }
  listNumber(number);
  at("another").hidden = true;
  at("number").focus();
  pickUp(number);
});

at("write").addEventListener("submit", (event) => {
  event.preventDefault();
  const words = at("words").value.trim();
  at("words").focus();
  if (!words) return;
  at("words").value = "";
  send(words);
});

at("words").addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  at("write").requestSubmit();
});

document.addEventListener("click", ({ target }) => {
  const button = target.closest("button");
  if (button?.dataset.words) send(button.dataset.words);
  if (button?.dataset.ahead && !button.hasAttribute("aria-disabled")) skip(button);
});

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) poll();
});

const before = recall("upright.number");
if (before && NUMBER.test(before)) listNumber(before);
pickUp(at("number").value);
