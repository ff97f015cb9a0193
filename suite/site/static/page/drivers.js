/* One style over the databases and drivers that were measured on the same machine and Python. */

/* What the section compares where nobody has chosen: what a driver holds shows best here. */
const COMPARED = "core_iterated";

/* In pixels: a bar with the space around it, the names before the bars, a figure behind one. */
const [BAR, NAMES, FIGURE] = [28, 190, 80];

const besideWith = (view) => beside(view).filter(({ tasks }) => view.task.name in tasks);

CHARTS.push({ id: "drivers", title: "Driver by driver",
  reads: (view) => [...whatOf(view), view.release, addressed().compared, view.style],
  exists: (view) => besideWith(view).length > 1, draw: drawDrivers });

async function loadBeside(view) {
  return Promise.all(besideWith(view).map(async (platform) => {
    const stored = platform.releases.includes(view.release)
      ? await loadRelease(platform, view.release).catch((error) => error) : {};
    const figures = figuresOf(stored, view.task);
    return { platform, missing: stored instanceof Error ? stored.message : "",
      at: (metric, style) => valueAt(figures, metric, view.rows, style),
      streams: (style) => figures.streams[style] ?? null };
  }));
}

async function drawDrivers(chosenView, chart) {
  const view = viewOf(chosenView, NET_PEAK);
  const found = await loadBeside(view);
  if (!chart.isCurrent()) return;
  const { styles } = view.task;
  const compared = known(Object.keys(styles), addressed().compared,
    known(Object.keys(styles), COMPARED, view.style));
  choices(chart, ["Style", "compared",
    Object.entries(styles).map(([style, { label }]) => [style, label]), compared]);
  drawStreams(view, chart, found);
  await drawDriversChart(view, chart, found, compared);
}

async function drawDriversChart(view, chart, found, style) {
  const { label } = view.task.styles[style];
  const measured = found.filter(({ at }) => at(NET_PEAK, style) !== null);
  const lacking = found.filter((one) => !one.missing && !measured.includes(one))
    .map(({ platform }) => platform.database);
  const name = metricOf(NET_PEAK).label;
  say(chart,
    `${capitalised(name)} of “${label}” with SQLAlchemy ${view.release}, ${rowsText(view.rows)}, `
      + `on ${view.platform.installationLabel}.`,
    lacking.length ? ` Not measured: ${lacking.join("; ")}.` : "",
    ...found.filter(({ missing }) => missing).map(({ missing }) => ` ${missing}`),
    ...streamingLink(view));
  behind(chart, () => table(`${name} and time of ${label} by database`,
    [heading("Database"), heading(name), heading("time")],
    found.map(({ platform, at }) => element("tr", {}, rowHeading(platform.database),
      cell(readable(NET_PEAK, at(NET_PEAK, style))), cell(readable(TIME, at(TIME, style)))))));
  const values = measured.map(({ at }) => at(NET_PEAK, style));
  const { unit, size } = unitFor(NET_PEAK, values);
  const room = Math.max(2 * FIGURE, chart.section.clientWidth - NAMES);
  const own = colourOf(view.task.places.get(style));
  await drawChart(chart, "drivers", measured.map(({ platform }, place) => ({
    database: platform.database, order: platform.order, value: values[place] / size,
    figure: readable(NET_PEAK, values[place]),
    own: platform.key === view.platform.key ? own : "var(--others)" })),
  { unit, height: BAR * measured.length, most: Math.max(...values) / size * room / (room - FIGURE),
    words: `Bar chart: ${name} of ${label} by database and driver` });
}

/* Of a task that keeps its rows, memory grows with any driver. */
function streamingLink(view) {
  const { name, label } = index.tasks.find((task) => task.name === index.streamingTask) ?? {};
  if (!name || name === view.task.name || !(name in view.platform.tasks)) return [];
  return [" Which drivers stream is told by the task ",
    element("a", { href: addressWith({ task: name }) }, label), ", which keeps no row."];
}

/* Below the chart: which pairs of style and database stream. */
function drawStreams(view, chart, found) {
  byId("streaming")?.remove();
  const styles = Object.keys(view.task.styles).filter((style) =>
    found.some(({ streams }) => streams(style) !== null));
  if (!styles.length) return;
  const reasons = styles.flatMap((style) => found.map(({ platform, streams }) =>
    [reasonOf(streams(style)), platform.database]));
  chart.section.append(element("div", { id: "streaming" },
    element("h3", { id: "streams" }, "Does it stream?"),
    element("p", { id: "streams-about" }, `SQLAlchemy ${view.release}: yes where memory does not `
      + "grow with the rows, between the two largest sizes that were measured; no with the bytes "
      + "that one more row takes."),
    element("div", { class: "scroll", id: "streams-table", tabindex: "0", role: "region",
      "aria-labelledby": "streams" }, table("Does it stream, by style and database",
      [heading("Style"), ...found.map(({ platform }) => heading(platform.database))],
      styles.map((style) => element("tr", {}, rowHeading(view.task.styles[style].label),
        ...found.map(({ streams }) => streamsCell(streams(style))))), { class: "by-driver" })),
    element("p", { class: "notes", id: "streams-notes" }, explainedReasons(reasons))));
}

const reasonOf = (said) => said?.skipped ?? said?.why ?? "";

function streamsCell(said) {
  if (said === null) return cell("–", { class: "missing", title: "not measured" });
  if (said.skipped !== undefined) return cell("can’t", { class: "missing", title: said.skipped });
  if (said.streams === null) return cell("?", { class: "missing", title: said.why });
  return said.streams ? cell("yes", { class: "better" })
    : cell(`no, ${whole(said.row)} B`, { class: "worse" });
}

/* Each reason once, with the databases that it holds for. */
function explainedReasons(reasons) {
  const found = new Map();
  for (const [why, database] of reasons) {
    if (why) found.set(why, [...new Set([...found.get(why) ?? [], database])]);
  }
  return [...found].map(([why, databases]) => `${why}: ${databases.join("; ")}.`).join(" ");
}
