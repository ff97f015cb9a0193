/* The chart of memory against time. */

CHARTS.push({ id: "tradeoff", title: "Memory against time",
  reads: (view) => [...whatOf(view), view.release], draw: drawTradeoff });

/* Where a logarithmic axis has an interval begin that reaches 0: to the left of any chart. */
const LEAST_SECONDS = 1e-9;

async function drawTradeoff(chosenView, chart) {
  const shown = chosenView.metric;
  const view = viewOf(chosenView, isTime(shown) || isGrowth(shown) ? NET_PEAK : shown);
  const { metric, rows, task, release } = view;
  const figures = figuresOf(await loadRelease(view.platform, release), task);
  if (!chart.isCurrent()) return;
  const label = metricOf(metric).label;
  const points = measuredStyles(view, figures).map((style) => ({ style,
    memory: valueAt(figures, metric, rows, style), time: storedAt(figures, TIME, rows, style) }))
    .filter(({ memory, time }) => memory > 0 && time?.[0] > 0);
  const measured = points.some(({ time }) => time.length === 3);
  say(chart, points.length
    ? `SQLAlchemy ${release}, ${rowsText(rows)}: ${label} against seconds, both on logarithmic `
      + "scales. Nearer to the lower left corner is better. "
      + (measured ? "A line through a point is the interval of its seconds."
        : "Of these seconds no interval is stored: one sample of each.")
    : `Of SQLAlchemy ${release} at ${rowsText(rows)} there are no times to set against memory: `
      + "measure them with scripts/bench.");
  legend(chart, view, points.map(({ style }) => style));
  behind(chart, () => table(`${label} and time by style`,
    [heading("Style"), heading(label), heading("time"), heading("interval of the time")],
    points.map(({ style, memory, time }) => element("tr", {}, rowHeading(task.styles[style].label),
      cell(readable(metric, memory)), cell(readable(TIME, time[0])), cell(interval(time) || "–")))),
  points.length);
  await drawChart(chart, "tradeoff", points.map(({ style, memory, time }) => ({
    ...lookOf(task, style), style: task.styles[style].label, value: memory, seconds: time[0],
    low: Math.max(time[1] ?? time[0], LEAST_SECONDS), high: time[2] ?? time[0],
    words: [readable(metric, memory),
      readable(TIME, time[0]) + (interval(time) && `, ${interval(time)}`)] })),
  { across: "seconds", span: [Math.min(...points.map(({ time }) => time[0])),
    Math.max(...points.map(({ time }) => time[0]))], words: `Scatter chart: ${label} against time, one point for each style` });
}

/* The interval of a median is symmetric, and can begin below 0. */
const interval = ([, ...ends]) =>
  ends.map((end) => readable(TIME, Math.max(0, end))).join(" to ");
