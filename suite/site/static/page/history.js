/* The chart of every style over the releases. */

function drawHistory(data, view) {
  const releases = view.platform.releases;
  const figures = [];
  for (const style of backToFront(view, order(data, view))) {
    releases.forEach((release, position) => {
      const value = valueAt(data, view.metric, view.rows, style, position);
      if (value === null) return;
      figures.push({ ...look(view, style, releases.length > 60 ? 14 : 45), release, position,
        value: inUnit(view.metric, value), figure: readable(view.metric, value) });
    });
  }
  const ticks = releases.filter((release, position) => releases.length <= WIDE
    || seriesOf(release) !== seriesOf(releases[position - 1] ?? ""));
  const spec = structuredClone(index.charts.history);
  spec.params.find((parameter) => parameter.name === "ticks").value = ticks;
  /* The second layer draws the points of chosen styles, and Vega-Lite wants some of them. */
  if (!figures.some((figure) => figure.size > 0)) spec.layer.pop();
  const label = metricOf(view.metric).label;
  byId("history-about").textContent = `${capitalised(label)} in `
    + `${unitOf(view.metric)} for ${rowsText(view.rows)}, over every measured release.`;
  const styles = order(data, view);
  legendOf("history-chart", view, styles);
  drawChart("history-chart", spec, figures, `Line chart: ${label} of each style over releases`);
  behind("history-table", () => table(`${label} by release and style`,
    [heading("Release"), ...styles.map((style) => heading(view.task.styles[style]))],
    releases.map((release, position) => element("tr", {}, rowHeading(release),
      ...styles.map((style) => cell(readable(view.metric,
        valueAt(data, view.metric, view.rows, style, position))))))));
}
