-- By which key a call was asked for: whoever asks again with it gets the same call.
CREATE TABLE call_keys (
    user_id TEXT NOT NULL,
    key BLOB NOT NULL, -- digest
    request BLOB NOT NULL, -- digest of what was asked
    call INTEGER NOT NULL REFERENCES calls (number),
    at INTEGER NOT NULL, -- milliseconds since 1970
    PRIMARY KEY (user_id, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX call_keys_by_age ON call_keys (at);

-- Who is still to be told by mail or text message that they are called. What was delivered is gone, and so is
-- everything of a call that has ended.
CREATE TABLE call_invitations (
    id TEXT PRIMARY KEY,
    call INTEGER NOT NULL REFERENCES calls (number),
    party INTEGER NOT NULL, -- the place among the call's people
    contact TEXT NOT NULL,
    rounds INTEGER NOT NULL, -- of tries that have begun
    due INTEGER NOT NULL -- milliseconds since 1970
) STRICT, WITHOUT ROWID;
CREATE INDEX call_invitations_by_call ON call_invitations (call);
CREATE INDEX call_invitations_by_due ON call_invitations (due);

-- What happens in a call follows the events of its conference: so many of them it has taken in.
UPDATE calls SET state = json_set(state, '$.seen',
    (SELECT coalesce(max(seq), 0) FROM events WHERE conference = json_extract(calls.record, '$.conference')))
    WHERE ended = 0;

-- Addresses and numbers of people outside are forgotten with the end of a call.
UPDATE calls SET state = json_set(state, '$.people',
    (SELECT json_group_array(json(person)) FROM
        (SELECT json_remove(value, '$.email', '$.phone') AS person FROM json_each(calls.state, '$.people') ORDER BY key)))
    WHERE ended = 1;
