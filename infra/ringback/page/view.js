// The page around the phones: its head, the panels beside them, dialogs and keys.

import { appear, button, make, reconcile, say } from "./dom.js";
import * as format from "./format.js";

// One phone each from four countries, for those who have none at hand.
const IDEAS = ["+12065550123", "+447700900123", "+919876543210", "+4915112345678"];
const IDEAS_MAX = 6;
// With Alt and Shift, which neither the browser nor a screen reader takes with a digit: phones are 1 to 6.
const PANEL_KEYS = { 7: "road", 8: "bill", 9: "faults" };

const $ = (id) => document.getElementById(id);

/** Connects what can be pressed. */
export function start({ add, others, hold, inHand, sound, soundOn }) {
  startSound(sound, soundOn);
  startDialog(add, others, inHand);
  startTabs();
  startKeys(hold);
  for (const turner of document.querySelectorAll(".views button")) {
    turner.addEventListener("click", () => turn(turner.dataset.view));
  }
}

function startSound(sound, on) {
  const toggle = $("sound");
  const paint = () => {
    toggle.setAttribute("aria-pressed", String(on));
    toggle.title = on ? "Rings and speaks aloud" : "Rings and speaks silently";
  };
  toggle.addEventListener("click", () => {
    on = !on;
    paint();
    sound(on);
  });
  paint();
}

function startDialog(add, others, inHand) {
  const dialog = $("dialog");
  $("add").addEventListener("click", () => {
    $("new-number").value = "";
    $("new-trouble").textContent = "";
    const ideas = [...new Set([...others(), ...IDEAS])].slice(0, IDEAS_MAX);
    $("ideas").replaceChildren(...ideas.map((number) =>
      button(format.phone(number), () => {
        $("new-number").value = number;
        $("new-number").focus();
      })));
    dialog.showModal();
  });
  $("new-cancel").addEventListener("click", () => dialog.close());
  $("new").addEventListener("submit", (event) => {
    event.preventDefault();
    const trouble = add($("new-number").value);
    say($("new-trouble"), trouble);
    if (trouble) return;
    dialog.close();
    turn("phones");
    inHand();
  });
  $("keys").addEventListener("click", () => $("keys-dialog").showModal());
  $("keys-close").addEventListener("click", () => $("keys-dialog").close());
}

/** The three panels are tabs: arrows move between them, as everywhere. */
function startTabs() {
  const tabs = [...document.querySelectorAll("[role=tab]")];
  for (const [n, tab] of tabs.entries()) {
    tab.addEventListener("click", () => turn(tab.dataset.panel));
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1, Home: -n, End: tabs.length - 1 - n }[event.key];
      if (step === undefined) return;
      event.preventDefault();
      const next = tabs[(n + step + tabs.length) % tabs.length];
      turn(next.dataset.panel);
      next.focus();
    });
  }
}

function startKeys(hold) {
  addEventListener("keydown", (event) => {
    if (!event.altKey || !event.shiftKey || event.ctrlKey || event.metaKey) return;
    const digit = /^Digit([0-9])$/.exec(event.code)?.[1];
    if (digit === undefined || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    if (digit === "0") return $("keys-dialog").showModal();
    const panel = PANEL_KEYS[digit];
    if (!panel) return hold(Number(digit) - 1);
    turn(panel);
    $(`view-${panel}`).focus();
  });
}

/** Shows a panel; on a narrow screen, in place of the phones. `phones` are the phones. */
export function turn(name) {
  const lists = [...document.querySelectorAll(".scroll"), $("view-road")];
  appear(lists, () => open(name));
}

function open(name) {
  document.body.dataset.view = name;
  for (const turner of document.querySelectorAll(".views button")) {
    turner.setAttribute("aria-current", String(turner.dataset.view === name));
  }
  if (name === "phones") return;
  for (const tab of document.querySelectorAll("[role=tab]")) {
    const on = tab.dataset.panel === name;
    tab.setAttribute("aria-selected", String(on));
    tab.tabIndex = on ? 0 : -1;
    $(`view-${tab.dataset.panel}`).hidden = !on;
  }
}

/** Puts a phone behind the others. */
export function put(phone) {
  $("phones").append(phone.node);
}

/** Whether there is room for another phone. */
export function canAdd(yes) {
  $("add").disabled = !yes;
  document.body.classList.toggle("single", $("phones").children.length < 2);
}

/** A sentence about the page as a whole. */
export function trouble(sentence) {
  say($("page-trouble"), sentence);
}

/** A sentence about a switch that could not be thrown. */
export function faultTrouble(sentence) {
  say($("fault-trouble"), sentence);
}

/** Whether the stack is there, and its addresses. */
export function link({ link, stack }) {
  const words = {
    waiting: "Connecting",
    live: "Live",
    away: "The stack is away. Trying again",
  }[link];
  const label = $("link");
  label.dataset.state = link;
  say(label, words);
  document.body.classList.toggle("away", link === "away");
  if (!stack) return;
  say($("stack"), `AWS endpoint ${stack.aws_endpoint} · ${stack.region} · any credentials`);
}

/** On a narrow screen: which phone is seen. */
export function strip(numbers, own, ringing, hold) {
  const items = numbers.map((number) => ({
    key: number, number, own: number === own, rings: ringing.includes(number),
  }));
  reconcile($("strip"), items, ({ number, own, rings }) => {
    const turner = button(format.phone(number), () => hold(number), {
      cls: rings ? "ringing" : "", "aria-current": String(own),
    });
    if (rings) turner.append(make("span", { cls: "hidden", text: ", ringing" }));
    return make("li", {}, turner);
  });
}

/** Says which phones ring, and how to get there: also to those who look elsewhere. */
export function ringing(numbers, all) {
  const words = numbers.map((number) =>
    `${format.phone(number)} rings. Alt Shift ${all.indexOf(number) + 1} goes there.`);
  say($("say"), words.join(" "));
  // On a narrow screen the phones may be out of sight.
  $("turn-phones").classList.toggle("ringing", numbers.length > 0);
  say($("turn-ringing"), numbers.length ? ", ringing" : "");
  document.title = numbers.length ? "Ringing · Ringback" : "Ringback";
}

/** Whose road and bill are shown. */
export function of(number) {
  for (const label of document.querySelectorAll(".of-phone")) say(label, format.phone(number));
}

/** The clock of the service. */
export function clock(now) {
  $("clock").textContent = format.clockSecond(now, "UTC");
  $("clock").dateTime = now.toISOString();
}

/** Calls `act` at each full second. */
export function tick(act) {
  act();
  setTimeout(() => tick(act), 1000 - (Date.now() % 1000));
}
