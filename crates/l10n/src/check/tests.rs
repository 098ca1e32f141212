use super::*;
use proptest::prelude::*;

/// Puts a text beside words in the other two languages that agree with it in everything, and says what is wrong.
fn found(ru: &str, en: &str, he: &str) -> Vec<String> {
    let texts = [(Locale::Ru, ru), (Locale::En, en), (Locale::He, he)];
    let sources = texts.map(|(locale, text)| Source { locale, topic: "t", text });
    of(&sources).iter().map(ToString::to_string).collect()
}

const GOOD: [&str; 3] = [
    "n = { $n ->\n    [one] { $n } день\n    [few] { $n } дня\n    [many] { $n } дней\n   *[other] { $n } дня\n }",
    "n = { $n ->\n    [0] No days\n    [one] { $n } day\n   *[other] { $n } days\n }",
    "n = { $n ->\n    [one] יום\n    [two] יומיים\n   *[other] { $n } ימים\n }",
];

#[test]
fn good_files_have_no_faults() {
    assert_eq!(found(GOOD[0], GOOD[1], GOOD[2]), [""; 0]);
    assert_eq!(
        found("a = Consilium\nb = { $x }", "a = Consilium\nb = { $x }", "a = Consilium\nb = { $x }"),
        [""; 0]
    );
}

#[test]
fn a_plural_needs_what_its_language_has() {
    let cut = GOOD[0].replace("    [few] { $n } дня\n", "");
    assert_eq!(found(&cut, GOOD[1], GOOD[2]), ["locales/ru/t.ftl: n has no variant [few]"]);
    let many = GOOD[1].replace("[one]", "[many]");
    let expected = ["n has no variant [one]", "n has the variant [many], which this language never selects"];
    assert_eq!(found(GOOD[0], &many, GOOD[2]), expected.map(|text| format!("locales/en/t.ftl: {text}")));
    let default = GOOD[1].replace("    [one]", "   *[one]").replace("*[other]", "[other]");
    let expected = "locales/en/t.ftl: n has the default [one] instead of [other]";
    assert_eq!(found(GOOD[0], &default, GOOD[2]), [expected]);
}

#[test]
fn a_plural_deep_inside_is_found() {
    let deep = "a = { $v ->\n   *[x] A\n    [y] { $n ->\n       *[other] B\n    }\n }";
    let found =
        found(&deep.replace('A', "А").replace('B', "Б"), deep, &deep.replace('A', "א").replace('B', "ב"));
    assert!(found.contains(&"locales/he/t.ftl: a has no variant [two]".to_owned()), "{found:?}");
    assert!(found.contains(&"locales/en/t.ftl: a has no variant [one]".to_owned()), "{found:?}");
}

#[test]
fn languages_have_the_same_keys_attributes_and_variables() {
    let (ru, he) = ("a = Да\n    .hint = Или { $x }", "a = כן\n    .hint = או { $x }");
    assert_eq!(found(ru, "a = Yes\n    .hint = Or { $x }", he), [""; 0]);
    let expected =
        ["ru", "he"].map(|has| format!("locales/en/t.ftl: a.hint has no words here, but in {has}"));
    assert_eq!(found(ru, "a = Yes", he), expected);
    let expected =
        ["ru", "he"].map(|uses| format!("locales/en/t.ftl: a.hint does not use $x, but {uses} does"));
    assert_eq!(found(ru, "a = Yes\n    .hint = Or", he), expected);
}

#[test]
fn variables_of_a_message_that_is_used_count() {
    let (ru, he) = ("a = Да { $x }\nb = Вот { a }", "a = כן { $x }\nb = הנה { a }");
    assert_eq!(found(ru, "a = Yes { $x }\nb = Here { $x }", he), [""; 0]);
    let expected = ["ru", "he"].map(|uses| format!("locales/en/t.ftl: b does not use $x, but {uses} does"));
    assert_eq!(found(ru, "a = Yes { $x }\nb = Here", he), expected);
}

