/* Drawing all of it, and again when something else is chosen. */

function drawFooter(view) {
  byId("footer").textContent = `Measured with ${view.platform.label}. Published `
    + `${index.published}. Every view has its own address: copy it from the address bar.`;
}

async function draw() {
  const view = chosen();
  namePlatform(view);
  drawSwitches(view);
  const data = await load(view.task.data).catch((error) => error);
  if (chosen().task.data !== view.task.data) return;
  byId("main").hidden = data instanceof Error;
  if (data instanceof Error) {
    byId("summary").textContent = data.message;
    return;
  }
  drawSummary(data, view);
  drawCosts(data, view);
  drawHistory(data, view);
  drawTradeoff(data, view);
  drawFit(data, view);
  drawChanges(data, view);
  drawFooter(view);
  await Promise.all([drawDrivers(view), drawTraces(view)]);
}

function showEmpty() {
  byId("summary").textContent = "Nothing was measured yet: scripts/bench measures, and publishes "
    + "what it measured.";
}

function keepFocus(redraw) {
  const active = document.activeElement;
  const [name, value] = [active?.name, active?.value];
  return redraw().then(() => {
    if (name && !active.isConnected) {
      document.querySelector(`[name="${CSS.escape(name)}"][value="${CSS.escape(value)}"]`)
        ?.focus({ preventScroll: true });
    }
  });
}

function changed(event) {
  const { name, value, checked } = event.target;
  if (name === "style") {
    const styles = chosen().styles.filter((style) => style !== value);
    choose({ styles: (checked ? [...styles, value] : styles).join(",") });
  } else if (name === "database") {
    chooseDatabase(value);
  } else if (name === "task" || name === "platform") {
    const { platform, task } = addressed();
    location.hash = new URLSearchParams({ platform, ...(task && { task }), [name]: value })
      .toString();
  } else {
    choose({ [name]: value });
  }
}

function start() {
  if (!index.platforms.length) {
    showEmpty();
    return;
  }
  byId("switches").hidden = false;
  document.addEventListener("change", changed);
  document.querySelector("[data-skip]").addEventListener("click", (event) => {
    event.preventDefault();
    byId("costs").focus();
  });
  byId("switches").addEventListener("submit", (event) => event.preventDefault());
  window.addEventListener("hashchange", () => keepFocus(draw));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  draw();
}

start();
