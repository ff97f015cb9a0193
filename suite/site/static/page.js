/* The page "Query styles": draws what suite/site/page.py wrote. All text is set as text, never as
   HTML, because names, labels and versions come from results. */
"use strict";

const MEBIBYTE = 2 ** 20;
const BUDGETS = [["256 MiB", 256], ["512 MiB", 512], ["1 GiB", 1024], ["4 GiB", 4096]];
const COLOURS = 8;
/* Less than this between two sizes is not growth: memory comes in steps of an allocator's pages. */
const LEAST_GROWTH = 128 * 1024;
/* More columns than this do not fit beside each other: one release stands for its series then. */
const WIDE = 8;

const index = JSON.parse(document.getElementById("index").textContent);
const received = new Map();
const waiting = new Map();
const views = new Map();

/* ---- data files: each is a script that hands over its data, which works from any address ---- */

window.queryStyles = {
  receive(key, data) {
    received.set(key, data);
    waiting.get(key)?.(data);
  },
};

function load(key) {
  if (received.has(key)) return Promise.resolve(received.get(key));
  return new Promise((resolve, reject) => {
    waiting.set(key, resolve);
    const script = document.createElement("script");
    script.src = `query-styles/${encodeURIComponent(key)}.js`;
    script.onerror = () => reject(new Error(`${script.src} is missing`));
    document.head.append(script);
  });
}

/* ---- state: the address says everything that was chosen ---- */

function addressed() {
  return Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
}

function known(list, wanted, fallback) {
  return list.includes(wanted) ? wanted : fallback;
}

function chosen() {
  const asked = addressed();
  const environment = index.environments[Number(asked.environment)] ?? index.environments[0];
  const task = environment.tasks.find((task) => task.name === asked.task) ?? environment.tasks[0];
  const metric = known(task.metrics, asked.metric, task.metrics[0]);
  const releases = environment.releases;
  const styles = (asked.styles ?? "").split(",").filter((style) => style in task.styles);
  return {
    environment,
    task,
    metric,
    rows: Number(known(task.rows.map(String), asked.rows, String(task.rows.at(-1)))),
    release: known(releases, asked.release, releases.at(-1)),
    unit: known(["whole", "row", "factor"], asked.unit, "whole"),
    columns: known(["series", "all"], asked.columns, releases.length > WIDE ? "series" : "all"),
    styles: "styles" in asked ? styles : task.drawn,
  };
}

function choose(changes) {
  const next = new URLSearchParams({ ...addressed(), ...changes });
  location.hash = next.toString();
}

/* ---- figures and how they are written ---- */

const isTime = (metric) => metric === "time_query";

function digits(value) {
  const size = Math.abs(value);
  const places = size >= 99.95 || size === 0 ? 0 : size >= 9.995 ? 1 : 2;
  return value.toLocaleString("en", { minimumFractionDigits: places, maximumFractionDigits: places })
    .replace("-", "−").replace(/^−(0(?:\.0+)?)$/, "$1");
}

const whole = (value) => Math.round(value).toLocaleString("en").replace("-", "−");
const rowsText = (rows) => `${whole(rows)} ${rows === 1 ? "row" : "rows"}`;

function readable(metric, value) {
  if (value == null) return "–";
  if (!isTime(metric)) return `${digits(value / MEBIBYTE)} MiB`;
  return value >= 1 ? `${digits(value)} s` : `${digits(value * 1000)} ms`;
}

function metricOf(name) {
  return index.metrics.find((metric) => metric.name === name);
}

function valueAt(data, metric, rows, style, position) {
  return data.values[metric]?.[rows]?.[style]?.[position] ?? null;
}

/* What one more row costs: the slope between this size and the next smaller one that was measured. */
function growth(data, view, metric, style, position) {
  const value = valueAt(data, metric, view.rows, style, position);
  const smaller = view.task.rows.filter((rows) => rows < view.rows
    && valueAt(data, metric, rows, style, position) !== null).at(-1);
  if (value === null || smaller === undefined) return null;
  const grown = value - valueAt(data, metric, smaller, style, position);
  const row = grown / (view.rows - smaller);
  return { row, start: value - row * view.rows, flat: !isTime(metric) && grown < LEAST_GROWTH };
}

