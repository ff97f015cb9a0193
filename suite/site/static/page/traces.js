/* The chart of resident memory while a style runs. */

async function drawTraces(view) {
  /* Few releases are watched: where the chosen one was not, the newest that was stands for it. */
  const watched = Object.keys(view.task.traces);
  const release = known(watched, view.release, watched.at(-1));
  const key = view.task.traces[release];
  const found = key ? await load(key).catch((error) => error) : [];
  const runs = found instanceof Error ? [] : found;
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
    : found.message ?? "No run of this task was watched. "
      + `scripts/study traces ${view.release} --task ${view.task.name} does that.`;
  const figures = drawn.flatMap((run) => run.samples.map(([seconds, size]) =>
    ({ ...look(view, run.style, 0), seconds, value: size / MEBIBYTE })));
  legendOf("traces-chart", view, drawn.map((run) => run.style));
  drawChart("traces-chart", index.charts.traces, figures,
    "Line chart: resident memory over time while each chosen style runs");
  behind("traces-table", () => table("What was seen of each style",
    [heading("Style"), heading("highest"), heading("at the end"), heading("answered after")],
    runs.filter((run) => run.rows === rows).map((run) => element("tr", {},
      rowHeading(view.task.styles[run.style] ?? run.style),
      cell(readable(NET_PEAK, highest(run))),
      cell(readable(NET_PEAK, run.samples.at(-1)?.[1])),
      cell(readable(TIME, run.answered))))), runs.length);
}
