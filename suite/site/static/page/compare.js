/* Two releases, or two Pythons or databases, beside each other: every style of every task. */

/* So many rows are shown before somebody asks for all. */
const LONG = 25;

/* What is compared: the address names two releases, and another platform where there is one. */
function comparedSides(view) {
  const asked = addressed();
  const [before, after] = (asked.compare ?? "").split("..");
  const other = index.platforms.find(({ key }) => key === asked.other) ?? view.platform;
  const now = known(other.releases, after, other === view.platform ? view.release
    : other.releases.at(-1));
  const old = known(view.platform.releases, before, other !== view.platform
    ? known(view.platform.releases, now, view.platform.releases.at(-1))
    : comparedWith(view.platform.releases, now) ?? now);
  return [{ platform: view.platform, release: old }, { platform: other, release: now }];
}

/* What the address asks for, and was not measured. */
function notMeasuredWords(sides) {
  const asked = (addressed().compare ?? "").split("..");
  return sides.map(({ platform, release }, place) => (asked[place] && asked[place] !== release
    ? `SQLAlchemy ${asked[place]} was not measured with ${platform.label}. ` : "")).join("");
}

/* Of two platforms' limits, the larger one: how much one of them scatters is in both figures. */
function looserLimit(sides, metric) {
  const limits = sides.map(({ platform }) => limitOf(platform, metric));
  return limits.includes(null) ? null
    : limits.reduce((one, other) => (other.floor > one.floor ? other : one));
}

/* Everything that changed of the styles that both sides have, with what only one of them has: of
   all tasks, or of the chosen one. */
function compareSides(sides, files, budget) {
  const found = { styles: [], changes: [], lacking: [[], []], starts: [] };
  for (const task of index.tasks.filter(({ name }) => (addressed().in ?? name) === name)) {
    const [before, after] = sides.map(({ platform }, place) => (task.name in platform.tasks
      ? figuresOf(files[place], taskOn(platform, task)) : figuresOf(null, { places: new Map() })));
    for (const style of Object.keys(task.styles)) {
      const changes = changesOf(sides, task, style, before, after);
      const has = [before, after].map((figures) => isMeasured(figures, style));
      if (has[0] !== has[1]) found.lacking[has[0] ? 1 : 0].push({ task, style,
        failed: failureOf(has[0] ? after : before, style) });
      if (!changes.length) continue;
      found.changes.push(...changes.filter(({ verdict }) => isChange(verdict)));
      found.styles.push({ task, style, verdict: verdictOf(changes),
        fit: fitOf([before, after], style, budget) });
    }
    const grown = startGrowth(task, before, after);
    if (grown !== null) found.starts.push(grown);
  }
  return found;
}

/* How many rows fit with both, of a style that both measured at two sizes; null of others. */
function fitOf(both, style, budget) {
  const sizes = (figures) => Object.keys(figures.values[NET_PEAK] ?? {})
    .filter((rows) => valueAt(figures, NET_PEAK, rows, style) !== null).length;
  const fit = both.map((figures) => rowsThatFit(figures, style, budget));
  return fit.every((rows) => rows !== null && rows !== Infinity) && fit[0] > 0
    && both.every((figures) => sizes(figures) > 1) ? fit : null;
}

const isChange = (verdict) => verdict === "worse" || verdict === "better";

const isMeasured = (figures, style) => Object.values(figures.values).some((sizes) =>
  Object.values(sizes).some((row) => (row[figures.places.get(style)] ?? null) !== null));

const failureOf = (figures, style) => Object.values(figures.failed)
  .map((reasons) => reasons[style]).find((reason) => reason !== undefined) ?? null;

/* One figure after another of a style: metric by metric, at every size that both have. */
function changesOf(sides, task, style, before, after) {
  return index.metrics.map(({ name }) => name).flatMap((metric) =>
    Object.keys(after.values[metric] ?? {}).map(Number).flatMap((rows) => {
      const [old, now] = [before, after].map((figures) => storedAt(figures, metric, rows, style));
      if (old === null || now === null || metric === PROCESS) return [];
      return [{ task: task.name, style, metric, rows, before: medianOf(old), after: medianOf(now),
        verdict: judged(metric, old, now, looserLimit(sides, metric)) }];
    }));
}

