// One phone: its thread, what is typed into it, and the call over its screen.

import { appear, atEnd, button, keyed, make, reconcile, say, time } from "./dom.js";
import * as format from "./format.js";

const EXAMPLES = [
  "Remind in 2 minutes about tea",
  "Remind tomorrow 9am about the rent",
  "LIST",
  "HELP",
];
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
// Keys in a call, where nothing can be typed.
const CALL_KEYS = { a: "answer", d: "decline", v: "voicemail" };

let made = 0;

/** A phone on the page. `on` has `send(words)`, `press(what)`, `pick()` and `remove()`. */
export class PhoneView {
  constructor(number, on) {
    this.number = number;
    this.called = "";
    const node = document.getElementById("phone-template").content.firstElementChild.cloneNode(true);
    made += 1;
    // What refers to each other by id does so within this phone only.
    for (const part of node.querySelectorAll("[data-id]")) part.id = `${part.dataset.id}-${made}`;
    for (const name of ["for", "aria-labelledby", "aria-describedby"]) {
      for (const part of [node, ...node.querySelectorAll(`[${name}]`)]) {
        const ids = part.getAttribute(name);
        if (ids) part.setAttribute(name, ids.split(" ").map((id) => `${id}-${made}`).join(" "));
      }
    }
    this.node = node;
    this.$ = (name) => node.querySelector(`.${name}`);
    this.$("own").textContent = format.phone(number);
    // The call lies over the number.
    this.$("callee").textContent = format.phone(number);
    this.$("remove").setAttribute("aria-label", `Remove ${format.phone(number)}`);
    this.$("remove").addEventListener("click", on.remove);
    node.addEventListener("focusin", on.pick);
    node.addEventListener("pointerdown", on.pick);
    this.#compose(on.send);
    this.#keys(on.press);
  }

