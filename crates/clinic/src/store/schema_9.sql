-- Calls that ring. What happens in them has numbers that grow over all calls.
CREATE TABLE calls (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    record TEXT NOT NULL,
    state TEXT NOT NULL, -- who is in it, and how it goes
    ended INTEGER NOT NULL
) STRICT;
CREATE INDEX calls_ongoing ON calls (number) WHERE ended = 0;

CREATE TABLE call_events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    call INTEGER NOT NULL REFERENCES calls (number),
    at INTEGER NOT NULL, -- milliseconds since 1970
    kind TEXT NOT NULL,
    party INTEGER NOT NULL -- the place among the call's people
) STRICT;
CREATE INDEX call_events_by_call ON call_events (call, id);
CREATE TRIGGER call_events_stay BEFORE UPDATE ON call_events BEGIN
    SELECT RAISE (ABORT, 'events are append-only');
END;
CREATE TRIGGER call_events_last BEFORE DELETE ON call_events BEGIN
    SELECT RAISE (ABORT, 'events are append-only');
END;

-- In whose log a call is. It leaves the log of whoever cannot sign in any more.
CREATE TABLE call_people (
    user_id TEXT NOT NULL,
    call INTEGER NOT NULL REFERENCES calls (number),
    unseen INTEGER NOT NULL, -- missed, and not seen
    PRIMARY KEY (user_id, call)
) STRICT, WITHOUT ROWID;
CREATE INDEX call_people_unseen ON call_people (user_id, call) WHERE unseen = 1;
