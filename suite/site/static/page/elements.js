/* Elements. All text is set as text, never as HTML: names and versions come from results. */

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(name, "");
    else if (value !== false && value != null) made.setAttribute(name, value);
  }
  made.append(...children.flat().filter((child) => child !== null));
  return made;
}

const byId = (id) => document.getElementById(id);
const strong = (text) => element("strong", {}, text);

function table(captioned, headings, rows, attributes = {}) {
  return element("table", attributes,
    element("caption", {}, captioned),
    element("thead", {}, element("tr", {}, ...headings)),
    element("tbody", {}, ...rows));
}

const heading = (text, attributes = {}) => element("th", { scope: "col", ...attributes }, text);
const rowHeading = (content) => element("th", { scope: "row" }, content);
const cell = (text, attributes = {}) => element("td", attributes, text);

/* A metric by its label, explained where the pointer rests; the words stand on the page too. */
const term = (metric) =>
  element("abbr", { title: metricOf(metric).about }, metricOf(metric).label);

function releaseLink(release) {
  return element("a", { href: `release.html#${encodeURIComponent(release)}` }, release);
}

const stylePage = (task, style) => `style/${encodeURIComponent(`${task}.${style}`)}.html`;

/* The address of this page with other things chosen; all else stays. */
const addressWith = (changes) =>
  `#${new URLSearchParams(Object.entries({ ...addressed(), ...changes })
    .filter(([, value]) => value !== null))}`;

function button(text, pressed, attributes = {}) {
  const made = element("button", { type: "button", ...attributes }, text);
  made.addEventListener("click", pressed);
  return made;
}

/* Options, in groups where they are [group, [[value, text], …]]. */
function fillSelect(select, options, value) {
  const option = ([key, text]) => (Array.isArray(text)
    ? element("optgroup", { label: key }, ...text.map(option))
    : element("option", { value: key }, text));
  select.replaceChildren(...options.map(option));
  select.value = value;
}
