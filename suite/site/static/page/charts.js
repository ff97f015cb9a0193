/* What all charts have in common. A chart is drawn when it comes near, and again when what it shows
   has changed. How a style looks comes from its place in its task; a tick sets variables of CSS. */

const COLOURS = 8;
const DASHES = [[1, 0], [8, 4], [2, 3], [10, 3, 2, 3]];
const FILLED = [1, 0, 0.45, 0];
const EDGES = [[1, 0], [1, 0], [1, 0], [2, 2]];
/* Each within a square of 2 by 2: circle, square, triangle, diamond and so on. */
const SHAPES = ["M1,0A1,1,0,1,1,-1,0A1,1,0,1,1,1,0Z", "M-.9,-.9H.9V.9H-.9Z", "M0,-1L1,.8H-1Z",
  "M0,-1.2L1,0L0,1.2L-1,0Z", "M0,1L1,-.8H-1Z", "M-.4,-1H.4V-.4H1V.4H.4V1H-.4V.4H-1V-.4H-.4Z",
  "M-1,-1H1L-1,1H1Z", "M1,-1V1L-1,0Z"];

/* Pixels: before a section comes into view, once somebody scrolls; around a line that the pointer is
   at; and by which a ticked line may be further away than another. */
const [NEAR, CATCH, ABOVE] = [400, 40, 6];

const THEME = {
  background: null,
  aria: false,
  view: { stroke: null },
  axis: { labelColor: "var(--soft)", titleColor: "var(--soft)", gridColor: "var(--line)",
    domainColor: "var(--line)", tickColor: "var(--line)", labelFontSize: 12, titleFontSize: 12,
    titleFontWeight: "normal" },
  axisY: { domain: false, ticks: false, labelPadding: 8, labelOverlap: "greedy" },
  axisX: { labelPadding: 6, labelOverlap: "greedy", labelSeparation: 6 },
};

/* Each of the files below adds its own: `id` of the section, `title`, what it `reads` of a view,
   `draw(view, chart)`, and `exists(view)` where not every view has it. */
const CHARTS = [];

/* The view that is shown, whether or not a chart has come near since. */
let inView = null;

function drawChartsNear(view) {
  inView = view;
  const first = !CHARTS[0].section;
  if (first) CHARTS.forEach(prepare);
  recolour(view);
  for (const chart of CHARTS) {
    chart.section.hidden = chart.exists ? !chart.exists(view) : false;
    if (chart.near) update(chart);
  }
  if (first) watchSections();
}

function watch(margin) {
  const watcher = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      const chart = CHARTS.find(({ section }) => section === target);
      chart.near = isIntersecting;
      if (isIntersecting) update(chart);
    }
  }, { rootMargin: `${margin}px 0px` });
  for (const { section } of CHARTS) watcher.observe(section);
  return watcher;
}

/* Who reads the first screen alone loads none of it; who scrolls finds it drawn. */
function watchSections() {
  const watcher = watch(0);
  addEventListener("scroll", () => {
    watcher.disconnect();
    watch(NEAR);
  }, { once: true });
}

function prepare(chart) {
  const { id } = chart;
  chart.section = byId(id);
  chart.section.setAttribute("aria-labelledby", `${id}-title`);
  chart.section.replaceChildren(element("h2", { id: `${id}-title` }, chart.title),
    element("p", { id: `${id}-about` }), element("div", { class: "choices" }),
    element("ul", { class: "legend" }), element("div", { class: "chart", id: `${id}-chart` }),
    element("details", { id: `${id}-table`, hidden: true },
      element("summary", {}, "The same as a table")));
  chart.section.addEventListener("pointerover", ({ target }) =>
    light(chart, target.closest("[data-style]")?.dataset.style ?? null));
  chart.section.addEventListener("pointerleave", () => light(chart, null));
}

async function update(chart) {
  const shown = JSON.stringify(chart.reads(inView));
  if (chart.shown === shown) return;
  chart.shown = shown;
  chart.isCurrent = () => chart.shown === shown;
  try {
    await chart.draw(inView, chart);
  } catch (error) {
    if (!chart.isCurrent()) return;
    say(chart, error.message);
    empty(chart);
    chart.shown = null;
  }
}

/* What every section reads of a view. */
const whatOf = (view) => [view.platform.key, view.task.name, view.metric, view.rows];

const say = (chart, ...words) => byId(`${chart.id}-about`).replaceChildren(...words);

/* The figures of a metric over all releases, by rows and style. */
const loadSeries = ({ platform, task }, metric) =>
  load(`${platform.file}-s-${task.number}-${metric}`);

/* How a style looks. */
function lookOf(task, style) {
  const place = task.places.get(style);
  const shape = Math.floor(place / DASHES.length);
  /* So that those of one colour differ in their dashes. */
  const kind = (place + Math.floor(place / COLOURS)) % DASHES.length;
  return { key: style, own: `var(--own-${place})`, dash: DASHES[kind], edge: EDGES[kind],
    filled: FILLED[kind], shape: SHAPES[shape % SHAPES.length] };
}

