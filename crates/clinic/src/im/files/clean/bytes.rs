//! Reading with the bounds checked.

use super::NotThat;

/// A part of a file that is read from its start.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl<'a> Reader<'a> {
    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The next `count` bytes.
    pub(super) fn take(&mut self, count: usize) -> Result<&'a [u8], NotThat> {
        worked(1);
        let (taken, rest) = self.0.split_at_checked(count).ok_or(NotThat)?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], NotThat> {
        let taken = self.take(N)?;
        Ok(taken.try_into().expect("just as many were taken"))
    }

    pub(super) fn u8(&mut self) -> Result<u8, NotThat> {
        self.array::<1>().map(|[byte]| byte)
    }

    pub(super) fn u16_be(&mut self) -> Result<u16, NotThat> {
        self.array().map(u16::from_be_bytes)
    }

    pub(super) fn u32_be(&mut self) -> Result<u32, NotThat> {
        self.array().map(u32::from_be_bytes)
    }

    pub(super) fn u32_le(&mut self) -> Result<u32, NotThat> {
        self.array().map(u32::from_le_bytes)
    }

    pub(super) fn u64_be(&mut self) -> Result<u64, NotThat> {
        self.array().map(u64::from_be_bytes)
    }
}

/// Fills a part of the file with zeroes.
pub(super) fn zero(bytes: &mut [u8]) {
    worked(bytes.len());
    bytes.fill(0);
}

/// Tells the tests that so many steps were taken or so many bytes gone over. A cleaner may do as much as a file is long,
/// a few times over, and never more, whatever the file says of itself.
#[cfg(not(test))]
pub(super) const fn worked(_: usize) {}

#[cfg(test)]
pub(super) use work::worked;

/// A size of the file as an index.
pub(super) fn index(size: impl TryInto<usize>) -> Result<usize, NotThat> {
    size.try_into().map_err(|_| NotThat)
}

/// How much work is done.
#[cfg(test)]
pub(super) mod work {
    use std::cell::Cell;

    thread_local!(static DONE: Cell<usize> = const { Cell::new(0) });

    pub(in super::super) fn worked(steps: usize) {
        DONE.set(DONE.get() + steps);
    }

    /// How much work something takes.
    pub(in super::super) fn of<T>(something: impl FnOnce() -> T) -> (T, usize) {
        DONE.set(0);
        let done = something();
        (done, DONE.get())
    }
}
