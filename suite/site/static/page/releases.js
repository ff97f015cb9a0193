/* The table of what every style costs on every release. */

/* More columns than this do not fit beside each other: one release stands for its series then. */
const WIDE = 8;

CHARTS.push({ id: "releases", title: "Style by release",
  reads: (view) => [...whatOf(view), view.release, addressed().unit, addressed().columns],
  draw: drawReleases });

async function drawReleases(view, chart) {
  const { platform, task, metric, rows, release } = view;
  const [sizes, stored] = await Promise.all([loadSeries(view, metric),
    loadRelease(platform, release)]);
  if (!chart.isCurrent()) return;
  const series = sizes[rows] ?? {};
  const measured = platform.releases.filter((other, place) => other === release
    || Object.values(series).some((values) => values[place] !== null));
  const newest = newestOfSeries(measured);
  const fewer = measured.filter((other) => newest.has(other) || other === release);
  const columns = known(["series", "all"], addressed().columns,
    measured.length > WIDE ? "series" : "all");
  const shown = columns === "all" ? measured : fewer;
  const unit = known(unitsOf(task, metric), addressed().unit, "whole");
  const figures = figuresOf(stored, task);
  const failed = (style, other) => (other === release ? failedAt(figures, rows, style) : null);
  const value = costsIn(unit, view, sizes);
  const own = (style) => valueAt(figures, metric, rows, style) ?? -Infinity;
  const styles = Object.keys(task.styles).filter((style) => style in series || failed(style, release))
    .sort((one, other) => own(other) - own(one));
  const words = { whole: unitOf(metric), factor: "times the cheapest style of the same release",
    row: isTime(metric) ? "microseconds a row" : "bytes a row" };
  say(chart, `${rowsText(rows)}: `, term(metric), ` in ${words[unit]}. The ticked styles have their `
    + "colour in the charts.", ...marks(view, shown, styles.map((style) => failed(style, release))));
  choices(chart, ...[
    ["Shown as", "unit", unitsOf(task, metric).map((name) => [name, words[name]]), unit],
    ["Releases", "columns", fewer.length < measured.length
      ? [["series", "newest of each series"], ["all", "all"]] : [], columns],
  ].filter(([, , options]) => options.length > 1));
  const heat = heatOf(styles.flatMap((style) => shown.map((other) => value(style, other))));
  const place = byId("releases-chart");
  place.classList.add("scroll");
  place.hidden = false;
  const made = table(`${metricOf(metric).label} in ${words[unit]} by style and release`,
    [heading("Style"), ...shown.map((other) => releaseHeading(view, other))],
    styles.map((style) => element("tr", {},
      rowHeading(element("label", { "data-style": style }, tickBox(style), task.styles[style].label)),
      ...shown.map((other) =>
        costCell(unit, metric, value(style, other), heat, failed(style, other), other === release)))),
    { class: "heat" });
  place.replaceChildren(made);
  place.setAttribute("tabindex", "0");
  place.setAttribute("role", "region");
  place.setAttribute("aria-label", `${chart.title}: table`);
  /* Where not all releases fit, the newest are in view. */
  place.scrollLeft = place.scrollWidth;
}

const newestOfSeries = (releases) =>
  new Set(new Map(releases.map((release) => [seriesOf(release), release])).values());

/* What one more row costs takes two sizes, and no growth is a multiple of next to nothing. */
function unitsOf(task, metric) {
  const several = sizesOf(task, metric).length > 1;
  return ["whole", ...(several ? ["row"] : []), ...(isGrowth(metric) ? [] : ["factor"])];
}

/* The figure of a style and release in a unit; null where there is none. */
function costsIn(unit, { platform, metric, rows }, sizes) {
  const at = (style, release, size = rows) =>
    sizes[size]?.[style]?.[platform.releases.indexOf(release)] ?? null;
  const smaller = Object.keys(sizes).map(Number).filter((size) => size < rows);
  const before = (style, release) => smaller.findLast((size) => at(style, release, size) !== null);
  const cheapest = (release) => Math.min(...Object.keys(sizes[rows] ?? {})
    .map((style) => at(style, release)).filter((value) => value !== null));
  return (style, release) => {
    const value = at(style, release);
    if (value === null || unit === "whole") return value;
    if (unit === "row") {
      const size = before(style, release);
      return size === undefined ? null : (value - at(style, release, size)) / (rows - size);
    }
    return isDivisor(metric, cheapest(release)) ? value / cheapest(release) : null;
  };
}

function costText(unit, metric, value) {
  if (unit === "factor") return `${digits(value)}×`;
  if (unit === "row") return isTime(metric) ? digits(value * 1e6) : whole(value);
  return inColumn(metric, value);
}

/* How warm a figure is among others, from 0 to 1. */
function heatOf(values) {
  const positive = values.filter((value) => value > 0);
  const [low, high] = [Math.min(...positive), Math.max(...positive)].map(Math.log);
  return (value) => (value > 0 && high > low ? (Math.log(value) - low) / (high - low) : 0);
}

function costCell(unit, metric, value, heat, failed, chosen) {
  if (failed) return cell("failed", { class: "missing failed", title: failed });
  if (value === null) return cell("–", { class: "missing", title: "not measured" });
  return cell(costText(unit, metric, value),
    { style: `--heat: ${heat(value).toFixed(3)}`, class: chosen ? "chosen" : null });
}

const isPlain = ({ platform }, release) =>
  platform.compiled[platform.releases.indexOf(release)] === false;

function releaseHeading(view, release) {
  return element("th", { scope: "col", class: release === view.release ? "chosen" : null },
    releaseLink(release), isPlain(view, release) ? " ‡" : "");
}

/* What the marks mean of which the table has some. */
function marks(view, shown, failed) {
  const reasons = [...new Set(failed.filter(Boolean))];
  return [
    view.platform.sampled ? " Sampled every millisecond, so a short peak can be missed." : null,
    shown.some((release) => isPlain(view, release))
      ? " ‡ ran without SQLAlchemy's compiled extensions: not comparable with the others." : null,
    reasons.length ? ` Failed on ${view.release}: ${reasons.join("; ")}.` : null,
  ].filter(Boolean);
}
