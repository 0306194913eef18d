"use strict";
// Puts the page together. A trace's section is drawn when it comes near the window, or to print.

(function report() {
  const data = JSON.parse(document.getElementById("data").textContent);
  const text = (id, words) => { document.getElementById(id).textContent = words; };
  data.names = shortNames(data.allocators);
  const waiting = new Map();

  text("machine", data.machine || "");
  text("settings", data.settings || "");
  facts();
  alarms();
  text("speed-note", data.baseline !== null
    ? "ns an operation, median of the forks; below it the time against libc’s malloc. "
      + "Blue is faster than libc, orange slower."
    : "ns an operation, median of the forks. "
      + "The deeper the orange, the further behind the best of the row.");
  speedTable(document.getElementById("speed-table"), data);
  memoryTable(document.getElementById("memory-table"), data);
  scatter(document.getElementById("scatter"), data);
  sections();
  watch();

  function facts() {
    const list = document.getElementById("facts");
    const fact = (name, value, small) => list.append(make("li", {}, make("span", {}, name), make("b", {}, value),
      small ? make("span", {}, small) : null));
    const ops = data.traces.reduce((sum, trace) => sum + trace.ops, 0);
    fact("traces", count(data.traces.length), short(ops) + " operations");
    fact("allocators", count(data.allocators.length));
    const all = data.traces.length;
    const best = number => smallest(data.summary.map(column =>
      number(column)[1] === all ? number(column)[0] : null));
    const fast = best(column => column.ns);
    if (fast >= 0) {
      const column = data.summary[fast];
      fact("fastest, geometric mean", data.names[fast], nanos(column.ns[0]) + " ns/op"
        + (known(column.ratio[0]) && fast !== data.baseline ? ", " + times(column.ratio[0]) + " libc’s time" : ""));
    }
    const lean = best(column => column.memory);
    if (lean >= 0) fact("leanest, geometric mean", data.names[lean],
      times(data.summary[lean].memory[0]) + " what was asked for");
  }

  function alarms() {
    const wrong = [];
    for (const trace of data.traces) {
      trace.runs.forEach((run, a) => {
        if (!run || run.sound) return;
        const why = run.failure ? "failed"
          : run.failures > 0 ? many(run.failures, "refusal", "refusals") : "not verified";
        wrong.push(`${data.names[a]} on ${trace.name} (${why})`);
      });
    }
    if (wrong.length === 0) return;
    const shown = wrong.slice(0, 8).join(", ") + (wrong.length > 8 ? ` and ${wrong.length - 8} more` : "");
    text("alarms", "⚠ " + many(wrong.length, "run counts", "runs count") + " in no mean: " + shown + ".");
    document.getElementById("alarms").hidden = false;
  }

  function sections() {
    const nav = document.getElementById("contents"), place = document.getElementById("traces");
    data.traces.forEach((trace, t) => {
      nav.append(make("a", {href: "#trace-" + t}, trace.name));
      const section = make("section", {className: "trace", id: "trace-" + t, "aria-labelledby": "name-" + t},
        make("h2", {id: "name-" + t}, trace.name),
        make("p", {className: "note"}, many(trace.ops, "operation", "operations") + ", "
          + many(trace.threads, "thread", "threads") + ", " + bytes(peak(trace)) + " live at the peak"));
      section.style.minHeight = 60 * data.allocators.length + 600 + "px";
      place.append(section);
      waiting.set(section, () => fill(section, trace, t));
    });
  }

  function peak(trace) {
    const found = trace.runs.map(run => run && run.requested).filter(known);
    return found.length ? Math.max(...found) : null;
  }

  function fill(section, trace, t) {
    const [curves, drawCurves] = curveCards(data, trace, t);
    const [heaps, drawHeaps] = mapCards(data, trace);
    const title = words => make("h3", {}, words);
    section.append(title("Memory over the operations"), curveLegend(), curves,
      title("The heap at its peak"), mapLegend(), heaps, title("All numbers"),
      make("div", {className: "wide", tabIndex: 0, role: "region", "aria-label": "All numbers of " + trace.name},
        traceTable(data, trace)));
    section.style.minHeight = "";
    [...drawCurves, ...drawHeaps].forEach(draw => draw());
  }

  function draw(section) {
    const job = waiting.get(section);
    waiting.delete(section);
    if (job) job();
  }

  function watch() {
    const near = new IntersectionObserver(seen => {
      for (const entry of seen) {
        if (!entry.isIntersecting) continue;
        near.unobserve(entry.target);
        draw(entry.target);
      }
    }, {rootMargin: "500px"});
    for (const section of waiting.keys()) near.observe(section);

    const jump = () => {
      const section = document.getElementById(location.hash.slice(1));
      if (!waiting.has(section)) return;
      draw(section);
      section.scrollIntoView();
    };
    addEventListener("hashchange", jump);
    jump();

    const again = () => {
      colours = {};
      charts.forEach(({chart}) => chart.redraw(false, true));
      maps.forEach(drawMap);
    };
    const fit = () => {
      scatter(document.getElementById("scatter"), data);
      charts.forEach(({chart, box}) => chart.setSize({width: box.clientWidth, height: 190}));
      maps.forEach(drawMap);
    };
    let pause = 0;
    addEventListener("resize", () => { clearTimeout(pause); pause = setTimeout(fit, 120); });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
    document.getElementById("axes").addEventListener("change", () =>
      charts.forEach(({chart}) => chart.setScale("x", {min: chart.scales.x.min, max: chart.scales.x.max})));
    addEventListener("beforeprint", () => {
      document.documentElement.classList.add("paper");
      colours = {};
      [...waiting.keys()].forEach(draw);
      again();
    });
    addEventListener("afterprint", () => {
      document.documentElement.classList.remove("paper");
      again();
    });
  }
})();