/* A style is worse where any of its figures is, but for what is judged only where it is named. */
function verdictOf(changes) {
  const verdicts = changes.filter(({ metric }) => !index.askedFor.includes(metric))
    .map(({ verdict }) => verdict);
  return ["worse", "better", "same"].find((verdict) => verdicts.includes(verdict)) ?? "not judged";
}

const shareOf = ({ before, after }) =>
  Math.abs(after - before) / Math.max(Math.abs(before), Math.abs(after), 1e-9);

/* Of all changes one row for each style: its headline, and the other metrics that changed with it.
   The headline is of the metric that stands first, at its largest size. */
function byStyle(changes) {
  const styles = groupedBy(changes, ({ task, style }) => `${task}.${style}`);
  const place = ({ metric }) => index.metrics.findIndex(({ name }) => name === metric);
  return [...styles.values()].map((own) => {
    const verdict = verdictOf(own);
    const ranked = own.toSorted((one, other) =>
      (other.verdict === verdict) - (one.verdict === verdict)
      || index.askedFor.includes(one.metric) - index.askedFor.includes(other.metric)
      || place(one) - place(other) || other.rows - one.rows);
    return { ...ranked[0], also: ranked.slice(1) };
  }).sort(byVerdict);
}

/* Worse before better; of each what a run needs before what further runs leave, the biggest first.
   After all others what its time alone tells. */
function byVerdict(one, other) {
  return index.askedFor.includes(one.metric) - index.askedFor.includes(other.metric)
    || (other.verdict === "worse") - (one.verdict === "worse")
    || isGrowth(one.metric) - isGrowth(other.metric) || shareOf(other) - shareOf(one);
}

const taskOf = (name) => index.tasks.find((task) => task.name === name);

/* "also heap +15.2 % (10,000 rows)", each metric once: at its largest size. */
function alsoText({ rows, metric, also }) {
  const said = new Map();
  for (const change of also) {
    if (change.metric === metric || said.has(change.metric)) continue;
    const at = change.rows === rows ? "" : ` (${rowsText(change.rows)})`;
    said.set(change.metric, `${metricOf(change.metric).label} `
      + difference(change.metric, change.before, change.after) + at);
  }
  return [...said.values()].join(", ");
}

function changeCells(change) {
  const { metric, before, after, verdict } = change;
  return [cell(`${verdict === "worse" ? "▲" : "▼"} ${difference(metric, before, after)}`,
    { class: verdict }),
  cell(`${metricOf(metric).label}, ${rowsText(change.rows)}`, { class: "words" }),
  cell(readable(metric, before)), cell(readable(metric, after)),
  cell(alsoText(change), { class: "words also" })];
}

const changeHeadings = (before, after) => [heading("style"), heading("change"),
  heading("of what", { class: "words" }), heading(before), heading(after),
  heading("and with it", { class: "words" })];

const styleCell = ({ task, style }) => rowHeading([styleLink(taskOf(task), style),
  element("small", {}, taskOf(task).label)]);

/* The parts of a view that stay when it is drawn again: switches keep their focus, and a new answer
   is read aloud. */
function frameOf(section, names) {
  if (!section.querySelector("form")) {
    const form = element("form", { class: "switches" }, ...names.map(([name, label]) =>
      element("label", {}, `${label} `, element("select", { name }))));
    form.addEventListener("submit", (event) => event.preventDefault());
    section.append(form, element("h2", { class: "answer", "aria-live": "polite" }),
      element("div", { class: "drawn" }));
  }
  return { fields: section.querySelector("form").elements,
    answer: section.querySelector("h2"), drawn: section.querySelector(".drawn") };
}

const DIRECTIONS = [["", "worse and better"], ["worse", "only worse"], ["better", "only better"]];

/* What the switches leave; the whole process and seconds only where they are asked for. */
function isShown({ task, style, verdict, metric }) {
  const { only, in: among, key, of } = addressed();
  return (!among || among === task) && (!among || !key || key === style)
    && (!only || only === verdict) && (of ? of === metric : !index.askedFor.includes(metric));
}

