"use strict";
// Live, granted, held and committed over the operations: one small chart an allocator, same axes.

const LINES = ["requested", "granted", "held", "committed"];
const LINE_COLOURS = {requested: "live", granted: "round", held: "free", committed: "tables"};
const BAND_WORDS = {granted: "rounding", held: "free but held", committed: "tables"};
const POWERS = Array.from({length: 52}, (_, i) => 2 ** i);
const charts = [];

/** A run's curve: arrays by name, null where nothing is known, and the two peaks. */
function curveOf(trace, run) {
  if (!run || !run.line) return null;
  const [operation, ...lines] = run.line.map(index => trace.unpacked[index] ||= unpack(trace.columns[index]));
  const curve = {operation};
  LINES.forEach((name, i) => { curve[name] = lines[i].some(known) ? lines[i] : null; });
  curve.peak = highest(curve.requested);
  curve.high = highest(curve.held || curve.committed || curve.granted);
  return curve;
}

function highest(values) {
  let index = -1;
  (values || []).forEach((x, i) => { if (x !== null && (index < 0 || x > values[index])) index = i; });
  return index;
}

function ceilingOf(curve) {
  return Math.max(1, ...LINES.filter(name => curve[name]).map(name => curve[name][highest(curve[name])]));
}

/** One moment of a curve in words. */
function moment(curve, index) {
  const live = curve.requested && curve.requested[index];
  const parts = [`live ${bytes(live)}`];
  for (const name of LINES.slice(1)) {
    if (!curve[name] || curve[name][index] === null) continue;
    const times = live > 0 && name !== "granted" ? ` (${digits(curve[name][index] / live)}×)` : "";
    parts.push(`${name} ${bytes(curve[name][index])}${times}`);
  }
  return parts.join(" · ");
}

function peakWords(curve) {
  if (curve.peak < 0) return "";
  const run = overRun(curve);
  return `at its peak, operation ${count(curve.operation[curve.peak])}: ${moment(curve, curve.peak)}`
    + (run === null ? "" : `; over the whole run held is ${times(run)} live`);
}

/** Held over live, both summed over the operations: Johnstone and Wilson's first measure. */
function overRun(curve) {
  let held = 0, live = 0, before = 0;
  if (!curve.held) return null;
  curve.operation.forEach((operation, i) => {
    const step = operation - before;
    before = operation;
    if (curve.held[i] === null || curve.requested[i] === null) return;
    held += step * curve.held[i];
    live += step * curve.requested[i];
  });
  return live > 0 ? held / live : null;
}

const axis = () => ({
  stroke: () => colour("quiet"), font: "11px system-ui, sans-serif",
  grid: {stroke: () => colour("line"), width: 1}, ticks: {stroke: () => colour("line"), width: 1, size: 4},
});

/** The vertical line at the peak of live bytes, a dot there, a ring where most was held. */
function marks(chart, curve) {
  const {ctx, bbox} = chart;
  const dot = pxRatio => 3.2 * pxRatio;
  const at = (index, values, ring) => {
    if (index < 0 || !values) return;
    const x = chart.valToPos(curve.operation[index], "x", true);
    const y = chart.valToPos(values[index], "y", true);
    if (x < bbox.left - 1 || x > bbox.left + bbox.width + 1) return;
    ctx.beginPath();
    ctx.arc(x, y, dot(devicePixelRatio), 0, 7);
    ctx.fillStyle = ring ? colour("ground") : colour("ink");
    ctx.strokeStyle = colour("ink");
    ctx.lineWidth = 1.5 * devicePixelRatio;
    ctx.fill();
    ctx.stroke();
  };
  ctx.save();
  ctx.setLineDash([]);
  if (curve.peak >= 0) {
    const x = Math.round(chart.valToPos(curve.operation[curve.peak], "x", true)) + 0.5;
    if (x >= bbox.left && x <= bbox.left + bbox.width) {
      ctx.strokeStyle = colour("ink", 0.55);
      ctx.lineWidth = devicePixelRatio;
      ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio]);
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
      ctx.setLineDash([]);
    }
  }
  at(curve.high, curve.held || curve.committed, true);
  at(curve.peak, curve.requested, false);
  ctx.restore();
}