#[test]
fn words_to_select_among_are_the_same_everywhere() {
    let select =
        |a: &str, b: &str, key: &str| format!("a = {{ $v ->\n    [medicine] {a}\n   *[{key}] {b}\n }}");
    let found = found(
        &select("Врач", "Да", "general"),
        &select("Doctor", "Yes", "common"),
        &select("רופא", "כן", "general"),
    );
    let expected = "locales/en/t.ftl: a selects by $v among other words than ru";
    assert!(found.contains(&expected.to_owned()), "{found:?}");
}

#[test]
fn terms_are_used_and_references_lead_somewhere() {
    let expected = "locales/ru/t.ftl: -brand is a term that nothing uses";
    assert_eq!(found("-brand = Да\na = Нет", "a = No", "a = לא"), [expected]);
    assert_eq!(found("-brand = Да\na = Нет { -brand(case: \"x\") }", "a = No", "a = לא"), [""; 0]);
    assert_eq!(
        found("a = Нет { -b }", "a = No", "a = לא"),
        ["locales/ru/t.ftl: a uses -b, which is not there"]
    );
    assert_eq!(
        found("a = Нет { WHEN($x) }", "a = No { $x }", "a = לא { $x }"),
        ["locales/ru/t.ftl: a uses the function WHEN, which is not there"]
    );
}

#[test]
fn keys_are_unique_in_a_language() {
    assert_eq!(
        found("a = Да\na = Нет", "a = No", "a = לא"),
        ["locales/ru/t.ftl: a is there twice; first in t.ftl"]
    );
}

#[test]
fn broken_syntax_is_told_with_its_line() {
    let found = found("a = Да\n\nb = { $\n", "a = Yes", "a = כן");
    assert_eq!(found, ["locales/ru/t.ftl: the syntax is broken at line 3"]);
}

#[test]
fn control_characters_are_found_wherever_they_hide() {
    let found = found("a = Да\u{200f}", "# \u{202e}\na = Yes", "a = כן { \"\\u2067\" }");
    let expected =
        ["ru/t.ftl: a has the control character U+200F", "en/t.ftl: has the control character U+202E"];
    assert!(expected.iter().all(|text| found.contains(&format!("locales/{text}"))), "{found:?}");
    assert!(found.contains(&"locales/he/t.ftl: a has the control character U+2067".to_owned()), "{found:?}");
}

#[test]
fn copies_of_another_language_are_told_once() {
    assert_eq!(found("a = Join", "a = Join", "a = כן"), ["locales/ru/t.ftl: a has the same words as en"]);
    let expected =
        ["locales/he/t.ftl: a has the foreign letter Д", "locales/he/t.ftl: a has the same words as ru"];
    assert_eq!(found("a = Да", "a = Yes", "a = Да"), expected);
}

#[test]
fn a_file_that_another_language_has_is_missed() {
    let source = |locale, topic, text| Source { locale, topic, text };
    let sources = [
        source(Locale::Ru, "a", "x = Да"),
        source(Locale::En, "a", "x = Yes"),
        source(Locale::He, "b", "x = כן"),
    ];
    let found: Vec<_> = of(&sources).iter().map(ToString::to_string).collect();
    assert!(found.contains(&"locales/he/a.ftl: the file is missing".to_owned()), "{found:?}");
    assert!(found.contains(&"locales/he/b.ftl: x stands in a.ftl in en".to_owned()), "{found:?}");
}

proptest! {
    /// Whatever a translator's editor leaves behind, the check says something or nothing, and does not fall over.
    #[test]
    fn any_text_can_be_checked(words in prop::collection::vec("[a-c-]{1,2}|[ \n]{1,3}|[={}$*.#\\[\\]\"\\\\>]|->|один|שתיים|\u{200f}", 0..60)) {
        let text = words.concat();
        let sources = Locale::ALL.map(|locale| Source { locale, topic: "t", text: &text });
        let _ = of(&sources);
    }
}
