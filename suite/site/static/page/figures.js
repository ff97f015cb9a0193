/* Figures, how they are judged, and how they are written. */

const [KIBIBYTE, MEBIBYTE] = [2 ** 10, 2 ** 20];

/* What grows with the rows, and what a container's limit counts; the others go by their unit. */
const NET_PEAK = "track_peak";
const PROCESS = "peakmem_process";
const TIME = index.metrics.find((metric) => metric.unit === "seconds").name;

/* Two digits after the point of small figures, one or none of greater ones. */
function digits(value) {
  const size = Math.abs(value);
  return fixed(value, size >= 99.95 || size === 0 ? 0 : size >= 9.995 ? 1 : 2);
}

function fixed(value, places) {
  const [integer, fraction] = Math.abs(value).toFixed(places).split(".");
  const text = integer.replace(/\B(?=(\d{3})+$)/g, ",") + (fraction ? `.${fraction}` : "");
  return value < 0 && Number(Math.abs(value).toFixed(places)) ? `−${text}` : text;
}

const whole = (value) => fixed(value, 0);
const counted = (count, word) => `${whole(count)} ${word}${count === 1 ? "" : "s"}`;
const rowsText = (rows) => counted(rows, "row");

/* With its unit. */
function readable(metric, value) {
  if (value == null) return "–";
  if (isTime(metric)) return seconds(value);
  return isGrowth(metric) ? bySize(value) : withUnit(mebibytes(value));
}

/* For a column whose heading names the unit: with one where it is another. */
function inColumn(metric, value) {
  if (isTime(metric)) return digits(value * 1000);
  return isGrowth(metric) ? whole(value) : mebibytes(value);
}

/* In MiB, or with its unit in KiB or bytes, where MiB would read 0.00. */
function mebibytes(value) {
  const size = Math.abs(value) / MEBIBYTE;
  return size < 0.005 ? bySize(value) : fixed(value / MEBIBYTE, size >= 9.995 ? 1 : 2);
}

const withUnit = (text) => (/[a-z]$/i.test(text) ? text : `${text} MiB`);

function bySize(value) {
  const size = Math.abs(value);
  if (Math.round(size) === 0) return "0";
  if (size < KIBIBYTE) return `${whole(value)} bytes`;
  return size < MEBIBYTE ? `${fixed(value / KIBIBYTE, 1)} KiB` : `${mebibytes(value)} MiB`;
}

function seconds(value) {
  if (value >= 0.0995) return `${fixed(value, 2)} s`;
  return `${fixed(value * 1000, value >= 0.00995 ? 0 : 1)} ms`;
}

/* After against before: in percent, or with its unit where that says little, as of what was nothing
   or too small to be divided by, and of what is ten times as much. */
function difference(metric, before, after) {
  const more = after - before;
  const sign = more > 0 ? "+" : "−";
  const size = isDivisor(metric, before) && after < 10 * before
    ? `${fixed(100 * Math.abs(more) / before, 1)} %` : readable(metric, Math.abs(more));
  return sign + size;
}

