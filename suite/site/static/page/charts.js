/* What all charts have in common. */

const views = new Map();

/* Names the ticked ones of the styles that a chart draws, and says whether there are others. */
function legendOf(id, view, styles) {
  const ticked = styles.filter((style) => view.styles.includes(style));
  const items = ticked.map((style) => element("li", {},
    element("i", { style: `--own: var(${colourOf(view, style)})` }), view.task.styles[style]));
  if (ticked.length < styles.length) {
    items.push(element("li", { class: "others" },
      element("i", { style: "--own: var(--muted)" }), "the other styles"));
  }
  byId(id).parentElement.querySelector(".legend").replaceChildren(...items);
}

function look(view, style, size) {
  const own = colourOf(view, style);
  return {
    style: view.task.styles[style],
    colour: colour(own ?? "--muted"),
    width: own ? 2.5 : 1,
    opacity: own ? 1 : 0.45,
    size: own ? size : 0,
  };
}

/* Styles that are not chosen come first, so that the others are drawn above them. */
function backToFront(view, styles) {
  return [...styles].sort((one, other) => view.styles.includes(one) - view.styles.includes(other));
}

function theme() {
  const [ink, soft, line] = [colour("--ink"), colour("--soft"), colour("--line")];
  return {
    background: null,
    font: getComputedStyle(document.body).fontFamily,
    aria: false,
    view: { stroke: null },
    axis: { labelColor: soft, titleColor: soft, gridColor: line, domainColor: line,
      tickColor: line, labelFontSize: 12, titleFontSize: 12, titleFontWeight: "normal" },
    axisY: { domain: false, ticks: false, labelPadding: 8 },
    axisX: { labelPadding: 6, labelOverlap: "greedy" },
    title: { color: ink },
  };
}

async function drawChart(id, spec, figures, words) {
  const place = byId(id);
  views.get(id)?.finalize();
  views.delete(id);
  place.hidden = figures.length === 0;
  place.setAttribute("role", "img");
  place.setAttribute("aria-label", `${words}. The same figures stand in the table below.`);
  /* Vega puts a role of its own on what it draws into. */
  const canvas = element("div");
  place.replaceChildren(canvas);
  if (!figures.length) return;
  const drawn = await vegaEmbed(canvas, { ...spec, datasets: { figures } },
    { mode: "vega-lite", actions: false, renderer: "svg", config: theme() });
  views.set(id, drawn);
}

/* A table behind a chart is made when it is opened. */
function behind(id, make, wanted = true) {
  const details = byId(id);
  details.hidden = !wanted;
  const fill = () => {
    details.querySelector("div")?.remove();
    if (details.open) {
      details.append(element("div", { class: "scroll", tabindex: "0", role: "region",
        "aria-label": "table" }, make()));
    }
  };
  details.ontoggle = fill;
  fill();
}
