"""Downloads as each platform packs them, of an invented class."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

from autograder.exercises import COURSE
from autograder.nbgrader.folder import CONFIG, CourseFolder

NAME = "02_forward"


def notebook(name: str = NAME, says: str = "") -> bytes:
    """Return as much of a submitted notebook as collecting looks at."""
    return (
        f'{{"cells": [], "metadata": {{"rnncourse": {{"notebook": "{name}"}}, "says": "{says}"}}}}'.encode()
    )


def pack(path: Path, files: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def course_in(folder: Path) -> CourseFolder:
    """Return a course directory with its configuration alone."""
    folder.mkdir()
    (folder / "nbgrader_config.py").write_text(CONFIG.format(course=COURSE.where))
    return CourseFolder(folder)


def tree(folder: Path) -> dict[str, str]:
    """Return what stands in a folder, by path."""
    return {p.relative_to(folder).as_posix(): p.read_text() for p in sorted(folder.rglob("*")) if p.is_file()}


CANVAS = {
    "arbolana_1001_90001_02_forward.ipynb": notebook(says="Ana, first of two files of this name"),
    "arbolana_1001_90007_02_forward-1.ipynb": notebook(says="Ana, handed in again"),
    "bergola_LATE_1002_90002_my work (final).ipynb": notebook(says="Ola"),
    "tannekim_1003_90003_02_forward.ipynb": notebook(says="Kim, one of two"),
    "tannekim_1004_90004_02_forward.ipynb": notebook(says="Kim, the other"),
    "שלומית_1005_90005_02_forward.ipynb": notebook(says="from right to left"),
    "LATE_1006_90006_02_forward.ipynb": notebook(says="a name of emoji only"),
    "bergola_LATE_1002_90008_notes.pdf": b"%PDF-1.7",
    "cedarlee_1007_text.html": b"<html>",
    "readme.ipynb": notebook(),
}
CANVAS_SHEET = (
    "\ufeffStudent,ID,SIS User ID,SIS Login ID,Section,02 Forward (777),Essay (778),Final Score\r\n"
    ",,,,,Manual Posting,,\r\n"
    "    Points Possible,,,,,20.00,5.00,(read only)\r\n"
    '"Arbol, Ana",1001,,ana-login,"Lab ""A"", early",,4.00,81.2\r\n'
    '"Berg, Ola",1002,S-2,ola-login,Lab B,3.50,,40\r\n'
    '"Tanne, Kim",1003,S-3,kim-1,Lab B,,,\r\n'
    '"Tanne, Kim",1004,S-4,kim-2,Lab B,EX,,\r\n'
    '"שלומית, =נועה",1005,S-5,noa-login,"Lab\r\nC",,,\r\n'
    '"🦊🦊",1006,S-6,fox-login,Lab C,"",,\r\n'
    '"Cedar, Lee",1007,S-7,lee-login,Lab C,,,\r\n'
    '"Student, Test",1999,,,Lab C,,,\r\n'
)
"""With a mark of the encoding, both kinds of quotes, a line end in a cell, and CRLF."""

MOODLE = {
    "Ana Árbol_501_assignsubmission_file_/02_forward.ipynb": notebook(says="Ana"),
    "Ola Berg_502_assignsubmission_file/sub/mine.ipynb": notebook(says="Ola"),
    "Kim Tanne_503_assignsubmission_file_02_forward.ipynb": notebook(says="Kim, one of two, no folders"),
    "Kim Tanne_504_assignsubmission_file_/02_forward.ipynb": notebook(says="Kim, the other"),
    "נועה שלומית_505_assignsubmission_file_/02_forward.ipynb": notebook(says="from right to left"),
    '🦊, "Fox"_506_assignsubmission_file_/02_forward.ipynb': notebook(says="emoji, comma, quotes"),
    "Ola Berg_502_assignsubmission_onlinetext_/onlinetext.html": b"<p>",
}
MOODLE_SHEET = (
    '\ufeffIdentifier,"Full name","Email address",Status,Grade,"Maximum Grade","Grade can be changed",'
    '"Last modified (submission)","Last modified (grade)","Feedback comments"\n'
    'Participant 501,"Ana Árbol",ana@invented.example,"Submitted for grading",,100.00,Yes,'
    '"Thursday, 1 October 2026, 6:07 PM",-,\n'
    'Participant 502,"Ola Berg",ola@invented.example,"Submitted for grading - 2 hours late",,100.00,Yes,'
    '"Thursday, 1 October 2026, 11:30 PM",-,"well, ""done"""\n'
    'Participant 503,"Kim Tanne",kim1@invented.example,"Submitted for grading",,100.00,Yes,'
    '"Thursday, 1 October 2026, 6:10 PM",-,\n'
    'Participant 504,"Kim Tanne",kim2@invented.example,"Submitted for grading",12.00,100.00,No,'
    '"Thursday, 1 October 2026, 6:11 PM",-,\n'
    'Participant 505,"נועה שלומית",noa@invented.example,"Submitted for grading",,100.00,Yes,'
    '"Thursday, 1 October 2026, 6:12 PM",-,\n'
    'Participant 506,"🦊, ""Fox""",fox@invented.example,"Submitted for grading",,100.00,Yes,'
    '"Thursday, 1 October 2026, 6:13 PM",-,\n'
    'Participant 507,"=Lee Cedar",lee@invented.example,"No submission",,100.00,Yes,-,-,\n'
)

