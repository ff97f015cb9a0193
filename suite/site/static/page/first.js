/* The first screen: what is asked, the answer as a sentence, and every style of the task. */

const KIND_ORDER = ["objects", "values", "dbapi", null];

const kindOf = (task, style) => {
  const { gives } = task.styles[style];
  return KIND_ORDER.includes(gives) ? gives : null;
};

const field = (name) => byId("ask").elements[name];

const options = (values, text = String) => values.map((value) => [value, text(value)]);

function drawAsk(view, figures) {
  const { platform, task } = view;
  const releases = [...platform.releases].reverse();
  fillSelect(field("task"), tasksOf(platform).map(({ name, label }) => [name, label]), task.name);
  fillSelect(field("metric"), options(task.metrics, (name) => metricOf(name).label), view.metric);
  fillSelect(field("rows"), options(sizesOf(task, view.metric), whole), view.rows);
  fillSelect(field("release"), options(releases), view.release);
  fillSelect(field("with"),
    options(releases.filter((release) => release !== view.release)), view.with);
  const measured = new Set(measuredStyles(view, figures));
  fillSelect(field("style"), KIND_ORDER.map((kind) => [task.headings[kind],
    Object.keys(task.styles).filter((style) => kindOf(task, style) === kind).map((style) =>
      [style, task.styles[style].label + (measured.has(style) ? "" : " (not measured)")])])
    .filter(([, styles]) => styles.length), view.style);
  fillPlatforms("database", beside(view).map((other) => [other.key, other.database]), platform);
  fillPlatforms("platform",
    installations(view).map((other) => [other.key, other.installationLabel]), platform);
  if (field("budget").getAttribute("aria-invalid") !== "true") {
    field("budget").value = budgetText(view.budget);
  }
}

/* A choice of one is none. */
function fillPlatforms(name, choices, platform) {
  fillSelect(field(name), choices, platform.key);
  field(name).closest("label").hidden = choices.length < 2;
}

/* Whether figures of two releases can be compared, in words where they cannot. */
function incomparable(one, other) {
  const [first, second] = [one, other].map(({ platform, release }) =>
    platform.compiled[platform.releases.indexOf(release)]);
  const plain = first === false ? one : other;
  return first == null || second == null || first === second ? ""
    : `not comparable: ${plain.release} ran without SQLAlchemy's compiled extensions`;
}

/* What became of each style that both releases have figures of. */
function verdictsOf(view, figures, before) {
  const { metric, rows } = view;
  const limit = limitOf(view.platform, metric);
  const both = measuredStyles(view, figures)
    .filter((style) => valueAt(before, metric, rows, style) !== null);
  return new Map(both.map((style) => [style, judged(metric, storedAt(before, metric, rows, style),
    storedAt(figures, metric, rows, style), limit)]));
}

function drawAnswer(view, figures, better) {
  const { metric, rows, style } = view;
  const value = valueAt(figures, metric, rows, style);
  const fit = (name) => {
    const count = isGrowth(metric) || isTime(metric) ? null
      : rowsThatFit(figures, name, view.budget);
    return count === null ? "" : `, and ${fitWords(count)}`;
  };
  const label = (name) => `“${view.task.styles[name].label}”`;
  if (value === null) {
    const why = failedAt(figures, rows, style);
    byId("answer").replaceChildren(`${label(style)} with SQLAlchemy ${view.release}, `
      + `${rowsText(rows)}: ${why ? `failed: ${why}` : "not measured"}.`);
    return;
  }
  const has = metric === NET_PEAK ? "adds " : isTime(metric) ? "takes "
    : `has a ${metricOf(metric).label} of `;
  byId("answer").replaceChildren(`That query ${has}`, strong(readable(metric, value)),
    `${fit(style)}. `,
    ...better ? [`As ${label(better)} it ${has}`,
      strong(readable(metric, valueAt(figures, metric, rows, better))), `${fit(better)}.`]
      : [isTime(metric) ? "Of no style that gives the same do the samples say that it takes less."
        : "No style that gives the same needs less."]);
}

const needs = (count) => (count === 1 ? "needs" : "need");

