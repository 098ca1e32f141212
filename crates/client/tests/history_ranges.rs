//! Pages and gaps against a naive model: what is missing is seen, and never passed over.
#![allow(clippy::unwrap_used)]

mod history_kit;

use consilium_client::{History, MessagePage, Window, message_number};
use history_kit::message;
use proptest::prelude::*;
use std::collections::BTreeMap;

/// Numbers up to here.
const END: u64 = 40;

#[derive(Clone, Debug)]
enum Step {
    /// A page of neighbours, of which those with this remainder are of a kind that this version does not know.
    Page(u64, u64, u64),
    One(u64),
    Read(Window, u32),
}

fn window() -> impl Strategy<Value = Window> {
    prop_oneof![
        Just(Window::Newest),
        (1..END + 2).prop_map(Window::Before),
        (0..END + 2).prop_map(Window::After)
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (1..END, 0u64..8, 0u64..6).prop_map(|(first, more, strange)| Step::Page(first, more, strange)),
        (1..END).prop_map(Step::One),
        (window(), 1u32..9).prop_map(|(window, take)| Step::Read(window, take)),
    ]
}

/// Each number that is held, and whether there is a message that this version knows.
type Model = BTreeMap<u64, bool>;

fn naive(model: &Model, window: Window, take: usize) -> (Vec<u64>, Vec<u64>) {
    let start = match window {
        Window::Newest => model.last_key_value().map(|(number, _)| *number),
        Window::Before(before) => before.checked_sub(1),
        Window::After(after) => Some(after + 1),
    };
    let (mut numbers, mut covered) = (Vec::new(), Vec::new());
    let mut next = start;
    while let Some(number) = next
        && let Some(known) = model.get(&number)
        && numbers.len() < take
    {
        covered.push(number);
        if *known {
            numbers.push(number);
        }
        next = if matches!(window, Window::After(_)) { Some(number + 1) } else { number.checked_sub(1) };
    }
    (numbers, covered)
}

async fn run(steps: Vec<Step>) -> Result<(), TestCaseError> {
    let history = History::memory();
    let mut model = Model::new();
    for step in steps {
        match step {
            Step::Page(first, more, strange) => {
                let known = |number: &u64| strange == 0 || number % 6 != strange;
                let numbers = first..=first + more;
                let messages = numbers.clone().rev().filter(known).map(|number| message("s", number, "x"));
                let page =
                    MessagePage { messages: messages.collect(), span: Some(numbers.clone()), more: true };
                history.put_messages("s", page).await.unwrap();
                for number in numbers {
                    let before = model.get(&number).copied().unwrap_or(false);
                    model.insert(number, before || known(&number));
                }
            }
            Step::One(number) => {
                let page = MessagePage::one(message("s", number, "x")).unwrap();
                history.put_messages("s", page).await.unwrap();
                model.insert(number, true);
            }
            Step::Read(window, take) => {
                let read = history.messages("s", window, take).await.unwrap();
                let mut numbers: Vec<u64> =
                    read.messages.iter().map(|message| message_number(&message.id, "s").unwrap()).collect();
                prop_assert!(numbers.is_sorted_by(|newer, older| newer > older));
                let newest = model.last_key_value().map_or(0, |(number, _)| *number);
                let more = match (window, &read.span) {
                    (Window::After(_), Some(span)) => *span.end() < newest,
                    (Window::Newest | Window::Before(_), Some(span)) => *span.start() > 1,
                    (Window::Newest, None) => false,
                    (Window::Before(before), None) => before > 1,
                    (Window::After(after), None) => after < newest,
                };
                prop_assert_eq!(read.more, more);
                let mut covered: Vec<u64> = read.span.into_iter().flatten().collect();
                if !matches!(window, Window::After(_)) {
                    covered.reverse();
                } else {
                    numbers.reverse();
                }
                prop_assert_eq!((numbers, covered), naive(&model, window, take as usize));
            }
        }
        let held: Vec<u64> = history.held("s").await.unwrap().into_iter().flatten().collect();
        prop_assert_eq!(held, model.keys().copied().collect::<Vec<_>>());
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn a_history_shows_what_it_holds_without_a_gap(steps in prop::collection::vec(step(), 0..40)) {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(run(steps))?;
    }
}
