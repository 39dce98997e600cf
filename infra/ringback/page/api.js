// The stack's HTTP interface, as the page uses it. Every refusal is an Error with a sentence for the reader.

// How soon to connect again where the browser has given up.
const AGAIN_MS = 2000;
const AWAY = "The stack does not answer. Is it still running?";

/** Asks the stack; the answer's JSON, or an Error whose message can be shown. */
async function ask(path, init) {
  let response;
  try {
    response = await fetch(path, { ...init, cache: "no-store" });
  } catch {
    throw new Error(AWAY);
  }
  const body = await response.json().catch(() => null);
  if (!response.ok) throw new Error(sentence(body?.error ?? `The stack answered ${response.status}.`));
  return body;
}

/** The stack writes errors as programs do, lower case and without a stop; people read sentences. */
function sentence(error) {
  const text = String(error);
  return text.charAt(0).toUpperCase() + text.slice(1) + (/[.?!]$/.test(text) ? "" : ".");
}

const of = (number) => `/api/phones/${encodeURIComponent(number)}`;
const post = (body) => ({
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body ?? {}),
});

/** Addresses and names of the stack, and its time. */
export const stack = () => ask("/api/stack");
/** Messages, calls and charges of one phone, its country and its zone. */
export const thread = (number) => ask(of(number));
/** What happened to the requests of one phone. */
export const story = (number) => ask(`${of(number)}/story`);
/** Which function was given which message of one phone, and when. */
export const road = (number) => ask(`${of(number)}/road`);
/** Texts the service from that phone. */
export const text = (number, words) => ask(`${of(number)}/sms`, post({ text: words }));
/** `answer`, `decline` or `voicemail`: what the person holding the phone does. */
export const press = (call, what) => ask(`/api/calls/${encodeURIComponent(call)}/${what}`, post());
/** What the functions are doing, and what waits in their queues. */
export const machine = () => ask("/api/machine");
/** What can be broken, what is, and what was noticed. */
export const faults = () => ask("/api/faults");
/** Breaks something for a while, or mends it. */
export const setFault = (name, wish) => ask(`/api/faults/${encodeURIComponent(name)}`, post(wish));

/**
 * Listens for changes of the phones `numbers`, and goes on trying when the stack is away. Returns what ends it.
 *
 * `on.live()` when connected, `on.away()` when not, `on.phones(list)` with all phones that the carrier
 * knows, `on.phone(number)` when something of one of them changed, `on.machine()` when something of the stack did.
 */
export function listen(numbers, on) {
  let events = null;
  let later = null;
  const connect = () => {
    events = new EventSource(`/api/events?phone=${encodeURIComponent(numbers.join(","))}`);
    events.onopen = () => on.live();
    events.addEventListener("phones", (event) => on.phones(JSON.parse(event.data)));
    events.addEventListener("phone", (event) => on.phone(JSON.parse(event.data).number));
    events.addEventListener("machine", () => on.machine());
    events.onerror = () => {
      on.away();
      // A browser goes on by itself unless it was refused; then nobody would try again.
      if (events.readyState === EventSource.CLOSED) later = setTimeout(connect, AGAIN_MS);
    };
  };
  connect();
  return () => {
    clearTimeout(later);
    events.close();
  };
}
