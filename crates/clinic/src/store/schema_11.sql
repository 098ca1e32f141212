-- Numbers of users, for programs that name people by numbers. None is given twice, also when somebody was removed.
CREATE TABLE user_numbers (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id TEXT NOT NULL UNIQUE
) STRICT;
INSERT INTO user_numbers (user_id) SELECT user_id FROM staff ORDER BY user_id;

-- Logins of the xAssist face. Tokens of one login end together.
CREATE TABLE xassist_logins (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id TEXT NOT NULL,
    domain TEXT NOT NULL,
    ends_at INTEGER NOT NULL -- seconds since 1970, as all of these
) STRICT;
CREATE INDEX xassist_logins_by_user ON xassist_logins (user_id, key);
CREATE INDEX xassist_logins_by_end ON xassist_logins (ends_at);

CREATE TABLE xassist_access (
    digest BLOB PRIMARY KEY,
    login INTEGER NOT NULL REFERENCES xassist_logins (key) ON DELETE CASCADE,
    ends_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX xassist_access_by_login ON xassist_access (login);
CREATE INDEX xassist_access_by_end ON xassist_access (ends_at);

-- Those that were used are kept until their time is over: whoever shows one again has got it from somebody.
CREATE TABLE xassist_refresh (
    digest BLOB PRIMARY KEY,
    login INTEGER NOT NULL REFERENCES xassist_logins (key) ON DELETE CASCADE,
    ends_at INTEGER NOT NULL,
    spent INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX xassist_refresh_by_login ON xassist_refresh (login);
CREATE INDEX xassist_refresh_by_end ON xassist_refresh (ends_at);
