"use strict";
// The heap at its peak: rows of cells from the region's base on, coloured by what lies in them.

const ACROSS = 64;
const GAP = 16;
const KINDS = ["live", "cached", "free", "overhead", "none"];
const KIND_WORDS = {live: "used", cached: "cached by a thread", free: "free",
  overhead: "headers, tables, not carved", none: "not committed"};
const maps = [];

/** A map as arrays by kind; each cell's bytes add up to the cell. */
function mapOf(heap) {
  const used = unpack(heap.used), cached = unpack(heap.cached), free = unpack(heap.free);
  const committed = unpack(heap.committed);
  const map = {cell: heap.cell, op: heap.op, length: used.length};
  for (const kind of KINDS) map[kind] = new Array(used.length).fill(0);
  for (let i = 0; i < used.length; i++) {
    const rest = Math.max(0, heap.cell - used[i] - cached[i] - free[i]);
    map.live[i] = used[i];
    map.cached[i] = cached[i];
    map.free[i] = committed[i] ? free[i] : 0;
    map.overhead[i] = committed[i] ? rest : 0;
    map.none[i] = committed[i] ? 0 : free[i] + rest;
  }
  return map;
}

/** The same map with cells `factor` times as large. */
function coarser(map, factor) {
  if (factor <= 1) return map;
  const length = Math.ceil(map.length / factor);
  const folded = {cell: map.cell * factor, op: map.op, length};
  for (const kind of KINDS) {
    folded[kind] = new Array(length).fill(0);
    map[kind].forEach((x, i) => { folded[kind][Math.floor(i / factor)] += x; });
  }
  folded.none[length - 1] += (length * factor - map.length) * map.cell;
  return folded;
}

/** One scale for all maps of a trace, but for one that would be tiny or huge on it. */
function sameScale(all) {
  const cells = all.filter(Boolean).map(map => map.cell);
  const most = Math.min(...cells) * 16;
  const common = Math.max(...cells.filter(cell => cell <= most));
  return all.map(map => map && coarser(map, common / map.cell));
}

/** Rows to draw: {from} a row of cells, or {gap} so many rows in which nothing is committed. */
function rowsOf(map) {
  const rows = [];
  const empty = from => {
    for (let i = from; i < Math.min(from + ACROSS, map.length); i++) if (map.none[i] < map.cell) return false;
    return true;
  };
  for (let from = 0; from < map.length; from += ACROSS) {
    let end = from;
    while (end < map.length && empty(end)) end += ACROSS;
    if (end - from >= 3 * ACROSS) {
      rows.push({gap: (Math.min(end, map.length) - from) / ACROSS, from});
      from = end - ACROSS;
    } else {
      rows.push({from});
    }
  }
  return rows;
}

function percent(share) {
  return share > 0 && share < 0.005 ? "<1 %" : Math.round(100 * share) + " %";
}

function mapWords(map) {
  const sum = {};
  for (const kind of KINDS) sum[kind] = map[kind].reduce((a, b) => a + b, 0);
  const committed = sum.live + sum.cached + sum.free + sum.overhead;
  const parts = KINDS.filter(kind => sum[kind] > 0).map(kind =>
    `${KIND_WORDS[kind]} ${bytes(sum[kind])}` + (kind === "none" ? "" : ` (${percent(sum[kind] / committed)})`));
  return parts.join(" · ");
}

function cellWords(map, i) {
  const from = i * map.cell;
  const hex = x => "0x" + x.toString(16);
  const lines = [`${bytes(map.cell)} at offset ${bytes(from)}`, `${hex(from)} – ${hex(from + map.cell - 1)}`];
  for (const kind of KINDS) if (map[kind][i] > 0) lines.push(`${KIND_WORDS[kind]}: ${count(map[kind][i])} B`);
  return lines.join("\n");
}

function drawMap(view) {
  const {canvas, map, rows, card} = view;
  const width = card.clientWidth - 24;
  const size = view.size = Math.max(2, Math.min(7, Math.floor(width / ACROSS)));
  const height = rows.reduce((sum, row) => sum + (row.gap ? GAP : size), 0);
  const scale = Math.max(1, Math.round(devicePixelRatio));
  canvas.width = size * ACROSS * scale;
  canvas.height = height * scale;
  canvas.style.width = size * ACROSS + "px";
  canvas.style.height = height + "px";
  const ctx = canvas.getContext("2d");
  ctx.scale(scale, scale);
  ctx.fillStyle = colour("none");
  ctx.fillRect(0, 0, size * ACROSS, height);
  const inks = KINDS.map(rgb);
  const line = size > 3 ? 1 : 0;
  let y = 0;
  view.tops = rows.map(row => {
    const up = y;
    y += row.gap ? GAP : size;
    return up;
  });
  rows.forEach((row, r) => {
    if (row.gap) {
      gapRow(ctx, row, view.tops[r], size * ACROSS, map);
      return;
    }
    for (let i = row.from; i < Math.min(row.from + ACROSS, map.length); i++) {
      const x = (i - row.from) * size;
      if (map.none[i] >= map.cell) {
        ctx.fillStyle = colour("speck");
        ctx.fillRect(x + size / 2 - 1, view.tops[r] + size / 2 - 1, 1, 1);
        continue;
      }
      ctx.fillStyle = blend(map, i, inks);
      ctx.fillRect(x, view.tops[r], size - line, size - line);
    }
  });
  if (view.at >= 0) frame(ctx, view);
}

