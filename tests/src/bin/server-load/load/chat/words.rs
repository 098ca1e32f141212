//! What people write: mostly a sentence or two, now and then a page, a card or something forwarded. The same number
//! gives the same words, so that whoever is measured beside the server stores the same rows.

use consilium_model::{MessageKind, Secret};
use consilium_wire::im::{ArticleContent, Content, JumpContent, NewMessage};

const SENTENCES: [&str; 8] = [
    "Good morning.",
    "Как вы себя чувствуете после нового лекарства?",
    "תודה, הרבה יותר טוב מאתמול.",
    "The cough is almost gone, but I still wake up at night.",
    "Температура 37,4 вечером, утром нормальная.",
    "אפשר להזיז את הביקור של Ada ל-14:30?",
    "Please take one tablet twice a day with food, for five days, and write to me if the rash comes back.",
    "ok",
];

/// The message with that number.
pub(super) fn message(number: u64) -> NewMessage {
    let draw = mix(number);
    let (kind, content) = match draw % 100 {
        0..90 => (MessageKind::Text, sentences(draw, 1 + draw / 100 % 3)),
        90..95 => (MessageKind::Text, sentences(draw, 20)),
        95..97 => (MessageKind::ForwardedText, sentences(draw, 2)),
        97..99 => (MessageKind::Jump, jump(draw)),
        _ => (MessageKind::Article, article(draw)),
    };
    NewMessage { kind, content, client_message_id: client_id(number), reply_to: None }
}

/// As random as the application's, and as long.
fn client_id(number: u64) -> String {
    let (high, low) = (mix(number ^ 0x5eed), mix(number));
    format!("{:08x}-{:04x}-4{:03x}-8000-{:012x}", high >> 32, (high >> 16) & 0xffff, high & 0xfff, low >> 16)
}

fn sentences(draw: u64, count: u64) -> Secret {
    let sentence = |place: u64| SENTENCES[(mix(draw ^ place) % SENTENCES.len() as u64) as usize];
    Secret::new((0..count).map(sentence).collect::<Vec<_>>().join(" "))
}

fn jump(draw: u64) -> Secret {
    let appointment_id = format!("{draw:x}");
    Content::Jump(JumpContent { title: "Your visit".into(), appointment_id, conference: None }).write()
}

fn article(draw: u64) -> Secret {
    let url = Secret::new(format!("https://clinic.example/articles/{draw:x}"));
    Content::Article(ArticleContent { title: "After a cold".into(), url: Some(url), file: None, size: 0 })
        .write()
}

/// `splitmix64`: neighbours get numbers that have nothing in common.
fn mix(number: u64) -> u64 {
    let sum = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let once = (sum ^ (sum >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let twice = (once ^ (once >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    twice ^ (twice >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn a_number_always_gives_the_same_message_and_no_two_the_same_id() {
        let ids: HashSet<String> = (0..10_000).map(|number| message(number).client_message_id).collect();
        assert_eq!(ids.len(), 10_000);
        for number in 0..1000 {
            let [one, again] = [message(number), message(number)];
            assert_eq!(
                (one.content.clone(), one.client_message_id),
                (again.content, again.client_message_id)
            );
            assert!(Content::read(one.kind, &one.content).is_ok());
        }
    }
}
