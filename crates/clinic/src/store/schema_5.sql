-- Who is in the session of a visit because the visit has them; others were added by somebody of the team. Members of
-- before are told apart when the server starts.
ALTER TABLE chat_members ADD COLUMN by_visit INTEGER NOT NULL DEFAULT 0;

-- The sessions of somebody that are of no visit: whoever has come by a link is looked for among these.
ALTER TABLE chat_members ADD COLUMN of_visit INTEGER NOT NULL DEFAULT 0;
UPDATE chat_members SET of_visit = 1
    WHERE session IN (SELECT key FROM chat_sessions WHERE conference IS NOT NULL);
CREATE INDEX chat_members_of_no_visit ON chat_members (user, session) WHERE of_visit = 0;

-- What a token was given for: a sign-in, with which it ends, or a link to a visit. Those of before do not say it; whoever
-- has one asks for another.
DROP TABLE chat_tokens;
CREATE TABLE chat_tokens (
    digest BLOB PRIMARY KEY,
    user INTEGER NOT NULL REFERENCES chat_users (key),
    ends_at INTEGER NOT NULL,
    sign_in BLOB REFERENCES sessions (digest) ON DELETE CASCADE,
    conference TEXT,
    only_link INTEGER NOT NULL DEFAULT 0 -- the visit's people have no other way to each other
) STRICT, WITHOUT ROWID;
CREATE INDEX chat_tokens_by_end ON chat_tokens (ends_at);
CREATE INDEX chat_tokens_by_sign_in ON chat_tokens (sign_in) WHERE sign_in IS NOT NULL;
