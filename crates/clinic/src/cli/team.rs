//! `clinic-server team`: who is called together, for those without a booking system.

use super::booking::BookingError;
use super::server::{Server, ServerError};
use clap::{Args, Subcommand};
use consilium_model::UserId;
use consilium_wire::home::calls::{PutTeam, Team};

/// `clinic-server team`.
#[derive(Debug, Args)]
pub(crate) struct TeamCommand {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Adds a team, or changes one.
    Put {
        /// Its id.
        id: String,
        /// What people call it.
        name: String,
        /// The logins of everybody in it.
        members: Vec<String>,
        #[command(flatten)]
        server: Server,
    },
    /// Takes a team away. Its people stay.
    Remove {
        /// Its id.
        id: String,
        #[command(flatten)]
        server: Server,
    },
    /// Prints the teams: id, name, and the logins with spaces between, with tabs between.
    List {
        #[command(flatten)]
        server: Server,
    },
}

/// Why it was not done.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TeamError {
    /// There is no way to the server.
    #[error(transparent)]
    Server(#[from] ServerError),
    /// Somebody of the team cannot sign in.
    #[error("somebody of the team has no login here; `clinic-server staff list` prints them")]
    NoLogin,
    /// There is no such team.
    #[error("there is no team of that id")]
    NoTeam,
    /// The server has not done it.
    #[error(transparent)]
    Booking(BookingError),
}

impl From<BookingError> for TeamError {
    fn from(error: BookingError) -> Self {
        use consilium_wire::home::FailureCode as Code;
        match error {
            BookingError::Refused(Code::BadLogin) => Self::NoLogin,
            BookingError::Refused(Code::NotFound) => Self::NoTeam,
            error => Self::Booking(error),
        }
    }
}

/// Does it, and prints what there is to tell.
pub(crate) async fn run(command: TeamCommand) -> Result<(), TeamError> {
    match command.what {
        What::Put { id, name, members, server } => {
            let members = members.into_iter().map(UserId::new).collect();
            server.open()?.put_team(&id, &PutTeam { name, members }).await?;
            println!("put {id}");
        }
        What::Remove { id, server } => {
            server.open()?.remove_team(&id).await?;
            println!("removed {id}");
        }
        What::List { server } => server.open()?.teams().await?.teams.iter().for_each(print),
    }
    Ok(())
}

fn print(Team { id, name, members }: &Team) {
    let members: Vec<_> = members.iter().map(UserId::as_str).collect();
    println!("{}\t{name}\t{}", id.0, members.join(" "));
}
