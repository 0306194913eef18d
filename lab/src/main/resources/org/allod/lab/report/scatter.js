"use strict";
// Time against memory: one dot an allocator, and the front of those that nothing beats in both.

/** Round numbers from `low` to `high` for a logarithmic axis. */
function logTicks(low, high) {
  const steps = high / low > 30 ? [1] : high / low > 6 ? [1, 2, 5] : [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8];
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

function scatter(place, data) {
  const svg = place.querySelector("svg"), note = place.querySelector("p");
  svg.replaceChildren();
  const against = data.baseline !== null;
  const all = data.traces.length;
  const points = data.summary.map((column, a) => {
    const [time, traces] = against ? column.ratio : column.ns;
    return {name: data.names[a], x: time, y: column.memory[0], traces};
  }).filter(point => known(point.x));
  const placed = points.filter(point => known(point.y)).sort((a, b) => a.x - b.x || a.y - b.y);
  if (placed.length === 0) {
    svg.remove();
    note.textContent = "No allocator has both numbers: there is nothing to draw.";
    return;
  }
  const width = Math.max(320, Math.min(900, place.clientWidth));
  svg.setAttribute("viewBox", `0 0 ${width} 500`);
  const left = 56, right = width - 20, top = 46, bottom = 446;
  const [x0, x1] = range(points.map(point => point.x), 0.14);
  const [y0, y1] = range([1, ...placed.map(point => point.y)], 0.1);
  const px = x => left + (right - left) * Math.log(x / x0) / Math.log(x1 / x0);
  const py = y => bottom - (bottom - top) * Math.log(y / y0) / Math.log(y1 / y0);
  const add = (tag, attributes, text) => {
    const shape = document.createElementNS(svg.namespaceURI, tag);
    for (const [name, value] of Object.entries(attributes)) shape.setAttribute(name, value);
    if (text !== undefined) shape.textContent = text;
    svg.append(shape);
    return shape;
  };
  for (const tick of logTicks(x0, x1)) {
    add("line", {class: "grid", x1: px(tick), x2: px(tick), y1: top, y2: bottom});
    add("text", {class: "tick", x: px(tick), y: bottom + 18, "text-anchor": "middle"}, +tick.toPrecision(3) + (against ? "×" : ""));
  }
  for (const tick of logTicks(y0, y1)) {
    add("line", {class: tick === 1 ? "grid one" : "grid", x1: left, x2: right, y1: py(tick), y2: py(tick)});
    add("text", {class: "tick", x: left - 8, y: py(tick) + 4, "text-anchor": "end"}, +tick.toPrecision(3) + "×");
  }
  if (against && x0 < 1 && x1 > 1) add("line", {class: "grid one", x1: px(1), x2: px(1), y1: top, y2: bottom});
  add("text", {class: "axis", x: right, y: bottom + 40, "text-anchor": "end"},
    against ? "time of an operation against libc’s malloc" : "ns an operation");
  add("text", {class: "axis", x: 2, y: 14}, "peak committed over peak requested");

  let lowest = Infinity;
  for (const point of placed) {
    point.front = point.traces === all && point.y < lowest;
    if (point.front) lowest = point.y;
  }
  const front = placed.filter(point => point.front);
  const taken = [];
  let path = "";
  front.forEach((point, i) => {
    const x = px(point.x), y = py(point.y);
    path += i === 0 ? `M${x} ${y}` : `H${x}V${y}`;
    if (i === 0) return;
    const before = {x: px(front[i - 1].x), y: py(front[i - 1].y)};
    taken.push({from: before.x, to: x, up: before.y - 2, down: before.y + 2}, {from: x - 2, to: x + 2, up: before.y, down: y});
  });
  if (front.length > 1) add("path", {class: "front", d: path});
  const label = (x, y, text, kind) => {
    const wide = text.length * 7.2 + 6;
    const places = [[x + 11, y + 4, "start"], [x - 11, y + 4, "end"], [x, y - 13, "middle"], [x, y + 22, "middle"],
      [x, y - 30, "middle"], [x, y + 39, "middle"], [x + 11, y - 10, "start"], [x + 11, y + 18, "start"], [x - 11, y - 10, "end"], [x - 11, y + 18, "end"]];
    const box = ([tx, ty, anchor]) => {
      const from = anchor === "start" ? tx : anchor === "end" ? tx - wide : tx - wide / 2;
      return {from, to: from + wide, up: ty - 12, down: ty + 4};
    };
    const crosses = a => a.from < 4 || a.to > width - 4 || taken.some(b =>
      a.from < b.to && b.from < a.to && a.up < b.down && b.up < a.down);
    const free = places.find(candidate => !crosses(box(candidate))) || places[0];
    taken.push(box(free));
    add("text", {x: free[0], y: free[1], "text-anchor": free[2], class: kind}, text);
  };
  const said = [];
  for (const point of placed) taken.push({from: px(point.x) - 9, to: px(point.x) + 9, up: py(point.y) - 9, down: py(point.y) + 9});
  for (const point of points) {
    const partial = point.traces < all;
    const words = `${point.name}: time ${against ? times(point.x) : nanos(point.x) + " ns"}, memory `
      + (known(point.y) ? times(point.y) : "not known") + (partial ? `, ${point.traces} of ${all} traces` : "");
    said.push(words);
    const x = px(point.x), y = known(point.y) ? py(point.y) : top - 4;
    const shape = known(point.y)
      ? add("circle", {class: "dot" + (partial ? " partial" : point.front ? "" : " beaten"), cx: x, cy: y, r: 7})
      : add("path", {class: "aside", d: `M${x - 6} ${y - 9}h12l-6 9z`});
    const title = document.createElementNS(svg.namespaceURI, "title");
    title.textContent = words;
    shape.append(title);
    label(x, known(point.y) ? y : y - 4, point.name + (partial ? " *" : ""),
      known(point.y) ? "" : "tick");
  }
  svg.setAttribute("aria-label", said.join("; "));
  const notes = [];
  if (placed.length < points.length) notes.push("▼ does not tell its memory.");
  if (points.some(point => point.traces < all)) {
    notes.push("* a mean over fewer traces than there are: not comparable, and not on the line.");
  }
  note.textContent = notes.join(" ");
}
