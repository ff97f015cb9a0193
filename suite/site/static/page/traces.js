/* The chart of resident memory while a style runs. */

CHARTS.push({ id: "traces", title: "While the query runs",
  reads: (view) => [...whatOf(view), view.release], draw: drawTraces });

async function drawTraces(view, chart) {
  const { task } = view;
  /* Few releases are watched: where the chosen one was not, the newest that was stands for it. */
  const watched = Object.keys(task.traces);
  const release = known(watched, view.release, watched.at(-1));
  const runs = release ? await load(task.traces[release]) : [];
  if (!chart.isCurrent()) return;
  const sizes = [...new Set(runs.map((run) => run.rows))];
  const rows = known(sizes, view.rows, Math.max(...sizes));
  const highest = (run) => Math.max(0, ...run.samples.map(([, size]) => size));
  const drawn = runs.filter((run) => run.rows === rows && run.style in task.styles)
    .sort((one, other) => highest(other) - highest(one));
  say(chart, runs.length
    ? `SQLAlchemy ${release}, ${rowsText(rows)}: resident memory, looked at every 5 ms by `
      + "memory_profiler. Where a line falls, the answer was dropped; what stays then was not "
      + `given back.${release === view.release ? "" : ` ${view.release} was not watched.`}`
    : "No run of this task was watched. "
      + `scripts/study traces ${view.release} --task ${task.name} does that.`);
  legend(chart, view, drawn.map((run) => run.style));
  behind(chart, () => table("What was seen of each style",
    [heading("Style"), heading("highest"), heading("at the end"), heading("answered after")],
    drawn.map((run) => element("tr", {}, rowHeading(task.styles[run.style].label),
      cell(readable(NET_PEAK, highest(run))),
      cell(readable(NET_PEAK, run.samples.at(-1)?.[1])),
      cell(readable(TIME, run.answered))))), drawn.length);
  const { unit, size } = unitFor(NET_PEAK, drawn.map(highest));
  const figures = drawn.flatMap((run) => {
    const peak = run.samples.findIndex(([, bytes]) => bytes === highest(run));
    return run.samples.map(([seconds, bytes], place) => ({ ...lookOf(task, run.style),
      style: task.styles[run.style].label, seconds, value: bytes / size, marked: place === peak,
      words: [readable(NET_PEAK, bytes), `after ${readable(TIME, seconds)}`] }));
  });
  await drawChart(chart, "traces", figures, { unit, across: "seconds",
    words: "Line chart: resident memory over time while each style runs" });
}
