/* The switches above the page, and the choices beside a table. */

function fillSelect(name, options, value) {
  const select = document.querySelector(`select[name="${name}"]`);
  select.replaceChildren(...options.map(([key, text]) => element("option", { value: key }, text)));
  select.value = value;
  select.parentElement.hidden = options.length < 2;
}

function drawSwitches(view) {
  fillSelect("task", view.platform.tasks.map((task) => [task.name, task.label]), view.task.name);
  fillSelect("rows", sizesOf(view.task, view.metric).map((rows) => [rows, whole(rows)]), view.rows);
  fillSelect("metric", view.task.metrics.map((name) => [name, metricOf(name).label]), view.metric);
  fillSelect("release", [...view.platform.releases].reverse().map((name) => [name, name]),
    view.release);
  fillSelect("database", beside(view).map((other) => [other.key, other.database]),
    view.platform.key);
  fillSelect("platform", installations(view).map((other) => [other.key, other.installationLabel]),
    view.platform.key);
}

function drawChoice(id, name, options, value) {
  const group = byId(id);
  const labels = options.map(([key, text]) => element("label", {},
    element("input", { type: "radio", name, value: key, checked: key === value }), text));
  group.replaceChildren(group.querySelector("legend"), ...labels);
  group.hidden = options.length < 2;
}
