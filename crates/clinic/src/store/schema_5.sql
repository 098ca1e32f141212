-- Who is in the session of a visit because the visit has them; others were added by somebody of the team. Members of
-- before are told apart when the server starts.
ALTER TABLE chat_members ADD COLUMN by_visit INTEGER NOT NULL DEFAULT 0;
