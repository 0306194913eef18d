"use strict";
// Time against memory: one dot an allocator, and the front of those that nothing beats in both.

const HEIGHT = 500;

/** Round numbers from `low` to `high` for a logarithmic axis. */
function logTicks(low, high) {
  const fine = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8];
  const steps = high / low > 30 ? [1] : high / low > 6 ? [1, 2, 5] : fine;
  const ticks = [];
  for (let ten = Math.floor(Math.log10(low)); ten <= Math.log10(high); ten++) {
    for (const step of steps) {
      const tick = step * 10 ** ten;
      if (tick >= low && tick <= high) ticks.push(tick);
    }
  }
  return ticks;
}

/** From the smallest to the largest with `room` at both ends, in parts of the whole. */
function range(values, room) {
  const low = Math.min(...values), high = Math.max(...values);
  const factor = Math.max(1.02, (high / low) ** room);
  return [low / factor, high * factor];
}

/** A logarithmic plane in the SVG: where a point lies, how to add a shape, what is taken. */
function plane(svg, width, xs, ys) {
  const left = 56, right = width - 20, top = 46, bottom = HEIGHT - 54;
  const [x0, x1] = range(xs, 0.14), [y0, y1] = range(ys, 0.1);
  const add = (tag, attributes, text) => {
    const shape = document.createElementNS(svg.namespaceURI, tag);
    for (const [name, value] of Object.entries(attributes)) shape.setAttribute(name, value);
    if (text !== undefined) shape.textContent = text;
    svg.append(shape);
    return shape;
  };
  svg.replaceChildren();
  svg.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
  return {
    width, left, right, top, bottom, x0, x1, y0, y1, add, taken: [],
    px: x => left + (right - left) * Math.log(x / x0) / Math.log(x1 / x0),
    py: y => bottom - (bottom - top) * Math.log(y / y0) / Math.log(y1 / y0),
  };
}

function axes(on, against) {
  const {left, right, top, bottom, px, py, add} = on;
  const vertical = (x, kind) => add("line", {class: kind, x1: px(x), x2: px(x), y1: top, y2: bottom});
  for (const tick of logTicks(on.x0, on.x1)) {
    vertical(tick, against && tick === 1 ? "grid one" : "grid");
    add("text", {class: "tick", x: px(tick), y: bottom + 18, "text-anchor": "middle"},
      +tick.toPrecision(3) + (against ? "×" : ""));
  }
  for (const tick of logTicks(on.y0, on.y1)) {
    const y = py(tick);
    add("line", {class: tick === 1 ? "grid one" : "grid", x1: left, x2: right, y1: y, y2: y});
    add("text", {class: "tick", x: left - 8, y: y + 4, "text-anchor": "end"},
      +tick.toPrecision(3) + "×");
  }
  add("text", {class: "axis", x: right, y: bottom + 40, "text-anchor": "end"},
    against ? "time of an operation against libc’s malloc" : "ns an operation");
  add("text", {class: "axis", x: 2, y: 14}, "peak committed over peak requested");
}

/** Joins those that nothing beats; `placed` is sorted by time. */
function front(on, placed) {
  let lowest = Infinity, before = null, path = "";
  for (const point of placed) {
    point.front = point.whole && point.y < lowest;
    if (!point.front) continue;
    lowest = point.y;
    const x = on.px(point.x), y = on.py(point.y);
    path += before ? `H${x}V${y}` : `M${x} ${y}`;
    if (before) {
      on.taken.push({from: before.x, to: x, up: before.y - 2, down: before.y + 2},
        {from: x - 2, to: x + 2, up: before.y, down: y});
    }
    before = {x, y};
  }
  on.add("path", {class: "front", d: path});
}

/** Writes a name beside a dot, where nothing else is. */
function label(on, x, y, text, kind) {
  const wide = text.length * 7.2 + 6;
  const places = [
    [x + 11, y + 4, "start"], [x - 11, y + 4, "end"], [x, y - 13, "middle"], [x, y + 22, "middle"],
    [x + 8, y - 11, "start"], [x + 8, y + 20, "start"], [x - 8, y - 11, "end"], [x - 8, y + 20, "end"],
    [x, y - 30, "middle"], [x, y + 39, "middle"],
  ];
  const box = ([tx, ty, anchor]) => {
    const from = anchor === "start" ? tx : anchor === "end" ? tx - wide : tx - wide / 2;
    return {from, to: from + wide, up: ty - 12, down: ty + 4};
  };
  const crosses = a => a.from < 4 || a.to > on.width - 4 || on.taken.some(b =>
    a.from < b.to && b.from < a.to && a.up < b.down && b.up < a.down);
  const free = places.find(place => !crosses(box(place))) || places[0];
  on.taken.push(box(free));
  on.add("text", {x: free[0], y: free[1], "text-anchor": free[2], class: kind}, text);
}

/** A dot, or a mark above the plane if the memory is not known, with its name. */
function dot(on, point) {
  const x = on.px(point.x), y = known(point.y) ? on.py(point.y) : on.top - 8;
  const kind = point.whole ? point.front ? "" : " beaten" : " partial";
  const shape = known(point.y) ? on.add("circle", {class: "dot" + kind, cx: x, cy: y, r: 7})
    : on.add("path", {class: "aside", d: `M${x - 6} ${y - 5}h12l-6 9z`});
  const title = document.createElementNS(shape.namespaceURI, "title");
  title.textContent = point.words;
  shape.append(title);
  label(on, x, y, point.name + (point.whole ? "" : " *"), known(point.y) ? "" : "tick");
}

function scatter(place, data) {
  const svg = place.querySelector("svg"), note = place.querySelector("p");
  const against = data.baseline !== null, all = data.traces.length;
  const points = data.summary.map((column, a) => {
    const [x, traces] = against ? column.ratio : column.ns;
    const y = column.memory[0];
    const words = `${data.names[a]}: time ${against ? times(x) : nanos(x) + " ns"}, memory `
      + (known(y) ? times(y) : "not known") + (traces < all ? `, ${traces} of ${all} traces` : "");
    return {name: data.names[a], x, y, whole: traces === all, words};
  }).filter(point => known(point.x));
  const placed = points.filter(point => known(point.y)).sort((a, b) => a.x - b.x || a.y - b.y);
  svg.toggleAttribute("hidden", placed.length === 0);
  if (placed.length === 0) {
    note.textContent = "No allocator has both numbers: there is nothing to draw.";
    return;
  }
  const width = Math.max(320, Math.min(900, place.clientWidth));
  const on = plane(svg, width, points.map(point => point.x), [1, ...placed.map(point => point.y)]);
  axes(on, against);
  front(on, placed);
  for (const point of placed) {
    const x = on.px(point.x), y = on.py(point.y);
    on.taken.push({from: x - 9, to: x + 9, up: y - 9, down: y + 9});
  }
  for (const point of points) dot(on, point);
  svg.setAttribute("aria-label", points.map(point => point.words).join("; "));
  note.textContent = (placed.length < points.length ? "▼ does not tell its memory. " : "")
    + (points.every(point => point.whole) ? ""
      : "* a mean over fewer traces than there are: not comparable, and not on the line.");
}
