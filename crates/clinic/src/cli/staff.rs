//! `clinic-server staff`: who may sign in, for those without a booking system.

use super::booking::BookingError;
use super::server::{Server, ServerError};
use clap::{Args, Subcommand};
use consilium_model::Secret;
use consilium_wire::home::staff::{PutStaff, StaffRow};
use std::io::{self, BufRead};

/// `clinic-server staff`.
#[derive(Debug, Args)]
pub(crate) struct StaffCommand {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Adds a specialist, or changes one.
    Add {
        /// What they sign in with, and their id in the visits.
        login: String,
        /// As colleagues and patients see it.
        name: String,
        /// The clinic's name; without it, it stays as it was.
        #[arg(long, value_name = "NAME")]
        clinic: Option<String>,
        /// Read a password of at least 10 characters from the first line of the standard input. Without it, only links
        /// work, or the password stays as it was. Another one than before ends every sign-in.
        #[arg(long)]
        password_stdin: bool,
        #[command(flatten)]
        server: Server,
    },
    /// Prints a link that signs a specialist in once.
    Link {
        /// Whom.
        login: String,
        #[command(flatten)]
        server: Server,
    },
    /// Ends every sign-in of a specialist, who cannot sign in any more. Visits and messages stay.
    Remove {
        /// Whom.
        login: String,
        #[command(flatten)]
        server: Server,
    },
    /// Prints who may sign in: login, name, clinic, and `password` or `links`, with tabs between.
    List {
        #[command(flatten)]
        server: Server,
    },
}

/// Why it was not done.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StaffError {
    /// There is no way to the server.
    #[error(transparent)]
    Server(#[from] ServerError),
    /// There is no password on the standard input.
    #[error("the password cannot be read from the standard input: {0}")]
    Password(#[source] io::Error),
    /// The server has not done it.
    #[error(transparent)]
    Booking(#[from] BookingError),
}

/// Does it, and prints what there is to tell.
pub(crate) async fn run(command: StaffCommand) -> Result<(), StaffError> {
    match command.what {
        What::Add { login, name, clinic, password_stdin, server } => {
            let password = password_stdin.then(read_password).transpose()?;
            let put = PutStaff { name: name.into(), clinic, password };
            let done = server.open()?.put(&login, &put).await?;
            println!("{} {login}", if done.created { "added" } else { "changed" });
        }
        What::Link { login, server } => {
            let link = server.open()?.link(&login).await?;
            println!("{}", link.link.expose());
            let (date, hour, minute) =
                (link.expires_at.date(), link.expires_at.hour(), link.expires_at.minute());
            eprintln!("works once, until {date} {hour:02}:{minute:02} UTC");
        }
        What::Remove { login, server } => {
            server.open()?.remove(&login).await?;
            println!("removed {login}");
        }
        What::List { server } => {
            server.open()?.list().await?.staff.iter().for_each(print);
        }
    }
    Ok(())
}

fn print(row: &StaffRow) {
    let StaffRow { user_id, name, clinic, has_password } = row;
    let by = if *has_password { "password" } else { "links" };
    println!("{}\t{}\t{clinic}\t{by}", user_id.as_str(), name.expose());
}

fn read_password() -> Result<Secret, StaffError> {
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line).map_err(StaffError::Password)?;
    let password = line.trim_end_matches(['\r', '\n']);
    if password.is_empty() {
        return Err(StaffError::Password(io::ErrorKind::UnexpectedEof.into()));
    }
    Ok(password.into())
}
