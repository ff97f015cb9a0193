"""asv's own pages behind the site's first page: what they list, link to and hold."""

import json
import shutil
import subprocess
import xml.etree.ElementTree as ET
from html import escape
from pathlib import Path
from urllib.parse import urldefrag

import asv
import pytest
from asv.util import UserError

from suite.figures import limits, tasks
from suite.measuring import names
from suite.site import asv_pages, feed
from tests import fake_results
from tests.site import site_project
from tests.site.site_project import SiteProject

TASK, UNMEASURED = "bounced_addresses", "streaming"
PEAK = names.build(TASK, "track_peak")
ADDRESS = "https://example.org/memory"
ATOM = "{http://www.w3.org/2005/Atom}"
HOSTILE = "<img src=x onerror=window.harmed=1>"
# asv's own pages.
WWW = Path(asv.__file__).with_name("www")
RELEASES = ["1.4.52", "1.4.53", "1.4.54", "2.1.7", "2.1.8", "2.1.9"]


# asv starts for each site, so these share one worker and one site.


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> SiteProject:
    """A site with an address; of what asv knows, one task was measured."""
    project = site_project.create(tmp_path_factory.mktemp("front-door"))
    project.write_configuration(site_address=ADDRESS)
    write_results(project)
    ended = project.asv("publish")
    assert ended.returncode == 0, ended.stdout
    return project


def write_results(project: SiteProject) -> None:
    fake_results.write(project.results, [], tasks=(TASK, UNMEASURED))
    known = json.loads((project.results / "benchmarks.json").read_text())
    fake_results.write(project.results, RELEASES, tasks=(TASK,))
    known[PEAK] |= {"code": HOSTILE, "unit": "bytes"}
    known[HOSTILE] = {**known[PEAK], "name": HOSTILE}
    (project.results / "benchmarks.json").write_text(json.dumps(known))
    machine = project.results / fake_results.MACHINE / "machine.json"
    machine.write_text(json.dumps({**json.loads(machine.read_text()), HOSTILE: HOSTILE}))
    for path in machine.parent.glob("*-*.json"):
        stored = json.loads(path.read_text())
        stored["results"][HOSTILE] = stored["results"][PEAK]
        path.write_text(json.dumps(stored))


def test_asv_lists_what_was_measured_and_nothing_else(published: SiteProject) -> None:
    known = json.loads((published.results / "benchmarks.json").read_text())
    assert names.build(UNMEASURED, "track_peak") in known
    listed = published.asv_index()["benchmarks"]
    assert set(listed) == {names.build(TASK, metric) for metric in fake_results.METRICS}


def test_asv_shows_labels(published: SiteProject) -> None:
    index = published.asv_index()
    benchmark = index["benchmarks"][PEAK]
    assert benchmark["pretty_name"] == "bounced addresses, net peak"
    assert benchmark["params"][0] == [style.label for style in tasks.tasks()[TASK].styles.values()]
    assert index["show_commit_url"] == "../release.html#"


def test_what_asv_shows_as_html_is_text(published: SiteProject) -> None:
    index = published.asv_index()
    assert index["benchmarks"][PEAK]["code"] == escape(HOSTILE)
    assert index["machines"][fake_results.MACHINE][escape(HOSTILE)] == escape(HOSTILE)
    assert HOSTILE not in index["benchmarks"]


def test_asv_finds_the_regression_and_judges_no_process_and_no_time(published: SiteProject) -> None:
    """Of both, WORSE needs much more on the newer releases."""
    listed = json.loads((published.html / "asv" / "regressions.json").read_text())["regressions"]
    assert all(tasks.tasks()[TASK].label(fake_results.WORSE) in entry[0] for entry in listed)
    found = {names.parse(entry[0].split("(")[0]) for entry in listed}
    judged = {name.metric.name for name in found if name is not None}
    assert None not in found
    assert "track_peak" in judged
    assert judged <= limits.chosen(limits.load()).keys()
    worse = [
        fake_results.value(TASK, fake_results.WORSE, 100000, "peakmem_process", release)
        for release in ("1.4.54", "2.1.9")
    ]
    assert worse[1] > 1.1 * worse[0]