function fillFilters(fields, tasks, metrics) {
  const asked = addressed();
  const task = tasks.find(({ name }) => name === asked.in);
  const styles = Object.entries(task?.styles ?? {}).map(([style, { label }]) => [style, label]);
  fillSelect(fields.only, DIRECTIONS, asked.only ?? "");
  fillSelect(fields.in, [["", "all tasks"], ...tasks.map(({ name, label }) => [name, label])],
    task?.name ?? "");
  fillSelect(fields.key, [["", "all styles"], ...styles], Object.hasOwn(task?.styles ?? {}, asked.key)
    ? asked.key : "");
  fields.key.parentElement.hidden = !task;
  fillSelect(fields.of, [["", "memory and growth"],
    ...metrics.map((name) => [name, metricOf(name).label])], asked.of ?? "");
}

const FILTERS = [["only", "Show"], ["in", "of"], ["key", "style"], ["of", "metric"]];

function drawCompareSwitches(fields, view, [before, after]) {
  const releases = ({ platform }) => options([...platform.releases].reverse());
  fillSelect(fields.before, releases(before), before.release);
  fillSelect(fields.after, releases(after), after.release);
  const platforms = index.platforms.map(({ key, label }) => [key, label]);
  for (const [name, side] of [["platform", before], ["other", after]]) {
    fillSelect(fields[name], platforms, side.platform.key);
    fields[name].parentElement.hidden = platforms.length < 2;
  }
  const sizes = new Set([128, 256, 512, 1024, 2048, 4096, view.budget / MEBIBYTE]);
  fillSelect(fields.budget, options([...sizes].sort((one, other) => one - other),
    (size) => budgetText(size * MEBIBYTE)), view.budget / MEBIBYTE);
  fillFilters(fields, index.tasks, index.metrics.map(({ name }) => name)
    .filter((name) => name !== PROCESS && looserLimit([before, after], name)));
}

const sidesText = ([before, after]) => (isOnePlatform([before, after])
  ? `${before.release} → ${after.release}`
  : `${before.release}, ${before.platform.label} → ${after.release}, ${after.platform.label}`);

/* The answer: what got worse, what a process costs more, and for how many styles fewer rows fit. */
function comparedWords(sides, found, budget) {
  const apart = apartWords(sides);
  if (apart) return `${sidesText(sides)}: ${apart}.`;
  const verdicts = found.styles.map(({ verdict }) => verdict)
    .filter((verdict) => verdict !== "not judged");
  const nothing = isOnePlatform(sides) ? "nothing got worse" : "nothing needs more";
  const start = startWords(median(found.starts));
  const fits = found.styles.filter(({ fit }) => fit !== null);
  const fewer = fits.filter(fitsFewer).map(({ fit: [before, after] }) => 1 - after / before);
  return `${sidesText(sides)}: ${verdictWords(verdicts, nothing)}`
    + (start && `; ${start}`)
    + (fewer.length ? `; fewer rows fit in ${budgetText(budget)} for ${fewer.length} of `
      + `${counted(fits.length, "style")}, by up to ${fixed(100 * Math.max(...fewer), 1)} %` : "")
    + ".";
}

async function drawCompare(view, isCurrent) {
  const sides = comparedSides(view);
  const { fields, answer, drawn } = frameOf(byId("compare"), [["before", "Compare"],
    ["platform", "measured with"], ["after", "with"], ["other", "measured with"],
    ["budget", "in a worker of"], ...FILTERS]);
  drawCompareSwitches(fields, view, sides);
  const files = await Promise.all(sides.map(({ platform, release }) =>
    loadRelease(platform, release))).catch((error) => error);
  if (!isCurrent()) return;
  if (files instanceof Error) {
    answer.textContent = files.message;
    drawn.replaceChildren();
    return;
  }
  const found = compareSides(sides, files, view.budget);
  answer.textContent = notMeasuredWords(sides) + comparedWords(sides, found, view.budget);
  drawn.replaceChildren(...apartWords(sides) ? [] : comparedParts(sides, found, view.budget));
}

const isOnePlatform = ([before, after]) => before.platform === after.platform;

/* Two platforms are compared because they differ. */
const apartWords = (sides) => (isOnePlatform(sides) ? incomparable(...sides) : "");

