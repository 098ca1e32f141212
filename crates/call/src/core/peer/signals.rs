//! What a peer says.

use super::super::Candidate;
use super::super::link::Verdict;
use super::super::sdp::transport_name;
use super::{Context, Line, Peer};
use consilium_model::Secret;
use consilium_wire::room::{DescriptionKind, Signal};

impl Peer {
    pub(in crate::core) fn hear(&mut self, signal: Signal, cx: &mut Context<'_>) {
        match signal {
            Signal::Description { kind, sdp } => self.hear_description(kind, sdp, cx),
            Signal::Candidate { candidate, sdp_mid, sdp_m_line_index } => {
                let candidate = Candidate { line: candidate, mid: sdp_mid, index: sdp_m_line_index };
                if let Line::Up(link) = &mut self.line {
                    link.remote_candidate(candidate, &mut cx.out);
                }
            }
            Signal::Wish { height, content } => self.wants[content] = height,
            Signal::Trouble { cause } => self.trouble = cause,
            Signal::Commit { hash } => self.safety.hear_commit(&hash, &mut |said| cx.out.signal(said)),
            Signal::Reveal { nonce } => self.safety.hear_reveal(&nonce, &mut |said| cx.out.signal(said)),
        }
    }

    fn hear_description(&mut self, kind: DescriptionKind, sdp: Secret, cx: &mut Context<'_>) {
        let Some(name) = transport_name(sdp.expose()) else { return };
        if self.retired.as_ref() == Some(&name) {
            return;
        }
        match (kind, &mut self.line) {
            (DescriptionKind::Offer, Line::Up(link)) => {
                let verdict = link.remote_offer(cx.now, (sdp.clone(), &name), self.polite, &mut cx.out);
                if verdict == Verdict::Replaced {
                    self.accept_anew(sdp, &name, cx);
                }
            }
            (DescriptionKind::Offer, Line::Absent | Line::Down { .. }) => self.accept_anew(sdp, &name, cx),
            (DescriptionKind::Answer, Line::Up(link)) => {
                link.remote_answer(cx.now, (sdp, &name), &mut cx.out);
            }
            (DescriptionKind::Answer, Line::Absent | Line::Down { .. }) => {}
        }
    }

    /// Takes an offer with a new transport of the own.
    fn accept_anew(&mut self, sdp: Secret, name: &str, cx: &mut Context<'_>) {
        if self.allowance.take(cx.now) {
            let polite = self.polite;
            self.connect(cx, |link, cx| {
                link.remote_offer(cx.now, (sdp, name), polite, &mut cx.out);
            });
        }
    }
}
