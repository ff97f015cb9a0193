/* What each style costs: the sentence at the top, and the table by style and release. */

function order(data, view) {
  const position = view.platform.releases.indexOf(view.release);
  const cost = (style) => valueAt(data, view.metric, view.rows, style, position) ?? -Infinity;
  const styles = Object.keys(view.task.styles)
    .filter((style) => data.values[view.metric]?.[view.rows]?.[style]);
  return styles.sort((one, other) => cost(other) - cost(one));
}

const seriesOf = (release) => release.split(".").slice(0, 2).join(".");

function shownReleases(view) {
  const releases = view.platform.releases;
  if (view.columns === "all") return releases;
  const newest = new Map(releases.map((release) => [seriesOf(release), release]));
  return releases.filter((release) =>
    release === newest.get(seriesOf(release)) || release === view.release);
}

/* The release of the address is one that another platform has, as after another was chosen. */
function isKnownElsewhere(view) {
  const asked = addressed().release;
  return asked !== view.release
    && index.platforms.some((platform) => platform.releases.includes(asked));
}

function drawSummary(data, view) {
  const position = view.platform.releases.indexOf(view.release);
  const ranked = order(data, view)
    .map((style) => [style, valueAt(data, view.metric, view.rows, style, position)])
    .filter(([, value]) => value !== null);
  const named = addressed().platform;
  const elsewhere = named !== view.platform.key
    ? `Of ${named}, which the address names, nothing is published; this is ${view.platform.label}. `
    : isKnownElsewhere(view)
      ? `SQLAlchemy ${addressed().release} was not measured with ${view.platform.label}. ` : "";
  if (ranked.length < 2) {
    byId("summary").replaceChildren(elsewhere);
    return;
  }
  const [[dear, most], [cheap, least]] = [ranked[0], ranked.at(-1)];
  const strong = (text) => element("strong", {}, text);
  byId("summary").replaceChildren(
    `${elsewhere}SQLAlchemy ${view.release}, ${rowsText(view.rows)}, ${metricOf(view.metric).label}: `,
    strong(readable(view.metric, most)), ` for “${view.task.styles[dear]}”, `,
    strong(readable(view.metric, least)), ` for “${view.task.styles[cheap]}”`,
    isDivisor(view.metric, least) ? `: a factor of ${Number((most / least).toPrecision(2))}.` : ".");
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

/* The figures of the table by style and release, and how warm each of them is, from 0 to 1. */
function costsOf(data, view, shown) {
  const figures = new Map();
  for (const style of order(data, view)) {
    for (const release of shown) {
      figures.set(`${style} ${release}`,
        figure(data, view, style, view.platform.releases.indexOf(release)));
    }
  }
  const positive = [...figures.values()].filter((value) => value !== null && value > 0);
  const [low, high] = [Math.min(...positive), Math.max(...positive)].map(Math.log);
  return {
    figure: (style, release) => figures.get(`${style} ${release}`),
    heat: (value) => value > 0 && high > low ? (Math.log(value) - low) / (high - low) : 0,
  };
}

function costCell(view, release, value, heat, note) {
  if (note?.failed) return cell("failed", { class: "missing failed", title: note.failed });
  if (value === null) return cell("–", { class: "missing" });
  return cell(figureText(view, value) + (note?.sampled ? " †" : ""),
    { style: `--heat: ${heat.toFixed(3)}`, class: release === view.release ? "chosen" : null });
}

const isPlain = (view, release) =>
  view.platform.compiled[view.platform.releases.indexOf(release)] === false;

function costHeading(view, release) {
  return element("th", { scope: "col", class: release === view.release ? "chosen" : null },
    releaseLink(release), isPlain(view, release) ? " ‡" : "");
}

function drawCosts(data, view) {
  const releases = view.platform.releases;
  const shown = shownReleases(view);
  const notes = notesFor(data, view);
  const costs = costsOf(data, view, shown);
  const noteOn = (style, release) => notes.get(`${style} ${releases.indexOf(release)}`);
  const styles = order(data, view);
  const rows = styles.map((style) => element("tr", {}, styleSwitch(view, style),
    ...shown.map((release) => {
      const value = costs.figure(style, release);
      return costCell(view, release, value, costs.heat(value), noteOn(style, release));
    })));
  const metric = metricOf(view.metric);
  const about = `${capitalised(metric.label)}: ${metric.about}. In `
    + `${unitName(view)}, for ${rowsText(view.rows)}. The ticked styles are the coloured ones below.`;
  byId("costs-about").replaceChildren(
    view.task.question ? `Task: ${view.task.question}. ` : "", about);
  const place = byId("costs-table");
  const [scrolled, columns] = [place.scrollLeft, place.querySelectorAll("thead th").length];
  const headings = [heading("Style"), ...shown.map((release) => costHeading(view, release))];
  place.replaceChildren(
    table(`${metric.label} in ${unitName(view)} by style and release`, headings, rows,
      { class: "heat" }));
  /* Where not all releases fit, the newest are in view. */
  place.scrollLeft = columns === headings.length ? scrolled : place.scrollWidth;
  const inView = styles.flatMap((style) => shown.map((release) => noteOn(style, release)));
  byId("costs-notes").textContent = explained(view, notes, inView, shown).join(" ");
  drawCostChoices(view);
}

/* What the marks mean of which the table has some. */
function explained(view, notes, inView, shown) {
  const said = [];
  if (inView.some((note) => note?.sampled)) {
    said.push("† sampled every millisecond, so a short peak can be missed.");
  }
  if (shown.some((release) => isPlain(view, release))) {
    said.push("‡ ran without SQLAlchemy's compiled extensions: not comparable with the others.");
  }
  if (inView.some((note) => note?.failed)) {
    said.push("failed: the reason shows when the pointer rests there, and stands below.",
      ...failures(notes, view));
  }
  return said;
}

function drawCostChoices(view) {
  const { releases } = view.platform;
  const names = { whole: metricOf(view.metric).shownIn,
    row: isTime(view.metric) ? "µs a row" : "bytes a row", factor: "× cheapest" };
  drawChoice("unit", "unit", unitsOf(view.task, view.metric).map((unit) => [unit, names[unit]]),
    view.unit);
  const fewer = new Set(releases.map(seriesOf)).size < releases.length;
  drawChoice("columns", "columns",
    fewer ? [["series", "newest of each series"], ["all", "all"]] : [], view.columns);
}

function failures(notes, view) {
  return [...notes.values()].filter((note) => note.failed).slice(0, 5).map((note) =>
    `${view.task.styles[note.style]} on ${view.platform.releases[note.release]}: ${note.failed}.`);
}

function styleSwitch(view, style) {
  const own = colourOf(view, style);
  const box = element("input", { type: "checkbox", name: "style", value: style,
    checked: own !== null, style: own === null ? null : `--own: var(${own})` });
  return rowHeading(element("label", {}, box, view.task.styles[style]));
}
