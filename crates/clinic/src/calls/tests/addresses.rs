//! Mail addresses and numbers of people outside are for telling them, and for nothing afterwards.

use super::kit::Clinic;
use crate::calls::Invited;

#[tokio::test]
async fn are_forgotten_when_the_call_has_ended() {
    let clinic = Clinic::start().await;
    let anna = clinic.device("anna").await;
    let ines = Invited::External {
        name: "Ines Interpreter".into(),
        email: Some("ines@example.org".into()),
        phone: Some("+1 555 010-0100".into()),
    };
    let call = clinic.place_new("anna", &[], |new| new.contacts.push(ines)).await;
    let of_ines = |call: &crate::calls::Snapshot| call.people[1].clone();
    let person = of_ines(&*clinic.snapshot(&call).await);
    assert!(person.email.is_some() && person.phone.is_some());
    assert_eq!(clinic.do_with(&anna, &call, "cancel").await.0, 204);
    let clinic = clinic.restart_after(0).await;
    let person = of_ines(&*clinic.snapshot(&call).await);
    assert_eq!((person.name.expose().as_str(), person.email, person.phone), ("Ines Interpreter", None, None));
    clinic.stop().await;
}
