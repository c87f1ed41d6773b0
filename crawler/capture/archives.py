"""A run's web archives (网页存档): one file a site with the pages that speak of certification and the pictures their claims rest on."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from compliance.places import Place
from compliance.store import pages, pictures
from compliance.store.session import Store
from crawler.capture.warc import write_warc


def archive_run(
    store: Store, run_id: str, place: Place, user_agent: str, site_id: int | None = None
) -> tuple[Path | str, ...]:
    """Writes `RUN/HOST.warc.gz` for every host of the run (for one site of it); gives their paths, or addresses in a bucket.

    Raises PlaceError, OSError.
    """
    about = {"software": "certmark", "http-header-user-agent": user_agent, "robots": "classic", "isPartOf": run_id}
    written: list[Path | str] = []
    for host, shown in pages.visits_with_claims(store, run_id, site_id).items():
        visits = [*shown, *pictures.behind(store, shown)]
        name = f"{run_id}/{host.replace(':', '_')}.warc.gz"
        if place.path is not None:
            write_warc(store, visits, place.path / name, about)
            written.append(place.path / name)
            continue
        with TemporaryDirectory(prefix="certmark-") as folder:
            file = Path(folder, name.rsplit("/", 1)[-1])
            write_warc(store, visits, file, about)
            place.put(name, file)
        written.append(f"{place.address}/{name}")
    return tuple(written)
