CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

CREATE TABLE conferences (
    id TEXT PRIMARY KEY,
    scheduled_end INTEGER NOT NULL, -- seconds since 1970
    record TEXT NOT NULL
) STRICT;
CREATE INDEX conferences_by_end ON conferences (scheduled_end);

CREATE TABLE events (
    conference TEXT NOT NULL REFERENCES conferences (id),
    seq INTEGER NOT NULL,
    event TEXT NOT NULL,
    PRIMARY KEY (conference, seq)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER events_stay BEFORE UPDATE ON events BEGIN SELECT RAISE (ABORT, 'events are append-only'); END;
CREATE TRIGGER events_last BEFORE DELETE ON events BEGIN SELECT RAISE (ABORT, 'events are append-only'); END;

CREATE TABLE staff (
    user_id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    clinic TEXT NOT NULL,
    password_hash TEXT NOT NULL
) STRICT;

CREATE TABLE codes (
    digest BLOB PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES staff (user_id),
    expires_at INTEGER NOT NULL
) STRICT;

CREATE TABLE sessions (
    digest BLOB PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES staff (user_id),
    expires_at INTEGER NOT NULL
) STRICT;

CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL
) STRICT;
CREATE TRIGGER audit_stays BEFORE UPDATE ON audit BEGIN SELECT RAISE (ABORT, 'the audit trail is append-only'); END;
CREATE TRIGGER audit_lasts BEFORE DELETE ON audit BEGIN SELECT RAISE (ABORT, 'the audit trail is append-only'); END;
