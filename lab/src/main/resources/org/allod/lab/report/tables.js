"use strict";
// The two matrices of the summary, and each trace's table.

/** Colours a cell by how far the ratio is from 1: at `full` times (or its inverse) it is full. */
function heat(cell, ratio, full) {
  if (!known(ratio) || ratio <= 0) return;
  const far = Math.log(ratio) / Math.log(full);
  cell.classList.add("heat");
  cell.style.setProperty("--tone", far < 0 ? "var(--good)" : "var(--bad)");
  cell.style.setProperty("--heat", Math.round(Math.min(1, Math.abs(far)) * 42));
}

/** The flags of a run that must not be overlooked. */
function flags(run) {
  const found = [];
  if (run.failures > 0) found.push("⚠ " + many(run.failures, "refusal", "refusals"));
  if (run.verified === false) found.push("✗ not verified");
  return found.map(text => make("span", {className: "flag"}, text));
}

function failed(run) {
  const cell = make("td", {className: "wrong", title: run.failure}, make("span", {className: "flag"}, "✗ failed"));
  cell.append(make("small", {className: "why"}, run.failure));
  return cell;
}

const nothing = () => make("td", {className: "empty"}, "–");

function heads(data) {
  const row = make("tr", {}, make("th", {scope: "col"}, "trace"));
  data.names.forEach((name, a) =>
    row.append(make("th", {scope: "col", title: data.allocators[a]}, ...broken(name))));
  return make("thead", {}, row);
}

/** A name that may be broken after its colon. */
const broken = name => name.split(/(?<=:)/).flatMap((part, i) => i ? [make("wbr"), part] : [part]);

const rowHead = (text, link) =>
  make("th", {scope: "row", title: text}, link ? make("a", {href: link}, text) : text);

/** Index of the smallest known number, or -1. */
function smallest(numbers) {
  let best = -1;
  numbers.forEach((x, i) => { if (known(x) && (best < 0 || x < numbers[best])) best = i; });
  return best;
}

function markBest(cells, numbers) {
  const best = smallest(numbers);
  if (best < 0 || numbers.filter(known).length < 2) return;
  cells[best].classList.add("best");
  cells[best].prepend("★ ");
}

function matrix(table, data, cell, number) {
  table.append(heads(data));
  const body = make("tbody");
  data.traces.forEach((trace, t) => {
    const numbers = trace.runs.map(run => run && run.sound ? number(run) : null);
    const cells = trace.runs.map(run => {
      if (!run) return nothing();
      return run.failure ? failed(run) : cell(run, numbers);
    });
    markBest(cells, numbers);
    body.append(make("tr", {}, rowHead(trace.name, "#trace-" + t), ...cells));
  });
  table.append(body);
}

function sums(table, data, rows) {
  const body = make("tbody", {className: "sums"});
  for (const [title, cell, number] of rows) {
    const cells = data.summary.map(cell);
    if (number) markBest(cells, data.summary.map(number));
    body.append(make("tr", {}, rowHead(title), ...cells));
  }
  table.append(body);
}

function meanCell([value, traces], all, show, small) {
  if (!known(value)) return nothing();
  const cell = make("td", {}, show(value));
  if (small) cell.append(make("small", {}, small));
  if (traces < all) cell.append(make("small", {}, traces + " of " + all + " traces"));
  return cell;
}

const worstCell = ([trace, value], show) =>
  trace === null ? nothing() : make("td", {className: "text"}, trace, make("small", {}, show(value)));

