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

function range(values) {
  const low = Math.min(...values), high = Math.max(...values);
  const room = Math.max(1.12, (high / low) ** 0.12);
  return [low / room, high * room];
}

function scatter(svg, data) {
  const against = data.baseline !== null;
  const all = data.traces.length;
  const points = data.summary.map((column, a) => {
    const [time, traces] = against ? column.ratio : column.ns;
    return {name: shortName(data.allocators[a]), x: time, y: column.memory[0], traces};
  }).filter(point => known(point.x));
  const placed = points.filter(point => known(point.y)).sort((a, b) => a.x - b.x || a.y - b.y);
  if (placed.length === 0) {
    svg.parentElement.replaceChildren(make("p", {className: "note"},
      "No allocator has both numbers: there is nothing to draw."));
    return;
  }
  const left = 70, right = 880, top = 46, bottom = 366;
  const [x0, x1] = range(points.map(point => point.x));
  const [y0, y1] = range([1, ...placed.map(point => point.y)]);
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
  add("text", {class: "axis", x: left - 60, y: 16}, "peak committed over peak requested");

  let lowest = Infinity;
  for (const point of placed) {
    point.front = point.traces === all && point.y < lowest;
    if (point.front) lowest = point.y;
  }
  const front = placed.filter(point => point.front);
  let path = "";
  front.forEach((point, i) => {
    path += i === 0 ? `M${px(point.x)} ${py(point.y)}` : `H${px(point.x)}V${py(point.y)}`;
  });
  if (front.length > 1) add("path", {class: "front", d: path});

  const taken = [];
  const label = (x, y, text, kind) => {
    const width = text.length * 7.2 + 6;
    const places = [[x + 11, y + 4, "start"], [x - 11, y + 4, "end"], [x, y - 13, "middle"], [x, y + 22, "middle"],
      [x + 11, y - 10, "start"], [x + 11, y + 18, "start"], [x - 11, y - 10, "end"], [x - 11, y + 18, "end"]];
    const box = ([tx, ty, anchor]) => {
      const from = anchor === "start" ? tx : anchor === "end" ? tx - width : tx - width / 2;
      return {from, to: from + width, up: ty - 12, down: ty + 4};
    };
    const crosses = a => a.from < 4 || a.to > 896 || taken.some(b =>
      a.from < b.to && b.from < a.to && a.up < b.down && b.up < a.down);
    const place = places.find(candidate => !crosses(box(candidate))) || places[0];
    taken.push(box(place));
    add("text", {x: place[0], y: place[1], "text-anchor": place[2], class: kind}, text);
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
    label(x, known(point.y) ? y : y - 4, point.name + (known(point.y) ? "" : " (memory not known)") + (partial ? " *" : ""),
      known(point.y) ? "" : "tick");
  }
  svg.setAttribute("aria-label", said.join("; "));
  if (points.some(point => point.traces < all)) {
    svg.parentElement.append(make("p", {className: "note"}, "* a mean over fewer traces than there are: not comparable, and not on the line."));
  }
}