/* A Map of lists, in the order in which their keys come. */
function groupedBy(list, keyOf) {
  const groups = new Map();
  for (const each of list) {
    const key = keyOf(each);
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(each);
  }
  return groups;
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

const unitOf = (metric) => (isTime(metric) ? "milliseconds" : metricOf(metric).shownIn);

/* As the file has it: a number of bytes, or seconds with their interval where there is one. */
function storedAt(figures, metric, rows, style) {
  return figures.values[metric]?.[rows]?.[figures.places.get(style)] ?? null;
}

function valueAt(figures, metric, rows, style) {
  return medianOf(storedAt(figures, metric, rows, style));
}

const medianOf = (stored) => (Array.isArray(stored) ? stored[0] : stored);

const failedAt = (figures, rows, style) => figures.failed[rows]?.[style] ?? null;

/* The measured styles of a view, the most expensive first. */
function measuredStyles(view, figures) {
  const value = (style) => valueAt(figures, view.metric, view.rows, style);
  return Object.keys(view.task.styles).filter((style) => value(style) !== null)
    .sort((one, other) => value(other) - value(one));
}

/* From where on a change of a metric counts; null where it is not judged. */
const limitOf = (platform, metric) => platform.limits?.[metric] ?? metricOf(metric).limit;

function exceeds(limit, before, after) {
  const change = Math.abs(after - before);
  return change > limit.floor && change > limit.share * Math.abs(before);
}

/* What a change of one figure is: "worse", "better", "same"; "not judged" without a limit, and of
   seconds without intervals. Figures as the files have them. */
function judged(metric, before, after, limit) {
  if (!limit || before === null || after === null) return "not judged";
  if (isTime(metric)) {
    if (![before, after].every((stored) => stored.length === 3)) return "not judged";
    const [[, lowest, highest], [, low, high]] = [before, after];
    if (lowest <= high && low <= highest) return "same";
  }
  /* Who gives back what earlier executions took does not grow. */
  const [old, now] = [before, after].map(medianOf)
    .map((value) => (isGrowth(metric) ? Math.max(0, value) : value));
  if (!exceeds(limit, old, now)) return "same";
  return now > old ? "worse" : "better";
}

/* What to write in place of a style: one of its kind, or of another one, that needs less. Of those
   that save nearly as much as the cheapest, the one with the most similar code. `own` is what the
   style costs, where that is not what was measured; `most` is what the other one may cost. Seconds
   count where their samples say so. */
function instead(view, figures, style, nearest, { kind, own, most = Infinity } = {}) {
  const { metric, rows, task } = view;
  const limit = limitOf(view.platform, metric);
  const value = (name) => valueAt(figures, metric, rows, name);
  const stored = own ?? storedAt(figures, metric, rows, style);
  const cost = medianOf(stored);
  const gives = kind ?? task.styles[style]?.gives;
  if (cost === null || !limit) return null;
  const cheaper = measuredStyles(view, figures).filter((name) => task.styles[name].gives === gives
    && value(name) < cost && value(name) <= most && exceeds(limit, cost, value(name))
    && (!isTime(metric)
      || judged(metric, stored, storedAt(figures, metric, rows, name), limit) === "better"));
  const least = Math.min(...cheaper.map(value));
  const alike = new Set(cheaper.filter((name) => cost - value(name) >= index.enough * (cost - least)));
  return (nearest[style] ?? []).find((name) => alike.has(name)) ?? null;
}

/* How many rows a process of so many bytes can query, drawn on in a straight line by what the net
   peak grows between the two largest sizes; null where nothing was measured. */
function rowsThatFit(figures, style, budget) {
  const [process, peak] = [PROCESS, NET_PEAK].map((metric) =>
    (rows) => valueAt(figures, metric, rows, style));
  const sizes = Object.keys(figures.values[PROCESS] ?? {}).map(Number)
    .filter((rows) => process(rows) !== null && peak(rows) !== null)
    .sort((one, other) => one - other);
  if (!sizes.length) return null;
  const [largest, smaller] = [sizes.at(-1), sizes.at(-2) ?? 0];
  const grown = peak(largest) - (smaller ? peak(smaller) : 0);
  if (grown < index.smallestGrowth) return process(largest) <= budget ? Infinity : 0;
  const slope = grown / (largest - smaller);
  return Math.max(0, Math.floor((budget - process(largest) + slope * largest) / slope));
}

/* Down to so many digits: what a number of rows is drawn on from is not known better. */
function roundedDown(rows, kept = 3) {
  const magnitude = 10 ** Math.max(0, Math.floor(Math.log10(rows)) + 1 - kept);
  return Math.floor(rows / magnitude) * magnitude;
}

/* How many rows fit, for a cell: "95,400", "0.28 M", "3.46 M". */
function fitText(rows) {
  if (rows === null) return "–";
  if (rows === Infinity) return "any";
  if (rows < 1) return "none";
  const down = roundedDown(rows);
  if (down < 1e5) return whole(down);
  if (down >= 1e9) return `${fixed(roundedDown(rows, 2) / 1e9, 1)} bn`;
  const millions = down / 1e6;
  if (millions < 10) return `${fixed(Math.floor(down / 1e4) / 100, 2)} M`;
  return `${Number(millions.toFixed(2))} M`;
}

/* The same for a sentence: "281,000 rows fit". */
function fitWords(rows) {
  if (rows === Infinity) return "any number of rows fit";
  if (rows < 1) return "not one row fits";
  const down = roundedDown(rows);
  if (down < 1e6) return `${rowsText(down)} ${down === 1 ? "fits" : "fit"}`;
  return down < 1e9 ? `${Number((down / 1e6).toFixed(2))} million rows fit`
    : `${Number((roundedDown(rows, 2) / 1e9).toFixed(1))} billion rows fit`;
}

/* Bytes of "512 MiB", in the units of the command line; a number alone is in MiB. Null otherwise. */
function parseBytes(text) {
  const units = { "": MEBIBYTE, b: 1, byte: 1, bytes: 1, k: KIBIBYTE, ki: KIBIBYTE, kib: KIBIBYTE,
    m: MEBIBYTE, mi: MEBIBYTE, mib: MEBIBYTE, g: 2 ** 30, gi: 2 ** 30, gib: 2 ** 30,
    kb: 1e3, mb: 1e6, gb: 1e9 };
  const [, number, unit] = /^\s*(\d{1,15}(?:\.\d{1,15})?)\s*([a-z]*)\s*$/i.exec(text) ?? [];
  const size = Object.hasOwn(units, unit?.toLowerCase() ?? "?") ? units[unit.toLowerCase()] : NaN;
  return number * size > 0 ? number * size : null;
}

/* "512 MiB", "2 GiB". */
function budgetText(bytes) {
  const gibibytes = bytes / 2 ** 30;
  return gibibytes >= 1 && Number.isInteger(gibibytes * 10)
    ? `${gibibytes} GiB` : `${Number((bytes / MEBIBYTE).toFixed(2))} MiB`;
}