/* The figure of a cell in the chosen unit. */
function figure(data, view, style, position) {
  const value = valueAt(data, view.metric, view.rows, style, position);
  if (value === null || view.unit === "whole") return value;
  if (view.unit === "row") {
    const grown = growth(data, view, view.metric, style, position);
    return grown === null ? null : grown.row;
  }
  const all = Object.keys(view.task.styles)
    .map((other) => valueAt(data, view.metric, view.rows, other, position))
    .filter((other) => other !== null && other > 0);
  return value > 0 && all.length ? value / Math.min(...all) : null;
}

function figureText(view, value) {
  if (view.unit === "factor") return `${digits(value)}×`;
  if (view.unit === "row") return isTime(view.metric) ? digits(value * 1e6) : whole(value);
  return isTime(view.metric) ? digits(value * 1000) : digits(value / MEBIBYTE);
}

function unitName(view) {
  if (view.unit === "factor") return "times the cheapest style of the same release";
  if (view.unit === "row") return isTime(view.metric) ? "microseconds a row" : "bytes a row";
  return isTime(view.metric) ? "milliseconds" : "MiB";
}

/* ---- elements ---- */

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(name, "");
    else if (value !== false && value != null) made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

const byId = (id) => document.getElementById(id);

function table(captioned, headings, rows, attributes = {}) {
  return element("table", attributes,
    element("caption", {}, captioned),
    element("thead", {}, element("tr", {}, ...headings)),
    element("tbody", {}, ...rows));
}

const heading = (text, attributes = {}) => element("th", { scope: "col", ...attributes }, text);
const rowHeading = (content) => element("th", { scope: "row" }, content);
const cell = (text, attributes = {}) => element("td", attributes, text);

function releaseLink(release) {
  return element("a", { href: `release.html#${encodeURIComponent(release)}` }, release);
}

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function colourOf(view, style) {
  const place = view.styles.indexOf(style);
  return place < 0 ? null : `--style-${place % COLOURS}`;
}

/* ---- the parts of the page ---- */

function fillSelect(name, options, value) {
  const select = byId("switches").elements[name];
  select.replaceChildren(...options.map(([key, text]) => element("option", { value: key }, text)));
  select.value = value;
  select.parentElement.hidden = options.length < 2;
}

function drawSwitches(view) {
  fillSelect("task", view.environment.tasks.map((task) => [task.name, task.label]), view.task.name);
  fillSelect("rows", view.task.rows.map((rows) => [rows, whole(rows)]), view.rows);
  fillSelect("metric", view.task.metrics.map((name) => [name, metricOf(name).label]), view.metric);
  fillSelect("release", [...view.environment.releases].reverse().map((name) => [name, name]),
    view.release);
  fillSelect("environment", index.environments.map((other, place) => [place, other.label]),
    index.environments.indexOf(view.environment));
}

function drawChoice(id, name, options, value) {
  const group = byId(id);
  const labels = options.map(([key, text]) => element("label", {},
    element("input", { type: "radio", name, value: key, checked: key === value }), text));
  group.replaceChildren(group.querySelector("legend"), ...labels);
  group.hidden = options.length < 2;
}

function order(data, view) {
  const position = view.environment.releases.indexOf(view.release);
  const cost = (style) => valueAt(data, view.metric, view.rows, style, position) ?? -Infinity;
  const styles = Object.keys(view.task.styles)
    .filter((style) => data.values[view.metric]?.[view.rows]?.[style]);
  return styles.sort((one, other) => cost(other) - cost(one));
}

const seriesOf = (release) => release.split(".").slice(0, 2).join(".");