  #compose(send) {
    const [form, box] = [this.$("compose"), this.$("text")];
    const submit = () => {
      const words = box.value.trim();
      if (words && !this.$("send").disabled) send(words);
    };
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      submit();
    });
    box.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      submit();
    });
    box.addEventListener("input", () => {
      this.#measure();
      this.trouble("");
    });
    for (const words of EXAMPLES) {
      const fill = () => {
        this.draft(words);
        this.focus();
      };
      this.$("examples").append(make("li", {}, button(words, fill)));
    }
  }

  #keys(press) {
    for (const what of Object.values(CALL_KEYS)) {
      this.$(what).addEventListener("click", () => press(what));
    }
    this.$("call").addEventListener("keydown", (event) => {
      const what = CALL_KEYS[event.key.toLowerCase()];
      if (!what || event.altKey || event.ctrlKey || event.metaKey) return;
      if (this.$("call").classList.contains("rings")) press(what);
    });
  }

  /** Takes the focus: to the call if there is one, else to where one types. */
  focus() {
    (this.called ? this.$("call") : this.$("text")).focus();
  }

  /** Sets what is typed. */
  draft(words) {
    this.$("text").value = words;
    this.#measure();
  }

  /** The box grows with what is typed; the count appears when it matters. */
  #measure() {
    const box = this.$("text");
    box.style.height = "auto";
    box.style.height = `${box.scrollHeight + 2}px`;
    box.classList.toggle("long", box.scrollHeight > box.clientHeight + 2);
    this.$("count").hidden = box.value.length < COUNT_FROM;
    this.$("count").textContent = `${box.value.length} of ${TEXT_MAX}`;
  }

  /** While a text is on its way it is not sent again. */
  sending(yes) {
    this.$("send").disabled = yes;
  }

  /** A sentence under the text box. */
  trouble(sentence) {
    say(this.$("trouble"), sentence);
  }

  /** A sentence in the call. */
  callTrouble(sentence) {
    say(this.$("call-trouble"), sentence);
  }

  /** Whether this is the phone whose road and bill are shown. */
  picked(yes) {
    appear([this.$("scroll")], () => this.node.classList.toggle("picked", yes));
  }

  /** All that changes: messages and calls, the call of now, the service's number. */
  show({ messages, calls, country, zone }, call, service, now) {
    this.zone = zone;
    const place = [format.country(country), zone?.split("/").at(-1).replaceAll("_", " ")];
    // A country of one zone is often named as it.
    say(this.$("place"), [...new Set(place.filter(Boolean))].join(", "));
    say(this.$("number"), service ? format.phone(service) : "");
    this.#thread(messages, calls, now);
    this.#call(call, service);
    this.tick(call, now);
  }

  /** Messages and calls in the order in which they happened, with the days between. */
  #thread(messages, calls, now) {
    const events = keyed(
      [
        ...messages.map((m) => ({ ...m, kind: m.from === this.number ? "sent" : "got" })),
        // A call that found the phone busy never rang.
        ...calls.map((c) => ({ ...c, at: c.rang_at ?? c.ended_at, kind: "call" })),
      ].sort((a, b) => new Date(a.at) - new Date(b.at)),
      (e) => `${e.kind} ${e.at} ${e.id ?? e.text}`,
    );
    const items = [];
    let today = "";
    for (const event of events) {
      const at = new Date(event.at);
      const day = format.dayKey(at, this.zone);
      if (day !== today) {
        today = day;
        items.push({ key: `day ${day}`, kind: "day", words: format.dayName(at, now, this.zone) });
      }
      items.push({ ...event, zone: this.zone });
    }
    const box = this.$("scroll");
    const end = atEnd(box);
    const before = this.$("thread").lastElementChild?.dataset.key;
    reconcile(this.$("thread"), items, drawEvent);
    this.$("empty").hidden = items.length > 0;
    if (end || before === undefined || items.at(-1)?.kind === "sent") {
      box.scrollTop = box.scrollHeight;
    }
  }

  /** The call over the screen: ringing, or being spoken. */
  #call(call, service) {
    const box = this.$("call");
    const is = call ? `${call.id} ${call.state}` : "";
    if (this.called === is) return;
    const wasIn = this.node.contains(document.activeElement);
    const began = !this.called;
    this.called = is;
    this.$("screen").inert = Boolean(call);
    box.hidden = !call;
    box.classList.toggle("rings", call?.state === "ringing");
    if (!call) {
      if (wasIn) this.$("text").focus({ preventScroll: true });
      return;
    }
    const rings = call.state === "ringing";
    say(this.$("call-number"), service ? format.phone(service) : "");
    this.$("keys").hidden = !rings;
    say(this.$("words"), rings ? "" : call.text);
    this.$("words").lang = call.language ?? "en";
    this.callTrouble("");
    // Whoever is at another phone stays there. The box and not a button: who is typing must not
    // answer by the next space.
    if (wasIn || !began || document.activeElement === document.body) {
      box.focus({ preventScroll: true });
    }
  }

  /** The clock of the phone, and the length of the call. */
  tick(call, now) {
    const clock = this.$("clock");
    clock.textContent = format.clockSecond(now, this.zone);
    clock.dateTime = now.toISOString();
    const state = this.$("call-state");
    if (call?.state === "ringing") say(state, "is calling");
    else if (call) state.textContent = format.length(now - new Date(call.answered_at));
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
    time(at, format.clockMinute(at, item.zone)),
  );
}

function drawCall(call, at) {
  let words = CALL_WORDS[call.state] ?? call.state;
  if (call.answered_at && call.ended_at) {
    words += `, ${format.length(new Date(call.ended_at) - new Date(call.answered_at))}`;
  }
  return make(
    "li",
    { cls: `rang ${call.state}` },
    make("strong", { text: "Called you" }),
    time(at, format.clockSecond(at, call.zone)),
    make("span", { cls: "outcome", text: words }),
  );
}
