// The phone page: what is shown, what was pressed, and when to look again.

import * as api from "./api.js";
import { cleanPhone } from "./format.js";
import { recall, remember } from "./memory.js";
import * as sound from "./sound.js";
import * as view from "./view.js";

// A number of the range that is kept for fiction, so that nobody's real phone is on the page at first sight.
const FIRST_PHONE = "+12065550123";
// More than these do not fit beside each other; the newest are shown, and those that were added here.
const PHONES_SHOWN = 8;

const state = {
  /** `waiting` at first, then `live` or `away`. */
  link: "waiting",
  /** What `/api/stack` said. */
  stack: null,
  /** The phone in hand. */
  own: recall("own", FIRST_PHONE),
  /** Phones added on this page. */
  added: recall("phones", [FIRST_PHONE]),
  /** All phones that the carrier knows, with whether they ring: `{number, ringing}`. */
  known: [],
  messages: [],
  calls: [],
  charges: [],
  story: [],
  /** The reminder whose road is shown; all of them if null. */
  reminder: null,
  /** Drafts by phone: changing phones does not lose what was typed. */
  drafts: new Map(),
};

/** The call that has this phone's attention: one that rings, or one that is being spoken. */
function currentCall() {
  return (
    state.calls.findLast((call) => call.state === "ringing") ??
    state.calls.findLast((call) => call.state === "answered" && call.ended_at === null)
  );
}

/** The phones to show: those added here and the newest that the carrier knows, and always the one in hand. */
function phones() {
  const ringing = new Set(state.known.filter((p) => p.ringing).map((p) => p.number));
  const numbers = new Set([state.own, ...state.added, ...ringing]);
  for (const { number } of state.known) {
    if (numbers.size < PHONES_SHOWN) numbers.add(number);
  }
  const order = [...new Set([...state.added, ...numbers])];
  return order.map((number) => ({ number, ringing: ringing.has(number), own: number === state.own }));
}

function show() {
  const call = currentCall();
  view.link(state);
  view.phones(phones(), pick);
  view.thread(state);
  view.call(call, state.stack?.number ?? "");
  view.story(state, (reminder) => {
    state.reminder = reminder;
    show();
  });
  view.bill(state.charges);
  if (call?.state === "ringing" || state.known.some((p) => p.ringing)) sound.ring();
  else sound.stop();
  if (!call) sound.hush();
}

let looking = false;
let again = false;

/** Looks at the phone in hand. While one look is under way, any number of wishes make one more. */
async function look() {
  if (looking) {
    again = true;
    return;
  }
  looking = true;
  do {
    again = false;
    const own = state.own;
    try {
      state.stack ??= await api.stack();
      const [thread, story] = await Promise.all([api.thread(own), api.story(own)]);
      if (own !== state.own) {
        again = true;
        continue;
      }
      Object.assign(state, thread, { story, link: "live" });
    } catch (error) {
      // That the stack is away is said at the top of the page already.
      if (state.link === "live") view.trouble(error.message);
    }
    show();
  } while (again);
  looking = false;
}

let unlisten = () => {};

/** Is told from now on of what changes for the phone in hand. */
function listen() {
  unlisten();
  unlisten = api.listen(state.own, {
    live() {
      // It may be another stack than before, on other data.
      state.stack = null;
      state.link = "live";
      view.trouble("");
      look();
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
      if (number === state.own) look();
    },
  });
}

/** Takes another phone in hand. */
function pick(number) {
  if (number === state.own) return;
  state.drafts.set(state.own, view.draft());
  Object.assign(state, {
    own: number, messages: [], calls: [], charges: [], story: [], reminder: null,
  });
  view.draft(state.drafts.get(number) ?? "");
  view.trouble("");
  remember("own", number);
  listen();
  show();
  look();
}

async function send(words) {
  view.sending(true);
  try {
    await api.text(state.own, words);
    view.draft("");
    view.trouble("");
  } catch (error) {
    view.trouble(error.message);
  }
  view.sending(false);
  look();
}

async function press(what) {
  const call = currentCall();
  if (!call) return;
  view.callTrouble("");
  // The browser lets a page speak only in the moment of a press.
  if (what === "answer") sound.speak(call.text);
  try {
    await api.press(call.id, what);
  } catch (error) {
    sound.hush();
    view.callTrouble(error.message);
  }
  look();
}

function add(typed) {
  const number = cleanPhone(typed);
  if (!number) return "Write it with its country code, such as +919876543210.";
  if (!state.added.includes(number)) state.added.push(number);
  remember("phones", state.added);
  pick(number);
  show();
  return "";
}

view.start({
  send,
  press,
  add,
  sound(on) {
    sound.want(on);
    show();
  },
  soundOn: sound.wanted(),
});
view.tick(() => view.clock(currentCall()));
listen();
show();
look();
