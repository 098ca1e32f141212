-- Every BLOB named row, id or draft is sealed; every BLOB named name is hashed with the key. Numbers say how many there
-- are and in which order they came, never when and whose.
CREATE TABLE meta (name TEXT PRIMARY KEY, row BLOB NOT NULL) WITHOUT ROWID;

CREATE TABLE sessions (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    name BLOB NOT NULL UNIQUE,
    id BLOB NOT NULL,
    row BLOB,
    draft BLOB,
    read_up_to INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE messages (
    session INTEGER NOT NULL REFERENCES sessions (number) ON DELETE CASCADE,
    seq INTEGER NOT NULL,
    row BLOB NOT NULL,
    PRIMARY KEY (session, seq)
) WITHOUT ROWID;

-- Which numbers of a session are held: also those whose message this version does not know.
CREATE TABLE ranges (
    session INTEGER NOT NULL REFERENCES sessions (number) ON DELETE CASCADE,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (session, first)
) WITHOUT ROWID;

CREATE TABLE outbox (
    place INTEGER PRIMARY KEY AUTOINCREMENT,
    name BLOB NOT NULL UNIQUE,
    row BLOB NOT NULL,
    bytes BLOB
);

CREATE TABLE cache (
    name BLOB PRIMARY KEY,
    size INTEGER NOT NULL,
    used INTEGER NOT NULL,
    row BLOB NOT NULL
);
CREATE INDEX cache_by_use ON cache (used);
