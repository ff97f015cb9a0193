/* What was chosen: the address says all of it. */

function addressed() {
  return Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
}

function known(list, wanted, fallback) {
  return list.includes(wanted) ? wanted : fallback;
}

/* The numbers of rows at which a metric is measured, smallest first: growth has its own. */
const sizesOf = (task, metric) => task.rows[metric] ?? [];

/* Of them, the one that is shown elsewhere or was chosen, or else the largest. */
function rowsFor(task, metric, shown) {
  const sizes = sizesOf(task, metric);
  return [shown, Number(addressed().rows)].find((rows) => sizes.includes(rows)) ?? sizes.at(-1);
}

/* The same view of another metric, for the parts of the page that show always the same. */
function viewOf(view, metric) {
  return { ...view, metric, rows: rowsFor(view.task, metric, view.rows) };
}

const seriesOf = (release) => release.split(".").slice(0, 2).join(".");
const majorOf = (release) => release.split(".")[0];

/* The catalogue's tasks that were measured on a platform. */
function tasksOf(platform) {
  return index.tasks.filter(({ name }) => name in platform.tasks)
    .map((task) => taskOn(platform, task));
}

function taskOn(platform, task) {
  const keys = Object.keys(task.styles);
  return { ...task, ...platform.tasks[task.name], number: index.tasks.indexOf(task),
    places: new Map(keys.map((style, place) => [style, place])),
    metrics: index.metrics.map((metric) => metric.name)
      .filter((name) => name in platform.tasks[task.name].rows) };
}

/* What a release is compared with where nobody has chosen: the last of another major version before
   it, or else of another series, or else the release before it; none where it is the first. */
function comparedWith(releases, release) {
  const earlier = releases.slice(0, Math.max(0, releases.indexOf(release))).reverse();
  return earlier.find((other) => majorOf(other) !== majorOf(release))
    ?? earlier.find((other) => seriesOf(other) !== seriesOf(release)) ?? earlier[0] ?? null;
}

function chosen() {
  const asked = addressed();
  const { platforms } = index;
  const platform = platforms.find(({ key }) => key === asked.platform)
    ?? platforms.find(({ releases }) => releases.includes(asked.release)) ?? platforms[0];
  const tasks = tasksOf(platform);
  const task = tasks.find(({ name }) => name === asked.task)
    ?? tasks.find(({ name }) => name === index.firstTask) ?? tasks[0];
  const { releases } = platform;
  const metric = known(task.metrics, asked.metric, task.metrics[0]);
  const release = known(releases, asked.release, task.newest);
  const others = releases.filter((other) => other !== release);
  const budget = Number(asked.budget) * MEBIBYTE;
  const isStyle = (style) => Object.hasOwn(task.styles, style);
  /* Those of another task tick none of this one, which begins with its own. */
  const ticked = asked.styles?.split(",").filter(isStyle);
  return {
    platform, task, metric, release,
    mode: "compare" in asked ? "compare" : "changes" in asked ? "changes" : "styles",
    rows: rowsFor(task, metric),
    with: known(others, asked.with, comparedWith(releases, release)),
    style: isStyle(asked.style) ? asked.style : null,
    budget: budget > 0 && Number.isFinite(budget) ? budget : index.defaultBudget,
    styles: ticked?.length || asked.styles === "" ? ticked : null,
    scale: known(["log", "linear", "relative"], asked.scale, "log"),
  };
}

/* The view with what the figures say where the address does not: the style that they write, and
   which are drawn in colour. */
function completed(view, figures, nearest) {
  const style = view.style ?? firstStyle(view, figures, nearest);
  const peaks = viewOf(view, NET_PEAK);
  const better = instead(peaks, figures, style, nearest);
  const drawn = [style, better, valuesInstead(peaks, figures, style, nearest, better)];
  return { ...view, style, styles: view.styles ?? [...new Set(drawn)].filter(Boolean) };
}

/* The most expensive style that gives objects and has a cheaper one of its kind, or else of all. */
function firstStyle(view, figures, nearest) {
  const { task } = view;
  const peaks = viewOf(view, NET_PEAK);
  const ranked = measuredStyles(peaks, figures);
  if (task.name === index.firstTask && ranked.includes(index.firstStyle)) return index.firstStyle;
  const improvable = ranked.filter((style) => instead(peaks, figures, style, nearest));
  return improvable.find((style) => task.styles[style].gives === "objects")
    ?? improvable[0] ?? ranked[0] ?? Object.keys(task.styles)[0];
}

/* The address of a view, whatever the defaults will be one day. */
function stated(view) {
  const { platform, task, metric, rows, release, style, budget } = view;
  return { platform: platform.key, task: task.name, metric, rows, release, style,
    ...(view.with && { with: view.with }), budget: budget / MEBIBYTE };
}

/* The platforms that differ from the chosen one by nothing but the database. */
function beside(view) {
  return index.platforms.filter((other) => other.installation === view.platform.installation)
    .sort((one, other) => one.order - other.order);
}

/* A platform of each machine and Python: that of the chosen database, where there is one. */
function installations(view) {
  const found = new Map();
  for (const platform of index.platforms) {
    if (!found.has(platform.installation) || platform.database === view.platform.database) {
      found.set(platform.installation, platform);
    }
  }
  return [...found.values()];
}

/* Chooses; null takes something out of the address. */
function choose(changes) {
  const next = Object.entries({ platform: chosen().platform.key, ...addressed(), ...changes });
  location.hash = new URLSearchParams(next.filter(([, value]) => value !== null)).toString();
}
