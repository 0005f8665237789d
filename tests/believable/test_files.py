"""The name of a file ends as its type has it, also where the types are listed."""

from __future__ import annotations

import pytest

from tests.believable.reading import read, rows

ENDINGS = {"image/png": {"png"}, "text/csv": {"csv"}, "application/pdf": {"pdf"}, "image/webp": {"webp"}}
ENDINGS |= {"image": {"png", "jpg"}, "document": {"pdf", "docx", "txt"}, "PDF": {"pdf"}, "CSV": {"csv"}}


@pytest.mark.parametrize(
    ("column", "listed"),
    [
        ("content_type VARCHAR(80)", "'image/png', 'text/csv', 'application/pdf'"),
        ("mime_type VARCHAR(40)", "'image/webp', 'image/png'"),
        ("file_type VARCHAR(20)", "'image', 'document'"),
        ("extension VARCHAR(5)", "'PDF', 'CSV'"),
    ],
)
def test_a_listed_type_is_that_of_the_name(tmp_path, column, listed):
    name = column.split()[0]
    ddl = f"""CREATE TABLE uploads (id INTEGER PRIMARY KEY, filename VARCHAR(120) NOT NULL CHECK (length(filename) > 0),
        {column} NOT NULL CHECK ({name} IN ({listed})))"""
    uploads = rows(read(tmp_path, ddl), "uploads")
    for upload in uploads:
        assert upload["filename"].rpartition(".")[2] in ENDINGS[upload[name]], upload
    assert {upload[name] for upload in uploads} == set(listed.replace("'", "").split(", "))
