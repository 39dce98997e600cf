// Draws the state. Whatever comes from outside is written by `textContent` only: a text is never markup.

import * as format from "./format.js";

const EXAMPLES = [
  "Remind in 2 minutes about tea",
  "Remind tomorrow 9am about the rent",
  "LIST",
  "HELP",
];
// One phone each from three countries, for those who have none at hand.
const IDEAS = ["+12065550123", "+919876543210", "+447400123456"];
const TEXT_MAX = 1600;
// From here on the number of characters is shown: a second SMS part begins at 161.
const COUNT_FROM = 140;

const CALL_WORDS = {
  ringing: "Ringing",
  answered: "Answered",
  declined: "Declined",
  no_answer: "Missed",
  busy: "Busy",
  voicemail: "Went to voicemail",
  failed: "Did not get through",
};
const CHARGE_WORDS = { sms: "SMS", answered_call: "Answered call", credit: "Credit" };

const $ = (id) => document.getElementById(id);

/** An element with a class, a text and children. */
function make(tag, { cls, text, title, ...more } = {}, ...children) {
  const node = document.createElement(tag);
  if (cls) node.className = cls;
  if (text !== undefined) node.textContent = text;
  if (title) node.title = title;
  for (const [name, value] of Object.entries(more)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

function time(at, words, cls) {
  return make("time", { cls, text: words, title: format.whole(at), datetime: at.toISOString() });
}

/**
 * Makes the children of `list` be `items`, keeping those that are there already.
 *
 * Rebuilding would make a screen reader read everything again, and lose what is selected.
 */
function reconcile(list, items, draw) {
  const old = new Map([...list.children].map((node) => [node.dataset.key, node]));
  let place = list.firstElementChild;
  let refocus = null;
  for (const item of items) {
    const face = JSON.stringify(item);
    let node = old.get(item.key);
    if (!node || node.dataset.face !== face) {
      const fresh = draw(item);
      fresh.dataset.key = item.key;
      fresh.dataset.face = face;
      const focused = node?.contains(document.activeElement);
      if (node && node === place) place = place.nextElementSibling;
      node?.remove();
      node = fresh;
      if (focused) refocus = fresh;
    }
    if (node === place) place = place.nextElementSibling;
    else list.insertBefore(node, place);
  }
  // What was kept or drawn is before this place; what nobody wanted any more is from here on.
  while (place) {
    const gone = place;
    place = place.nextElementSibling;
    gone.remove();
  }
  // Whoever came here by keyboard stays where they are.
  if (refocus) (refocus.querySelector("button") ?? refocus).focus();
}

/** Gives items that look the same keys that differ. */
function keyed(items, key) {
  const seen = new Map();
  return items.map((item) => {
    const k = key(item);
    const n = (seen.get(k) ?? 0) + 1;
    seen.set(k, n);
    return { ...item, key: `${k}#${n}` };
  });
}

/** Connects what can be pressed. */
export function start({ send, press, add, sound, soundOn }) {
  startCompose(send);
  for (const what of ["answer", "decline", "voicemail"]) {
    $(what).addEventListener("click", () => press(what));
  }
  startSound(sound, soundOn);
  startDialog(add);
  for (const button of document.querySelectorAll(".views button")) {
    button.addEventListener("click", () => show(button.dataset.view));
  }
}

function startCompose(send) {
  const submit = () => {
    const words = $("text").value.trim();
    if (words && !$("send").disabled) send(words);
  };
  $("compose").addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  $("text").addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    submit();
  });
  $("text").addEventListener("input", () => {
    measure();
    trouble("");
  });
  for (const words of EXAMPLES) {
    const button = make("button", { text: words, type: "button" });
    button.addEventListener("click", () => {
      draft(words);
      $("text").focus();
    });
    $("examples").append(make("li", {}, button));
  }
}

function startSound(sound, on) {
  const button = $("sound");
  const paint = () => {
    button.setAttribute("aria-pressed", String(on));
    button.title = on ? "Rings and speaks aloud" : "Rings and speaks silently";
  };
  button.addEventListener("click", () => {
    on = !on;
    paint();
    sound(on);
  });
  paint();
}

function startDialog(add) {
  const dialog = $("dialog");
  $("add").addEventListener("click", () => {
    $("new-number").value = "";
    $("new-trouble").textContent = "";
    dialog.showModal();
  });
  $("new-cancel").addEventListener("click", () => dialog.close());
  $("new").addEventListener("submit", (event) => {
    event.preventDefault();
    const trouble = add($("new-number").value);
    $("new-trouble").textContent = trouble;
    if (!trouble) {
      dialog.close();
      $("text").focus();
    }
  });
  for (const number of IDEAS) {
    const button = make("button", { text: format.phone(number), type: "button" });
    button.addEventListener("click", () => {
      $("new-number").value = number;
      $("new-number").focus();
    });
    $("ideas").append(button);
  }
}

