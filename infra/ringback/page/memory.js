// What the page remembers between visits. A browser may forbid it; then it remembers nothing.

/** What was remembered under `key`, or `otherwise`. */
export function recall(key, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

/** Remembers `value` under `key`. */
export function remember(key, value) {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // Forbidden or full: the page works without.
  }
}
