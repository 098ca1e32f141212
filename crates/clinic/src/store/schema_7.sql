-- Refresh tokens of the Coviu face. Each works once; without a user, for the owner of its API client.
CREATE TABLE coviu_refresh (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    digest BLOB NOT NULL UNIQUE,
    client TEXT NOT NULL,
    user_id TEXT,
    expires_at INTEGER NOT NULL -- seconds since 1970
) STRICT;
CREATE INDEX coviu_refresh_by_client ON coviu_refresh (client, id);
