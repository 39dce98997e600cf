// The road of one phone's requests: what was decided, by which function, out of which queue, and when.

import { atEnd, button, keyed, make, reconcile, time } from "./dom.js";
import * as format from "./format.js";

// A step is written by the function that has the message then; clocks are read a moment apart.
const SLACK_MS = 20;
// Steps that only one function writes, whoever else is at work then. Nobody writes a text but its sender.
const AUTHORS = {
  text: null,
  decided: "inbound-sms",
  accepted: "inbound-sms",
  calling: "place-callback",
  sent: "send-sms",
  could_not_tell: "send-sms",
  charged: "record-charge",
};

const $ = (id) => document.getElementById(id);

/** The number at the end of a reminder's id. */
const ordinal = (reminder) => /-(\d+)$/.exec(reminder)?.[1] ?? reminder;

const millis = (at) => new Date(at).getTime();

/** From when to when a function had a message. */
const span = (hop) => [millis(hop.at), millis(hop.at) + (hop.took_ms ?? 0)];

/** The function that wrote a step down: the one that had a message of this phone then. */
function author(line, hops) {
  const at = millis(line.at);
  const only = AUTHORS[line.what];
  if (only === null) return undefined;
  // Of several at work the one that began last: the others wait for their own answers.
  return hops.findLast((hop) => {
    // A text means what it means at the time at which it was sent.
    const early = hop.queue === "inbound-sms" ? hop.waited_ms ?? 0 : 0;
    const [from, to] = span(hop);
    const about = !hop.reminder || !line.reminder || hop.reminder === line.reminder;
    const may = only === undefined || hop.function === only;
    return about && may && from - early - SLACK_MS <= at && at <= to + SLACK_MS;
  })?.function;
}

/** Whether a text's own hop made the reminder: a reminder's first step bears the time of its text. */
function began(hop, reminder, story) {
  if (hop.queue !== "inbound-sms") return false;
  const first = story.find((line) => line.reminder === reminder);
  const [from, to] = span(hop);
  const at = first && millis(first.at);
  return first && from - (hop.waited_ms ?? 0) - SLACK_MS <= at && at <= to + SLACK_MS;
}

/** The steps and the hops of a reminder, or of all of them, in order. */
export function steps(story, road, reminder) {
  const lines = reminder ? story.filter((line) => line.reminder === reminder) : story;
  const hops = reminder
    ? road.filter((hop) => hop.reminder === reminder || began(hop, reminder, story))
    : road;
  const all = [
    ...hops.map((hop) => ({ ...hop, kind: "hop" })),
    ...lines.map((line) => ({ ...line, kind: "step", by: author(line, road) })),
  ];
  // Of two at one instant the message comes before what was made of it.
  return all.sort((a, b) => millis(a.at) - millis(b.at) || (a.kind === "hop" ? -1 : 1));
}

/** Draws it; `choose(reminder)` when another one is picked. */
export function show({ story, road, zone }, reminder, choose) {
  const reminders = [...new Set(story.map((line) => line.reminder).filter(Boolean))];
  filter(reminders, reminder, choose);
  const several = !reminder && reminders.length > 1;
  // Since the step before of the same reminder: others in between say nothing about its road.
  const last = new Map();
  const items = keyed(
    steps(story, road, reminder).map((step) => {
      const of = several ? step.reminder : null;
      if (step.kind === "hop") return { ...step, of, zone };
      const gap = format.since(millis(step.at) - last.get(step.reminder));
      last.set(step.reminder, millis(step.at));
      return { ...step, gap, of, zone };
    }),
    (step) => `${step.at} ${step.what ?? step.message_id}`,
  );
  $("no-story").hidden = items.length > 0;
  const box = $("view-road");
  const end = atEnd(box);
  reconcile($("story"), items, (item) => (item.kind === "hop" ? drawHop(item) : drawStep(item)));
  if (end) box.scrollTop = box.scrollHeight;
}

function tag(of) {
  return of && make("span", { cls: "of", text: `Reminder ${ordinal(of)}` });
}

function drawStep({ at, what, detail, gap, of, by, zone }) {
  const instant = new Date(at);
  return make(
    "li",
    { cls: "step" },
    time(instant, format.clockSecond(instant, zone)),
    make(
      "div",
      {},
      make("strong", { text: what.replaceAll("_", " ") }),
      tag(of),
      by && make("span", { cls: "by", text: by }),
      gap && make("span", { cls: "gap", text: gap }),
      detail && make("p", { text: detail, dir: "auto" }),
    ),
  );
}

function drawHop(hop) {
  const instant = new Date(hop.at);
  const took = hop.took_ms === null ? "at work" : `took ${format.span(hop.took_ms)}`;
  const facts = [hop.waited_ms === null ? "" : `waited ${format.span(hop.waited_ms)}`, took];
  if (hop.delivery > 1) facts.push(`delivery ${hop.delivery}`);
  return make(
    "li",
    { cls: hop.failed ? "hop failed" : "hop", title: `message ${hop.message_id}` },
    time(instant, format.clockSecond(instant, hop.zone)),
    make(
      "div",
      {},
      make("code", { text: hop.queue }),
      make("span", { cls: "arrow", text: " → " }),
      make("code", { text: hop.function }),
      tag(hop.of),
      make("span", { cls: "gap", text: facts.filter(Boolean).join(", ") }),
      hop.failed && make("p", { text: `Not done: ${hop.failed}. It comes again.` }),
    ),
  );
}

function filter(reminders, chosen, choose) {
  $("filter").hidden = reminders.length < 1;
  const items = [null, ...reminders].map((reminder) => ({
    key: reminder ?? "",
    words: reminder ? `Reminder ${ordinal(reminder)}` : "All",
    on: reminder === chosen,
  }));
  reconcile($("filter"), items, ({ key, words, on }) =>
    button(words, () => choose(key || null), { "aria-pressed": String(on) }));
}