def test_the_feeds_links_lead_to_pages_of_the_site_wherever_it_is_read(
    published: SiteProject,
) -> None:
    root = ET.parse(published.html / "asv" / "regressions.xml").getroot()
    links = [link.attrib["href"] for link in root.iter(f"{ATOM}link")]
    for content in root.iter(f"{ATOM}content"):
        assert content.text is not None
        links += [
            link.attrib["href"]
            for link in ET.fromstring(f"<p>{with_xml(content.text)}</p>").iter("a")
        ]
    assert len(links) > len(list(root.iter(f"{ATOM}entry"))) > 0
    for link in links:
        page, _ = urldefrag(link)
        assert page.startswith(f"{ADDRESS}/"), link
        assert (published.html / page.removeprefix(f"{ADDRESS}/")).is_file(), link
    assert any(f"/asv/index.html#{PEAK}?" in link for link in links)
    pages = published.html / "asv"
    assert 'href="regressions.xml"' in (pages / "index.html").read_text()


def with_xml(content: str) -> str:
    """HTML as asv writes it, as XML."""
    return content.replace("<br>", "<br/>").replace("&", "&amp;")


def test_without_an_address_there_is_no_feed(published: SiteProject, tmp_path: Path) -> None:
    html_dir = tmp_path / "asv"
    shutil.copytree(WWW, html_dir)
    for name in ("index.json", "regressions.xml"):
        shutil.copyfile(published.html / "asv" / name, html_dir / name)
    asv_pages.complete(tmp_path, None)
    assert not (html_dir / "regressions.xml").exists()
    assert "regressions.xml" not in (html_dir / "index.html").read_text()
    assert "append(feed_div)" not in (html_dir / "regressions.js").read_text()


@pytest.mark.parametrize("setting", ["example.org", "/memory", 'https://a/"><b', "ftp://a/", 3])
def test_what_is_no_address_is_named(setting: object) -> None:
    with pytest.raises(UserError, match="site_address is no address such as https://"):
        feed.address_of(setting)


def test_an_address_ends_alike_however_it_was_written() -> None:
    assert feed.address_of("https://a.org/m") == feed.address_of("https://a.org/m/")
    assert feed.address_of(None) is None


def test_a_wrong_address_ends_in_one_line(project: SiteProject) -> None:
    fake_results.write(project.results, ["2.1.9"])
    project.write_configuration(site_address="example.org")
    ended = project.publish()
    assert ended.returncode == 2
    said = [line for line in (ended.stdout + ended.stderr).splitlines() if line]
    assert len(said) == 1
    assert "site_address is no address such as https://" in said[0]
    assert not project.html.exists()


@pytest.fixture
def project(tmp_path: Path) -> SiteProject:
    return site_project.create(tmp_path)


def test_every_line_of_asvs_files_that_is_to_be_replaced_is(published: SiteProject) -> None:
    for each in asv_pages.REPLACEMENTS:
        text = (published.html / "asv" / each.file).read_text()
        assert text.count(each.new) > (WWW / each.file).read_text().count(each.new), each
        # What is left of the old line is what stands in the new one.
        assert text.count(each.old) == text.count(each.new) * each.new.count(each.old), each


@pytest.mark.parametrize("changed", asv_pages.REPLACEMENTS + asv_pages.WITHOUT_FEED)
def test_another_asv_whose_files_lack_a_line_is_named(
    tmp_path: Path, changed: asv_pages.Replacement
) -> None:
    shutil.copytree(WWW, tmp_path / "asv")
    path = tmp_path / "asv" / changed.file
    path.write_text(path.read_text().replace(changed.old, ""))
    with pytest.raises(ValueError, match=rf"{changed.file} has no .*another asv\?"):
        asv_pages.complete(tmp_path, None)


def test_asv_gh_pages_commits_the_whole_site(
    published: SiteProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    roles = [f"GIT_{role}" for role in ("AUTHOR", "COMMITTER")]
    for name in (f"{role}_{part}" for role in roles for part in ("NAME", "EMAIL")):
        monkeypatch.setenv(name, "somebody")
    subprocess.run(["git", "init", "--quiet"], cwd=published.folder, check=True)
    ended = published.asv("gh-pages", "--no-push")
    assert ended.returncode == 0, ended.stdout
    held = subprocess.run(
        ["git", "ls-tree", "-r", "--name-only", "gh-pages"],
        cwd=published.folder,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    assert {"index.html", "query-styles.html", "release.html", "asv/index.html"} <= set(held)
    assert not (published.html / "index.json").exists()
