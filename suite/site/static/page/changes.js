/* Which release changed what: every step beyond the limits from one measured release to the next. */

/* So many releases are shown before somebody asks for all. */
const RECENT = 12;

const CHANGE_LOG = "https://docs.sqlalchemy.org/en/21/changelog/";
const TICKETS = "https://github.com/sqlalchemy/sqlalchemy/issues/";

async function drawChanges(view, isCurrent) {
  const { platform } = view;
  const { fields, answer, drawn } = frameOf(byId("changes"),
    [...FILTERS, ["platform", "measured with"]]);
  fillFilters(fields, tasksOf(platform), index.metrics.map(({ name }) => name)
    .filter((name) => limitOf(platform, name)));
  fillSelect(fields.platform, index.platforms.map(({ key, label }) => [key, label]), platform.key);
  fields.platform.parentElement.hidden = index.platforms.length < 2;
  const [found, tickets] = await Promise.all([
    load(`${platform.file}-changes`).catch((error) => error), load("changelog").catch(() => ({}))]);
  if (!isCurrent()) return;
  if (found instanceof Error) {
    answer.textContent = found.message;
    drawn.replaceChildren();
    return;
  }
  const shown = found
    .map((change) => ({ ...change, platform }))
    .filter(isShown);
  const groups = [...groupedBy(shown, ({ release }) => release)]
    .map(([release, changes]) => ({ release, changes: byStyle(changes) }));
  answer.textContent = changesWords(platform, found, groups);
  drawn.replaceChildren(changesAbout(groups), ...longList(groups.map((group) => () =>
    releaseGroup(group, tickets[group.release] ?? [])), RECENT, "releases"));
}

function changesWords({ releases }, found, groups) {
  if (releases.length < 2) {
    return `Only SQLAlchemy ${releases[0]} was measured: there is no release to set it against.`;
  }
  if (!found.length) {
    return `Between the ${releases.length} measured releases nothing changed by more than the `
      + "limits.";
  }
  if (!groups.length) return "None of the changes is of what is chosen.";
  const count = (verdict) => groups.flatMap(({ changes }) => changes)
    .filter((change) => change.verdict === verdict).length;
  return `In ${groups.length} of ${releases.length} measured releases styles changed: `
    + `${counted(count("worse"), "time")} for the worse, ${counted(count("better"), "time")} for `
    + "the better.";
}

function changesAbout(groups) {
  const open = groups.flatMap(({ changes }) => changes).find(({ between }) => between > 0);
  return element("p", {}, "Each release is set against the one before it that was measured, the "
    + "newest first. Where others lie between them, a command tells which it was",
  ...open ? [", as ", element("code", {}, findCommand(open))] : [], ".");
}

/* The first of them, and a button for the rest. */
function longList(makers, most, what) {
  const first = makers.slice(0, most).map((make) => make());
  if (makers.length <= most) return first;
  const more = button(`Show all ${makers.length} ${what}`, () => {
    const rest = makers.slice(most).map((make) => make());
    more.replaceWith(...rest);
    rest[0].setAttribute("tabindex", "-1");
    rest[0].focus();
  });
  return [...first, more];
}

function sinceRelease({ previous, between }) {
  return `Against ${previous}. ` + (between === 0 ? "No release lies between." : between === 1
    ? "One release between was not measured: either of both can have brought it."
    : `${between} releases between were not measured: any of these ${between + 1} can have brought `
      + "it.");
}

function changeLog(release) {
  const [major, minor] = release.split(".");
  return `${CHANGE_LOG}changelog_${major}${minor}.html#change-${release}`;
}

function ticketItem([ticket, words]) {
  const number = String(ticket).replace(/^#/, "");
  return element("li", {},
    element("a", { href: TICKETS + encodeURIComponent(number) }, `#${number}`), ` ${words}`);
}

/* What one release changed. What the release before lacked is set against an earlier one. */
function releaseGroup({ release, changes }, tickets) {
  const count = (verdict) => changes.filter((change) => change.verdict === verdict).length;
  const steps = [...groupedBy(changes, ({ previous }) => previous).values()].map(([step]) => step);
  return element("section", { class: "release" },
    element("h3", {}, releaseLink(release), ` ${count("worse")} worse, ${count("better")} better`),
    element("p", {}, ...steps.map((step) => `${sinceRelease(step)} `),
      element("a", { href: changeLog(release) }, "change log")),
    ...tickets.length ? [element("ul", {}, ...tickets.map(ticketItem))] : [],
    longTable(`Changes of ${release}`,
      [...changeHeadings(steps.length === 1 ? steps[0].previous : "before", release),
        heading("which of them?")],
      changes.map((change) => () => element("tr", {}, styleCell(change), ...changeCells(change),
        element("td", {}, ...change.between ? [findButton(change)] : [release])))));
}

/* For the shell: what results name can be anything, and is quoted where it is no plain word. */
const shellWord = (word) => (/^[\w.+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

/* As scripts/check-upgrade names it: with what the command does not look at by itself. */
function findCommand({ platform, task, style, metric, rows, previous, release }) {
  const { asked, tasks } = platform;
  return ["scripts/find-regression", ...[`${task}.${style}`, previous, release].map(shellWord),
    ...isGrowth(metric) || rows === sizesOf(tasks[task], metric).at(-1) ? [] : [`--rows ${rows}`],
    ...index.askedFor.includes(metric) ? [`--metric ${shellWord(metricOf(metric).label)}`] : [],
    ...asked ? [`--database ${asked.includes("@") ? "URL" : shellWord(asked)}`] : []].join(" ");
}

const findButton = (change) => copyButton("Copy command", () => findCommand(change),
  { title: findCommand(change) });