/** Time: trace by allocator. */
function speedTable(table, data) {
  const against = data.baseline !== null;
  const all = data.traces.length;
  matrix(table, data, (run, numbers) => {
    const cell = make("td", {title: "min–max of " + many(run.forks, "fork", "forks") + ": "
        + nanos(run.nsRange[0]) + " – " + nanos(run.nsRange[1]) + " ns, cold " + nanos(run.cold) + " ns"},
      (run.settled ? "" : "~ ") + nanos(run.ns));
    if (against) cell.append(make("small", {}, times(run.ratio)));
    cell.append(...flags(run));
    if (!run.sound) cell.classList.add("wrong");
    else heat(cell, against ? run.ratio : run.ns / numbers[smallest(numbers)], 4);
    return cell;
  }, run => run.ns);
  sums(table, data, [
    ["geometric mean", column => {
      const cell = meanCell(column.ns, all, nanos, against ? times(column.ratio[0]) : null);
      if (against) heat(cell, column.ratio[0], 4);
      return cell;
    }, column => column.ns[1] === all ? column.ns[0] : null],
    ["worst trace", (column, a) => a === data.baseline ? nothing()
      : worstCell(column.slow, against ? times : x => nanos(x) + " ns"), null],
  ]);
}

/** Memory: trace by allocator. */
function memoryTable(table, data) {
  const all = data.traces.length;
  const over = (part, whole) => known(part) && whole > 0 ? part / whole : null;
  matrix(table, data, run => {
    const ratio = over(run.committed, run.requested);
    const rounding = over(run.granted, run.requested);
    if (ratio === null && rounding === null) return nothing();
    const cell = make("td", {title: "committed " + bytes(run.committed) + ", granted " + bytes(run.granted)
        + ", requested " + bytes(run.requested)},
      times(ratio), make("small", {}, times(rounding)));
    if (!run.sound) { cell.classList.add("wrong"); cell.append(...flags(run)); }
    else heat(cell, ratio, 4);
    return cell;
  }, run => over(run.committed, run.requested));
  sums(table, data, [
    ["geometric mean", column => {
      const small = known(column.granted[0]) ? times(column.granted[0]) : null;
      const cell = known(column.memory[0]) || !small ? meanCell(column.memory, all, times, small)
        : make("td", {}, "–", make("small", {}, small));
      heat(cell, column.memory[0], 4);
      return cell;
    }, column => column.memory[1] === all ? column.memory[0] : null],
    ["worst trace", column => worstCell(column.fat, times), null],
  ]);
}

/** All numbers of one trace. */
function traceTable(data, trace) {
  const heads = ["allocator", "ns/op", "min – max", "against libc", "cold ns/op", "requested", "granted",
    "held", "committed", "extent", "in memory", "refused", "verified"];
  const table = make("table", {}, make("thead", {}, make("tr", {},
    ...heads.map(text => make("th", {scope: "col"}, text)))));
  const body = make("tbody");
  trace.runs.forEach((run, a) => {
    const row = make("tr", {}, make("th", {scope: "row", title: data.allocators[a]}, data.names[a]));
    if (!run) {
      row.append(make("td", {colSpan: 12, className: "empty"}, "not run"));
    } else if (run.failure) {
      const cell = make("td", {colSpan: 12, className: "wrong"}, "✗ failed: " + run.failure);
      cell.style.textAlign = "left";
      cell.style.whiteSpace = "normal";
      cell.style.overflowWrap = "anywhere";
      row.append(cell);
    } else {
      const wrong = {className: "wrong"};
      row.append(
        make("td", {}, (run.settled ? "" : "~ ") + nanos(run.ns)),
        make("td", {}, run.forks > 1 ? nanos(run.nsRange[0]) + " – " + nanos(run.nsRange[1]) : "one fork"),
        make("td", {}, times(run.ratio)),
        make("td", {title: nanos(run.coldRange[0]) + " – " + nanos(run.coldRange[1])}, nanos(run.cold)),
        ...["requested", "granted", "held", "committed", "extent", "rss"].map(name => {
          const cell = make("td", {title: count(run[name]) + " B"}, bytes(run[name]));
          const [low, high] = name === "committed" ? run.committedRange : [0, 0];
          if (low !== high) cell.append(make("small", {}, bytes(low) + " – " + bytes(high)));
          return cell;
        }),
        make("td", run.failures > 0 ? wrong : {}, count(run.failures)),
        make("td", run.verified ? {} : wrong, run.verified ? "yes" : "✗ no"));
    }
    body.append(row);
  });
  table.append(body);
  return table;
}
