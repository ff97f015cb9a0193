/* What was chosen: the address says all of it. */

/* More columns than this do not fit beside each other: one release stands for its series then. */
const WIDE = 8;

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

function chosen() {
  const asked = addressed();
  const platform = index.platforms.find((platform) => platform.key === asked.platform)
    ?? index.platforms.find((platform) => platform.releases.includes(asked.release))
    ?? index.platforms[0];
  const task = platform.tasks.find((task) => task.name === asked.task) ?? platform.tasks[0];
  const metric = known(task.metrics, asked.metric, task.metrics[0]);
  const releases = platform.releases;
  const styles = (asked.styles ?? "").split(",").filter((style) => style in task.styles);
  return {
    platform,
    task,
    metric,
    rows: rowsFor(task, metric),
    release: known(releases, asked.release, releases.at(-1)),
    unit: known(unitsOf(task, metric), asked.unit, "whole"),
    columns: known(["series", "all"], asked.columns, releases.length > WIDE ? "series" : "all"),
    styles: "styles" in asked ? styles : task.drawn,
  };
}

/* Another platform comes first once it has a newer release: an address names its own. */
function namePlatform(view) {
  if ("platform" in addressed()) return;
  const named = new URLSearchParams({ platform: view.platform.key, ...addressed() });
  history.replaceState(null, "", `#${named}`);
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

/* All that is shown stays, as far as the other database has it. */
function chooseDatabase(platform) {
  const { task, metric, rows, release, styles } = chosen();
  choose({ task: task.name, metric, rows, release, styles: styles.join(","), ...addressed(),
    platform });
}

/* What one more row costs takes two sizes, and no growth is a multiple of next to nothing. */
function unitsOf(task, metric) {
  const several = sizesOf(task, metric).length > 1;
  return ["whole", ...(several ? ["row"] : []), ...(isGrowth(metric) ? [] : ["factor"])];
}

function choose(changes) {
  const next = new URLSearchParams({ ...addressed(), ...changes });
  location.hash = next.toString();
}
