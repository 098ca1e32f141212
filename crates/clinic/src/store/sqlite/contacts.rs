//! The statements about teams, and about whom calls do not ring for.

use super::super::Result;
use consilium_model::UserId;
use consilium_wire::home::calls::{Team, TeamId};
use rusqlite::{Connection, params};

pub(super) fn teams(db: &Connection) -> Result<Vec<Team>> {
    let mut query = db.prepare("SELECT id, name FROM teams")?;
    let teams = query.query_map([], |row| Ok((TeamId(row.get(0)?), row.get(1)?)))?;
    teams
        .map(|team| {
            let (id, name) = team?;
            let members = members(db, &id)?;
            Ok(Team { id, name, members })
        })
        .collect()
}

fn members(db: &Connection, team: &TeamId) -> Result<Vec<UserId>> {
    let mut query = db.prepare("SELECT user_id FROM team_members WHERE team = ?1 ORDER BY place")?;
    let members = query.query_map([&team.0], |row| Ok(UserId::new(row.get::<_, String>(0)?)))?;
    Ok(members.collect::<rusqlite::Result<_>>()?)
}

/// Adds or replaces a team, without those who cannot sign in; answers who is in it.
pub(super) fn put_team(db: &Connection, team: &Team) -> Result<Vec<UserId>> {
    let sql = "INSERT INTO teams (id, name) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET name = excluded.name";
    db.execute(sql, [&team.id.0, &team.name])?;
    db.execute("DELETE FROM team_members WHERE team = ?1", [&team.id.0])?;
    let mut insert = db.prepare(
        "INSERT INTO team_members (team, place, user_id)
             SELECT ?1, ?2, user_id FROM staff WHERE user_id = ?3 ON CONFLICT DO NOTHING",
    )?;
    for (place, member) in (0_i64..).zip(&team.members) {
        insert.execute(params![team.id.0, place, member.as_str()])?;
    }
    members(db, &team.id)
}

pub(super) fn remove_team(db: &Connection, team: &TeamId) -> Result<bool> {
    Ok(db.execute("DELETE FROM teams WHERE id = ?1", [&team.0])? > 0)
}

pub(super) fn undisturbed(db: &Connection) -> Result<Vec<UserId>> {
    let mut query = db.prepare("SELECT user_id FROM undisturbed")?;
    let users = query.query_map([], |row| Ok(UserId::new(row.get::<_, String>(0)?)))?;
    Ok(users.collect::<rusqlite::Result<_>>()?)
}

/// Somebody who cannot sign in is left alone.
pub(super) fn set_undisturbed(db: &Connection, user: &UserId, on: bool) -> Result<()> {
    let sql = if on {
        "INSERT INTO undisturbed (user_id) SELECT user_id FROM staff WHERE user_id = ?1 ON CONFLICT DO NOTHING"
    } else {
        "DELETE FROM undisturbed WHERE user_id = ?1"
    };
    db.execute(sql, [user.as_str()])?;
    Ok(())
}
