//! The conversation that is shown: what of it is loaded, and what has to be fetched.

use super::typing::Typing;
use super::window::{End, PAGE, Window};
use super::{Invitation, Range};
use crate::view::{Earlier, ProblemCode};
use consilium_client::MessagePage;
use consilium_model::{Secret, UserId};
use consilium_wire::im::Topic;
use time::OffsetDateTime;

/// How far from the newest kept message the line may be taken up again by reading on. Past that the newest page is
/// read, and what lies between comes when it is looked for.
pub(crate) const CATCH_UP: u64 = 400;

/// So few messages do not fill a window.
const FEW: u64 = 30;

/// Which part is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// The newest messages; further ones are added as they come.
    Newest,
    /// Somewhere before them.
    Amid,
}

/// What is wanted of the messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Want {
    /// The newest.
    Newest,
    /// Those around a number.
    Around(u64),
    /// More at that end.
    More(End),
}

/// What is being read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Reading {
    /// Nothing.
    #[default]
    Nothing,
    /// From what was kept.
    Kept(Want),
    /// From the server.
    Server(Want, Range),
}

/// Where messages are to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// From what was kept.
    Kept(Range),
    /// From the server.
    Server(Range),
}

/// The conversation that is shown.
#[derive(Debug)]
pub(crate) struct Thread {
    pub(crate) session: String,
    pub(crate) window: Window,
    pub(crate) place: Place,
    pub(crate) reading: Reading,
    /// The newest number of the session when the server last had nothing to say about it: it is not asked again for
    /// the same.
    stuck: Option<u64>,
    /// Nothing earlier was kept.
    dry: bool,
    /// Up to when it was read when it was opened, if something was unread then.
    unread_since: Option<OffsetDateTime>,
    /// The number of the first message that was unread then.
    pub(crate) first_unread: Option<u64>,
    /// The message that was found.
    pub(crate) focus: Option<u64>,
    /// The last number that the user has seen.
    pub(crate) seen: u64,
    pub(crate) typing: Typing,
    /// The topic that is open, as far as it is known.
    pub(crate) topic: Option<Topic>,
    /// What was typed when it was opened.
    pub(crate) draft: Secret,
    /// The key of the message that is being answered.
    pub(crate) reply: Option<String>,
    /// The key of the picture that is shown large.
    pub(crate) large: Option<String>,
    pub(crate) problem: Option<ProblemCode>,
    /// The conference to which its people are invited.
    pub(crate) invitation: Invitation,
}

impl Thread {
    /// Opens it: at a number, or at its end. `unread_since` is up to when it was read, if something is unread.
    pub(crate) fn open(
        session: String,
        at: Option<u64>,
        unread_since: Option<OffsetDateTime>,
    ) -> (Self, Next) {
        let want = at.map_or(Want::Newest, Want::Around);
        // What was found is held, and what is before it most likely, too; what is after it comes next.
        let range = at.map_or(Range::Newest, |number| Range::Before(number.saturating_add(1)));
        let thread = Self {
            session,
            window: Window::default(),
            place: if at.is_some() { Place::Amid } else { Place::Newest },
            reading: Reading::Kept(want),
            stuck: None,
            dry: false,
            unread_since,
            first_unread: None,
            focus: at,
            seen: 0,
            typing: Typing::default(),
            topic: None,
            draft: Secret::default(),
            reply: None,
            large: None,
            problem: None,
            invitation: Invitation::default(),
        };
        (thread, Next::Kept(range))
    }

    /// The user is no longer part of it: nothing of it is shown but what the user has written.
    pub(crate) fn lose(&mut self) {
        let (open, _) = Self::open(self.session.clone(), None, None);
        let (draft, problem) = (std::mem::take(&mut self.draft), Some(ProblemCode::ConversationGone));
        *self = Self { reading: Reading::Nothing, draft, problem, ..open };
    }

    /// The last number that is loaded; 0 without one.
    pub(crate) fn last(&self) -> u64 {
        self.window.span().map_or(0, |(_, last)| last)
    }

    /// Newer ones than those that are loaded exist.
    pub(crate) fn has_later(&self, newest: u64) -> bool {
        self.place == Place::Amid && self.last() < newest
    }

    /// The user wants more at an end.
    pub(crate) fn want_more(&mut self, end: End, newest: u64) -> Option<Next> {
        let (first, last) = self.window.span()?;
        let range = match end {
            End::Earlier if first > 1 => Range::Before(first),
            End::Later if last < newest => Range::After(last),
            End::Earlier | End::Later => return None,
        };
        if self.reading != Reading::Nothing {
            return None;
        }
        self.reading = Reading::Kept(Want::More(end));
        Some(Next::Kept(range))
    }

