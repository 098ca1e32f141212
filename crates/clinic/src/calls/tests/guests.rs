//! People without a login.

use super::kit::Clinic;
use crate::calls::ringing::EventKind::{Created, Join};
use crate::calls::ringing::PartyId;
use crate::calls::{CallError, Calls, Guest, Invited};
use consilium_model::Status;
use consilium_wire::home::calls::CallEntry;

#[tokio::test]
async fn they_come_by_a_link_and_hold_nobody_up() {
    let clinic = Clinic::start().await;
    let caller = clinic.device("d").await;
    clinic.hire("anna").await;
    let call = clinic
        .place_new("d", &["anna"], |new| {
            let guest =
                Invited::External { name: "Guest".into(), email: Some("g@example.org".into()), phone: None };
            new.contacts.push(guest);
        })
        .await;
    let ongoing = clinic.app().calls.ongoing(&call).unwrap();
    let snapshot = ongoing.snapshot();
    let (party, _) = snapshot.invited().last().unwrap();
    let token = Calls::let_in(clinic.app(), &ongoing, Guest::Invited(party)).await.unwrap();
    let again = Calls::let_in(clinic.app(), &ongoing, Guest::Invited(party)).await.unwrap();
    assert_eq!(token, again, "the same account each time");
    for staff in [PartyId::CREATOR, PartyId(1), PartyId(9)] {
        let refused = Calls::let_in(clinic.app(), &ongoing, Guest::Invited(staff)).await;
        assert!(matches!(refused, Err(CallError::NotFound)));
    }
    let anonymous = Calls::let_in(clinic.app(), &ongoing, Guest::Anonymous { name: "Any".into() }).await;
    assert!(matches!(anonymous, Err(CallError::NotOpen)));

    let own = clinic.row_of(&caller).await.entry.unwrap();
    clinic.join(&own).await;
    let live = clinic.app().clinic.conference(&own.visit).unwrap();
    let guest = snapshot.person(party).who.clone();
    assert_eq!(live.view().conference.status(), Status::Started, "nobody waits for the guest");
    let way = CallEntry { access_token: token, ..own };
    clinic.join(&way).await;
    let events = clinic.events(&call, (Join, guest.id.as_str())).await;
    assert_eq!(events.iter().map(|(kind, _)| *kind).collect::<Vec<_>>(), [Created, Join, Join]);
    clinic.stop().await;
}

#[tokio::test]
async fn strangers_who_never_come_lock_nobody_out_who_was_called() {
    let clinic = Clinic::start().await;
    clinic.hire("d").await;
    let external = Invited::External { name: "Interpreter".into(), email: None, phone: None };
    let call = clinic
        .place_new("d", &[], |new| {
            new.contacts = vec![external];
            new.anonymous = true;
        })
        .await;
    let ongoing = clinic.app().calls.ongoing(&call).unwrap();
    let stranger = async || {
        let guest = Guest::Anonymous { name: "Any".into() };
        Calls::let_in(clinic.app(), &ongoing, guest).await
    };
    let mut count = 0;
    while stranger().await.is_ok() {
        count += 1;
        assert!(count < 100, "there is an end to it");
    }
    assert!(matches!(stranger().await, Err(CallError::TooManyPeople)));
    let called = || Calls::let_in(clinic.app(), &ongoing, Guest::Invited(PartyId(1)));
    let (first, again) = (called().await.unwrap(), called().await.unwrap());
    assert_eq!(first, again, "one account");
    clinic.stop().await;
}

#[tokio::test]
async fn anybody_comes_where_the_call_is_open() {
    let clinic = Clinic::start().await;
    let caller = clinic.device("d").await;
    clinic.hire("anna").await;
    let call = clinic.place_new("d", &["anna"], |new| new.anonymous = true).await;
    let own = clinic.row_of(&caller).await.entry.unwrap();
    clinic.join(&own).await;
    let ongoing = clinic.app().calls.ongoing(&call).unwrap();
    let mut tokens = Vec::new();
    for name in ["One", "Two"] {
        let guest = Guest::Anonymous { name: name.into() };
        tokens.push(Calls::let_in(clinic.app(), &ongoing, guest).await.unwrap());
    }
    assert_ne!(tokens[0], tokens[1], "each has an account");
    for token in tokens {
        clinic.join(&CallEntry { access_token: token, ..own.clone() }).await;
    }
    let names = async || {
        let snapshot = clinic.snapshot(&call).await;
        let uncalled = snapshot.people.iter().filter(|person| person.uncalled);
        uncalled.map(|person| person.name.expose().clone()).collect::<Vec<_>>()
    };
    while names().await.len() < 2 {
        tokio::task::yield_now().await;
    }
    let mut names = names().await;
    names.sort();
    assert_eq!(names, ["One", "Two"]);
    assert_eq!(clinic.snapshot(&call).await.invited().count(), 1, "nobody has called them");
    clinic.do_with(&caller, &call, "cancel").await;
    clinic.stop().await;
}
