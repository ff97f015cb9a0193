/* The table of the biggest changes between releases. */

function graphLink(view, change) {
  const { platform, task } = view;
  const query = new URLSearchParams({ "p-style": task.styles[change.style], "p-rows": change.rows });
  if (index.platforms.length > 1) {
    Object.entries(platform.graph).forEach(([name, value]) => query.set(name, value));
  }
  query.set("commits", `${platform.releases[change.earlier]}-${platform.releases[change.later]}`);
  return `index.html#${task.benchmarks[change.metric]}?${query}`;
}

/* What the table lists, or why it lists nothing. */
function aboutChanges(data, view, found) {
  const { label, limit } = metricOf(view.metric);
  const styles = Object.keys(view.task.styles);
  const measured = view.platform.releases.filter((release, position) => styles.some((style) =>
    valueAt(data, view.metric, view.rows, style, position) !== null));
  const what = `${capitalised(label)}, ${rowsText(view.rows)}`;
  if (!measured.length) return `${what}: not measured.`;
  if (limit === null) return `${capitalised(label)} is shown, and not judged: no limit says from `
    + "where on a change of it counts.";
  if (measured.length < 2) return `${what}: measured on SQLAlchemy ${measured[0]} alone.`;
  return found.length
    ? `${what}: changes of more than ${limit}, the biggest first. A release links to its change log.`
    : `Between neighbouring releases, ${label} for ${rowsText(view.rows)} changed nowhere by more `
      + `than ${limit}.`;
}

function drawChanges(data, view) {
  const { releases, compiled } = view.platform;
  const found = data.changes.filter((change) =>
    change.metric === view.metric && change.rows === view.rows);
  byId("changes-about").textContent = aboutChanges(data, view, found);
  if (!found.length) {
    byId("changes-table").replaceChildren();
    return;
  }
  const rows = found.map((change) => {
    const worse = change.after > change.before;
    const differs = compiled[change.earlier] !== compiled[change.later];
    return element("tr", {}, rowHeading(view.task.styles[change.style]),
      element("td", { class: "words" }, `${releases[change.earlier]} → `,
        releaseLink(releases[change.later]), differs ? " ‡" : ""),
      cell(readable(view.metric, change.before)), cell(readable(view.metric, change.after)),
      cell(`${worse ? "▲" : "▼"} ${difference(view.metric, change.before, change.after)}`,
        { class: worse ? "worse" : "better" }),
      element("td", { class: "words" }, element("a", { href: graphLink(view, change),
        "aria-label": `graph of ${view.task.styles[change.style]}` }, "graph")));
  });
  byId("changes-table").replaceChildren(table("Biggest changes", [heading("Style"),
    heading("releases", { class: "words" }), heading("before"), heading("after"),
    heading("change"), heading("")], rows));
}
