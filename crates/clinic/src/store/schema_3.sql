CREATE TABLE summaries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    conference TEXT NOT NULL REFERENCES conferences (id),
    participant TEXT NOT NULL,
    at INTEGER NOT NULL, -- seconds since 1970
    summary TEXT NOT NULL
) STRICT;
CREATE INDEX summaries_by_conference ON summaries (conference, participant, id);
