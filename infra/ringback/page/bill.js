// The bill of one phone, and what all phones on the page come to.

import { keyed, make, reconcile, say, time } from "./dom.js";
import * as format from "./format.js";

const CHARGE_WORDS = { sms: "SMS", answered_call: "Answered call", credit: "Credit" };

const $ = (id) => document.getElementById(id);

/** The sums of charges, one for each currency. */
export function sums(charges) {
  const sums = new Map();
  for (const { currency, amount_micros } of charges) {
    sums.set(currency, (sums.get(currency) ?? 0) + amount_micros);
  }
  return [...sums].map(([currency, sum]) => format.money(sum, currency)).join(" + ");
}

/** Draws the bill of one phone; `all` are the charges of all of them. */
export function show({ charges, zone }, all, phones, now) {
  say($("total"), sums(charges));
  $("no-bill").hidden = charges.length > 0;
  say($("all-total"), phones > 1 && all.length ? `All ${phones} phones here: ${sums(all)}` : "");
  const day = format.dayName;
  // The newest on top: nobody scrolls a bill to see what was just charged.
  const items = keyed(charges, (charge) => charge.charge_id).reverse();
  reconcile($("charges"), items, (charge) => {
    const at = new Date(charge.at);
    return make(
      "li",
      { title: charge.charge_id },
      make("span", { cls: "what", text: CHARGE_WORDS[charge.kind] ?? charge.kind }),
      time(at, `${day(at, now, zone)} ${format.clockMinute(at, zone)}`),
      make("span", { cls: "sum", text: format.money(charge.amount_micros, charge.currency) }),
    );
  });
}
