//! Pages as districts publish them, and pages that try something.

use super::read;
use crate::corpus::blocks::{BlockKind, Parsed};
use crate::corpus::extracted::WarningKind;

fn page(body: &str) -> Parsed {
    read(&format!(
        "<!doctype html><html><head><title>Bus &amp; Meals</title></head><body>{body}</body></html>"
    ))
    .expect("a page")
}

fn texts(parsed: &Parsed) -> Vec<&str> {
    parsed.blocks.iter().map(|block| block.text.as_str()).collect()
}

#[test]
fn the_main_content_becomes_blocks() {
    use BlockKind::{Heading, ListItem, Paragraph, Row};
    let parsed = page(
        "<header>Quillhaven</header><nav><ul><li>Home</li></ul></nav>\
         <h1>Meals</h1><p>Lunch is <b>free</b>\n for all.</p><p>Bring:</p>\
         <ol type=a><li>a pass<ul><li>signed</li></ul></li><li>a coat</li></ol>\
         <table><caption>Prices</caption><tr><th>Grade<th>Price<tr><td rowspan=2>K–5<td>$2.75<tr><td>$3.00</table>\
         <dl><dt>Hours</dt><dd>8 to 4</dd></dl><div>Office<br>Room 12<br>open daily</div>\
         <script>alert(1)</script><button>Print</button><footer>Copyright</footer>",
    );
    let blocks: Vec<_> = parsed
        .blocks
        .iter()
        .map(|block| (block.kind.clone(), block.text.as_str()))
        .collect();
    let wanted = [
        (Heading(1), "Meals"),
        (Paragraph, "Lunch is free for all."),
        (Paragraph, "Bring:"),
        (ListItem, "a. a pass"),
        (ListItem, "signed"),
        (ListItem, "b. a coat"),
        (Paragraph, "Prices"),
        (Row, "Grade: K–5; Price: $2.75."),
        (Row, "Grade: K–5; Price: $3.00."),
        (Paragraph, "Hours"),
        (ListItem, "8 to 4"),
        (Paragraph, "Office"),
        (Paragraph, "Room 12 open daily"),
    ];
    assert_eq!(blocks, wanted);
    assert_eq!(parsed.title.as_deref(), Some("Bus & Meals"));
    assert_eq!(parsed.warnings, []);
}

#[test]
fn hidden_text_is_left_out_and_told() {
    let hidden = [
        "<p hidden>SECRET</p>",
        "<p aria-hidden=true>SECRET</p>",
        "<p style='display:none'>SECRET</p>",
        "<div style='display:none'><p>SE<b>CRET</b></p></div>",
        "<span style='color:#ffffff'>SECRET</span>",
        "<font color=white>SECRET</font>",
        "<p><b style='font-size:1px'>SECRET</p><p>SECRET</b></p>",
        "<style>.x{display:none}</style><p class='a x'>SECRET</p>",
        "<!-- SECRET -->",
        "<table><tr><td>A<span hidden>SECRET</span></td><td>B</td></tr></table>",
    ];
    for body in hidden {
        let parsed = page(&format!("<p>Shown.</p>{body}"));
        assert!(!texts(&parsed).concat().contains("SE"), "{body} became text");
        let warned = parsed.warnings.iter().any(|warning| {
            warning.kind == WarningKind::HiddenText && warning.detail.replace(' ', "").contains("SECRET")
        });
        assert!(warned, "{body} was not told: {:?}", parsed.warnings);
    }
}

#[test]
fn white_text_on_a_coloured_box_is_shown() {
    let parsed = page("<div style='background:#003366'><p style='color:white'>No school Monday.</p></div>");
    assert_eq!(texts(&parsed), ["No school Monday."]);
}

#[test]
fn struck_text_is_left_out_and_told() {
    let parsed = page("<p>Lunch is <del>$2.50</del> $2.75.</p>");
    assert_eq!(texts(&parsed), ["Lunch is $2.75."]);
    assert_eq!(parsed.warnings[0].kind, WarningKind::StruckText);
}

#[test]
fn endless_nesting_is_refused_quickly() {
    let started = std::time::Instant::now();
    assert!(read(&"<div>".repeat(200_000)).is_err());
    assert!(started.elapsed().as_secs() < 10, "took {:?}", started.elapsed());
}
