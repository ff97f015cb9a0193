/* What is copied or saved: as text, and made when it is asked for. */

/* From a file address some browsers hand out no clipboard: what is selected is copied then. */
async function toClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = element("textarea", { class: "copied" });
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

function copyButton(text, make, attributes = {}) {
  const made = button(text, async () => {
    const done = await toClipboard(make());
    byId("said").textContent = done ? "Copied." : "The browser does not let this page copy.";
    made.textContent = done ? "Copied" : "Not copied";
    made.focus();
    setTimeout(() => { made.textContent = text; }, 1500);
  }, attributes);
  return made;
}

function saveButton(text, name, type, make) {
  return button(text, () => {
    const address = URL.createObjectURL(new Blob([make()], { type }));
    element("a", { href: address, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  }, { title: `save ${name}` });
}

const markdownCell = (text) => String(text).replaceAll("\\", "\\\\").replaceAll("|", "\\|")
  .replaceAll("<", "&lt;").replaceAll("\n", " ");

/* The first column is words; the others are figures, and stand at the right. */
function markdownTable(headings, rows) {
  const line = (cells) => `| ${cells.map(markdownCell).join(" | ")} |`;
  return [line(headings), `|---|${"--:|".repeat(headings.length - 1)}`, ...rows.map(line)]
    .join("\n") + "\n";
}

const titleOf = (view) =>
  `${view.task.label}, ${rowsText(view.rows)}, SQLAlchemy ${view.release}, ${view.platform.label}`;

function costsAsMarkdown(view, groups) {
  const [, label, unit, since, fit, time] = costHeadings(view);
  const rows = groups.flatMap(({ kind, styles }) => [[`**${kind}**`, "", "", "", ""],
    ...styles.map((row) => [row.label, row.value === null ? "failed"
      : inColumn(view.metric, row.value), row.since.text, fitText(row.fit),
    row.seconds === null ? "–" : seconds(row.seconds)])]);
  return `${markdownCell(titleOf(view))}\n\n`
    + markdownTable(["style", `${label}, ${unit}`, since, fit, time], rows);
}

/* Bytes and seconds as they were measured: for a program, not for a reader. A cell that begins as a
   formula is one in a spreadsheet, so it gets an apostrophe. */
function csvCell(value) {
  if (typeof value === "number") return String(value);
  const text = String(value ?? "").replace(/^(?=[=+\-@\t\r])/, "'");
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function costsAsCsv(view, groups) {
  const { label, unit } = metricOf(view.metric);
  const head = ["task", "style", "label", "gives", "rows", "release", `${label} (${unit})`,
    `since ${view.with ?? ""}`, `rows in ${budgetText(view.budget)}`, "time (seconds)"];
  const rows = groups.flatMap(({ styles }) => styles.map((row) => [view.task.name, row.style,
    row.label, kindOf(view.task, row.style), view.rows, view.release, row.value, row.since.verdict,
    row.fit === Infinity ? "any" : row.fit, row.seconds]));
  return [head, ...rows].map((cells) => cells.map(csvCell).join(",")).join("\n") + "\n";
}

/* The bars as a picture that stands alone: its colours do not follow the page's. */
function costsAsSvg(view, groups, better) {
  const [names, bars, line] = [300, 340, 20];
  const space = "http://www.w3.org/2000/svg";
  const make = (tag, attributes, text) => {
    const made = document.createElementNS(space, tag);
    Object.entries(attributes).forEach(([name, value]) => made.setAttribute(name, value));
    if (text !== undefined) made.textContent = text;
    return made;
  };
  const texts = groups.flatMap(({ kind, styles }) => [{ kind }, ...styles]);
  const [width, height] = [names + bars + 80, line * (texts.length + 2)];
  const picture = make("svg", { xmlns: space, width, height, viewBox: `0 0 ${width} ${height}`,
    "font-family": "system-ui, sans-serif", "font-size": 13 });
  picture.append(make("rect", { width, height, fill: "#ffffff" }),
    make("text", { x: 8, y: 16, "font-weight": "bold" }, titleOf(view)));
  texts.forEach((row, place) => {
    const y = line * (place + 2);
    if (row.kind) {
      picture.append(make("text", { x: 8, y, fill: "#57606a", "font-weight": "bold" }, row.kind));
      return;
    }
    const fill = { [better]: "#1a7f37", [view.style]: "#c8372d" }[row.style] ?? "#f0a878";
    picture.append(make("text", { x: 8, y }, row.label));
    if (row.value !== null) {
      picture.append(make("rect", { x: names, y: y - 11, height: 13, fill,
        width: (bars * parseFloat(row.width) / 100).toFixed(1) }));
    }
    picture.append(make("text", { x: width - 8, y, "text-anchor": "end" }, row.value === null
      ? "failed" : readable(view.metric, row.value)));
  });
  return new XMLSerializer().serializeToString(picture);
}
