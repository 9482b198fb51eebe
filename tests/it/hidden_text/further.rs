//! Ways to hide text beyond the ten, or two of them at once.

use countersign::corpus::WarningKind::HiddenText;

use super::files::{Pdf, docx, html, paragraph, text_at};
use super::planted::{PLANTED, Planted, SHOWN};

type File = (&'static str, &'static str, Vec<u8>);

pub fn all() -> Vec<Planted> {
    [drawn(), in_fields(), in_word(), in_markup()]
        .into_iter()
        .flatten()
        .map(|(name, file_name, bytes)| Planted {
            name,
            file_name,
            bytes,
            kind: HiddenText,
        })
        .collect()
}

fn page(hidden: String) -> Pdf<'static> {
    Pdf {
        content: format!("{}{hidden}", text_at(72, 600, SHOWN)),
        ..Pdf::default()
    }
}

fn file(pdf: &Pdf<'_>) -> Vec<u8> {
    pdf.file()
}

fn drawn() -> Vec<File> {
    let planted = text_at(72, 500, PLANTED);
    let one_string = format!("BT /F1 6 Tf 72 600 Td ({SHOWN} {PLANTED}) Tj ET 1 g 212 590 400 30 re f");
    vec![
        (
            "a picture over it",
            "bus.pdf",
            file(&page(format!("{planted} q 500 0 0 60 60 480 cm /Picture Do Q"))),
        ),
        (
            "in the colour of a picture",
            "bus.pdf",
            file(&page(format!(
                "q 500 0 0 60 60 480 cm /Picture Do Q 0.49 g {planted}"
            ))),
        ),
        (
            "outside the clip",
            "bus.pdf",
            file(&page(format!("q 0 0 40 40 re W n {planted} Q"))),
        ),
        (
            "a thick line over it",
            "bus.pdf",
            file(&page(format!("{planted} 40 w 60 504 m 590 504 l S"))),
        ),
        (
            "the second half of a string",
            "bus.pdf",
            Pdf {
                content: one_string,
                ..Pdf::default()
            }
            .file(),
        ),
        (
            "white beside a dark sign",
            "bus.pdf",
            file(&page(format!("0 g 60 498 13 12 re f 1 g {planted}"))),
        ),
        (
            "inside a triangle's box only",
            "bus.pdf",
            file(&page(format!("0 g 60 540 m 600 540 l 600 560 l f 1 g {planted}"))),
        ),
        (
            "letters pressed together",
            "bus.pdf",
            file(&page(format!("BT 1 Tz /F1 12 Tf 72 500 Td ({PLANTED}) Tj ET"))),
        ),
    ]
}

fn in_fields() -> Vec<File> {
    let field = Pdf {
        page: "/Annots [10 0 R]",
        catalogue: "/AcroForm << /Fields [10 0 R] >>",
        objects: vec![format!(
            "<< /Type /Annot /Subtype /Widget /FT /Tx /T (n) /F 2 /Rect [72 400 300 420] /V ({PLANTED}) >>"
        )],
        ..page(String::new())
    };
    let loose_field = Pdf {
        catalogue: "/AcroForm << /Fields [10 0 R] >>",
        objects: vec![format!("<< /FT /Tx /T (n) /V ({PLANTED}) >>")],
        ..page(String::new())
    };
    let properties = Pdf {
        trailer: "/Info 10 0 R",
        objects: vec![format!("<< /Title (Buses) /Subject ({PLANTED}) >>")],
        ..page(String::new())
    };
    vec![
        (
            "left of the page",
            "bus.pdf",
            file(&page(text_at(-900, 500, PLANTED))),
        ),
        ("a hidden form field", "bus.pdf", field.file()),
        ("a form field on no page", "bus.pdf", loose_field.file()),
        ("the subject of the file", "bus.pdf", properties.file()),
    ]
}

fn in_word() -> Vec<File> {
    let shown = paragraph("", "", SHOWN);
    let word = |hidden: String| docx(&format!("{shown}{hidden}"), &[]);
    vec![
        (
            "the web view only",
            "bus.docx",
            word(paragraph("", "<w:webHidden/>", PLANTED)),
        ),
        (
            "a row that is hidden",
            "bus.docx",
            word(format!(
                "<w:tbl><w:tr><w:trPr><w:hidden/></w:trPr><w:tc>{}</w:tc><w:tc><w:p/></w:tc></w:tr></w:tbl>",
                paragraph("", "", PLANTED)
            )),
        ),
        (
            "a form that Word does not know",
            "bus.docx",
            word(format!(
                "<mc:AlternateContent><mc:Choice Requires='nope'>{}</mc:Choice></mc:AlternateContent>{}",
                paragraph("", "", PLANTED),
                paragraph("", "<w:vanish/>", PLANTED)
            )),
        ),
        (
            "a line without height",
            "bus.docx",
            word(paragraph(
                "<w:spacing w:line='10' w:lineRule='exact'/>",
                "",
                PLANTED,
            )),
        ),
    ]
}

fn in_markup() -> Vec<File> {
    vec![
        (
            "a picture's description",
            "bus.md",
            format!("{SHOWN}\n\n![{PLANTED}](bus.png)\n").into_bytes(),
        ),
        (
            "a link's title",
            "bus.md",
            format!("{SHOWN}\n\n[Routes](https://a.example \"{PLANTED}\")\n").into_bytes(),
        ),
        (
            "front matter",
            "bus.md",
            format!("---\ntitle: Buses\nnote: {PLANTED}\n---\n\n{SHOWN}\n").into_bytes(),
        ),
        (
            "a rule that is not for everybody",
            "bus.html",
            html(
                "<style>p:not(.shown) { display: none }</style>",
                &format!("<h1>Buses</h1><p class=shown>{SHOWN}</p><p>{PLANTED}</p>"),
            ),
        ),
        (
            "the page's description",
            "bus.html",
            html(
                &format!("<meta name=description content='{PLANTED}'>"),
                &format!("<h1>Buses</h1><p>{SHOWN}</p>"),
            ),
        ),
        (
            "a template",
            "bus.html",
            html(
                "",
                &format!("<h1>Buses</h1><p>{SHOWN}</p><template>{PLANTED}</template>"),
            ),
        ),
    ]
}
