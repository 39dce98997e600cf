// Switches that break something for a while, what the functions do meanwhile, and what was noticed.

import { button, keyed, make, reconcile, say, time } from "./dom.js";
import * as format from "./format.js";

// How long something may stay broken, in seconds.
const SPANS = [[15, "15 s"], [60, "1 min"], [300, "5 min"], [900, "15 min"]];
const SPAN_DEFAULT = 60;
// How long the banner tells that all is well again.
const HEALED_MS = 20_000;

const $ = (id) => document.getElementById(id);

let timed = [];

/** What is on, over all switches. */
const on = (faults) => faults.flatMap(({ name, on }) => on.map((it) => ({ ...it, name })));

/** Draws switches, functions and what was noticed; `set(name, wish)` when one is thrown. */
export function show({ faults, noticed, recovering }, machine, set, now) {
  reconcile($("switches"), faults.map(({ name, title, sentence, kind, targets }) =>
    ({ key: name, name, title, sentence, kind, targets })), (item) => drawSwitch(item, set));
  const broken = on(faults);
  for (const row of $("switches").children) {
    const of = broken.filter((it) => it.name === row.dataset.key);
    row.classList.toggle("on", of.length > 0);
    reconcile(row.querySelector(".is-on"), of.map((it) => ({ ...it, key: it.target ?? "" })),
      (it) => drawOn(it, set));
  }
  functions(machine, now);
  say($("recovering"), recovering ? "Recovering: something is still owed, and comes again." : "");
  $("nothing-noticed").hidden = noticed.length > 0;
  const lines = keyed(noticed, (it) => `${it.at} ${it.what}`).reverse();
  reconcile($("noticed"), lines, ({ at, kind, what }) => {
    const instant = new Date(at);
    return make("li", { cls: kind }, time(instant, format.clockSecond(instant, "UTC")), make("p", { text: what }));
  });
  banner(broken, noticed, recovering, set, now);
  timed = [...document.querySelectorAll("[data-until]")];
  tick(now);
}

function drawSwitch({ name, title, sentence, kind, targets }, set) {
  const id = `switch-${name}`;
  const target = targets.length > 0 && select(`${title}: which`, targets.map((it) => [it, it]));
  const seconds = kind !== "moment" && select(`${title}: for how long`, SPANS, SPAN_DEFAULT);
  const act = () => set(name, {
    on: true,
    ...(target ? { target: target.value } : {}),
    ...(seconds ? { seconds: Number(seconds.value) } : {}),
  });
  return make(
    "li",
    {},
    make("h3", { id, text: title }),
    make("p", { text: sentence }),
    make("div", { cls: "throw", role: "group", "aria-labelledby": id },
      target, seconds, button(kind === "moment" ? "Kill" : "Break", act, { cls: "danger" })),
    make("ul", { cls: "is-on" }),
  );
}

function select(label, options, chosen) {
  const node = make("select", { "aria-label": label });
  for (const [value, text] of options) {
    node.append(make("option", { value, text, selected: value === chosen ? "" : undefined }));
  }
  return node;
}

function drawOn({ name, target, what, ends_at, hits }, set) {
  const mend = () => set(name, { on: false, ...(target ? { target } : {}) });
  const label = `Mend: ${what}`;
  return make(
    "li",
    {},
    make("span", { text: what }),
    make("span", { cls: "left", "aria-hidden": "true", "data-until": ends_at }),
    hits > 0 && make("span", { cls: "left", "aria-hidden": "true", text: `${hits} times so far` }),
    button("Mend", mend, { cls: "quiet small", "aria-label": label }),
  );
}

/** What waits where, in the order of the road. */
function functions({ functions, queues }, now) {
  const of = new Map(queues.map((queue) => [queue.name, queue]));
  const items = functions.map((it) => ({ ...it, key: it.name, depth: of.get(it.queue) ?? null }));
  reconcile($("functions"), items, ({ name, queue, depth, processes, in_flight, down_until }) => {
    const state = down_until ? "dead" : in_flight > 0 ? "at work" : processes > 0 ? "ready" : "starting";
    const cell = (text, cls) => make("td", { text, cls });
    return make(
      "tr",
      { cls: state.replace(" ", "-") },
      make("th", { scope: "row" }, make("span", { text: name }),
        make("span", { cls: "feeds", text: queue && queue !== name ? `from ${queue}` : queue ? "" : "every minute" })),
      cell(state, "state"),
      cell(depth ? String(depth.waiting) : "", "count"),
      cell(depth ? String(depth.in_flight) : "", "count"),
      cell(depth ? String(depth.delayed) : "", "count"),
      cell(depth ? String(depth.dead) : "", depth?.dead ? "count bad" : "count"),
    );
  });
}

/** Over everything: what is broken now, that it recovers, that it has. */
function banner(broken, noticed, recovering, set, now) {
  const last = noticed.at(-1);
  const healed = !recovering && last?.kind === "healed" && now - new Date(last.at) < HEALED_MS;
  const state = broken.length ? "broken" : recovering ? "recovering" : healed ? "healed" : "";
  const box = $("banner");
  box.hidden = !state;
  box.dataset.state = state;
  const words = {
    broken: "",
    recovering: "It works again. What was refused is on its way once more.",
    healed: last?.what,
  }[state];
  say($("banner-words"), words ?? "");
  reconcile($("banner-list"), broken.map((it) => ({ ...it, hits: 0, key: `${it.name} ${it.target}` })),
    (it) => drawOn(it, set));
}

/** Counts down, and lets what is over go. */
export function tick(now) {
  for (const node of timed) {
    node.textContent = `${format.length(new Date(node.dataset.until) - now)} left`;
  }
  const box = $("banner");
  const last = $("noticed").firstElementChild?.querySelector("time");
  const old = last && now - new Date(last.dateTime) > HEALED_MS;
  if (box.dataset.state === "healed" && old) box.hidden = true;
}
