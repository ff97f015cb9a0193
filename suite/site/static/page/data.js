/* The files of data: each is a script that hands over what it holds, which works from any
   address. `index` is in the page itself. */

const index = JSON.parse(document.getElementById("index").textContent);

/* By key: a promise of what the file holds, and what settles it. */
const files = new Map();

function file(key) {
  const made = {};
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
  files.set(key, made);
  return made;
}

window.queryStyles = {
  receive(key, data) {
    (files.get(key) ?? file(key)).resolve(data);
  },
};

/* What a file holds. Rejects with words for the reader where there is no such file. */
function load(key) {
  if (files.has(key)) return files.get(key).promise;
  const asked = file(key);
  const script = document.createElement("script");
  script.src = `site/data/${encodeURIComponent(key)}.js`;
  script.onerror = () => {
    files.delete(key);
    asked.reject(new Error(`The file site/data/${key}.js is missing: copy the whole folder of the `
      + "site, or run scripts/publish again."));
  };
  document.head.append(script);
  return asked.promise;
}

/* What was measured of one release, by task; of a task nothing where it was not measured. */
const loadRelease = (platform, release) => load(`${platform.file}-r-${release}`);

/* A task's code, and which styles are written alike. */
const loadTask = (task) => load(`task-${task.number}`);

/* The figures of a task in a release's file, which know in which order the styles stand. */
function figuresOf(release, task) {
  const { values = {}, failed = {}, streams = {} } = release?.[task.name] ?? {};
  return { values, failed, streams, places: task.places };
}
