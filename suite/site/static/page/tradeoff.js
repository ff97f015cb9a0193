/* The chart of memory against time. */

function drawTradeoff(data, chosenView) {
  const shown = chosenView.metric;
  const metric = isTime(shown) || isGrowth(shown) ? NET_PEAK : shown;
  const view = viewOf(chosenView, metric);
  const position = view.platform.releases.indexOf(view.release);
  const label = metricOf(metric).label;
  const points = order(data, view).map((style) => ({
    style,
    memory: valueAt(data, metric, view.rows, style, position),
    seconds: valueAt(data, TIME, view.rows, style, position),
  })).filter((point) => point.memory > 0 && point.seconds > 0);
  byId("tradeoff-about").textContent = points.length
    ? `SQLAlchemy ${view.release}, ${rowsText(view.rows)}: ${label} against seconds, both on `
      + "logarithmic scales. Nearer to the lower left corner is better."
    : `For SQLAlchemy ${view.release} and ${rowsText(view.rows)} there are no times to set `
      + "against memory: measure them with scripts/bench.";
  const figures = backToFront(view, points.map((point) => point.style)).map((style) => {
    const point = points.find((other) => other.style === style);
    return { ...look(view, style, 150), size: view.styles.includes(style) ? 150 : 60,
      value: point.memory / MEBIBYTE, seconds: point.seconds,
      figure: readable(metric, point.memory), time: readable(TIME, point.seconds) };
  });
  const styles = points.map((point) => point.style);
  legendOf("tradeoff-chart", view, styles);
  drawChart("tradeoff-chart", index.charts.tradeoff, figures,
    `Scatter chart: ${label} against time, one point for each style`);
  behind("tradeoff-table", () => table(`${label} and time by style`,
    [heading("Style"), heading(label), heading("time")],
    points.map((point) => element("tr", {}, rowHeading(view.task.styles[point.style]),
      cell(readable(metric, point.memory)), cell(readable(TIME, point.seconds))))),
  points.length);
}
