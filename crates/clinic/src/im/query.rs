//! What stands after the question mark, and pages of lists.

use super::Refused;
use crate::store::{MessageId, Rows, Slice, Window};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use consilium_wire::im::{MAX_PAGE_SIZE, PAGE_SIZE, Page};
use std::convert::Infallible;
use std::str::FromStr;

/// The parameters of a request. Of several with one name the first counts; unknown ones are ignored.
pub(super) struct Query(Vec<(String, String)>);

impl<S: Send + Sync> FromRequestParts<S> for Query {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let query = parts.uri.query().unwrap_or_default();
        Ok(Self(url::form_urlencoded::parse(query.as_bytes()).into_owned().collect()))
    }
}

/// A page of a list, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Paging {
    number: u32,
    size: u32,
}

impl Query {
    /// A parameter that is there and not empty.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// Every value of a parameter.
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        let named = self.0.iter().filter(move |(key, value)| key == name && !value.is_empty());
        named.map(|(_, value)| value.as_str())
    }

    /// A number.
    pub(super) fn number<T: FromStr>(&self, name: &str) -> Result<Option<T>, Refused> {
        let number = self.get(name).map(str::parse).transpose();
        number.map_err(|_| Refused::bad_request("a parameter is not a number in its range"))
    }

    /// `page` and `page_size`.
    pub(super) fn paging(&self) -> Result<Paging, Refused> {
        let number = self.number("page")?.unwrap_or(1);
        let size = self.number("page_size")?.unwrap_or(PAGE_SIZE);
        if number == 0 || size == 0 {
            return Err(Refused::bad_request("page and page_size begin with 1"));
        }
        Ok(Paging { number, size: size.min(MAX_PAGE_SIZE) })
    }

    /// Which messages of a session: a page, or those `before` or `after` a message.
    pub(super) fn window(&self, session: &str, paging: Paging) -> Result<Window, Refused> {
        let seq = |id: &str| {
            let id = MessageId::parse(id).filter(|id| id.session == session);
            id.map(|id| id.seq).ok_or(Refused::bad_request("before and after name messages of the session"))
        };
        match (self.get("before"), self.get("after")) {
            (None, None) => Ok(Window::Newest(paging.slice())),
            (Some(before), None) => seq(before).map(Window::Before),
            (None, Some(after)) => seq(after).map(Window::After),
            (Some(_), Some(_)) => Err(Refused::bad_request("either before or after")),
        }
    }
}

impl Paging {
    /// Which rows these are.
    pub(super) fn slice(self) -> Slice {
        Slice { skip: u64::from(self.number - 1) * u64::from(self.size), take: self.size }
    }

    /// The rows as a page of the protocol.
    pub(super) fn page<T, U>(self, rows: Rows<T>, show: impl FnMut(T) -> U) -> Page<U> {
        Page {
            content: rows.rows.into_iter().map(show).collect(),
            page: self.number,
            page_size: self.size,
            more: rows.more,
        }
    }

    /// The part of a list that is in memory.
    pub(super) fn of<T>(self, all: Vec<T>) -> Rows<T> {
        let Slice { skip, take } = self.slice();
        let skip = usize::try_from(skip).unwrap_or(usize::MAX);
        let more = all.len() > skip.saturating_add(take as usize);
        Rows { rows: all.into_iter().skip(skip).take(take as usize).collect(), more }
    }
}

impl MessageId {
    /// Reads `SESSION-NUMBER`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (session, seq) = text.rsplit_once('-')?;
        let seq = seq.parse().ok().filter(|seq| *seq > 0)?;
        (Self::text(session, seq) == text).then(|| Self { session: session.to_owned(), seq })
    }

    /// As it stands on the wire.
    pub(super) fn text(session: &str, seq: u64) -> String {
        format!("{session}-{seq}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(text: &str) -> Query {
        Query(url::form_urlencoded::parse(text.as_bytes()).into_owned().collect())
    }

    #[test]
    fn pages_begin_with_one_and_have_a_largest_size() {
        let slice = |text| query(text).paging().map(Paging::slice);
        assert_eq!(slice(""), Ok(Slice { skip: 0, take: PAGE_SIZE }));
        assert_eq!(slice("page=3&page_size=10"), Ok(Slice { skip: 20, take: 10 }));
        assert_eq!(slice("page_size=100000"), Ok(Slice { skip: 0, take: MAX_PAGE_SIZE }));
        for wrong in ["page=0", "page_size=0", "page=-1", "page=x", "page=99999999999"] {
            assert!(slice(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_window_names_messages_of_its_session() {
        let window = |text| query(text).window("s-1", query("").paging().unwrap());
        assert_eq!(window("before=s-1-7"), Ok(Window::Before(7)));
        assert_eq!(window("after=s-1-1"), Ok(Window::After(1)));
        for wrong in [
            "before=s-7",
            "before=s-1-0",
            "after=s-1-x",
            "after=7",
            "after=s-1-+1",
            "after=s-1-01",
            "before=s-1-2&after=s-1-1",
        ] {
            assert!(window(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_message_id_reads_as_it_is_written() {
        let id = MessageId { session: "a-b".to_owned(), seq: u64::from(u32::MAX) };
        assert_eq!(MessageId::parse(&MessageId::text(&id.session, id.seq)), Some(id));
    }
}
