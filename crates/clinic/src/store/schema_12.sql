-- A refresh token that was used is known until its time is over: whoever shows it again has a copy of it, and then none
-- that came of the same grant works any more.
ALTER TABLE coviu_refresh ADD COLUMN family BLOB NOT NULL DEFAULT x''; -- the digest of its first
ALTER TABLE coviu_refresh ADD COLUMN spent INTEGER NOT NULL DEFAULT 0;
ALTER TABLE coviu_refresh ADD COLUMN endings INTEGER NOT NULL DEFAULT 0;
UPDATE coviu_refresh SET family = digest;
CREATE INDEX coviu_refresh_by_family ON coviu_refresh (family);

-- How many times every sign-in of a specialist has ended. It outlives the specialist: whoever gets the same login later
-- has nothing of before.
CREATE TABLE sign_in_endings (
    user_id TEXT PRIMARY KEY,
    count INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
