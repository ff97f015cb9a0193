/* Figures, and how they are written. */

const [KIBIBYTE, MEBIBYTE] = [2 ** 10, 2 ** 20];

/* What grows with the rows, and what a container's limit counts; the others go by their unit. */
const NET_PEAK = "track_peak";
const PROCESS = "peakmem_process";
const TIME = index.metrics.find((metric) => metric.unit === "seconds").name;

/* What tables and charts are in: so much of the figure's own unit. */
const SHOWN = { bytes: 1, MiB: MEBIBYTE, ms: 0.001 };

function digits(value) {
  const size = Math.abs(value);
  const places = size >= 99.95 || size === 0 ? 0 : size >= 9.995 ? 1 : 2;
  return value.toLocaleString("en", { minimumFractionDigits: places, maximumFractionDigits: places })
    .replace("-", "−").replace(/^−(0(?:\.0+)?)$/, "$1");
}

const whole = (value) => (Math.round(value) || 0).toLocaleString("en").replace("-", "−");
const rowsText = (rows) => `${whole(rows)} ${rows === 1 ? "row" : "rows"}`;

function readable(metric, value) {
  if (value == null) return "–";
  if (isGrowth(metric)) return bySize(value);
  if (!isTime(metric)) return `${digits(value / MEBIBYTE)} MiB`;
  return value >= 1 ? `${digits(value)} s` : `${digits(value * 1000)} ms`;
}

function bySize(value) {
  const size = Math.abs(Math.round(value));
  if (size < KIBIBYTE) return `${whole(value)} bytes`;
  return size < MEBIBYTE ? `${digits(value / KIBIBYTE)} KiB` : `${digits(value / MEBIBYTE)} MiB`;
}

/* After against before: in percent, or with its unit where that says little, as of what was nothing
   or too small to be divided by, and of what is ten times as much. */
function difference(metric, before, after) {
  const more = after - before;
  const sign = more > 0 ? "+" : "−";
  const size = isDivisor(metric, before) && after < 10 * before
    ? `${digits(100 * Math.abs(more) / before)} %` : readable(metric, Math.abs(more));
  return `${sign}${size}`;
}

const capitalised = (text) => text[0].toUpperCase() + text.slice(1);

function metricOf(name) {
  return index.metrics.find((metric) => metric.name === name);
}

const isTime = (name) => metricOf(name).unit === "seconds";
/* What further runs leave: some bytes, or many KiB. */
const isGrowth = (name) => metricOf(name).shownIn === "bytes";

/* Whether other figures are told as multiples of this one. */
function isDivisor(metric, value) {
  return value > 0 && value >= metricOf(metric).leastDivisor;
}

function valueAt(data, metric, rows, style, position) {
  return data.values[metric]?.[rows]?.[style]?.[position] ?? null;
}

/* What one more row costs: the slope between this size and the next smaller one that was measured. */
function slope(data, view, metric, style, position) {
  const value = valueAt(data, metric, view.rows, style, position);
  const smaller = sizesOf(view.task, metric).filter((rows) => rows < view.rows
    && valueAt(data, metric, rows, style, position) !== null).at(-1);
  if (value === null || smaller === undefined) return null;
  const grown = value - valueAt(data, metric, smaller, style, position);
  const row = grown / (view.rows - smaller);
  return { row, flat: !isTime(metric) && grown < index.smallestGrowth };
}

/* The figure of a cell in the chosen unit. */
function figure(data, view, style, position) {
  const value = valueAt(data, view.metric, view.rows, style, position);
  if (value === null || view.unit === "whole") return value;
  if (view.unit === "row") {
    const grown = slope(data, view, view.metric, style, position);
    return grown === null ? null : grown.row;
  }
  const all = Object.keys(view.task.styles)
    .map((other) => valueAt(data, view.metric, view.rows, other, position))
    .filter((other) => other !== null);
  const cheapest = Math.min(...all);
  return isDivisor(view.metric, cheapest) ? value / cheapest : null;
}

function figureText(view, value) {
  if (view.unit === "factor") return `${digits(value)}×`;
  if (view.unit === "row") return isTime(view.metric) ? digits(value * 1e6) : whole(value);
  return isGrowth(view.metric) ? whole(value) : digits(inUnit(view.metric, value));
}

const inUnit = (metric, value) => value / SHOWN[metricOf(metric).shownIn];

function unitName(view) {
  if (view.unit === "factor") {
    const least = metricOf(view.metric).leastDivisor;
    return "times the cheapest style of the same release"
      + (least ? ` (none where that needs less than ${readable(view.metric, least)})` : "");
  }
  if (view.unit === "row") return isTime(view.metric) ? "microseconds a row" : "bytes a row";
  return unitOf(view.metric);
}

const unitOf = (metric) => (isTime(metric) ? "milliseconds" : metricOf(metric).shownIn);
