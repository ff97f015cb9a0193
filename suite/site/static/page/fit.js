/* The table of how many rows fit into a limit. */

const BUDGETS = [["256 MiB", 256], ["512 MiB", 512], ["1 GiB", 1024], ["4 GiB", 4096]];

function roundRows(rows) {
  if (rows < 1) return "none";
  const magnitude = 10 ** Math.max(0, Math.floor(Math.log10(rows)) - 1);
  const rounded = Math.floor(rows / magnitude) * magnitude;
  const short = (value, word) => `${Number(value.toPrecision(2))} ${word}`;
  if (rounded >= 1e9) return short(rounded / 1e9, "billion");
  return rounded >= 1e6 ? short(rounded / 1e6, "million") : whole(rounded);
}

/* What grows is the net peak: at a small size the peak of a process can be that of its imports. */
function processGrowth(data, view, style, position) {
  const process = valueAt(data, PROCESS, view.rows, style, position);
  const grown = slope(data, view, NET_PEAK, style, position);
  return process === null || grown === null ? null
    : { ...grown, start: process - grown.row * view.rows };
}

function drawFit(data, chosenView) {
  const view = viewOf(chosenView, PROCESS);
  const position = view.platform.releases.indexOf(view.release);
  const styles = order(data, view)
    .map((style) => [style, processGrowth(data, view, style, position)])
    .filter(([, grown]) => grown !== null);
  byId("fit-about").textContent = styles.length
    ? `SQLAlchemy ${view.release}, in a process that may grow to a limit: the whole process, `
      + "interpreter and imports included, drawn on in a straight line by what the net peak grows. "
      + "Your own program's memory comes off the limit first."
    : `For SQLAlchemy ${view.release} the net peak was not measured at two sizes up to `
      + `${rowsText(view.rows)}, or the whole process not at that one, so nothing can be drawn on.`;
  if (!styles.length) {
    byId("fit-table").replaceChildren();
    return;
  }
  const rows = styles.map(([style, grown]) => element("tr", {}, rowHeading(view.task.styles[style]),
    cell(readable(PROCESS, grown.start)), cell(grown.flat ? "0" : whole(grown.row)),
    ...BUDGETS.map(([, size]) => {
      const room = size * MEBIBYTE - grown.start;
      if (grown.flat) return cell(room > 0 ? "any number" : "none");
      return cell(roundRows(room / grown.row));
    })));
  byId("fit-table").replaceChildren(table("Rows that fit, by style and limit",
    [heading("Style"), heading("without rows"), heading("bytes a row"),
      ...BUDGETS.map(([name]) => heading(name))], rows));
}
