// Elements. Whatever comes from outside is written by `textContent` only: a text is never markup.

import * as format from "./format.js";

/** An element with a class, a text, attributes and children. */
export function make(tag, { cls, text, ...attributes } = {}, ...children) {
  const node = document.createElement(tag);
  if (cls) node.className = cls;
  if (text !== undefined) node.textContent = text;
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== null) node.setAttribute(name, value);
  }
  node.append(...children.filter(Boolean));
  return node;
}

/** An instant, with the whole of it as a tooltip. */
export function time(at, words, cls) {
  return make("time", { cls, text: words, title: format.whole(at), datetime: at.toISOString() });
}

/** A button that does `act`. */
export function button(text, act, attributes = {}) {
  const node = make("button", { type: "button", text, ...attributes });
  node.addEventListener("click", act);
  return node;
}

/** Sets a text if it differs: a live region is read out at every change. */
export function say(node, words) {
  if (node.textContent !== words) node.textContent = words;
}

/**
 * Makes the children of `list` be `items`, keeping those that are there already.
 *
 * Rebuilding would make a screen reader read everything again, and lose what is selected.
 */
export function reconcile(list, items, draw) {
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
export function keyed(items, key) {
  const seen = new Map();
  return items.map((item) => {
    const k = key(item);
    const n = (seen.get(k) ?? 0) + 1;
    seen.set(k, n);
    return { ...item, key: `${k}#${n}` };
  });
}

/**
 * Does `change`, and takes those of `boxes` that it makes appear to their newest line.
 *
 * What is not seen cannot be scrolled, so they stood at their oldest.
 */
export function appear(boxes, change) {
  const unseen = [...boxes].filter((box) => !box.clientHeight);
  change();
  for (const box of unseen) box.scrollTop = box.scrollHeight;
}

/** Whether a list is scrolled to its newest line, or nearly. */
export const atEnd = (box) => box.scrollHeight - box.scrollTop - box.clientHeight < 60;
