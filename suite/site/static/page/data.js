/* The files of data: each is a script that hands over what it holds, which works from any
   address. `index` is in the page itself. */

const index = JSON.parse(document.getElementById("index").textContent);

const received = new Map();
const waiting = new Map();

window.queryStyles = {
  receive(key, data) {
    received.set(key, data);
    waiting.get(key)?.(data);
  },
};

function load(key) {
  if (received.has(key)) return Promise.resolve(received.get(key));
  return new Promise((resolve, reject) => {
    waiting.set(key, resolve);
    const script = document.createElement("script");
    script.src = `query-styles/${encodeURIComponent(key)}.js`;
    script.onerror = () => reject(new Error(`The file query-styles/${key}.js is missing: copy the`
      + " whole folder of the site, or run scripts/publish again."));
    document.head.append(script);
  });
}