function shownReleases(view) {
  const releases = view.environment.releases;
  if (view.columns === "all") return releases;
  const newest = new Map(releases.map((release) => [seriesOf(release), release]));
  return releases.filter((release) =>
    release === newest.get(seriesOf(release)) || release === view.release);
}

function drawSummary(data, view) {
  const position = view.environment.releases.indexOf(view.release);
  const ranked = order(data, view)
    .map((style) => [style, valueAt(data, view.metric, view.rows, style, position)])
    .filter(([, value]) => value !== null);
  if (ranked.length < 2) {
    byId("summary").replaceChildren();
    return;
  }
  const [[dear, most], [cheap, least]] = [ranked[0], ranked.at(-1)];
  const strong = (text) => element("strong", {}, text);
  byId("summary").replaceChildren(
    `SQLAlchemy ${view.release}, ${rowsText(view.rows)}, ${metricOf(view.metric).label}: `,
    strong(readable(view.metric, most)), ` for “${view.task.styles[dear]}”, `,
    strong(readable(view.metric, least)), ` for “${view.task.styles[cheap]}”`,
    least > 0 ? `: a factor of ${Number((most / least).toPrecision(2))}.` : ".");
}

function notesFor(data, view) {
  const found = new Map();
  for (const note of data.notes) {
    if (note.metric === view.metric && note.rows === view.rows) {
      found.set(`${note.style} ${note.release}`, note);
    }
  }
  return found;
}

function drawCosts(data, view) {
  const releases = view.environment.releases;
  const shown = shownReleases(view);
  const notes = notesFor(data, view);
  const marks = { sampled: false, failed: false, plain: false };
  const values = [];
  const cells = new Map();
  for (const style of order(data, view)) {
    for (const release of shown) {
      const value = figure(data, view, style, releases.indexOf(release));
      cells.set(`${style} ${release}`, value);
      if (value !== null && value > 0) values.push(Math.log(value));
    }
  }
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const rows = order(data, view).map((style) => element("tr", {}, styleSwitch(view, style),
    ...shown.map((release) => {
      const value = cells.get(`${style} ${release}`);
      const note = notes.get(`${style} ${releases.indexOf(release)}`);
      if (note?.failed) {
        marks.failed = true;
        return cell("failed", { class: "missing failed", title: note.failed });
      }
      if (value === null) return cell("–", { class: "missing" });
      const heat = value > 0 && high > low ? (Math.log(value) - low) / (high - low) : 0;
      marks.sampled ||= Boolean(note?.sampled);
      return cell(figureText(view, value) + (note?.sampled ? " †" : ""),
        { style: `--heat: ${heat.toFixed(3)}`, class: release === view.release ? "chosen" : null });
    })));
  const headings = [heading("Style"), ...shown.map((release) => {
    const plain = view.environment.compiled[releases.indexOf(release)] === false;
    marks.plain ||= plain;
    return element("th", { scope: "col", class: release === view.release ? "chosen" : null },
      releaseLink(release), plain ? " ‡" : "");
  })];
  const metric = metricOf(view.metric);
  const about = `${metric.label[0].toUpperCase()}${metric.label.slice(1)}: ${metric.about}. In `
    + `${unitName(view)}, for ${rowsText(view.rows)}. The ticked styles are the coloured ones below.`;
  byId("costs-about").replaceChildren(
    view.task.question ? `Task: ${view.task.question}. ` : "", about);
  const place = byId("costs-table");
  const [scrolled, columns] = [place.scrollLeft, place.querySelectorAll("thead th").length];
  place.replaceChildren(
    table(`${metric.label} in ${unitName(view)} by style and release`, headings, rows,
      { class: "heat" }));
  /* Where not all releases fit, the newest are in view. */
  place.scrollLeft = columns === headings.length ? scrolled : place.scrollWidth;
  byId("costs-notes").textContent = [
    marks.sampled ? "† sampled every millisecond, so a short peak can be missed." : "",
    marks.plain ? "‡ ran without SQLAlchemy's compiled extensions: not comparable with the others." : "",
    marks.failed ? "failed: the reason shows when the pointer rests there, and stands below." : "",
    ...(marks.failed ? failures(notes, view) : []),
  ].filter(Boolean).join(" ");
  drawChoice("unit", "unit", isTime(view.metric)
    ? [["whole", "ms"], ["row", "µs a row"], ["factor", "× cheapest"]]
    : [["whole", "MiB"], ["row", "bytes a row"], ["factor", "× cheapest"]], view.unit);
  const fewer = new Set(releases.map(seriesOf)).size < releases.length;
  drawChoice("columns", "columns",
    fewer ? [["series", "newest of each series"], ["all", "all"]] : [], view.columns);
}

