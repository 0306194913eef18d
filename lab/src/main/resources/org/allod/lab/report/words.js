"use strict";
// Numbers as words, packed columns as numbers, elements by one call.

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_$";

/** The numbers of a packed column (Column.java); null for a gap. */
function unpack(text) {
  const colon = text.indexOf(":");
  const unit = Number(text.slice(0, colon));
  const values = [];
  let known = 0, step = 0, gap = false, at = colon + 1;
  function number() {
    let value = 0, scale = 1;
    for (;;) {
      const digit = DIGITS.indexOf(text[at++]);
      value += (digit & 31) * scale;
      if (digit < 32) return value;
      scale *= 32;
    }
  }
  function put() {
    if (!gap) known += step;
    values.push(gap ? null : known);
  }
  while (at < text.length) {
    const c = text[at];
    if (c === "*") {
      at++;
      for (let times = number(); times > 0; times--) put();
      continue;
    }
    gap = c === "-";
    if (gap) {
      at++;
    } else {
      const coded = number();
      step = (coded % 2 ? -(coded + 1) / 2 : coded / 2) * unit;
    }
    put();
  }
  return values;
}

/** An element with properties, and children that are elements or text: never markup. */
function make(tag, properties, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties || {})) {
    if (name in element && name !== "role") element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children.filter(child => child !== null && child !== undefined));
  return element;
}

const known = x => typeof x === "number";

/** Three digits that count, never an exponent. */
function digits(x) {
  if (x >= 1000) return Math.round(x).toLocaleString("en");
  return x.toFixed(x >= 100 ? 0 : x >= 10 ? 1 : 2);
}

const nanos = x => known(x) ? digits(x) : "–";
const times = x => known(x) ? digits(x) + "×" : "–";
const count = x => known(x) ? x.toLocaleString("en") : "–";

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];

/** Bytes as people say them. */
function bytes(x) {
  if (!known(x)) return "–";
  let unit = 0, value = x;
  while (Math.round(value) >= 1024 && unit < 4) { value /= 1024; unit++; }
  const whole = unit === 0 || value >= 1000 || value === Math.round(value);
  return (whole ? Math.round(value) : digits(value)) + " " + UNITS[unit];
}

/** 12k, 3.4M. */
function short(x) {
  if (x >= 1e6) return +(x / 1e6).toFixed(2) + "M";
  return x >= 1e3 ? +(x / 1e3).toFixed(1) + "k" : String(x);
}

/** The allocators' names, a C library's without its folder and version where that tells it apart. */
function shortNames(names) {
  const cut = names.map(name => name.startsWith("native:")
    ? "native:" + name.slice(7).replace(/^.*\//, "").replace(/\.so[.\d]*$/, "") : name);
  return names.map((name, i) => cut.indexOf(cut[i]) === cut.lastIndexOf(cut[i]) ? cut[i] : name);
}

const many = (n, one, more) => count(n) + " " + (n === 1 ? one : more);

// ---- colours, which depend on light, dark and paper ----

let colours = {};

/** The value of a colour of report.css. */
function colour(name, alpha) {
  const found = colours[name] ||= getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
  return alpha === undefined ? found : found + Math.round(alpha * 255).toString(16).padStart(2, "0");
}

/** Red, green and blue of a colour. */
function rgb(name) {
  const n = parseInt(colour(name).slice(1), 16);
  return [n >> 16 & 255, n >> 8 & 255, n & 255];
}

// ---- the tip that follows the pointer or the keys ----

const tip = document.getElementById("tip");

function showTip(text, x, y) {
  tip.textContent = text;
  tip.hidden = false;
  const box = tip.getBoundingClientRect();
  tip.style.left = Math.max(4, Math.min(x + 14, innerWidth - box.width - 4)) + "px";
  tip.style.top = (y + 18 + box.height > innerHeight ? y - box.height - 10 : y + 18) + "px";
}

function hideTip() {
  tip.hidden = true;
}
