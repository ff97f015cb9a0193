/* Beside the table: the code of the style that they write, and of what to write instead. */

/* "1/9 of the memory", "12 % less time": after against before, where one is less than the other. */
function partOf(before, after, what) {
  const factor = after / before;
  if (factor > 2 / 3 && factor < 1.5) {
    return `${fixed(100 * Math.abs(1 - factor), 0)} % ${factor < 1 ? "less" : "more"} ${what}`;
  }
  if (factor >= 1.5) return `${Number(factor.toFixed(1))} times the ${what}`;
  const share = Math.round(1 / factor);
  return share === 2 ? `half the ${what}` : `1/${share} of the ${what}`;
}

/* Seconds are judged by their intervals only, and else just told. */
function timePart(view, figures, style, better) {
  const [own, other] = [style, better].map((name) => storedAt(figures, TIME, view.rows, name));
  if (own === null || other === null) return "";
  const verdict = judged(TIME, own, other, limitOf(view.platform, TIME));
  if (verdict === "same") return "as much time";
  if (verdict === "not judged") {
    return `${seconds(medianOf(other))} in place of ${seconds(medianOf(own))} (not judged)`;
  }
  return partOf(medianOf(own), medianOf(other), "time");
}

/* For who needs values only: what costs no more than the advised style, and is written like it. */
function valuesInstead(view, figures, style, nearest, better) {
  const own = storedAt(figures, view.metric, view.rows, style);
  const most = better ? valueAt(figures, view.metric, view.rows, better) : Infinity;
  return instead(view, figures, better ?? style, nearest, { kind: "values", own, most });
}

function remarks(view, figures, nearest, better) {
  const { metric, rows, style, task } = view;
  const value = (name) => valueAt(figures, metric, rows, name);
  const said = [];
  if (better) {
    const same = task.writes || kindOf(task, style) === "dbapi" ? "the same outcome"
      : `same ${kindOf(task, style)}`;
    const memory = isTime(metric) ? "" : isDivisor(metric, value(better))
      ? partOf(value(style), value(better), metric === NET_PEAK ? "memory" : metricOf(metric).label)
      : `${readable(metric, value(better))} in place of ${readable(metric, value(style))}`;
    const time = timePart(view, figures, style, better);
    said.push([[same, memory, time].filter(Boolean).join(", ")]);
  }
  if (kindOf(task, style) === "objects" && !task.writes) {
    const values = valuesInstead(view, figures, style, nearest, better);
    if (values !== null) {
      const time = valueAt(figures, TIME, rows, values);
      said.push([`only values needed? ${readable(metric, value(values))}`
        + `${time === null || isTime(metric) ? "" : `, ${seconds(time)}`}: `,
      element("a", { href: addressWith({ style: values }), name: "advice", "data-key": values },
        task.styles[values].label)]);
    }
  }
  said.push([element("a", { href: `#${new URLSearchParams({ changes: "",
    platform: view.platform.key, in: task.name, key: style })}` }, "Which release changed it?")]);
  return said;
}

function codeOf(view, task, style, attributes) {
  if (task.missing) return element("p", {}, task.missing);
  const found = task.code[style];
  return found ? element("pre", { tabindex: "0", ...attributes }, found)
    : element("p", {}, "Its code is no longer in the catalogue.");
}

/* What the catalogue no longer has has no page. */
const styleLink = (task, style) => (kindOf(task, style) === null ? task.styles[style].label
  : element("a", { href: stylePage(task.name, style), title: "its figures of every release" },
    task.styles[style].label));

function drawAdvice(view, figures, before, task, better) {
  const { style } = view;
  const said = remarks(view, figures, task.nearest, better)
    .map((words) => element("li", {}, ...words));
  byId("advice").replaceChildren(
    element("h2", {}, "You write: ", styleLink(view.task, style)), codeOf(view, task, style, {}),
    ...better ? [element("h2", {}, "Write instead: ", styleLink(view.task, better)),
      codeOf(view, task, better, { class: "b" })]
      : [element("p", { class: "none" }, isTime(view.metric)
        ? "Of nothing of its kind do the samples say that it takes less."
        : "Nothing of its kind needs less.")],
    element("ul", {}, ...said),
    copyButtons(view, figures, before, task, better), wordsExplained(view));
}

/* What the words of the table mean: it is opened where they stand, and stays open. */
function wordsExplained(view) {
  const explained = [...view.task.metrics.map(metricOf).map(({ label, about }) => [label, about]),
    [budgetHeading(view), "rows that such a process can query: the whole process at the largest "
      + "size, drawn on in a straight line by what the net peak grows"],
    ["=", "no difference by more than the limits"]];
  return element("details", { open: byId("advice").querySelector("details")?.open },
    element("summary", {}, "What the words mean"),
    element("dl", {}, ...explained.flatMap(([word, about]) =>
      [element("dt", {}, word), element("dd", {}, about)])));
}

function copyButtons(view, figures, before, task, better) {
  const rows = () => costRows(view, figures, before);
  const code = task.code[better ?? view.style];
  const address = () => {
    const full = new URL(location.href);
    full.hash = new URLSearchParams({ ...stated(view), ...addressed() });
    return full.href;
  };
  return element("p", { class: "buttons" },
    ...code ? [copyButton("Copy code", () => `${code}\n`)] : [],
    copyButton("Copy table as Markdown", () => costsAsMarkdown(view, rows())),
    saveButton("CSV", `${view.task.name}-${view.release}.csv`, "text/csv",
      () => costsAsCsv(view, rows())),
    saveButton("SVG", `${view.task.name}-${view.release}.svg`, "image/svg+xml",
      () => costsAsSvg(view, rows(), better)),
    copyButton("Copy link", address));
}