function failures(notes, view) {
  return [...notes.values()].filter((note) => note.failed).slice(0, 5).map((note) =>
    `${view.task.styles[note.style]} on ${view.environment.releases[note.release]}: ${note.failed}.`);
}

function styleSwitch(view, style) {
  const own = colourOf(view, style);
  const box = element("input", { type: "checkbox", name: "style", value: style,
    checked: own !== null, style: own === null ? null : `--own: var(${own})` });
  return rowHeading(element("label", {}, box, view.task.styles[style]));
}

function drawLegend(view, styles, others) {
  const items = styles.map((style) => element("li", {},
    element("i", { style: `--own: var(${colourOf(view, style)})` }), view.task.styles[style]));
  if (others) {
    items.push(element("li", { class: "others" },
      element("i", { style: "--own: var(--muted)" }), "the other styles"));
  }
  return items;
}

function legendOf(id, view, styles, others) {
  const list = byId(id).parentElement.querySelector(".legend");
  list.replaceChildren(...drawLegend(view, styles, others));
}

function look(view, style, size) {
  const own = colourOf(view, style);
  return {
    style: view.task.styles[style],
    colour: colour(own ?? "--muted"),
    width: own ? 2.5 : 1,
    opacity: own ? 1 : 0.45,
    size: own ? size : 0,
  };
}

/* Styles that are not chosen come first, so that the others are drawn above them. */
function backToFront(view, styles) {
  return [...styles].sort((one, other) => view.styles.includes(one) - view.styles.includes(other));
}

function chartUnit(metric, value) {
  return isTime(metric) ? value * 1000 : value / MEBIBYTE;
}

function drawHistory(data, view) {
  const releases = view.environment.releases;
  const figures = [];
  for (const style of backToFront(view, order(data, view))) {
    releases.forEach((release, position) => {
      const value = valueAt(data, view.metric, view.rows, style, position);
      if (value === null) return;
      figures.push({ ...look(view, style, releases.length > 60 ? 14 : 45), release, position,
        value: chartUnit(view.metric, value), figure: readable(view.metric, value) });
    });
  }
  const ticks = releases.filter((release, position) => releases.length <= WIDE
    || seriesOf(release) !== seriesOf(releases[position - 1] ?? ""));
  const spec = structuredClone(index.charts.history);
  spec.params.find((parameter) => parameter.name === "ticks").value = ticks;
  /* The second layer draws the points of chosen styles, and Vega-Lite wants some of them. */
  if (!figures.some((figure) => figure.size > 0)) spec.layer.pop();
  const label = metricOf(view.metric).label;
  byId("history-about").textContent = `${label[0].toUpperCase()}${label.slice(1)} in `
    + `${isTime(view.metric) ? "milliseconds" : "MiB"} for ${rowsText(view.rows)}, over every `
    + "measured release.";
  const styles = order(data, view);
  legendOf("history-chart", view, styles.filter((style) => view.styles.includes(style)),
    styles.some((style) => !view.styles.includes(style)));
  drawChart("history-chart", spec, figures, `Line chart: ${label} of each style over releases`);
  behind("history-table", () => table(`${label} by release and style`,
    [heading("Release"), ...styles.map((style) => heading(view.task.styles[style]))],
    releases.map((release, position) => element("tr", {}, rowHeading(release),
      ...styles.map((style) => cell(readable(view.metric,
        valueAt(data, view.metric, view.rows, style, position))))))));
}