/** The colours of a cell's parts, by their shares; squares, so that no mixture turns muddy. */
function blend(map, i, inks) {
  const mixed = [0, 0, 0];
  KINDS.forEach((kind, k) => {
    const share = Math.min(1, map[kind][i] / map.cell);
    if (share > 0) inks[k].forEach((c, j) => { mixed[j] += share * c * c; });
  });
  return `rgb(${mixed.map(c => Math.min(255, Math.round(Math.sqrt(c)))).join(" ")})`;
}

function gapRow(ctx, row, y, width, map) {
  ctx.fillStyle = colour("quiet");
  ctx.font = "11px system-ui, sans-serif";
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  const words = `⋯ ${bytes(row.gap * ACROSS * map.cell)} not committed ⋯`;
  ctx.fillText(words, width / 2, y + GAP / 2);
}

function frame(ctx, view) {
  const place = placeOf(view, view.at);
  if (!place) return;
  ctx.strokeStyle = colour("ink");
  ctx.lineWidth = 2;
  ctx.strokeRect(place.x - 1, place.y - 1, view.size + 1, view.size + 1);
}

function placeOf(view, cell) {
  const r = view.rows.findIndex(row => !row.gap && cell >= row.from && cell < row.from + ACROSS);
  return r < 0 ? null : {x: (cell - view.rows[r].from) * view.size, y: view.tops[r]};
}

function cellAt(view, x, y) {
  const r = view.tops.findLastIndex(top => y >= top);
  if (r < 0 || view.rows[r].gap) return -1;
  const cell = view.rows[r].from + Math.floor(x / view.size);
  return cell < Math.min(view.rows[r].from + ACROSS, view.map.length) ? cell : -1;
}

function listen(view) {
  const {canvas, map} = view;
  const leave = () => { hideTip(); view.at = -1; drawMap(view); };
  canvas.addEventListener("pointermove", event => {
    const box = canvas.getBoundingClientRect();
    const cell = cellAt(view, event.clientX - box.left, event.clientY - box.top);
    if (cell < 0) hideTip();
    else showTip(cellWords(map, cell), event.clientX, event.clientY);
    if (cell !== view.at) { view.at = cell; drawMap(view); }
  });
  canvas.addEventListener("pointerleave", leave);
  canvas.addEventListener("blur", leave);
  canvas.addEventListener("keydown", event => {
    const steps = {ArrowRight: 1, ArrowLeft: -1, ArrowDown: ACROSS, ArrowUp: -ACROSS};
    if (event.key === "Escape") return leave();
    if (!(event.key in steps) && event.key !== "Home" && event.key !== "End") return;
    event.preventDefault();
    let cell = event.key === "Home" ? 0 : event.key === "End" ? map.length - 1
      : Math.max(-1, view.at) + steps[event.key];
    const step = steps[event.key] < 0 ? -1 : 1;
    cell = Math.max(0, Math.min(map.length - 1, cell));
    while (cell > 0 && cell < map.length - 1 && !placeOf(view, cell)) cell += step;
    const place = placeOf(view, cell);
    if (!place) return;
    view.at = cell;
    drawMap(view);
    const box = canvas.getBoundingClientRect();
    showTip(cellWords(map, cell), box.left + place.x, box.top + place.y);
  });
}

/** All maps of a trace, one card each. */
function mapCards(data, trace) {
  const all = sameScale(trace.runs.map(run => run && run.heap ? mapOf(run.heap) : null));
  const cards = make("div", {className: "cards"});
  const draw = [], missing = [];
  all.forEach((map, a) => {
    const name = data.names[a];
    if (!map) {
      missing.push(name);
      return;
    }
    const card = make("div", {className: "card"}, make("h4", {title: data.allocators[a]}, name));
    cards.append(card);
    const words = mapWords(map);
    const canvas = make("canvas", {className: "map", tabIndex: 0, role: "img",
      "aria-label": `Map of the heap of ${name} after operation ${count(map.op)}: ${words}`});
    card.append(canvas, make("p", {}, words),
      make("p", {}, `a cell is ${bytes(map.cell)}, a row ${bytes(map.cell * ACROSS)}; `
        + `after operation ${count(map.op)}`));
    const view = {canvas, map, card, rows: rowsOf(map), at: -1};
    draw.push(() => { drawMap(view); maps.push(view); listen(view); });
  });
  const note = missing.length === 0 ? null
    : make("p", {className: "note"}, `No map of ${missing.join(", ")}: `
      + "a C library does not show its blocks, nor does a run that failed.");
  return [make("div", {}, cards, note), draw];
}

const mapLegend = () => make("ul", {className: "legend"}, ...KINDS.map(kind =>
  make("li", {className: kind}, make("i"), KIND_WORDS[kind] + (kind === "live" ? ", rounding included" : ""))));
