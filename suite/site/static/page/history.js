/* The chart of every style over the releases. */

/* Above so many releases, only those that begin a series are named and have points. */
const FEW = 12;
const POINTED = 40;

CHARTS.push({ id: "history", title: "From release to release",
  reads: (view) => [...whatOf(view), view.scale], draw: drawHistory });

async function drawHistory(view, chart) {
  const { platform, task, metric } = view;
  const series = (await loadSeries(view, metric))[view.rows] ?? {};
  if (!chart.isCurrent()) return;
  const places = [...platform.releases.keys()].filter((place) =>
    Object.values(series).some((values) => values[place] !== null));
  const releases = places.map((place) => platform.releases[place]);
  const last = (style) => series[style].findLast((value) => value !== null);
  const styles = Object.keys(task.styles).filter((style) => style in series)
    .sort((one, other) => last(other) - last(one));
  const { drawn, scale, ...set } = scaled(view, styles, (style) => places.map((place, position) =>
    ({ value: series[style][place], release: platform.releases[place], position })));
  const begins = (position) => seriesOf(releases[position]) !== seriesOf(releases[position - 1] ?? "");
  const figures = drawn.map((figure) => ({ ...figure, marked: figure.alone
    || releases.length <= POINTED || begins(figure.position) || figure.position === places.length - 1,
    words: [figure.release, ...figure.words] }));
  const label = metricOf(metric).label;
  const lacking = styles.length - new Set(figures.map(({ key }) => key)).size;
  say(chart, aboutHistory(view, releases, scale, lacking));
  choices(chart,
    ["Metric", "metric", task.metrics.map((name) => [name, metricOf(name).label]), metric],
    ["Scale", "scale", [["log", "logarithmic"], ["linear", "linear"],
      ["relative", "first release = 100 %"]], view.scale]);
  legend(chart, view, styles, { boxes: true });
  behind(chart, () => table(`${label} by release and style`,
    [heading("Release"), ...styles.map((style) => heading(task.styles[style].label))],
    places.map((place, position) => element("tr", {}, rowHeading(releases[position]),
      ...styles.map((style) => cell(readable(metric, series[style][place]),
        series[style][place] === null ? { class: "missing", title: "not measured" } : {}))))),
  releases.length);
  await drawChart(chart, `history-${scale}`, figures, { ...set, across: "release",
    ticks: releases.filter((release, position) => releases.length <= FEW || begins(position)),
    words: `Line chart: ${label} of each style over releases` });
}

function aboutHistory(view, releases, scale, lacking) {
  const label = capitalised(metricOf(view.metric).label);
  if (!releases.length) return `${label}, ${rowsText(view.rows)}: not measured.`;
  const one = releases.length === 1 ? `SQLAlchemy ${releases[0]} alone` : `${releases.length} `
    + `releases, ${releases[0]} to ${releases.at(-1)}`;
  return `${label} for ${rowsText(view.rows)}: ${one}. `
    + (scale === "relative" ? "The first measured release of each style is 100 %. " : "")
    + (scale !== view.scale ? "A logarithmic scale has no place for 0 and less, so this one is "
      + "linear. " : "")
    + (lacking ? `Left out are ${counted(lacking, "style")} of which the first release needs too `
      + `little, less than ${readable(view.metric, metricOf(view.metric).leastDivisor)}. ` : "")
    + "Tick the styles that you want in colour; the others are grey.";
}

/* What is drawn of styles on the chosen scale, with their words: `drawn` figures, the `scale`, and
   what axes count in. `pointsOf` gives the raw ones of a style. */
function scaled(view, styles, pointsOf) {
  const { metric, task } = view;
  const found = styles.map((style) => [style, pointsOf(style).filter(({ value }) => value !== null)])
    .filter(([, points]) => points.length);
  const values = found.flatMap(([, points]) => points.map(({ value }) => value));
  const scale = view.scale === "log" && Math.min(...values) <= 0 ? "linear" : view.scale;
  const { unit, size } = scale === "relative" ? { unit: "%", size: 0.01 } : unitFor(metric, values);
  const drawn = found.flatMap(([style, points]) => {
    const first = points[0].value;
    if (scale === "relative" && !isDivisor(metric, first)) return [];
    return points.map(({ value, ...where }) => {
      const share = scale === "relative" ? [`${digits(100 * value / first)} % of the first`] : [];
      const divisor = { log: 1, linear: size, relative: size * first }[scale];
      return { ...lookOf(task, style), ...where, style: task.styles[style].label,
        value: value / divisor, alone: points.length === 1,
        words: [readable(metric, value), ...share] };
    });
  });
  return { drawn, scale, unit, amount: isTime(metric) ? "seconds" : "bytes" };
}
