/* Lets asv's pages open from the disk, as a downloaded artifact of a CI run does. A browser forbids
   such a page to read files, but loads them as scripts: suite/site/asv_pages.py writes each file of
   data as a script too, and here asv's way of asking for data is turned to those. */
"use strict";

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
