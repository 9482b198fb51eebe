//! The fixed work that the engine's speed is measured with: evidence as drafting lays it out, and three things to write
//! from it, which copy phrases as drafts do.

const OPENING: &str = "<|im_start|>system\nYou help a school office. You use only the numbered sentences of approved \
                       documents.<|im_end|>\n<|im_start|>user\nApproved sentences:\n";

/// About as long as the evidence of a draft may be.
const EVIDENCE: &str = "\
[Transportation handbook › Riding the bus]
S1: Students who live more than one and a half miles from their school may ride the bus without charge.
S2: Buses to Birch Lane Elementary leave the depot at 7:05 a.m. and reach the last stop at 7:40 a.m.
S3: Students should be at the stop five minutes before the scheduled time.
S4: Students in kindergarten must be met at the stop by a parent or guardian, or by a person named on the registration form.
S5: If no adult is at the stop, the driver brings the child back to the school and the office calls the family.
[Transportation handbook › Registration and passes]
S6: Families must register for transportation by August 15; a registration that arrives later takes up to ten school days.
S7: A courtesy seat costs $180 for the school year or $90 for one semester for each student, where seats are left.
S8: A lost bus pass is replaced for $5.00 at the school office.
S9: Students who qualify for free or reduced-price meals do not pay for a courtesy seat.
[Transportation handbook › Late buses and changes]
S10: Late buses leave the middle school and the high school at 5:15 p.m. on Tuesday, Wednesday and Thursday.
S11: A student may ride the late bus only with a pass that a teacher or coach has signed on the same day.
S12: A change of stop shall be requested in writing at least three school days before it is to take effect.
S13: The transportation office answers calls from 6:00 a.m. to 5:00 p.m. at 555-0142 on school days.
[Weather and closures › How families are told]
S14: The district decides on a delay or closure by 5:30 a.m. and tells families by text message, e-mail and telephone.
S15: On a two-hour delay buses run two hours later than usual and breakfast is not served.
S16: When schools close early, students in after-school programs are sent home at the same time as everybody else.
[Family handbook › Contact details]
S17: Families keep their telephone numbers and addresses up to date in the family portal or at the school office.
S18: A message about a bus that is more than fifteen minutes late is sent to the first number on file.
";

const TASKS: [&str; 3] = [
    "\n\nA family asks: \"How do we register for the bus and what does a seat cost?\" Write the answer in plain words, using \
     the sentences above.",
    "\n\nA family asks: \"Who has to be at the stop for my kindergartner?\" Write the answer in plain words, using the \
     sentences above.",
    "\n\nA family asks: \"What happens with the buses when it snows, and how are we told?\" Write the answer in plain words, \
     using the sentences above.",
];

const ENDING: &str = "<|im_end|>\n<|im_start|>assistant\n";

/// The beginning that all prompts share.
pub fn opening() -> String {
    format!("{OPENING}{EVIDENCE}")
}

pub fn drafting() -> impl Iterator<Item = String> {
    TASKS
        .into_iter()
        .map(|task| format!("{OPENING}{EVIDENCE}{task}{ENDING}"))
}

/// One for a single sentence with a mask, as a rewording has.
pub fn rewording() -> String {
    let task = "\n\nRewrite sentence S5 in plain, short words for families.";
    format!("{OPENING}{EVIDENCE}{task}{ENDING}")
}

/// Every word of the evidence, in its order.
pub fn evidence_words() -> impl Iterator<Item = String> {
    let words = EVIDENCE.split(|letter: char| !letter.is_alphabetic());
    words.filter(|word| !word.is_empty()).map(str::to_owned)
}

/// Words of the evidence and small words, in any order, as drafting's own mask has them.
pub fn rewording_mask() -> String {
    let mut words: Vec<String> = evidence_words()
        .flat_map(|word| [word.to_lowercase(), word])
        .chain(["The", "the", "a", "to", "is", "you", "your", "and", "they"].map(str::to_owned))
        .collect();
    words.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    words.dedup();
    let word = words.join("|");
    format!("start: SENTENCE\nSENTENCE: /({word})((, | |-)({word}))*\\./")
}