function drawTradeoff(data, view) {
  const position = view.environment.releases.indexOf(view.release);
  const metric = isTime(view.metric) ? "track_peak" : view.metric;
  const label = metricOf(metric).label;
  const points = order(data, { ...view, metric }).map((style) => ({
    style,
    memory: valueAt(data, metric, view.rows, style, position),
    seconds: valueAt(data, "time_query", view.rows, style, position),
  })).filter((point) => point.memory > 0 && point.seconds > 0);
  byId("tradeoff-about").textContent = points.length
    ? `SQLAlchemy ${view.release}, ${rowsText(view.rows)}: ${label} against seconds, both on `
      + "logarithmic scales. Nearer to the lower left corner is better."
    : `For SQLAlchemy ${view.release} and ${rowsText(view.rows)} there are no times to set `
      + "against memory: measure them with scripts/bench.";
  const figures = backToFront(view, points.map((point) => point.style)).map((style) => {
    const point = points.find((other) => other.style === style);
    return { ...look(view, style, 150), size: view.styles.includes(style) ? 150 : 60,
      value: point.memory / MEBIBYTE, seconds: point.seconds,
      figure: readable(metric, point.memory), time: readable("time_query", point.seconds) };
  });
  const styles = points.map((point) => point.style);
  legendOf("tradeoff-chart", view, styles.filter((style) => view.styles.includes(style)),
    styles.some((style) => !view.styles.includes(style)));
  drawChart("tradeoff-chart", index.charts.tradeoff, figures,
    `Scatter chart: ${label} against time, one point for each style`);
  behind("tradeoff-table", () => table(`${label} and time by style`,
    [heading("Style"), heading(label), heading("time")],
    points.map((point) => element("tr", {}, rowHeading(view.task.styles[point.style]),
      cell(readable(metric, point.memory)), cell(readable("time_query", point.seconds))))),
  points.length);
}

function roundRows(rows) {
  if (rows < 1) return "none";
  const magnitude = 10 ** Math.max(0, Math.floor(Math.log10(rows)) - 1);
  const rounded = Math.floor(rows / magnitude) * magnitude;
  const short = (value, word) => `${Number(value.toPrecision(2))} ${word}`;
  if (rounded >= 1e9) return short(rounded / 1e9, "billion");
  return rounded >= 1e6 ? short(rounded / 1e6, "million") : whole(rounded);
}

function drawFit(data, view) {
  const position = view.environment.releases.indexOf(view.release);
  const metric = "peakmem_process";
  const styles = order(data, { ...view, metric })
    .map((style) => [style, growth(data, view, metric, style, position)])
    .filter(([, grown]) => grown !== null);
  byId("fit-about").textContent = styles.length
    ? `SQLAlchemy ${view.release}, in a process that may grow to a limit: the whole process, `
      + "interpreter and imports included, drawn on in a straight line from the sizes that were "
      + "measured. Your own program's memory comes off the limit first."
    : `For SQLAlchemy ${view.release} the whole process was not measured at two sizes up to `
      + `${rowsText(view.rows)}, so nothing can be drawn on from there.`;
  if (!styles.length) {
    byId("fit-table").replaceChildren();
    return;
  }
  const rows = styles.map(([style, grown]) => element("tr", {}, rowHeading(view.task.styles[style]),
    cell(readable(metric, grown.start)), cell(grown.flat ? "0" : whole(grown.row)),
    ...BUDGETS.map(([, size]) => {
      const room = size * MEBIBYTE - grown.start;
      if (grown.flat) return cell(room > 0 ? "any number" : "none");
      return cell(roundRows(room / grown.row));
    })));
  byId("fit-table").replaceChildren(table("Rows that fit, by style and limit",
    [heading("Style"), heading("without rows"), heading("bytes a row"),
      ...BUDGETS.map(([name]) => heading(name))], rows));
}

