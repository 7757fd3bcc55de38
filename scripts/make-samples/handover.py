#!/usr/bin/env python3
"""Writes what a manager who leaves hands over, once in each container: handover.zip, .tar and .tar.gz, and two of
its members alone, as .csv.gz and .txt.zst.

Needs Python and the command `zstd`. The bytes are the same each time: fixed dates, sorted names.
"""

import gzip
import io
import pathlib
import subprocess
import sys
import tarfile
import zipfile

MEMBERS = {
    "handover/01-where-we-stand.txt": """\
HANDOVER NOTES - Depot North, Larkhaven Buses
For Imre, from Dolores

Where we stand

When I took over, nobody could say what this depot was for beyond sending buses out. We now have a picture that the drivers tell each other: by 2030 nobody in Larkhaven should need a timetable, because a bus is never more than six minutes away. Please keep telling that story. It is why people put up with the roadworks.

The old duty sheets are gone. We replaced them with a roster that the drivers drew up themselves, and we try out something new every quarter. Some of it fails. The spare-parts swap shop did not, and three other depots have copied it.

What worries me

- There is no plan for the winter timetable yet. The draft budget assumes mild weather, which is hope and not planning.
- Two of the four supervisors do not feel trusted. I checked their logs too often in spring and I regret it.
- We have no successor for Agnieszka, who knows every diagnostic code by heart.
""",
    "handover/02-first-ninety-days.md": """\
# Your first ninety days

## Keep the place steady

1. Walk the yard at 5 a.m. in your first week. Be there, say little.
2. Hold the Friday safety check. It has never been missed in eleven years.
3. Approve overtime by noon every Wednesday, as the agreement with the union says.

## Set the course

* Ask every driver one question: *what would make you proud to wear the badge?*
* Publish the three things you will change, and the one thing you will leave alone.
* Thank the night cleaners by name. They carry this place.

## Numbers to watch

| What | Now | Target |
|---|---|---|
| Buses out on time | 91 % | 95 % |
| Sick days per driver | 12.4 | 10 |
| Complaints per 10,000 trips | 3.1 | 2.5 |
""",
    "handover/exit-talks.csv": """\
id,role,date,text
1,Driver,2025-03-04,"I would have stayed for a supervisor who listens. The roster is fair, the pay is on time, but nobody ever told me where all this is going."
2,Fitter,2025-05-19,"Every new idea had to pass four signatures. I gave up on the third."
3,Dispatcher,2025-06-30,"Dolores inspired us to rethink the whole night shift. After the reorganisation the targets came without reasons, and people stopped asking."
""",
}


DATE = (2025, 9, 1, 9, 0, 0)
SECONDS = 1756717200  # the same, in UTC


def zipped():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in sorted(MEMBERS.items()):
            member = zipfile.ZipInfo(name, date_time=DATE)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o644 << 16
            archive.writestr(member, text)
    return out.getvalue()


def tarred():
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, text in sorted(MEMBERS.items()):
            member = tarfile.TarInfo(name)
            member.size, member.mtime = len(text.encode()), SECONDS
            archive.addfile(member, io.BytesIO(text.encode()))
    return out.getvalue()


def zstandard(data):
    return subprocess.run(["zstd", "-19", "-q", "-c"], input=data, capture_output=True, check=True).stdout


def main(folder):
    talks = MEMBERS["handover/exit-talks.csv"].encode()
    notes = MEMBERS["handover/01-where-we-stand.txt"].encode()
    files = {
        "handover.zip": zipped(),
        "handover.tar": tarred(),
        "handover.tar.gz": gzip.compress(tarred(), mtime=SECONDS),
        "exit-talks.csv.gz": gzip.compress(talks, mtime=SECONDS),
        "where-we-stand.txt.zst": zstandard(notes),
    }
    for name, data in files.items():
        (pathlib.Path(folder) / name).write_bytes(data)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "samples/formats")
