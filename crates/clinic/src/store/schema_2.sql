CREATE TABLE marks (
    conference TEXT NOT NULL REFERENCES conferences (id),
    kind TEXT NOT NULL,
    PRIMARY KEY (conference, kind)
) STRICT, WITHOUT ROWID;
