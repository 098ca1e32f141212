//! One-time passwords under many hands: what a right one does several times at once, and what guessing comes to.

use crate::booking::{Booking, book};
use crate::kit::Clinic;
use crate::otp::{OK, OTP_EXPECT, OTP_WRONG_CODE, other_than, said, send, verify};

#[tokio::test(flavor = "multi_thread")]
async fn a_right_code_sent_several_times_at_once_is_right_for_all() {
    let clinic = Clinic::start().await;
    let mut booking = Booking::open().await;
    for _ in 0..5 {
        let (specialist, client) = book(&clinic, &mut booking, true).await;
        assert_eq!(said(&send(&clinic, &client).await), OK);
        let code = booking.next_otp().await;
        let answers = (0..20).map(|_| verify(&clinic, &client, &code));
        for answer in futures_util::future::join_all(answers).await {
            assert_eq!(said(&answer), OK);
        }
        assert_eq!(said(&verify(&clinic, &specialist, &code).await), OTP_WRONG_CODE, "it is the client's");
    }
    clinic.running.stop().await;
}

#[tokio::test]
async fn guessing_ends_after_thirty_tries_a_day() {
    let clinic = Clinic::start().await;
    let mut booking = Booking::open().await;
    let (specialist, client) = book(&clinic, &mut booking, true).await;
    for _ in 0..6 {
        assert_eq!(said(&send(&clinic, &client).await), OK);
        let code = booking.next_otp().await;
        for _ in 0..5 {
            assert_eq!(said(&verify(&clinic, &client, &other_than(&code)).await), OTP_WRONG_CODE);
        }
        clinic.pass(600);
    }
    let refused = send(&clinic, &client).await;
    assert_eq!(said(&refused), OTP_EXPECT);
    assert!(refused.1["description"].as_str().unwrap().contains("too soon"), "{}", refused.1);
    assert_eq!(said(&send(&clinic, &specialist).await), OK, "each for itself");
    booking.next_otp().await;
    clinic.pass(23 * 3600);
    assert_eq!(said(&send(&clinic, &client).await), OK, "the next day");
    let code = booking.next_otp().await;
    assert_eq!(said(&verify(&clinic, &client, &code).await), OK);
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_participant_gets_twenty_codes_a_day() {
    let clinic = Clinic::start().await;
    let mut booking = Booking::open().await;
    let (_, client) = book(&clinic, &mut booking, true).await;
    for _ in 0..20 {
        assert_eq!(said(&send(&clinic, &client).await), OK);
        booking.next_otp().await;
        clinic.pass(600);
    }
    assert_eq!(said(&send(&clinic, &client).await), OTP_EXPECT);
    assert!(booking.is_quiet().await);
    clinic.running.stop().await;
}
