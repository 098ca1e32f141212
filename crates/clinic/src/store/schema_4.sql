-- The messenger. Times are milliseconds since 1970. Keys are the database's own; ids are what the wire knows.
CREATE TABLE chat_users (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL,
    name TEXT NOT NULL
) STRICT;

-- What a user is told in numbers. It changes in the transaction that changes what it counts; narrow rows, because
-- every message changes some.
CREATE TABLE chat_counts (
    user INTEGER PRIMARY KEY REFERENCES chat_users (key),
    unread INTEGER NOT NULL DEFAULT 0,
    unanswered INTEGER NOT NULL DEFAULT 0,
    answered INTEGER NOT NULL DEFAULT 0,
    ended INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE chat_tokens (
    digest BLOB PRIMARY KEY,
    user INTEGER NOT NULL REFERENCES chat_users (key),
    ends_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX chat_tokens_by_end ON chat_tokens (ends_at);

CREATE TABLE chat_presence (
    user INTEGER PRIMARY KEY REFERENCES chat_users (key),
    presence TEXT NOT NULL,
    last_active INTEGER
) STRICT;

CREATE TABLE chat_consult_times (
    user INTEGER NOT NULL REFERENCES chat_users (key),
    weekday INTEGER NOT NULL,
    from_minute INTEGER NOT NULL,
    to_minute INTEGER NOT NULL,
    PRIMARY KEY (user, weekday, from_minute, to_minute)
) STRICT, WITHOUT ROWID;

CREATE TABLE chat_sessions (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    kind INTEGER NOT NULL,
    business INTEGER NOT NULL,
    name TEXT,
    conference TEXT UNIQUE,
    pair TEXT UNIQUE, -- the two users of a session of kind 2, while it has two
    created_at INTEGER NOT NULL,
    last_seq INTEGER NOT NULL DEFAULT 0,
    last_at INTEGER NOT NULL, -- the next message is later than this
    open_topic INTEGER
) STRICT;

CREATE TABLE chat_members (
    session INTEGER NOT NULL REFERENCES chat_sessions (key),
    user INTEGER NOT NULL REFERENCES chat_users (key),
    place INTEGER NOT NULL, -- among the members
    read_seq INTEGER NOT NULL, -- the number of the newest message that it has read
    last_fetch_time INTEGER NOT NULL,
    unread INTEGER NOT NULL DEFAULT 0,
    sticky INTEGER NOT NULL DEFAULT 0,
    position INTEGER NOT NULL DEFAULT 0, -- the time of the newest message; 0 while there is none
    business INTEGER NOT NULL, -- the session's, so that the index below filters by it
    reminded_at INTEGER, -- when a patient was last reminded of the session
    reminded_seq INTEGER, -- and what was its newest message then
    PRIMARY KEY (session, user)
) STRICT, WITHOUT ROWID;
CREATE INDEX chat_members_recent ON chat_members (user, sticky, position, session, business);
CREATE INDEX chat_members_all ON chat_members (user, session, business);

CREATE TABLE chat_topics (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    session INTEGER NOT NULL REFERENCES chat_sessions (key),
    opener INTEGER NOT NULL REFERENCES chat_users (key),
    name TEXT NOT NULL,
    description TEXT,
    status INTEGER NOT NULL DEFAULT 0,
    reply INTEGER NOT NULL DEFAULT 0,
    start_seq INTEGER NOT NULL,
    end_seq INTEGER,
    created_at INTEGER NOT NULL,
    ended_at INTEGER
) STRICT;
CREATE INDEX chat_topics_by_session ON chat_topics (session);

CREATE TABLE chat_attachments (
    id TEXT PRIMARY KEY,
    session INTEGER NOT NULL REFERENCES chat_sessions (key),
    uploader INTEGER NOT NULL REFERENCES chat_users (key),
    kind TEXT NOT NULL,
    media_type TEXT NOT NULL,
    name TEXT NOT NULL,
    size INTEGER NOT NULL,
    width INTEGER,
    height INTEGER,
    thumbnail INTEGER NOT NULL
) STRICT;

-- Messages of each kind of session live apart. A session's numbers have no gaps and its times grow with them, so
-- neither a page nor a time needs an index of its own.
CREATE TABLE system_messages (
    session INTEGER NOT NULL REFERENCES chat_sessions (key),
    seq INTEGER NOT NULL,
    sender INTEGER NOT NULL REFERENCES chat_users (key),
    kind INTEGER NOT NULL,
    at INTEGER NOT NULL,
    client_id TEXT NOT NULL,
    reply_to INTEGER,
    content TEXT NOT NULL,
    PRIMARY KEY (session, seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX system_messages_once ON system_messages (session, sender, client_id) WHERE client_id <> '';

CREATE TABLE muc_messages (
    session INTEGER NOT NULL REFERENCES chat_sessions (key),
    seq INTEGER NOT NULL,
    sender INTEGER NOT NULL REFERENCES chat_users (key),
    kind INTEGER NOT NULL,
    at INTEGER NOT NULL,
    client_id TEXT NOT NULL,
    reply_to INTEGER,
    content TEXT NOT NULL,
    PRIMARY KEY (session, seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX muc_messages_once ON muc_messages (session, sender, client_id) WHERE client_id <> '';

CREATE TABLE p2p_messages (
    session INTEGER NOT NULL REFERENCES chat_sessions (key),
    seq INTEGER NOT NULL,
    sender INTEGER NOT NULL REFERENCES chat_users (key),
    kind INTEGER NOT NULL,
    at INTEGER NOT NULL,
    client_id TEXT NOT NULL,
    reply_to INTEGER,
    content TEXT NOT NULL,
    PRIMARY KEY (session, seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX p2p_messages_once ON p2p_messages (session, sender, client_id) WHERE client_id <> '';

CREATE TABLE group_messages (
    session INTEGER NOT NULL REFERENCES chat_sessions (key),
    seq INTEGER NOT NULL,
    sender INTEGER NOT NULL REFERENCES chat_users (key),
    kind INTEGER NOT NULL,
    at INTEGER NOT NULL,
    client_id TEXT NOT NULL,
    reply_to INTEGER,
    content TEXT NOT NULL,
    PRIMARY KEY (session, seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX group_messages_once ON group_messages (session, sender, client_id) WHERE client_id <> '';