function options(curve, group, width, ceiling, readout) {
  const names = LINES.filter(name => curve[name]);
  const rest = peakWords(curve);
  return {
    width, height: 190, legend: {show: false}, padding: [8, 8, 0, 0],
    cursor: {
      y: false, sync: {key: group, setSeries: false}, drag: {x: true, y: false, setScale: true},
      points: {size: 6},
    },
    scales: {x: {time: false}, y: {range: () => [0, ceiling() * 1.04]}},
    axes: [
      {...axis(), size: 28, space: 60, values: (chart, ticks) => ticks.map(short)},
      {...axis(), size: 62, space: 32, incrs: POWERS, values: (chart, ticks) => ticks.map(bytes)},
    ],
    series: [{}, ...names.map(name => ({
      label: name, stroke: () => colour(LINE_COLOURS[name]), width: name === "requested" ? 1.5 : 1,
      dash: name === "committed" && curve.held ? [4, 3] : undefined, points: {show: false},
      fill: name === "requested" ? () => colour("live", 0.75) : undefined,
    }))],
    bands: names.slice(1).map((name, i) => ({
      series: [i + 2, i + 1], fill: () => colour(LINE_COLOURS[name], 0.75),
    })),
    hooks: {
      draw: [chart => marks(chart, curve)],
      setCursor: [chart => {
        const index = chart.cursor.idx;
        readout.textContent = index === null || index === undefined || chart.cursor.left < 0 ? rest
          : `operation ${count(curve.operation[index])}: ${moment(curve, index)}`;
      }],
    },
  };
}

/** Left and right move the cursor by a hundredth, with Shift by a tenth. */
function steer(box, chart, curve) {
  let index = Math.max(0, curve.peak);
  const length = curve.operation.length;
  const leave = () => chart.setCursor({left: -10, top: -10}, true, true);
  box.addEventListener("keydown", event => {
    const step = Math.max(1, Math.round(length / (event.shiftKey ? 10 : 100)));
    if (event.key === "ArrowRight") index = Math.min(length - 1, index + step);
    else if (event.key === "ArrowLeft") index = Math.max(0, index - step);
    else if (event.key === "Home") index = 0;
    else if (event.key === "End") index = length - 1;
    else if (event.key === "Escape") return leave();
    else return;
    event.preventDefault();
    chart.setCursor({left: chart.valToPos(curve.operation[index], "x"), top: 20}, true, true);
  });
  box.addEventListener("blur", leave);
}

/** All curves of a trace, one card each. */
function curveCards(data, trace, t) {
  trace.unpacked ||= [];
  const curves = trace.runs.map(run => curveOf(trace, run));
  const all = Math.max(1, ...curves.filter(Boolean).map(ceilingOf));
  const cards = make("div", {className: "cards"});
  const draw = [];
  curves.forEach((curve, a) => {
    const name = data.names[a];
    const card = make("div", {className: "card"}, make("h4", {title: data.allocators[a]}, name));
    cards.append(card);
    if (!curve || curve.operation.length < 2 || curve.peak < 0) {
      card.append(without(trace.runs[a], "no curve"));
      return;
    }
    const readout = make("p", {className: "readout"}, peakWords(curve));
    const box = make("div", {className: "curve", tabIndex: 0, role: "img",
      "aria-label": `Memory over operations with ${name}; ${peakWords(curve)}`});
    card.append(box, readout);
    draw.push(() => {
      const own = ceilingOf(curve);
      const ceiling = () => document.getElementById("axes").value === "own" ? own : all;
      const columns = [curve.operation, ...LINES.filter(line => curve[line]).map(line => curve[line])];
      const chart = new uPlot(options(curve, "trace-" + t, box.clientWidth, ceiling, readout), columns, box);
      charts.push({chart, box});
      steer(box, chart, curve);
    });
  });
  return [cards, draw];
}

/** What to say in place of a picture. */
function without(run, what) {
  if (!run) return make("p", {}, "not run");
  if (run.failure) return make("p", {className: "alarm"}, "✗ failed: " + run.failure);
  return make("p", {}, what);
}

const curveLegend = () => make("ul", {className: "legend"}, ...[
  ["live", "live: what the program asked for"], ["round", BAND_WORDS.granted], ["free", BAND_WORDS.held],
  ["tables", BAND_WORDS.committed + " beside the heap"],
  ["peak", "peak of the live bytes (●); ○ most held"],
].map(([kind, words]) => make("li", {className: kind}, make("i"), words)));
