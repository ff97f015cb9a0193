/* Elements. All text is set as text, never as HTML: names, labels and versions come from results. */

const COLOURS = 8;

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(name, "");
    else if (value !== false && value != null) made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

const byId = (id) => document.getElementById(id);

function table(captioned, headings, rows, attributes = {}) {
  return element("table", attributes,
    element("caption", {}, captioned),
    element("thead", {}, element("tr", {}, ...headings)),
    element("tbody", {}, ...rows));
}

const heading = (text, attributes = {}) => element("th", { scope: "col", ...attributes }, text);
const rowHeading = (content) => element("th", { scope: "row" }, content);
const cell = (text, attributes = {}) => element("td", attributes, text);

function releaseLink(release) {
  return element("a", { href: `release.html#${encodeURIComponent(release)}` }, release);
}

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function colourOf(view, style) {
  const place = view.styles.indexOf(style);
  return place < 0 ? null : `--style-${place % COLOURS}`;
}