async function drawTraces(view) {
  /* Few releases are watched: where the chosen one was not, the newest that was stands for it. */
  const watched = Object.keys(view.task.traces);
  const release = known(watched, view.release, watched.at(-1));
  const key = view.task.traces[release];
  const runs = key ? await load(key) : [];
  if (chosen().task.traces !== view.task.traces) return;
  const sizes = [...new Set(runs.map((run) => run.rows))];
  const rows = known(sizes, view.rows, Math.max(...sizes));
  const highest = (run) => Math.max(0, ...run.samples.map(([, size]) => size));
  const drawn = runs.filter((run) => run.rows === rows && view.styles.includes(run.style))
    .sort((one, other) => highest(other) - highest(one));
  byId("traces-about").textContent = runs.length
    ? `SQLAlchemy ${release}, ${rowsText(rows)}: resident memory, looked at every 5 ms by `
      + "memory_profiler. Where a line falls, the answer was dropped; what stays then was not "
      + `given back.${release === view.release ? "" : ` ${view.release} was not watched.`}`
    : `No run of this task was watched. scripts/traces ${view.release} --task ${view.task.name} `
      + "does that.";
  const figures = drawn.flatMap((run) => run.samples.map(([seconds, size]) =>
    ({ ...look(view, run.style, 0), seconds, value: size / MEBIBYTE })));
  legendOf("traces-chart", view, drawn.map((run) => run.style), false);
  drawChart("traces-chart", index.charts.traces, figures,
    "Line chart: resident memory over time while each chosen style runs");
  behind("traces-table", () => table("What was seen of each style",
    [heading("Style"), heading("highest"), heading("at the end"), heading("answered after")],
    runs.filter((run) => run.rows === rows).map((run) => element("tr", {},
      rowHeading(view.task.styles[run.style] ?? run.style),
      cell(readable("track_peak", highest(run))),
      cell(readable("track_peak", run.samples.at(-1)?.[1])),
      cell(readable("time_query", run.answered))))), runs.length);
}

function graphLink(view, change) {
  const { environment, task } = view;
  const query = new URLSearchParams({ "p-style": task.styles[change.style], "p-rows": change.rows });
  if (index.environments.length > 1) {
    query.set("machine", environment.machine);
    query.set("python", environment.python);
  }
  query.set("commits", `${environment.releases[change.earlier]}-${environment.releases[change.later]}`);
  return `index.html#${task.benchmarks[change.metric]}?${query}`;
}

function drawChanges(data, view) {
  const { releases, compiled } = view.environment;
  const found = data.changes.filter((change) =>
    change.metric === view.metric && change.rows === view.rows);
  const label = metricOf(view.metric).label;
  byId("changes-about").textContent = found.length
    ? `${label[0].toUpperCase()}${label.slice(1)}, ${rowsText(view.rows)}: changes that are more `
      + "than the measured noise, the biggest first. A release links to its change log."
    : `Between neighbouring releases, ${label} for ${rowsText(view.rows)} changed nowhere by more `
      + "than the measured noise.";
  if (!found.length) {
    byId("changes-table").replaceChildren();
    return;
  }
  const rows = found.map((change) => {
    const share = (change.after - change.before) / Math.abs(change.before);
    const worse = change.after > change.before;
    const differs = compiled[change.earlier] !== compiled[change.later];
    return element("tr", {}, rowHeading(view.task.styles[change.style]),
      element("td", { class: "words" }, `${releases[change.earlier]} → `,
        releaseLink(releases[change.later]), differs ? " ‡" : ""),
      cell(readable(view.metric, change.before)), cell(readable(view.metric, change.after)),
      cell(`${worse ? "▲ +" : "▼ −"}${digits(Math.abs(share) * 100)} %`,
        { class: worse ? "worse" : "better" }),
      element("td", { class: "words" }, element("a", { href: graphLink(view, change),
        "aria-label": `graph of ${view.task.styles[change.style]}` }, "graph")));
  });
  byId("changes-table").replaceChildren(table("Biggest changes", [heading("Style"),
    heading("releases", { class: "words" }), heading("before"), heading("after"),
    heading("change"), heading("")], rows));
}

