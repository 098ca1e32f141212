//! From a message on the sender's socket until the other one's socket brings it, while a thousand sockets listen. The
//! message is on the disk before it is delivered.

use super::super::crowd::{Crowd, Order};
use super::super::figures::{Rate, Stopwatch, Times};
use super::super::server::Server;
use super::people::Conversation;
use super::socket::Socket;
use super::words;
use anyhow::Result;
use serde::Serialize;
use tokio::sync::mpsc;

#[derive(Serialize)]
pub(super) struct Figures {
    sockets: usize,
    /// The next message when the last one has arrived.
    one_at_a_time: Times,
    /// 200 a second, each conversation in its turn.
    paced: Times,
    /// Of the server while paced.
    paced_rate: Rate,
}

/// Connects everyone, then times messages.
pub(super) async fn measure(clinic: &Server, talks: &[Conversation], messages: usize) -> Result<Figures> {
    let mut crowd = Crowd::default();
    for (number, talk) in (0_u64..).zip(talks) {
        let pair = Pair {
            specialist: Socket::open(clinic.address, &talk.specialist, &talk.session).await?,
            patient: Socket::open(clinic.address, &talk.patient, &talk.session).await?,
            next: number << 32,
        };
        crowd.add(|orders| pair.serve(orders));
    }
    crowd.one_at_a_time(talks.len()).await?;
    let one_at_a_time = crowd.one_at_a_time(messages).await?;
    let watch = Stopwatch::start(clinic)?;
    let paced = crowd.paced(messages).await?;
    let paced_rate = watch.stop(paced.len())?;
    crowd.leave().await?;
    let (one_at_a_time, paced) = (Times::of(one_at_a_time), Times::of(paced));
    Ok(Figures { sockets: 2 * talks.len(), one_at_a_time, paced, paced_rate })
}

/// Both sides of a conversation.
struct Pair {
    specialist: Socket,
    patient: Socket,
    /// The number of the next message.
    next: u64,
}

impl Pair {
    /// Carries orders out; between them, answers the server's pings.
    async fn serve(mut self, mut orders: mpsc::Receiver<Order>) -> Result<()> {
        loop {
            tokio::select! {
                order = orders.recv() => {
                    let Some(Order { due, done }) = order else { return Ok(()) };
                    let id = self.write().await?;
                    self.patient.hear_message(&id).await?;
                    // Whoever ordered it may have given up for another's sake.
                    let _ = done.send(due.elapsed()).await;
                    self.specialist.hear_message(&id).await?;
                }
                heard = self.specialist.next() => { heard?; }
                heard = self.patient.next() => { heard?; }
            }
        }
    }

    async fn write(&mut self) -> Result<String> {
        self.next += 1;
        let message = words::message(self.next);
        self.specialist.send(&message).await?;
        Ok(message.client_message_id)
    }
}
