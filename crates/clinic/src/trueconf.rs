//! The `TrueConf` face, `/oauth2/v1` and `/api/v3.11`: a site invites with one click (`trueconf.md`).

mod record;

pub(crate) use record::Hosted;
