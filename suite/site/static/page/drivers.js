/* One style over the databases and drivers that were measured on the same machine and Python. */

/* What the section compares where nobody has chosen: what a driver holds shows best here. */
const COMPARED = "core_iterated";

/* In pixels: a bar with the space around it, the names before the bars, a figure behind one. */
const [BAR, NAMES, FIGURE] = [28, 190, 75];

async function loadBeside(view) {
  const found = beside(view).map((platform) =>
    ({ platform, task: platform.tasks.find((task) => task.name === view.task.name) }))
    .filter(({ task }) => task);
  if (found.length < 2) return [];
  return Promise.all(found.map(async ({ platform, task }) => {
    const data = await load(task.data).catch((error) => error);
    const missing = data instanceof Error ? data.message : "";
    const position = platform.releases.indexOf(view.release);
    const at = (metric, style) =>
      missing ? null : valueAt(data, metric, view.rows, style, position);
    return { platform, task, missing, at,
      streams: (style) => (missing ? null : data.streams[style]?.[position] ?? null) };
  }));
}

async function drawDrivers(chosenView) {
  const view = viewOf(chosenView, NET_PEAK);
  const found = await loadBeside(view);
  if (chosen().task.data !== view.task.data) return;
  byId("drivers").parentElement.hidden = !found.length;
  if (!found.length) return;
  /* In the order of the catalogue, then what only other databases have. */
  const labels = Object.assign({}, view.task.styles, ...found.map(({ task }) => task.styles));
  const styles = Object.keys(labels);
  const first = known(styles, COMPARED, view.task.drawn[0]);
  const compared = known(styles, addressed().compared, first);
  fillSelect("compared", Object.entries(labels), compared);
  drawDriversChart(view, found, compared, labels[compared]);
  drawStreams(view, found, labels);
}

function drawDriversChart(view, found, style, label) {
  const figures = found.map(({ platform, at }) => ({ platform, value: at(NET_PEAK, style) }))
    .filter(({ value }) => value !== null)
    .map(({ platform, value }) => ({ database: platform.database, order: platform.order,
      value: value / MEBIBYTE, figure: readable(NET_PEAK, value), ink: colour("--ink"),
      colour: colour(colourOf(view, style) ?? "--accent"),
      opacity: platform === view.platform ? 1 : 0.6 }));
  const lacking = found.filter(({ missing, at }) => !missing && at(NET_PEAK, style) === null)
    .map(({ platform }) => platform.database);
  const name = metricOf(NET_PEAK).label;
  byId("drivers-about").replaceChildren(
    `${capitalised(name)} of “${label}” with SQLAlchemy ${view.release}, ${rowsText(view.rows)}, `
      + `on ${view.platform.installationLabel}.`,
    lacking.length ? ` Not measured: ${lacking.join("; ")}.` : "",
    ...found.filter(({ missing }) => missing).map(({ missing }) => ` ${missing}`),
    ...streamingLink(view, found));
  const spec = structuredClone(index.charts.drivers);
  spec.height = BAR * figures.length;
  const room = Math.max(2 * FIGURE, byId("drivers").parentElement.clientWidth - NAMES);
  spec.params.find((parameter) => parameter.name === "most").value =
    Math.max(...figures.map(({ value }) => value), 0.1) * room / (room - FIGURE);
  drawChart("drivers-chart", spec, figures, `Bar chart: ${name} of ${label} by database and driver`);
  behind("drivers-table", () => table(`${name} and time of ${label} by database`,
    [heading("Database"), heading(name), heading("time")],
    found.map(({ platform, at }) => element("tr", {}, rowHeading(platform.database),
      cell(readable(NET_PEAK, at(NET_PEAK, style))), cell(readable(TIME, at(TIME, style)))))));
}

/* Of a task that keeps its rows, memory grows with any driver. */
function streamingLink(view, found) {
  const { name, label } = found.flatMap(({ platform }) => platform.tasks)
    .find((task) => task.name === index.streamingTask) ?? {};
  if (!name || name === view.task.name) return [];
  const address = new URLSearchParams({ platform: view.platform.key, release: view.release,
    task: name });
  return [" Which drivers stream is told by the task ",
    element("a", { href: `#${address}` }, label), ", that keeps no row."];
}

function drawStreams(view, found, labels) {
  const styles = Object.keys(labels).filter((style) =>
    found.some(({ streams }) => streams(style) !== null));
  byId("streaming").hidden = !styles.length;
  if (!styles.length) return;
  byId("streams-about").textContent = `SQLAlchemy ${view.release}: yes where memory does not grow `
    + "with the rows, between the two largest sizes that were measured; no with the bytes that one "
    + "more row takes.";
  byId("streams-table").replaceChildren(table("Does it stream, by style and database",
    [heading("Style"), ...found.map(({ platform }) => heading(platform.database))],
    styles.map((style) => element("tr", {}, rowHeading(labels[style]),
      ...found.map(({ streams }) => streamsCell(streams(style))))), { class: "by-driver" }));
  const reasons = styles.flatMap((style) => found.map(({ platform, streams }) =>
    [reasonOf(streams(style)), platform.database]));
  byId("streams-notes").textContent = explainedReasons(reasons);
}

const reasonOf = (said) => said?.skipped ?? said?.why ?? "";

function streamsCell(said) {
  if (said === null) return cell("–", { class: "missing" });
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