/* "nothing got worse (10 of 21 styles need less)" */
function verdictWords(verdicts, nothing = "nothing got worse") {
  const count = (wanted) => verdicts.filter((verdict) => verdict === wanted).length;
  const [worse, better, all] = [count("worse"), count("better"), verdicts.length];
  if (!all) return "nothing was measured on both";
  const of = (number, what) =>
    `${number} of ${counted(all, "style")} ${needs(number)} ${what}`;
  if (!worse) return nothing + (better ? ` (${of(better, "less")})` : "");
  return of(worse, "more") + (better ? `, ${better} ${needs(better)} less` : "");
}

/* How many bytes more a process has before its query: the whole process without the net peak. */
function startGrowth(task, before, after) {
  const differences = Object.keys(task.styles).flatMap((style) => {
    const rows = Object.keys(before.values[PROCESS] ?? {}).map(Number)
      .sort((one, other) => one - other).find((size) => [before, after].every((figures) =>
        [PROCESS, NET_PEAK].every((metric) => valueAt(figures, metric, size, style) !== null)));
    if (rows === undefined) return [];
    const [old, now] = [before, after].map((figures) =>
      valueAt(figures, PROCESS, rows, style) - valueAt(figures, NET_PEAK, rows, style));
    return [now - old];
  });
  return median(differences);
}

