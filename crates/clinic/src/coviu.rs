//! The Coviu face, `/v1`: an integrator schedules sessions and their participants (`coviu.md`).

mod record;

pub(crate) use record::Scheduled;