/** On a narrow screen: which of the three views is seen. */
function show(name) {
  document.body.dataset.view = name;
  for (const button of document.querySelectorAll(".views button")) {
    button.setAttribute("aria-current", String(button.dataset.view === name));
  }
  // What is not seen cannot be scrolled, so a list is taken to its newest line when it appears.
  for (const list of [$("scroll"), $("story").parentElement]) list.scrollTop = list.scrollHeight;
}

/** What is typed; sets it when given. */
export function draft(words) {
  if (words === undefined) return $("text").value;
  $("text").value = words;
  measure();
  return words;
}

/** The box grows with what is typed; the count appears when it matters. */
function measure() {
  const box = $("text");
  box.style.height = "auto";
  box.style.height = `${box.scrollHeight + 2}px`;
  box.classList.toggle("long", box.scrollHeight > box.clientHeight + 2);
  const n = box.value.length;
  $("count").hidden = n < COUNT_FROM;
  $("count").textContent = `${n} of ${TEXT_MAX}`;
}

/** While a text is on its way it is not sent again. */
export function sending(yes) {
  $("send").disabled = yes;
}

/** A sentence under the text box. */
export function trouble(sentence) {
  if ($("trouble").textContent !== sentence) $("trouble").textContent = sentence;
}

/** A sentence in the call. */
export function callTrouble(sentence) {
  $("call-trouble").textContent = sentence;
}

/** Whether the stack is there, and its addresses. */
export function link({ link, stack, own }) {
  const words = {
    waiting: "Connecting",
    live: "Live",
    away: "The stack is away. Trying again",
  }[link];
  const label = $("link");
  label.dataset.state = link;
  if (label.textContent !== words) label.textContent = words;
  document.body.classList.toggle("away", link === "away");
  $("own").textContent = format.phone(own);
  if (!stack) return;
  $("number").textContent = format.phone(stack.number);
  $("stack").textContent = `AWS endpoint ${stack.aws_endpoint} · ${stack.region} · any credentials`;
}

/** The phones to choose from. */
export function phones(list, pick) {
  const items = list.map((phone) => ({ ...phone, key: phone.number }));
  reconcile($("phones"), items, ({ number, ringing, own }) => {
    const button = make("button", {
      type: "button",
      cls: ringing ? "ringing" : "",
      "aria-current": String(own),
      text: format.phone(number),
    });
    if (ringing) button.append(make("span", { cls: "hidden", text: ", ringing" }));
    button.addEventListener("click", () => pick(number));
    return make("li", {}, button);
  });
  const other = list.find((phone) => phone.ringing && !phone.own);
  const words = other ? `${format.phone(other.number)} rings.` : "";
  if ($("say").textContent !== words) $("say").textContent = words;
}

/** Messages and calls in the order in which they happened, with the days between. */
export function thread({ own, messages, calls }) {
  const events = keyed(
    [
      ...messages.map((m) => ({ ...m, kind: m.from === own ? "sent" : "got" })),
      // A call that found the phone busy never rang.
      ...calls.map((c) => ({ ...c, at: c.rang_at ?? c.ended_at, kind: "call" })),
    ].sort((a, b) => new Date(a.at) - new Date(b.at)),
    (e) => `${e.kind} ${e.at} ${e.id ?? e.text}`,
  );
  const now = new Date();
  const items = [];
  let today = "";
  for (const event of events) {
    const at = new Date(event.at);
    if (format.dayKey(at) !== today) {
      today = format.dayKey(at);
      items.push({ key: `day ${today}`, kind: "day", words: format.dayName(at, now) });
    }
    items.push(event);
  }
  const box = $("scroll");
  const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 60;
  const before = $("thread").lastElementChild?.dataset.key;
  reconcile($("thread"), items, drawEvent);
  $("empty").hidden = items.length > 0;
  if (atEnd || before === undefined || items.at(-1)?.kind === "sent") {
    box.scrollTop = box.scrollHeight;
  }
}

function drawEvent(item) {
  if (item.kind === "day") return make("li", { cls: "day", text: item.words });
  const at = new Date(item.at);
  if (item.kind === "call") return drawCall(item, at);
  return make(
    "li",
    { cls: item.kind },
    make("span", { cls: "hidden", text: item.kind === "sent" ? "You: " : "Ringback: " }),
    make("p", { text: item.text, dir: "auto" }),
    time(at, format.clockMinute(at)),
  );
}

function drawCall(call, at) {
  let words = CALL_WORDS[call.state] ?? call.state;
  if (call.answered_at && call.ended_at) {
    words += `, ${format.length(new Date(call.ended_at) - new Date(call.answered_at))}`;
  }
  const row = make("li", { cls: `rang ${call.state}` });
  row.append(
    make("strong", { text: "Called you" }),
    time(at, format.clockSecond(at)),
    make("span", { cls: "outcome", text: words }),
  );
  return row;
}