const colourOf = (place) => `var(--line-${place % COLOURS})`;

/* A tick changes colours, and what legends name; no chart is drawn again. */
function recolour(view) {
  for (const chart of CHARTS) paint(chart);
  for (const box of document.querySelectorAll("input[name=drawn]")) {
    box.checked = view.styles.includes(box.value);
  }
  for (const item of document.querySelectorAll(".legend.ticked [data-style]")) {
    item.hidden = !view.styles.includes(item.dataset.style);
  }
}

function paint({ id, lit }) {
  for (const [style, place] of inView.task.places) {
    const seen = inView.styles.includes(style) || style === lit;
    byId(`${id}-chart`).style.setProperty(`--own-${place}`, seen ? colourOf(place) : "transparent");
  }
}

/* The style that the pointer is at has its colour too. */
function light(chart, style) {
  if (chart.lit === style) return;
  chart.lit = style;
  paint(chart);
}

const SVG = "http://www.w3.org/2000/svg";

function svgElement(tag, attributes, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/* A piece of a style's line, with its point. */
function sample(task, style) {
  const { dash, edge, filled, shape } = lookOf(task, style);
  const stroke = colourOf(task.places.get(style));
  return svgElement("svg", { viewBox: "0 0 34 12", width: 34, height: 12, "aria-hidden": "true" },
    svgElement("path", { d: "M0,6H34", stroke, "stroke-width": 2.5, "stroke-dasharray": dash }),
    svgElement("path", { d: shape, transform: "translate(17,6) scale(4)", stroke,
      "stroke-width": 0.5, "stroke-dasharray": edge.map((length) => length / 4),
      fill: filled === 0 ? "var(--page)" : stroke, "fill-opacity": filled || 1 }));
}

function tickBox(style) {
  return element("input", { type: "checkbox", name: "drawn", value: style, "data-key": style,
    checked: inView.styles.includes(style) });
}

/* Names styles: all of them with a box to tick each, or the ticked ones. */
function legend(chart, view, styles, { boxes = false } = {}) {
  const list = chart.section.querySelector(".legend");
  list.classList.toggle("ticked", !boxes);
  list.replaceChildren(...styles.map((style) => {
    const words = [sample(view.task, style), view.task.styles[style].label];
    return element("li", { "data-style": style },
      boxes ? element("label", {}, tickBox(style), ...words) : words);
  }), ...(boxes ? [] : [element("li", { class: "others" },
    svgElement("svg", { viewBox: "0 0 34 12", width: 34, height: 12, "aria-hidden": "true" },
      svgElement("path", { d: "M0,6H34", stroke: "var(--others)" })), "the other styles")]));
  recolour(inView);
}

/* The largest unit in which the largest of the figures is at least 1. */
function unitFor(metric, values) {
  const most = Math.max(...values.map(Math.abs));
  const units = isTime(metric) ? [["s", 1], ["ms", 1e-3]]
    : [["MiB", MEBIBYTE], ["KiB", KIBIBYTE], ["B", 1]];
  const [unit, size] = units.find(([, least]) => most >= least) ?? units.at(-1);
  return { unit, size };
}

/* Takes away what is drawn. */
function clear(chart) {
  chart.resized?.disconnect();
  chart.drawn?.finalize();
  chart.drawn = null;
  byId(`${chart.id}-chart`).replaceChildren();
}

/* Leaves a section with its words alone. */
function empty(chart) {
  clear(chart);
  for (const part of [".chart", ".legend", "details"]) {
    chart.section.querySelector(part).hidden = true;
  }
}

let charting = null;

/* The charting library is most of what the page can load, so it comes with the first chart. */
function library() {
  charting ??= new Promise((resolve, reject) => {
    const script = element("script", { src: "site/vega.js" });
    script.onload = () => resolve(window.vegaEmbed);
    script.onerror = () => {
      charting = null;
      reject(new Error("The file site/vega.js is missing: copy the whole folder of the site."));
    };
    document.head.append(script);
  });
  return charting;
}

/* Draws a specification with its figures. `name` is that of a chart, `set` the parameters; `across`
   and `up` are the figures' fields, by which the nearest one to the pointer is named. */
async function drawChart(chart, name, figures, { words, across, height, ...set }) {
  if (!figures.length) {
    empty(chart);
    return;
  }
  const [specs, embed] = await Promise.all([load("charts"), library()]);
  if (!chart.isCurrent()) return;
  clear(chart);
  const place = byId(`${chart.id}-chart`);
  place.hidden = false;
  if (!place.clientWidth) {
    /* Another view was chosen meanwhile: it is drawn when it comes near again. */
    chart.shown = null;
    return;
  }
  chart.section.querySelector(".legend").hidden = false;
  place.setAttribute("role", "img");
  place.setAttribute("aria-label", `${words}. The same figures stand in the table below.`);
  const spec = structuredClone(specs[name]);
  Object.assign(spec, { datasets: { figures }, width: place.clientWidth, ...(height && { height }) });
  for (const parameter of spec.params) {
    if (parameter.name in set) parameter.value = set[parameter.name];
  }
  const canvas = element("div", { "aria-hidden": "true" });
  place.append(canvas);
  const font = getComputedStyle(document.body).fontFamily;
  const drawn = await embed(canvas, spec, { mode: "vega-lite", actions: false, renderer: "svg",
    tooltip: false, config: { ...THEME, font } });
  if (!canvas.isConnected) {
    drawn.finalize();
    return;
  }
  chart.drawn = drawn;
  chart.resized = new ResizeObserver(() => {
    const width = place.clientWidth;
    if (width && width !== drawn.view.width()) drawn.view.width(width).runAsync();
  });
  chart.resized.observe(place);
  if (across) nameWhatIsNear(chart, place, figures, across);
}

/* Lines by their style: [x, y, figure] in pixels, from the left. */
function linesOf(view, figures, across) {
  const [x, y] = [view.scale("x"), view.scale("y")];
  const lines = new Map();
  for (const figure of figures) {
    if (!lines.has(figure.key)) lines.set(figure.key, []);
    lines.get(figure.key).push([x(figure[across]), y(figure.value), figure]);
  }
  return [...lines.values()].map((line) => line.sort(([one], [other]) => one - other));
}

/* How far a place is from a line: up or down within it, else from its nearer end. */
function distance(line, left, top) {
  const next = line.findIndex(([x]) => x > left);
  if (next < 1) {
    const [x, y] = line.at(next < 0 ? -1 : 0);
    return Math.hypot(x - left, y - top);
  }
  const [[x, y], [further, there]] = [line[next - 1], line[next]];
  return Math.abs(y + (there - y) * (left - x) / (further - x) - top);
}

/* Names the line or point next to the pointer, with its figure, and colours it. */
function nameWhatIsNear(chart, place, figures, across) {
  const tip = element("div", { class: "tip", hidden: true });
  place.append(tip);
  const { view } = chart.drawn;
  const hide = () => {
    tip.hidden = true;
    light(chart, null);
  };
  place.onpointerleave = hide;
  place.onpointermove = (event) => {
    const frame = place.getBoundingClientRect();
    const [origin, padding] = [view.origin(), view.padding()];
    const [beginX, beginY] = [origin[0] + padding.left, origin[1] + padding.top];
    const [left, top] = [event.clientX - frame.left - beginX, event.clientY - frame.top - beginY];
    const near = nearest(linesOf(view, figures, across), left, top);
    if (!near) {
      hide();
      return;
    }
    const [x, y, figure] = near;
    light(chart, figure.key);
    tip.hidden = false;
    tip.replaceChildren(element("strong", {}, figure.style),
      ...figure.words.map((line) => element("span", {}, line)));
    tip.style.setProperty("--x", `${x + beginX}px`);
    tip.style.setProperty("--y", `${y + beginY}px`);
    tip.classList.toggle("left", x > view.width() / 2);
  };
}

/* Of lines above each other, a ticked one is meant. */
function nearest(lines, left, top) {
  let [least, found] = [CATCH, null];
  for (const line of lines) {
    const isTicked = inView.styles.includes(line[0][2].key);
    const far = distance(line, left, top) - (isTicked ? ABOVE : 0);
    if (far < least) [least, found] = [far, line];
  }
  return found?.reduce((best, point) =>
    (Math.abs(point[0] - left) < Math.abs(best[0] - left) ? point : best));
}

/* Selects beside a chart: [words, name in the address, options, value] of each. What is there stays,
   so that it keeps the focus. */
function choices(chart, ...wanted) {
  const place = chart.section.querySelector(".choices");
  const found = new Map([...place.querySelectorAll("select")].map((made) => [made.name, made]));
  const labels = wanted.map(([words, name, options, value]) => {
    const select = found.get(name) ?? element("select", { name });
    fillSelect(select, options, value);
    return select.parentElement ?? element("label", { class: "choice" }, `${words} `, select);
  });
  if (labels.length !== found.size || labels.some((label) => !label.isConnected)) {
    place.replaceChildren(...labels);
  }
}

/* A table behind a chart is made when it is opened. */
function behind(chart, make, wanted = true) {
  const details = byId(`${chart.id}-table`);
  details.hidden = !wanted;
  const fill = () => {
    details.querySelector("div")?.remove();
    if (details.open && wanted) {
      details.append(element("div", { class: "scroll", tabindex: "0", role: "region",
        "aria-label": `${chart.title}: table` }, make()));
    }
  };
  details.ontoggle = fill;
  fill();
}
