/* Drawing all of it, and again when something else is chosen. */

/* asv's pages were at this address: theirs name a page ("#/regressions") or a benchmark. */
const OF_ASV = /^#(\/|[\w.]+\?|[\w.]+\.(track|time|peakmem)_)/;

/* The view that was drawn last, with what the figures said. */
let current = null;

function drawFooter(view) {
  byId("footer").querySelector("[data-measured]").textContent = "Measured with "
    + `${view.platform.label}. Published ${index.published}.`;
}

function showView(view) {
  document.body.dataset.view = view.mode;
  const { platform, budget } = addressed();
  for (const link of document.querySelectorAll("nav a[data-view]")) {
    /* The other views are of the same platform and worker. */
    const shared = new URLSearchParams(link.hash.slice(1));
    for (const [name, value] of Object.entries({ platform, budget })) {
      if (value === undefined) shared.delete(name);
      else shared.set(name, value);
    }
    link.hash = shared;
    if (link.dataset.view === view.mode) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  for (const mode of ["compare", "changes"]) byId(mode).hidden = view.mode !== mode;
}

/* A drawing that is overtaken by the next choice leaves the page alone. */
let drawing = 0;

async function draw() {
  const own = ++drawing;
  const isCurrent = () => own === drawing;
  const view = chosen();
  showView(view);
  drawFooter(view);
  if (view.mode === "compare") await drawCompare(view, isCurrent);
  else if (view.mode === "changes") await drawChanges(view, isCurrent);
  else await drawStyles(view, isCurrent);
}

async function drawStyles(view, isCurrent) {
  const failed = (error) => error;
  const [release, other, code] = await Promise.all([
    loadRelease(view.platform, view.release).catch(failed),
    view.with ? loadRelease(view.platform, view.with).catch(failed) : null,
    loadTask(view.task).catch((error) => ({ code: {}, nearest: {}, missing: error.message }))]);
  if (!isCurrent()) return;
  byId("first").hidden = release instanceof Error;
  if (release instanceof Error) {
    byId("answer").textContent = release.message;
    byId("answer-more").textContent = "";
    drawAsk(view, figuresOf(null, view.task));
    return;
  }
  const figures = figuresOf(release, view.task);
  const before = other instanceof Error ? other : figuresOf(other, view.task);
  current = completed(view, figures, code.nearest);
  drawFirst(current, figures, before, code);
  drawChartsNear(current);
}

/* What had the focus has it again, though it was made anew. */
async function keepFocus(redraw) {
  const { name, dataset } = document.activeElement;
  await redraw();
  if (!name || document.activeElement !== document.body) return;
  document.querySelector(`[name="${CSS.escape(name)}"]${dataset.key
    ? `[data-key="${CSS.escape(dataset.key)}"]` : ""}`)?.focus({ preventScroll: true });
}

/* A tick beside a style: it is drawn in colour. */
function tick(style, ticked) {
  const styles = current.styles.filter((other) => other !== style);
  choose({ styles: (ticked ? [...styles, style] : styles).join(",") });
}

function chooseBudget(input) {
  const bytes = parseBytes(input.value);
  input.setAttribute("aria-invalid", String(bytes === null));
  byId("budget-wrong").textContent = bytes === null
    ? `“${input.value}” is not an amount of memory, such as 512 MiB or 2 GiB.` : "";
  if (bytes !== null) choose({ budget: bytes / MEBIBYTE });
}

function changed({ target }) {
  const { name, value, checked, type } = target;
  if (type === "checkbox") tick(value, checked);
  else if (name === "budget" && type === "text") chooseBudget(target);
  else if (["before", "after", "platform", "other"].includes(name) && target.form.elements.before) {
    const { before, after, platform, other } = target.form.elements;
    choose({ compare: `${before.value}..${after.value}`, platform: platform.value,
      other: other.value === platform.value ? null : other.value });
  } else if (name === "database" || name === "platform") {
    /* All that is shown stays, as far as the other one has it. */
    choose({ ...current && stated(current), ...addressed(), platform: value });
  } else if (["only", "in", "of", "key"].includes(name)) {
    choose({ [name]: value || null, ...(name === "in" && { key: null }) });
  } else choose({ [name]: value });
}

function start() {
  if (OF_ASV.test(location.hash)) {
    location.replace(`asv/index.html${location.hash}`);
    return;
  }
  if (!index.platforms.length) return;
  document.addEventListener("change", changed);
  byId("costs").addEventListener("click", chooseByRow);
  byId("ask").addEventListener("submit", (event) => event.preventDefault());
  document.querySelector("[data-skip]").addEventListener("click", (event) => {
    event.preventDefault();
    byId("answer").focus();
  });
  window.addEventListener("hashchange", () => keepFocus(draw));
  draw();
}

start();
