/* The page of one release: asv's graphs link each point here, with the version in the address. */
"use strict";

const DOCUMENTATION = "https://docs.sqlalchemy.org/en/21/changelog/";

function links(version) {
  const [major, minor] = version.split(".");
  const tag = `rel_${version.replaceAll(".", "_")}`;
  return [
    [`${DOCUMENTATION}changelog_${major}${minor}.html#change-${version}`,
      "What changed: SQLAlchemy's change log"],
    [`index.html#release=${version}`, "What it costs: the query styles on this release"],
    [`https://github.com/sqlalchemy/sqlalchemy/releases/tag/${tag}`, "Its notes on GitHub"],
  ];
}

function show() {
  const version = decodeURIComponent(location.hash.slice(1));
  const isVersion = /^\d+\.\d+[\d.a-z]*$/.test(version);
  document.getElementById("title").textContent = isVersion
    ? `SQLAlchemy ${version}` : "This address names no release";
  document.title = document.getElementById("title").textContent;
  document.getElementById("links").replaceChildren(...(isVersion ? links(version) : []).map(
    ([address, text]) => {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = address;
      link.textContent = text;
      item.append(link);
      return item;
    }));
}

window.addEventListener("hashchange", show);
show();
