// The phone page: what is shown, what was pressed, and when to look again.

import * as api from "./api.js";
import * as bill from "./bill.js";
import * as faults from "./faults.js";
import * as format from "./format.js";
import { recall, remember } from "./memory.js";
import { PhoneView } from "./phone.js";
import * as road from "./road.js";
import * as sound from "./sound.js";
import * as view from "./view.js";

// Numbers of ranges that are kept for fiction, so that nobody's real phone is on the page at first sight.
const FIRST_PHONES = ["+12065550123", "+447700900123"];
// More do not fit beside each other, and each has a key of its own.
const PHONES_MAX = 6;

const state = {
  /** `waiting` at first, then `live` or `away`. */
  link: "waiting",
  /** What `/api/stack` said. */
  stack: null,
  /** How far the stack's clock is ahead of this one, in milliseconds. */
  ahead: 0,
  /** The phones on the page, by number, in the order in which they were added. */
  phones: new Map(),
  /** The one whose road and bill are shown. */
  own: "",
  /** All phones that the carrier knows, with whether they ring: `{number, ringing}`. */
  known: [],
  machine: { functions: [], queues: [] },
  faults: { faults: [], noticed: [], recovering: false },
};

/** The time of the stack. */
const now = () => new Date(Date.now() + state.ahead);

const own = () => state.phones.get(state.own);

/** The call that has a phone's attention: one that rings, or one that is being spoken. */
function currentCall({ calls }) {
  return (
    calls.findLast((call) => call.state === "ringing") ??
    calls.findLast((call) => call.state === "answered" && call.ended_at === null)
  );
}

function showPhone(phone) {
  phone.view.show(phone, currentCall(phone), state.stack?.number, now());
  phone.view.picked(phone.number === state.own);
}

function show() {
  const phones = [...state.phones.values()];
  const calls = phones.map((phone) => [phone, currentCall(phone)]);
  const ringing = calls.filter(([, call]) => call?.state === "ringing").map(([phone]) => phone.number);
  view.link(state);
  view.strip(phones.map(({ number }) => number), state.own, ringing, hold);
  view.ringing(ringing, [...state.phones.keys()]);
  for (const phone of phones) showPhone(phone);
  road.show(own(), own().reminder, (reminder) => {
    own().reminder = reminder;
    show();
  });
  bill.show(own(), phones.flatMap(({ charges }) => charges), phones.length, now());
  view.of(state.own);
  if (ringing.length) sound.ring();
  else sound.stop();
  if (!calls.some(([, call]) => call)) sound.hush();
}

/** Calls `act` at once, and once more if it was asked for meanwhile: never twice at a time. */
function oneAtATime(act) {
  let under_way = false;
  let again = false;
  return async () => {
    if (under_way) {
      again = true;
      return;
    }
    under_way = true;
    do {
      again = false;
      try {
        await act();
      } catch (error) {
        // That the stack is away is said at the top of the page already.
        if (state.link === "live") view.trouble(error.message);
      }
    } while (again);
    under_way = false;
  };
}

/** Looks at where everything is, and what time it is there. */
const lookAtStack = oneAtATime(async () => {
  state.stack = await api.stack();
  state.ahead = Date.parse(state.stack.now) - Date.now();
  show();
});

/** Looks at the functions and at what is broken. */
const lookAtMachine = oneAtATime(async () => {
  [state.machine, state.faults] = await Promise.all([api.machine(), api.faults()]);
  showFaults();
});

function showFaults() {
  faults.show(state.faults, state.machine, setFault, now());
}

async function setFault(name, wish) {
  view.faultTrouble("");
  try {
    state.faults = await api.setFault(name, wish);
    showFaults();
  } catch (error) {
    view.faultTrouble(error.message);
  }
  lookAtMachine();
}