function median(values) {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  if (!sorted.length) return null;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function startWords(grown) {
  if (grown === null || Math.abs(grown) < index.smallestGrowth) return "";
  return `every process starts ${withUnit(mebibytes(Math.abs(grown)))} `
    + (grown > 0 ? "bigger" : "smaller");
}

/* "1 MiB or 2 %" */
function limitText(metric, limit) {
  const plain = (value) => String(Number(value.toFixed(4)));
  const floor = isTime(metric) ? `${plain(limit.floor)} s`
    : limit.floor >= MEBIBYTE ? `${plain(limit.floor / MEBIBYTE)} MiB`
      : limit.floor >= KIBIBYTE ? `${plain(limit.floor / KIBIBYTE)} KiB`
        : `${plain(limit.floor)} bytes`;
  return `${floor} or ${plain(100 * limit.share)} %`;
}

/* What the address asks for and this platform lacks. */
function elsewhere(view) {
  const asked = addressed();
  if (asked.platform && asked.platform !== view.platform.key) {
    return `Of ${asked.platform}, which the address names, nothing is published; this is `
      + `${view.platform.label}. `;
  }
  return asked.release && asked.release !== view.release
    && index.platforms.some(({ releases }) => releases.includes(asked.release))
    ? `SQLAlchemy ${asked.release} was not measured with ${view.platform.label}. ` : "";
}

function drawAnswerMore(view, figures, before) {
  byId("answer-more").textContent = elsewhere(view) + sinceWords(view, figures, before);
}

function sinceWords(view, figures, before) {
  if (!view.with) return "";
  if (before instanceof Error) return before.message;
  const upgrade = `${view.with} → ${view.release}: `;
  const apart = incomparable({ ...view, release: view.with }, view);
  if (apart) return `${upgrade}${apart}.`;
  const limit = limitOf(view.platform, view.metric);
  const verdicts = [...verdictsOf(view, figures, before).values()];
  const judgedOnes = verdicts.filter((verdict) => verdict !== "not judged");
  const { label: own } = metricOf(view.metric);
  const label = capitalised(own);
  const by = judgedOnes.length ? `by ${own} at ${rowsText(view.rows)} ` : "";
  const said = !limit ? `${label} is shown and not judged`
    : verdicts.length && !judgedOnes.length
      ? `${label} is not judged: one sample each says nothing of how far it scatters`
      : by + verdictWords(judgedOnes);
  const start = startWords(startGrowth(view.task, before, figures));
  return `${upgrade}${said}${start && `; ${start}`}.`
    + (limit ? ` Differences below ${limitText(view.metric, limit)} are shown as “=”.` : "");
}

/* The rows of the table by kind, as data: it becomes a table, Markdown, CSV and a picture. */
function costRows(view, figures, before) {
  const { metric, rows, task } = view;
  const value = (style) => valueAt(figures, metric, rows, style);
  const ranked = measuredStyles(view, figures);
  const failed = Object.keys(task.styles)
    .filter((style) => value(style) === null && failedAt(figures, rows, style) !== null);
  const greatest = Math.max(0, ...ranked.map(value));
  return KIND_ORDER.map((kind) => ({ kind: task.headings[kind],
    styles: [...ranked, ...failed].filter((style) => kindOf(task, style) === kind)
      .map((style) => ({ style, label: task.styles[style].label, value: value(style),
        failed: failedAt(figures, rows, style),
        width: `${greatest > 0 ? Math.max(0, 100 * value(style) / greatest).toFixed(1) : "0.0"}%`,
        since: sinceOf(view, figures, before, style),
        fit: rowsThatFit(figures, style, view.budget),
        seconds: valueAt(figures, TIME, rows, style) })) }))
    .filter(({ styles }) => styles.length);
}

/* What became of a style since the other release: its words and its verdict. */
function sinceOf(view, figures, before, style) {
  const { metric, rows } = view;
  if (!view.with || before instanceof Error
    || incomparable({ ...view, release: view.with }, view)) return { text: "–", verdict: "none" };
  const [old, now] = [before, figures].map((side) => storedAt(side, metric, rows, style));
  if (now === null) return { text: "–", verdict: "none" };
  if (old === null) {
    const others = before.values[metric]?.[rows] ?? [];
    return { text: others.some((value) => value !== null) ? "new" : "–", verdict: "none" };
  }
  const verdict = judged(metric, old, now, limitOf(view.platform, metric));
  if (verdict === "not judged") return { text: "–", verdict: "none" };
  return { verdict, text: verdict === "same" ? "="
    : difference(metric, medianOf(old), medianOf(now)) };
}

const budgetHeading = (view) => `fit ${budgetText(view.budget)}`;

function costHeadings(view) {
  const { label, shownIn } = metricOf(view.metric);
  return [rowsText(view.rows), label, shownIn, view.with ? `since ${view.with}` : "",
    budgetHeading(view), "time"];
}

function drawCosts(view, figures, before, better) {
  const [rows, , unit, since, fit, time] = costHeadings(view);
  byId("costs").tHead.rows[0].replaceChildren(heading(rows), heading(term(view.metric)),
    heading(unit), heading(since), heading(fit), heading(time));
  const groups = costRows(view, figures, before).flatMap(({ kind, styles }) => [
    element("tr", { class: "g" }, element("th", { colspan: 6, scope: "colgroup" }, kind)),
    ...styles.map((row) => costRow(view, row, better))]);
  byId("costs").tBodies[0].replaceChildren(...groups);
}

function costRow(view, row, better) {
  const mine = row.style === view.style;
  const link = element("a", { href: addressWith({ style: row.style }), name: "cost",
    "aria-current": mine ? "true" : null, "data-key": row.style }, row.label);
  const figures = row.value === null
    ? [cell("", { class: "bar" }), cell("failed", { class: "failed", title: row.failed }),
      cell("–"), cell("–"), cell("–")]
    : [element("td", { class: "bar" }, element("i", { style: `width:${row.width}` })),
      cell(inColumn(view.metric, row.value)), cell(row.since.text, { class: row.since.verdict }),
      cell(fitText(row.fit)), cell(row.seconds === null ? "–" : seconds(row.seconds))];
  return element("tr", { "data-style": row.style,
    class: mine ? "mine" : row.style === better ? "best" : "" }, rowHeading(link), ...figures);
}

function drawFirst(view, figures, before, task) {
  const better = instead(view, figures, view.style, task.nearest);
  drawAsk(view, figures);
  drawAnswer(view, figures, better);
  drawAnswerMore(view, figures, before);
  drawCosts(view, figures, before, better);
  drawAdvice(view, figures, before, task, better);
}

/* Anywhere in its row chooses a style; the label is a link of its own, for the keyboard. */
function chooseByRow(event) {
  const row = event.target.closest("tr[data-style]");
  if (row && !event.target.closest("a")) choose({ style: row.dataset.style });
}
