//! What a job can do with a session, on tiny models: sharing prompts, masks, limits, guesses.

use std::sync::Arc;

use super::super::cache::Cache;
use super::super::cancel::Cancel;
use super::super::decoder::{Decoder, Logits};
use super::super::error::EngineError;
use super::super::generation::{Generated, Stop, Writer};
use super::super::gguf::ModelFile;
use super::super::grammar::{Grammar, MaskFactory};
use super::super::load;
use super::super::measures::TokenUsage;
use super::super::session::Session;
use super::super::vocabulary::Segment::{self, Template, Untrusted};
use super::super::vocabulary::Vocabulary;
use super::tiny::{CONTEXT_TOKENS, Tiny};

const SYSTEM: Segment<'static> = Template("<|im_start|>system\nAnswer from the sources.<|im_end|>\n");
const EVIDENCE: Segment<'static> =
    Untrusted("The bus leaves at 7:15. The bus returns at 15:40. Then it stops.");

fn session() -> Session {
    let folder = tempfile::tempdir().unwrap();
    load::session(&Tiny::of("qwen2").write(folder.path()), CONTEXT_TOKENS).unwrap()
}

fn write(
    session: &mut Session,
    prompt: &[Segment<'_>],
    mask: Option<&Grammar>,
    tokens_max: usize,
) -> Generated {
    session.generate(prompt, mask, tokens_max, &mut |_| {}).unwrap()
}

fn used(session: &mut Session, work: impl FnOnce(&mut Session)) -> TokenUsage {
    session.reset_usage();
    work(session);
    session.usage()
}

#[test]
fn a_shared_beginning_is_read_once_and_changes_no_answer() {
    let question = |text| [SYSTEM, EVIDENCE, Untrusted(text)];
    let fresh: Vec<f32> = ["Late today?", "Blue?"]
        .map(|text| session().yes_probability(&question(text)).unwrap())
        .to_vec();

    let mut session = session();
    session.prefill(&[SYSTEM, EVIDENCE]).unwrap();
    for (text, expected) in ["Late today?", "Blue?", "Late today?"]
        .into_iter()
        .zip([fresh[0], fresh[1], fresh[0]])
    {
        let mut probability = 0.0;
        let usage = used(&mut session, |session| {
            probability = session.yes_probability(&question(text)).unwrap()
        });
        assert_eq!(probability, expected, "{text}");
        assert_eq!(usage.prefilled, text.len() as u64, "only the question is new");
        assert!(usage.prompt > usage.prefilled);
    }
}

#[test]
fn a_prompt_already_held_whole_is_answered_again() {
    let mut session = session();
    let first = session.yes_probability(&[SYSTEM, EVIDENCE]).unwrap();
    let mut again = 0.0;
    let usage = used(&mut session, |session| {
        again = session.yes_probability(&[SYSTEM, EVIDENCE]).unwrap()
    });
    assert_eq!((again, usage.prefilled), (first, 1));
    assert_eq!(
        used(&mut session, |session| session
            .prefill(&[SYSTEM, EVIDENCE])
            .unwrap())
        .prefilled,
        0
    );
}

#[test]
fn every_prompt_length_around_a_pass_gives_the_answer_of_a_fresh_session() {
    let long = "x".repeat(140);
    let mut warm = session();
    for len in [1, 2, 3, 63, 64, 65, 66, 127, 128, 129, 130] {
        let prompt = [Untrusted(&long[..len])];
        let expected = session().yes_probability(&prompt).unwrap();
        let probability = warm.yes_probability(&prompt).unwrap();
        assert_eq!(probability, expected, "{len} tokens");
        assert_eq!(
            warm.yes_with_state(&prompt, 0).unwrap().0,
            expected,
            "{len} tokens"
        );
    }
}

#[test]
fn writing_does_not_depend_on_what_was_written_before() {
    let mut session = session();
    let first = write(&mut session, &[SYSTEM, EVIDENCE], None, 12);
    write(&mut session, &[SYSTEM, Untrusted("Something else.")], None, 7);
    assert_eq!(write(&mut session, &[SYSTEM, EVIDENCE], None, 12), first);
    assert!(first.tokens <= 12);
}

/// Greedy writing without guesses, one token at a time.
fn write_plainly(prompt: &[Segment<'_>], mask: &Grammar, tokens_max: usize) -> Generated {
    let folder = tempfile::tempdir().unwrap();
    let mut file = ModelFile::open(&Tiny::of("qwen2").write(folder.path())).unwrap();
    let dimensions = file.dimensions().unwrap();
    let vocabulary = Arc::new(Vocabulary::new(file.take_metadata()).unwrap());
    let mask = MaskFactory::new(vocabulary.clone()).unwrap().mask(mask).unwrap();
    let mut cache = Cache::new(&dimensions, CONTEXT_TOKENS);
    let decoder = Decoder::load(&mut file, dimensions, CONTEXT_TOKENS).unwrap();
    let mut ignore = |_: &str| {};
    let mut writer = Writer::new(&vocabulary, Some(mask), tokens_max, &mut ignore);
    let mut pass = vocabulary.encode(prompt).unwrap();
    while let Some(token) = writer
        .write(
            decoder
                .read(&mut cache, &pass, Logits::Last)
                .unwrap()
                .row(0)
                .unwrap(),
        )
        .unwrap()
    {
        pass = vec![token];
    }
    writer.finish()
}

#[test]
fn guesses_keep_the_greedy_tokens() {
    // With few letters to choose from some pairs must come again, and pairs that come again are guessed from.
    let letters = Grammar::lark("start: /[abc ]{50}/");
    let mut session = session();
    let mut written = None;
    let usage = used(&mut session, |session| {
        written = Some(write(session, &[SYSTEM, EVIDENCE], Some(&letters), 45))
    });
    assert_eq!(written, Some(write_plainly(&[SYSTEM, EVIDENCE], &letters, 45)));
    assert!(usage.accepted_by_lookup > 0, "{usage:?}");
}

#[test]
fn guesses_that_are_right_save_passes() {
    let copying = Grammar::lark("start: \"The bus leaves at 7:15. The bus returns at 15:40.\"");
    let mut session = session();
    let mut written = None;
    let usage = used(&mut session, |session| {
        written = Some(write(session, &[SYSTEM, EVIDENCE], Some(&copying), 80))
    });
    let written = written.unwrap();
    assert_eq!(written.text, "The bus leaves at 7:15. The bus returns at 15:40.");
    assert_eq!(
        (written.stop, written.tokens as u64),
        (Stop::Grammar, usage.generated)
    );
    assert!(usage.accepted_by_lookup > usage.generated / 2, "{usage:?}");
}

#[test]
fn a_mask_allows_only_its_labels() {
    let labels = ["S1".to_owned(), "S12".to_owned(), "S2".to_owned()];
    let mut session = session();
    for labels_max in [1, 3] {
        let written = write(
            &mut session,
            &[SYSTEM, EVIDENCE],
            Some(&Grammar::labels(&labels, labels_max)),
            40,
        );
        let chosen: Vec<&str> = written.text.split(", ").collect();
        let known = |label: &&str| labels.iter().any(|known| known == label);
        assert!(
            written.text == "NONE" || (chosen.iter().all(known) && chosen.len() <= labels_max),
            "{written:?}"
        );
    }
    assert_eq!(
        write(&mut session, &[SYSTEM], Some(&Grammar::labels(&[], 3)), 40).text,
        "NONE"
    );
}

#[test]
fn a_grammar_that_is_wrong_is_an_error_and_the_session_goes_on() {
    let mut session = session();
    let wrong = Grammar::lark("start: missing_rule");
    let refused = session.generate(&[SYSTEM], Some(&wrong), 4, &mut |_| {});
    assert!(matches!(refused, Err(EngineError::Grammar(_))), "{refused:?}");
    assert!(session.yes_probability(&[SYSTEM]).is_ok());
}

#[test]
fn mask_ids_follow_the_source() {
    assert_eq!(
        Grammar::lark("start: \"a\"").id(),
        Grammar::lark("start: \"a\"").id()
    );
    assert_ne!(
        Grammar::lark("start: \"a\"").id(),
        Grammar::lark("start: \"b\"").id()
    );
    assert_eq!(Grammar::lark("start: \"a\"").id().len(), 16);
}

#[test]
fn pieces_add_up_to_the_text_and_the_length_holds() {
    let mut session = session();
    let mut pieces = String::new();
    let every_character = Grammar::lark("start: /[àé漢🚌]{9}/");
    let written = session
        .generate(&[SYSTEM], Some(&every_character), 100, &mut |piece| {
            pieces.push_str(piece)
        })
        .unwrap();
    assert_eq!((pieces.chars().count(), written.stop), (9, Stop::Grammar));
    assert_eq!(pieces, written.text);
    let cut = write(&mut session, &[SYSTEM], Some(&every_character), 4);
    assert_eq!((cut.tokens, cut.stop), (4, Stop::Length));
    assert_eq!(write(&mut session, &[SYSTEM], None, 0).tokens, 0);
}

#[test]
fn a_prompt_must_fit_and_must_not_be_empty() {
    let mut session = session();
    let long = "x".repeat(CONTEXT_TOKENS + 1);
    let refused = session.prefill(&[Untrusted(&long)]);
    let expected = (CONTEXT_TOKENS + 1, CONTEXT_TOKENS);
    assert!(
        matches!(refused, Err(EngineError::PromptTooLong { tokens, tokens_max }) if (tokens, tokens_max) == expected)
    );
    assert!(matches!(
        session.prefill(&[Untrusted("")]),
        Err(EngineError::PromptEmpty)
    ));
    let full = &long[..CONTEXT_TOKENS - 2];
    let written = write(
        &mut session,
        &[Untrusted(full)],
        Some(&Grammar::lark("start: /x{9}/")),
        9,
    );
    assert_eq!(
        (written.tokens, written.stop),
        (2, Stop::Length),
        "the context ends the text"
    );
}

#[test]
fn a_cancelled_job_stops_and_the_next_one_is_unharmed() {
    let mut session = session();
    let expected = session.yes_probability(&[SYSTEM, EVIDENCE]).unwrap();
    session.forget();
    let cancel = Cancel::new();
    session.begin_job([cancel.clone(), Cancel::new()]);
    let until_third = |seen: &mut usize| {
        *seen += 1;
        if *seen == 3 {
            cancel.cancel();
        }
    };
    let mut seen = 0;
    let endless = Grammar::lark("start: /[a-z]{90}/");
    let stopped = session.generate(&[SYSTEM], Some(&endless), 90, &mut |_| until_third(&mut seen));
    assert!(matches!(stopped, Err(EngineError::Cancelled)));
    assert_eq!(seen, 3, "nothing is written after the cancellation");
    assert!(matches!(
        session.prefill(&[SYSTEM, EVIDENCE]),
        Err(EngineError::Cancelled)
    ));

    session.begin_job([Cancel::new(), Cancel::new()]);
    let after = session.yes_probability(&[SYSTEM, EVIDENCE]).unwrap();
    assert_eq!(after, expected);
}
