/* The chart of one release's figures against the number of rows. */

CHARTS.push({ id: "byrows", title: "Against the number of rows",
  reads: (view) => [...whatOf(view), view.release, view.scale], draw: drawByRows });

async function drawByRows(chosenView, chart) {
  /* Growth is measured at one size. */
  const view = isGrowth(chosenView.metric) ? viewOf(chosenView, NET_PEAK) : chosenView;
  const { metric, task, release } = view;
  const figures = figuresOf(await loadRelease(view.platform, release), task);
  if (!chart.isCurrent()) return;
  const sizes = sizesOf(task, metric).filter((rows) =>
    measuredStyles({ ...view, rows }, figures).length);
  const at = (style, rows) => valueAt(figures, metric, rows, style);
  const styles = Object.keys(task.styles).filter((style) => sizes.some((rows) => at(style, rows)))
    .sort((one, other) => at(other, sizes.at(-1)) - at(one, sizes.at(-1)));
  const { drawn, scale, ...set } = scaled(
    { ...view, scale: view.scale === "linear" ? "linear" : "log" }, styles,
    (style) => sizes.map((rows) => ({ rows, value: at(style, rows) })));
  const label = metricOf(metric).label;
  const about = `${capitalised(label)} of SQLAlchemy ${release}`;
  const enough = sizes.length > 1;
  say(chart, enough ? `${about} at ${sizes.map(whole).join(", ")} rows. A flat line is a style whose `
      + "memory does not depend on the rows."
    : `${about}: ${sizes.length ? `measured at ${rowsText(sizes[0])} alone` : "not measured"}.`);
  legend(chart, view, styles);
  behind(chart, () => table(`${label} by style and rows`,
    [heading("Style"), ...sizes.map((rows) => heading(rowsText(rows)))],
    styles.map((style) => element("tr", {}, rowHeading(task.styles[style].label),
      ...sizes.map((rows) => cell(readable(metric, at(style, rows))))))), enough);
  await drawChart(chart, `byrows-${scale}`, enough ? drawn.map((figure) => ({ ...figure,
    marked: true, words: [rowsText(figure.rows), ...figure.words] })) : [],
  { ...set, across: "rows", ticks: sizes,
    words: `Line chart: ${label} of each style against the number of rows` });
}
