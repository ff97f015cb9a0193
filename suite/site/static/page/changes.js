/* The table of the biggest changes between releases. */

function graphLink(view, change) {
  const { environment, task } = view;
  const query = new URLSearchParams({ "p-style": task.styles[change.style], "p-rows": change.rows });
  if (index.environments.length > 1) {
    query.set("machine", environment.machine);
    query.set("python", environment.python);
  }
  query.set("commits", `${environment.releases[change.earlier]}-${environment.releases[change.later]}`);
  return `index.html#${task.benchmarks[change.metric]}?${query}`;
}

function drawChanges(data, view) {
  const { releases, compiled } = view.environment;
  const found = data.changes.filter((change) =>
    change.metric === view.metric && change.rows === view.rows);
  const label = metricOf(view.metric).label;
  byId("changes-about").textContent = found.length
    ? `${capitalised(label)}, ${rowsText(view.rows)}: changes that are more `
      + "than the measured noise, the biggest first. A release links to its change log."
    : `Between neighbouring releases, ${label} for ${rowsText(view.rows)} changed nowhere by more `
      + "than the measured noise.";
  if (!found.length) {
    byId("changes-table").replaceChildren();
    return;
  }
  const rows = found.map((change) => {
    const share = (change.after - change.before) / Math.abs(change.before);
    const worse = change.after > change.before;
    const differs = compiled[change.earlier] !== compiled[change.later];
    return element("tr", {}, rowHeading(view.task.styles[change.style]),
      element("td", { class: "words" }, `${releases[change.earlier]} → `,
        releaseLink(releases[change.later]), differs ? " ‡" : ""),
      cell(readable(view.metric, change.before)), cell(readable(view.metric, change.after)),
      cell(`${worse ? "▲ +" : "▼ −"}${digits(Math.abs(share) * 100)} %`,
        { class: worse ? "worse" : "better" }),
      element("td", { class: "words" }, element("a", { href: graphLink(view, change),
        "aria-label": `graph of ${view.task.styles[change.style]}` }, "graph")));
  });
  byId("changes-table").replaceChildren(table("Biggest changes", [heading("Style"),
    heading("releases", { class: "words" }), heading("before"), heading("after"),
    heading("change"), heading("")], rows));
}