function drawFooter(view) {
  byId("footer").textContent = `Measured with ${view.environment.label}. Published `
    + `${index.published}. Every view has its own address: copy it from the address bar.`;
}

/* A table behind a chart is made when it is opened. */
function behind(id, make, wanted = true) {
  const details = byId(id);
  details.hidden = !wanted;
  const fill = () => {
    details.querySelector("div")?.remove();
    if (details.open) {
      details.append(element("div", { class: "scroll", tabindex: "0", role: "region",
        "aria-label": "table" }, make()));
    }
  };
  details.ontoggle = fill;
  fill();
}

/* ---- charts ---- */

function theme() {
  const [ink, soft, line] = [colour("--ink"), colour("--soft"), colour("--line")];
  return {
    background: null,
    font: getComputedStyle(document.body).fontFamily,
    aria: false,
    view: { stroke: null },
    axis: { labelColor: soft, titleColor: soft, gridColor: line, domainColor: line,
      tickColor: line, labelFontSize: 12, titleFontSize: 12, titleFontWeight: "normal" },
    axisY: { domain: false, ticks: false, labelPadding: 8 },
    axisX: { labelPadding: 6, labelOverlap: "greedy" },
    title: { color: ink },
  };
}

async function drawChart(id, spec, figures, words) {
  const place = byId(id);
  views.get(id)?.finalize();
  views.delete(id);
  place.hidden = figures.length === 0;
  place.setAttribute("role", "img");
  place.setAttribute("aria-label", `${words}. The same figures stand in the table below.`);
  /* Vega puts a role of its own on what it draws into. */
  const canvas = element("div");
  place.replaceChildren(canvas);
  if (!figures.length) return;
  const drawn = await vegaEmbed(canvas, { ...spec, datasets: { figures } },
    { mode: "vega-lite", actions: false, renderer: "svg", config: theme() });
  views.set(id, drawn);
}

/* ---- drawing all of it ---- */

async function draw() {
  const view = chosen();
  drawSwitches(view);
  const data = await load(view.task.data);
  if (chosen().task.data !== view.task.data) return;
  drawSummary(data, view);
  drawCosts(data, view);
  drawHistory(data, view);
  drawTradeoff(data, view);
  drawFit(data, view);
  drawChanges(data, view);
  drawFooter(view);
  await drawTraces(view);
}

function showEmpty() {
  byId("summary").textContent = "Nothing was measured yet: scripts/bench measures, and publishes "
    + "what it measured.";
}

function keepFocus(redraw) {
  const active = document.activeElement;
  const [name, value] = [active?.name, active?.value];
  return redraw().then(() => {
    if (name && !active.isConnected) {
      document.querySelector(`[name="${CSS.escape(name)}"][value="${CSS.escape(value)}"]`)
        ?.focus({ preventScroll: true });
    }
  });
}

function changed(event) {
  const { name, value, checked } = event.target;
  if (name === "style") {
    const styles = chosen().styles.filter((style) => style !== value);
    choose({ styles: (checked ? [...styles, value] : styles).join(",") });
  } else if (name === "task" || name === "environment") {
    const { environment, task } = addressed();
    location.hash = new URLSearchParams({ ...(environment && { environment }), ...(task && { task }),
      [name]: value }).toString();
  } else {
    choose({ [name]: value });
  }
}

function start() {
  if (!index.environments.length) {
    showEmpty();
    return;
  }
  byId("switches").hidden = false;
  byId("main").hidden = false;
  document.addEventListener("change", changed);
  document.querySelector("[data-skip]").addEventListener("click", (event) => {
    event.preventDefault();
    byId("costs").focus();
  });
  byId("switches").addEventListener("submit", (event) => event.preventDefault());
  window.addEventListener("hashchange", () => keepFocus(draw));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  draw();
}

start();