/** Puts a phone on the page. */
function put(number) {
  const phone = {
    number, messages: [], calls: [], charges: [], story: [], road: [],
    country: null, zone: null, reminder: null,
  };
  phone.view = new PhoneView(number, {
    send: (words) => send(phone, words),
    press: (what) => press(phone, what),
    pick: () => pick(number),
    remove: () => remove(number),
  });
  // A phone asks for nothing but what is its own.
  phone.look = oneAtATime(async () => {
    const [thread, story, hops] =
      await Promise.all([api.thread(number), api.story(number), api.road(number)]);
    if (!state.phones.has(number)) return;
    Object.assign(phone, thread, { story, road: hops });
    state.link = "live";
    show();
  });
  state.phones.set(number, phone);
  view.put(phone.view);
  return phone;
}

function keepPhones() {
  remember("phones", [...state.phones.keys()]);
  view.canAdd(state.phones.size < PHONES_MAX);
}

let unlisten = () => {};

/** Is told from now on of what changes for the phones on the page. */
function listen() {
  unlisten();
  unlisten = api.listen([...state.phones.keys()], {
    live() {
      state.link = "live";
      view.trouble("");
      // It may be another stack than before, on other data.
      lookAtStack();
      lookAtMachine();
      for (const phone of state.phones.values()) phone.look();
    },
    away() {
      state.link = "away";
      state.known = [];
      show();
    },
    phones(list) {
      state.known = list;
      show();
    },
    phone(number) {
      state.phones.get(number)?.look();
    },
    machine: lookAtMachine,
  });
}

/** Shows the road and the bill of another phone. */
function pick(number) {
  if (number === state.own || !state.phones.has(number)) return;
  state.own = number;
  remember("own", number);
  show();
}

/** Takes a phone in hand. */
function hold(number) {
  pick(number);
  view.turn("phones");
  own().view.focus();
}

function remove(number) {
  if (state.phones.size < 2) return;
  state.phones.get(number).view.node.remove();
  state.phones.delete(number);
  if (state.own === number) state.own = state.phones.keys().next().value;
  keepPhones();
  listen();
  show();
  own().view.focus();
}

async function send(phone, words) {
  phone.view.sending(true);
  try {
    await api.text(phone.number, words);
    phone.view.draft("");
    phone.view.trouble("");
  } catch (error) {
    phone.view.trouble(error.message);
  }
  phone.view.sending(false);
  phone.look();
}

async function press(phone, what) {
  const call = currentCall(phone);
  if (!call) return;
  phone.view.callTrouble("");
  // The browser lets a page speak only in the moment of a press.
  if (what === "answer") sound.speak(call.text, call.language);
  try {
    await api.press(call.id, what);
  } catch (error) {
    sound.hush();
    phone.view.callTrouble(error.message);
  }
  phone.look();
}

/** Adds a phone by what was typed; a sentence if that is not possible. */
function add(typed) {
  const number = format.cleanPhone(typed);
  if (!number) return "Write it with its country code, such as +919876543210.";
  if (!state.phones.has(number)) {
    if (state.phones.size >= PHONES_MAX) return `There is room for ${PHONES_MAX} phones. Remove one first.`;
    put(number);
    keepPhones();
    listen();
    state.phones.get(number).look();
  }
  pick(number);
  show();
  return "";
}

/** Numbers that could be added: those that the carrier knows and that are not here. */
const others = () => state.known.map(({ number }) => number).filter((it) => !state.phones.has(it));

const kept = recall("phones", FIRST_PHONES).filter((it) => format.cleanPhone(it)).slice(0, PHONES_MAX);
for (const number of kept.length ? kept : FIRST_PHONES) put(number);
state.own = recall("own", "");
if (!state.phones.has(state.own)) state.own = state.phones.keys().next().value;

view.start({
  add,
  others,
  hold: (n) => {
    const number = [...state.phones.keys()][n];
    if (number) hold(number);
  },
  inHand: () => own().view.focus(),
  sound(on) {
    sound.want(on);
    show();
  },
  soundOn: sound.wanted(),
});
view.tick(() => {
  view.clock(now());
  for (const phone of state.phones.values()) phone.view.tick(currentCall(phone), now());
  faults.tick(now());
});
keepPhones();
listen();
show();
lookAtStack();
lookAtMachine();
for (const phone of state.phones.values()) phone.look();