    /// What was kept has been read.
    pub(crate) fn loaded(&mut self, page: MessagePage, newest: u64, me: &UserId) -> Option<Next> {
        let Reading::Kept(want) = self.reading else { return None };
        self.reading = Reading::Nothing;
        let grew = match want {
            Want::Newest => self.window.extend(page),
            Want::Around(number) => {
                let there = page.span.as_ref().is_some_and(|span| span.contains(&number));
                there && self.window.extend_or_restart(page)
            }
            Want::More(_) => self.window.extend(page),
        };
        self.dry &= !grew;
        self.settle(want, me);
        match want {
            Want::Newest => self.fill(newest),
            Want::Around(_) if grew => self.want_more(End::Later, newest),
            Want::More(_) if grew => None,
            Want::Around(number) => {
                Some(self.ask(want, Range::Before(number.saturating_add(u64::from(PAGE / 2)))))
            }
            Want::More(End::Earlier) => {
                self.dry = true;
                let first = self.window.span()?.0;
                Some(self.ask(want, Range::Before(first)))
            }
            Want::More(End::Later) => Some(self.ask(want, Range::After(self.last()))),
        }
    }

    /// Where only a few of the newest were kept, those before them are wanted, too.
    fn fill(&mut self, newest: u64) -> Option<Next> {
        let (first, last) = self.window.span()?;
        (last - first < FEW).then(|| self.want_more(End::Earlier, newest)).flatten()
    }

    fn ask(&mut self, want: Want, range: Range) -> Next {
        self.reading = Reading::Server(want, range);
        Next::Server(range)
    }

    /// The server has answered.
    pub(crate) fn fetched(&mut self, range: Range, page: Option<MessagePage>, newest: u64, me: &UserId) {
        let Reading::Server(want, asked) = self.reading else { return };
        if asked != range {
            return;
        }
        self.reading = Reading::Nothing;
        let Some(page) = page else { return };
        let grew = match want {
            Want::Newest | Want::Around(_) => self.window.extend_or_restart(page),
            Want::More(_) => self.window.extend(page),
        };
        self.stuck = (!grew && want == Want::Newest).then_some(newest);
        self.settle(want, me);
    }

    /// Messages came by themselves, or were read for another reason.
    pub(crate) fn heard(&mut self, page: MessagePage, me: &UserId) {
        let begins = page.span.as_ref().is_some_and(|span| *span.start() == 1);
        let fits = begins || self.window.span().is_some();
        if self.place == Place::Newest && fits && self.window.extend(page) {
            self.settle(Want::Newest, me);
        }
    }

    /// What has to be read now so that the newest are there.
    pub(crate) fn catch_up(&mut self, newest: u64) -> Option<Next> {
        let last = self.last();
        let idle = matches!(self.reading, Reading::Nothing) && self.stuck != Some(newest);
        if !idle || self.place == Place::Amid || last >= newest {
            return None;
        }
        let far = last == 0 || newest - last > CATCH_UP;
        Some(self.ask(Want::Newest, if far { Range::Newest } else { Range::After(last) }))
    }

    /// The newest could not be read: not at once again.
    pub(crate) fn give_up(&mut self, newest: u64) {
        self.stuck = Some(newest);
    }

    /// What failed may be asked for again.
    pub(crate) fn try_again(&mut self) {
        self.stuck = None;
    }

    /// The line came or went.
    pub(crate) fn line_changed(&mut self) {
        self.stuck = None;
        self.typing.line_lost();
    }

    fn settle(&mut self, want: Want, me: &UserId) {
        match want {
            Want::More(End::Earlier) => {
                if self.window.trim(End::Later) {
                    self.place = Place::Amid;
                }
            }
            Want::More(End::Later) | Want::Newest | Want::Around(_) => {
                self.window.trim(End::Earlier);
            }
        }
        self.find_first_unread(me);
    }

    fn find_first_unread(&mut self, me: &UserId) {
        if let (None, Some(since)) = (self.first_unread, self.unread_since) {
            let mut unread = self.window.iter();
            let first = unread.find(|(_, message)| message.timestamp > since && message.sender_id != *me);
            self.first_unread = first.map(|(number, _)| number);
        }
    }

    /// Later messages were read up to the newest: from now on further ones are added.
    pub(crate) fn reach_newest(&mut self, newest: u64) {
        if self.last() >= newest && newest > 0 {
            self.place = Place::Newest;
        }
    }

    /// What comes before the first message that is loaded.
    pub(crate) fn earlier(&self, newest: u64, online: bool) -> Earlier {
        let reads = matches!(
            self.reading,
            Reading::Kept(Want::More(End::Earlier)) | Reading::Server(Want::More(End::Earlier), _)
        );
        match self.window.span() {
            Some((1, _)) => Earlier::Start,
            None if newest == 0 => Earlier::Start,
            None if self.reading != Reading::Nothing => Earlier::Loading,
            Some(_) if reads => Earlier::Loading,
            None | Some(_) if online || !self.dry => Earlier::More,
            None | Some(_) => Earlier::Offline,
        }
    }
}
