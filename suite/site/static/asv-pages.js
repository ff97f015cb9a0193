/* What asv's pages are told through doors of their own: jQuery's way to ask for data, and `$.asv`.
   Loaded after asv's scripts, which begin when the page is there. */
"use strict";

/* Opened from the disk, as a downloaded artifact of a CI run is: a browser forbids such a page to
   read files, but loads them as scripts, which suite/site/asv_pages.py writes beside them. */
if (location.protocol === "file:") {
  const asked = new Map();

  window.asvFile = (data) => asked.get(document.currentScript).resolve(data);

  jQuery.ajax = ({ url }) => {
    const answer = jQuery.Deferred();
    const script = document.createElement("script");
    script.src = `${url.split("?")[0]}.js`;
    script.onerror = () => answer.reject();
    asked.set(script, answer);
    document.head.append(script);
    return answer.promise();
  };
}

jQuery(() => {
  const { asv } = jQuery;
  /* Sizes in the unit of everything else here. */
  asv.mem_units.splice(1, 4, ...["KiB", "MiB", "GiB", "TiB"].map((unit, power) =>
    [` ${unit}`, unit, 1024 ** (power + 1)]));
  /* A revision is a release here, and has dots in its name: 2.0.5 is not short for 2.0.50. */
  asv.get_revision = (release) => Object.keys(asv.main_json.revision_to_hash)
    .find((revision) => asv.get_commit_hash(revision) === release) ?? null;
});
