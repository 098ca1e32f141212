//! A guest at the room's door: it knocks by itself, and nothing but the room's welcome leads into a call.

use super::Controller;
use crate::again::Again;
use crate::chime::Chime;
use crate::lobby::{Lobby, LobbyNews};
use crate::problem;
use crate::shell::Alert;
use crate::stage::Stage;
use crate::view::ProblemCode;
use crate::visit::{CallState, Visit};
use consilium_client::RoomSocket;
use consilium_wire::room::{FromServer, IceServer, RoomError};
use std::time::{Duration, Instant};

/// A visit may be moved: nobody who is early waits longer than this for the next look.
const LOOKS_AGAIN: Duration = Duration::from_secs(300);

impl Controller {
    /// The way to the door is open.
    pub(super) fn arrive(&mut self, room: RoomSocket) {
        let Stage::Visit(visit) = &mut self.stage else { return };
        let early = match &visit.call {
            CallState::Lobby(lobby) => lobby.was_early(),
            _ => None,
        };
        visit.call = CallState::Lobby(Box::new(Lobby::arrive(room, visit.ready, early)));
    }

    pub(super) async fn at_door(&mut self, news: LobbyNews) {
        match news {
            LobbyNews::Changed => {}
            LobbyNews::AtDoor(servers) => self.know_relay(servers),
            LobbyNews::Rung => self.alert(Chime::Ring, Alert::Rung),
            LobbyNews::Noted => self.alert(Chime::Note, Alert::Noted),
            LobbyNews::Denied => self.alert(Chime::Note, Alert::Denied),
            LobbyNews::Admitted(welcome) => {
                self.admitted(welcome).await;
                self.alert(Chime::Knock, Alert::Admitted);
            }
            LobbyNews::NoRoom => self.go_elsewhere().await,
            LobbyNews::Refused(error) => self.refused_at_door(error).await,
        }
    }

    fn know_relay(&mut self, servers: Vec<IceServer>) {
        let Stage::Visit(visit) = &mut self.stage else { return };
        if std::mem::replace(&mut visit.relay, servers) != visit.relay {
            self.follow_line();
        }
    }

    /// Let in: the server has joined the user in the visit already. What leaves is what the user's hand has set.
    async fn admitted(&mut self, welcome: FromServer) {
        let Stage::Visit(visit) = &mut self.stage else { return };
        let CallState::Lobby(lobby) = &mut visit.call else { return };
        let Some(room) = lobby.go_outside() else { return };
        if let FromServer::Welcome { status, rights, .. } = &welcome {
            visit.facts.info.status = *status;
            visit.rights = *rights;
        }
        visit.facts.note_joined();
        visit.readings.outdate();
        visit.intent = visit.chosen();
        visit.problem = None;
        self.begin_call(room, Some(welcome)).await;
        self.refresh();
    }

    async fn refused_at_door(&mut self, error: RoomError) {
        let now = Instant::now();
        let Stage::Visit(visit) = &mut self.stage else { return };
        let CallState::Lobby(lobby) = &mut visit.call else { return };
        let early = lobby.was_early();
        if let Some(room) = lobby.go_outside() {
            room.close().await;
        }
        match error {
            RoomError::NotJoined => {
                let again = Again::after(early, now).not_before(now + waits(visit, now));
                visit.call = CallState::Lobby(Box::new(Lobby::early(again)));
            }
            RoomError::TooFast => visit.problem = Some(ProblemCode::TooManyAttempts),
            // The end is learned when the visit is read again.
            RoomError::Ended => self.refresh(),
            other => visit.problem = Some(problem::of_room(other)),
        }
    }

    /// The seat is lost: it knocks again, and what the user's hand has set holds when it is let in.
    pub(super) async fn put_outside(&mut self) {
        self.leave_call().await;
        let Stage::Visit(visit) = &mut self.stage else { return };
        visit.choice = Some(visit.intent);
        visit.call = CallState::Entering { failed: None };
        self.fetch_room_token();
    }

    /// A guest that is out of a visit that goes on knocks again when it wants to.
    pub(super) fn stay_outside(&mut self) {
        if let Stage::Visit(visit) = &mut self.stage
            && visit.facts.is_guest()
            && !visit.facts.info.status.is_ended()
        {
            visit.call = CallState::Lobby(Box::new(Lobby::outside()));
        }
    }

    /// Goes to the door again when it was too early.
    pub(super) fn knock_again(&mut self, now: Instant) {
        if let Stage::Visit(visit) = &mut self.stage
            && let CallState::Lobby(lobby) = &mut visit.call
            && lobby.is_due(now)
        {
            self.fetch_room_token();
        }
    }

    pub(super) fn step_away(&mut self, on: bool) {
        if let Stage::Visit(visit) = &mut self.stage
            && let CallState::Lobby(lobby) = &mut visit.call
        {
            lobby.step_away(on);
            self.hush();
        }
    }
}

/// How long until the visit is due, as far as it is waited for.
fn waits(visit: &Visit, now: Instant) -> Duration {
    let left = visit.facts.info.info.scheduled_start - visit.facts.server_time(now);
    Duration::try_from(left).unwrap_or_default().min(LOOKS_AGAIN)
}
