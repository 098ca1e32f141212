-- Whom calls do not ring for, and who is called together. Whoever cannot sign in any more is in neither.
CREATE TABLE undisturbed (
    user_id TEXT PRIMARY KEY REFERENCES staff (user_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE teams (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE team_members (
    team TEXT NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
    place INTEGER NOT NULL, -- as they were given
    user_id TEXT NOT NULL REFERENCES staff (user_id) ON DELETE CASCADE,
    PRIMARY KEY (team, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX team_members_by_user ON team_members (user_id);