BLACKBOARD = {
    "RNN_02_ana_a_attempt_2026-10-01-18-07-00_02_forward.ipynb": notebook(says="Ana, before"),
    "RNN_02_ana_a_attempt_2026-10-02-18-07-00_02_forward.ipynb": notebook(says="Ana, again"),
    "RNN_02_ana_a_attempt_2026-10-01-18-07-00.txt": b"Name: Ana Arbol (ana_a)\r\nAssignment: RNN_02\r\n",
    "RNN_02_ana_a_attempt_2026-10-02-18-07-00.txt": b"Name: Ana Arbol (ana_a)\r\nAssignment: RNN_02\r\n",
    "RNN_02_ola_attempt_2026-10-01-20-00-00_02_forward.ipynb": notebook(says="Ola"),
    "RNN_02_ola_attempt_2026-10-01-20-00-00.txt": 'Name: Ola "Bear" Berg, 🦊 (ola)\n'.encode(),
    "RNN_02_kim1_attempt_2026-10-01-20-00-00_a_b_c.ipynb": notebook(says="Kim, and no receipt"),
}
BLACKBOARD_SHEET = (
    '"Last Name"\t"First Name"\t"Username"\t"Student ID"\t"Last Access"\t"Availability"\t'
    '"02 Forward [Total Pts: 20 Score] |664617"\t"Weighted Total [Total Pts: up to 100 Percentage] |664600"\n'
    '"Arbol"\t"Ana"\t"ana_a"\t"B-1"\t"2026-10-02 10:00:00"\t"Yes"\t""\t"10"\n'
    '"Berg, 🦊"\t"Ola ""Bear"""\t"ola"\t"B-2"\t""\t"Yes"\t"7"\t\n'
    '"Tanne"\t"Kim"\t"kim1"\t"B-3"\t""\t"Yes"\t""\t""\n'
    '"Tanne"\t"Kim"\t"kim2"\t"B-4"\t""\t"Yes"\t""\t""'
)

GRADESCOPE = {
    "assignment_42_export/submission_metadata.yml": (
        b"submission_1:\n  :submitters:\n  - :name: Ana Arbol\n    :sid: '301'\n    :email: ana@invented.example\n"
        b"  :created_at: 2026-10-01 11:07:00.123456000 -07:00\n  :score: 0.0\n  :history: []\n"
        b"submission_2:\n  :submitters:\n  - :name: Kim Tanne\n    :sid: '302'\n    :email: kim1@invented.example\n"
        b"  - :name: Kim Tanne\n    :sid:\n    :email: kim2@invented.example\n"
        b"  :created_at: 2026-10-01 18:30:00.000000000 Z\n"
        b"submission_3:\n  :submitters: []\n"
    ),
    "assignment_42_export/submission_1/02_forward.ipynb": notebook(says="Ana"),
    "assignment_42_export/submission_2/work/forward.ipynb": notebook(says="a group"),
    "assignment_42_export/submission_3/02_forward.ipynb": notebook(says="of nobody"),
    "assignment_42_export/submission_4/02_forward.ipynb": notebook(says="not in the list"),
}
CLASSROOM = {
    "02 forward/Ana Arbol - 02_forward.ipynb": notebook(says="Ana"),
    "02 forward/Ana Arbol - 02_forward (1).ipynb": notebook(says="Ana, again"),
    "02 forward/Noa - שלומית - 02_forward.ipynb": notebook(says="a dash in what comes after"),
    "02 forward/02_forward.ipynb": notebook(says="of nobody"),
}
FOLDER = {
    "class/ana/02_forward.ipynb": notebook(says="Ana"),
    "class/ola berg/deep/down/work.ipynb": notebook(says="Ola"),
    "class/.hidden/02_forward.ipynb": notebook(says="a folder that the system keeps"),
    "class/kim/02_forward/02_forward.ipynb": notebook(says="Kim"),
}