/** The call over the screen: ringing, or being spoken. */
export function call(call, number) {
  const box = $("call");
  const was = box.hidden ? "" : box.dataset.state;
  const is = call ? `${call.id} ${call.state}` : "";
  $("screen").inert = Boolean(call);
  document.title = call?.state === "ringing" ? "Ringing · Ringback" : "Ringback";
  if (was === is) return;
  box.hidden = !call;
  box.dataset.state = is;
  if (!call) {
    if (box.dataset.focus === "text") $("text").focus({ preventScroll: true });
    return;
  }
  const rings = call.state === "ringing";
  if (!was) box.dataset.focus = document.activeElement?.id ?? "";
  box.classList.toggle("rings", rings);
  $("call-number").textContent = format.phone(number);
  $("call-keys").hidden = !rings;
  $("call-words").textContent = rings ? "" : call.text;
  callTrouble("");
  clock(call);
  if (rings) show("phone");
  // The box and not a button: who is typing must not answer by the next space.
  box.focus({ preventScroll: true });
}

/** The clock of the phone, and the length of the call. */
export function clock(call) {
  const now = new Date();
  $("clock").textContent = format.clockSecond(now);
  $("clock").dateTime = now.toISOString();
  const state = $("call-state");
  if (call?.state === "ringing") state.textContent = "is calling";
  else if (call) state.textContent = format.length(now - new Date(call.answered_at));
}

/** Calls `act` at each full second. */
export function tick(act) {
  act();
  setTimeout(() => tick(act), 1000 - (Date.now() % 1000));
}

/** The number at the end of a reminder's id. */
const ordinal = (reminder) => /-(\d+)$/.exec(reminder)?.[1] ?? reminder;

/** The road of each request, step by step. */
export function story({ story, reminder }, choose) {
  const reminders = [...new Set(story.map((line) => line.reminder).filter(Boolean))];
  filter(reminders, reminder, choose);
  const lines = reminder ? story.filter((line) => line.reminder === reminder) : story;
  // Since the step before of the same reminder: others in between say nothing about its road.
  const last = new Map();
  const items = keyed(
    lines.map(({ at, what, detail, reminder: of }) => {
      const instant = new Date(at).getTime();
      const gap = format.since(instant - last.get(of));
      last.set(of, instant);
      return { at, what, detail, gap, of: !reminder && reminders.length > 1 ? of : null };
    }),
    (line) => `${line.at} ${line.what}`,
  );
  $("no-story").hidden = items.length > 0;
  const box = $("story").parentElement;
  const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 60;
  reconcile($("story"), items, drawStep);
  if (atEnd) box.scrollTop = box.scrollHeight;
}

function drawStep({ at, what, detail, gap, of }) {
  const instant = new Date(at);
  const step = make("li", {}, time(instant, format.clockSecond(instant)));
  const words = make("div", {}, make("strong", { text: what }));
  if (of) words.append(make("span", { cls: "of", text: `Reminder ${ordinal(of)}` }));
  if (gap) words.append(make("span", { cls: "gap", text: gap }));
  if (detail) words.append(make("p", { text: detail, dir: "auto" }));
  step.append(words);
  return step;
}

function filter(reminders, chosen, choose) {
  $("filter").hidden = reminders.length < 2;
  const items = [null, ...reminders].map((reminder) => ({
    key: reminder ?? "",
    words: reminder ? `Reminder ${ordinal(reminder)}` : "All",
    on: reminder === chosen,
  }));
  reconcile($("filter"), items, ({ key, words, on }) => {
    const button = make("button", { type: "button", text: words, "aria-pressed": String(on) });
    button.addEventListener("click", () => choose(key || null));
    return button;
  });
}

/** What was charged, and the sum of it. */
export function bill(charges) {
  const sums = new Map();
  for (const { currency, amount_micros } of charges) {
    sums.set(currency, (sums.get(currency) ?? 0) + amount_micros);
  }
  const total = [...sums].map(([currency, sum]) => format.money(sum, currency)).join(" + ");
  if ($("total").textContent !== total) $("total").textContent = total;
  $("no-bill").hidden = charges.length > 0;
  // The newest on top: nobody scrolls a bill to see what was just charged.
  const items = keyed(charges, (charge) => charge.charge_id).reverse();
  reconcile($("charges"), items, (charge) => {
    const at = new Date(charge.at);
    return make(
      "li",
      { title: charge.charge_id },
      make("span", { cls: "what", text: CHARGE_WORDS[charge.kind] ?? charge.kind }),
      time(at, `${format.dayName(at, new Date())} ${format.clockMinute(at)}`),
      make("span", { cls: "sum", text: format.money(charge.amount_micros, charge.currency) }),
    );
  });
}