function comparedParts(sides, found, budget) {
  const rows = byStyle(found.changes.filter(isShown));
  const table = longTable(`Differences, ${sidesText(sides)}`,
    changeHeadings(sides[0].release, sides[1].release),
    rows.map((change) => () => element("tr", {}, styleCell(change), ...changeCells(change))));
  return [limitsAbout(sides), rows.length ? table : element("p", {}, found.changes.length
    ? "Nothing of what is chosen differs." : "No figure differs by more than its limit."),
  element("p", { class: "buttons" },
    copyButton("Copy as Markdown", () => comparedAsMarkdown(sides, found, rows, budget)),
    copyButton("Copy link", () => new URL(addressWith({ platform: sides[0].platform.key,
      compare: sides.map(({ release }) => release).join("..") }), location).href)),
  ...fewerRows(found, sides, budget), ...lackingWords(found, sides)];
}

/* A table that shows all of itself when somebody asks; never less without saying so. */
function longTable(captioned, headings, makers) {
  const made = table(captioned, headings, makers.slice(0, LONG).map((make) => make()));
  const scrolled = element("div", { class: "scroll", tabindex: "0", role: "region",
    "aria-label": captioned }, made);
  if (makers.length <= LONG) return scrolled;
  const more = button(`Show all ${whole(makers.length)}`, () => {
    made.tBodies[0].append(...makers.slice(LONG).map((make) => make()));
    more.remove();
    scrolled.focus();
  });
  return element("div", {}, scrolled, more);
}

function limitsAbout(sides) {
  const said = index.metrics.map(({ name }) => [name, looserLimit(sides, name)])
    .filter(([name, limit]) => limit && name !== PROCESS).map(([name, limit]) =>
      element("li", {}, `${capitalised(metricOf(name).label)} is ${metricOf(name).about}. It `
        + `differs by more than ${limitText(name, limit).replace(" or ", " and ")}.`));
  return element("details", {}, element("summary", {},
    "What counts as a difference, and what the words mean"), element("ul", {}, ...said,
    element("li", {}, "Time is judged only where both sides have several samples, whose intervals "
      + "lie apart. It makes no style worse here: it depends on more than the query."),
    element("li", {}, "Rows that fit: the whole process at its largest size, drawn on in a "
      + "straight line by what the net peak grows.")));
}

/* In the three digits that are known. */
const fitsFewer = ({ fit }) => fit !== null
  && Number(fit[1].toPrecision(3)) < Number(fit[0].toPrecision(3));

function fewerRows(found, sides, budget) {
  const fewer = found.styles.filter(fitsFewer)
    .sort((one, other) => one.fit[1] / one.fit[0] - other.fit[1] / other.fit[0]);
  if (!fewer.length) return [];
  return [element("h3", {}, `Fewer rows fit in ${budgetText(budget)}: `
    + counted(fewer.length, "style")),
  longTable("Fewer rows that fit", [heading("style"), heading(sides[0].release),
    heading(sides[1].release)], fewer.map(({ task, style, fit }) => () => element("tr", {},
    styleCell({ task: task.name, style }), ...fit.map((count) => cell(fitText(count))))))];
}

/* What one of the sides has no figure of: it is in no count. */
function lackingWords(found, sides) {
  return found.lacking.flatMap((lacking, place) => {
    if (!lacking.length) return [];
    const { release, platform } = sides[place];
    const where = isOnePlatform(sides) ? release : `${release}, ${platform.label}`;
    const tasks = [...new Set(lacking.map(({ task }) => task))];
    return [element("details", {}, element("summary", {},
      `Not measured with ${where}: ${counted(lacking.length, "style")}`),
    element("ul", {}, ...tasks.map((task) => element("li", {}, `${task.label}: `
      + lacking.filter((each) => each.task === task).map(({ style, failed }) =>
        task.styles[style].label + (failed ? ` (failed: ${failed})` : "")).join("; "))))) ];
  });
}

function comparedAsMarkdown(sides, found, rows, budget) {
  const words = `**${markdownCell(comparedWords(sides, found, budget))}**\n\n`;
  if (!rows.length) return words;
  return words + markdownTable(
    ["style", "change", "of what", sides[0].release, sides[1].release, "and with it"],
    rows.map((change) => {
      const { label, styles } = taskOf(change.task);
      return [`${label}: ${styles[change.style].label}`,
        difference(change.metric, change.before, change.after),
        `${metricOf(change.metric).label}, ${rowsText(change.rows)}`,
        readable(change.metric, change.before), readable(change.metric, change.after),
        alsoText(change)];
    }));
}
