//! Files that look a little like the planted ones and hide nothing.

use super::files::{Pdf, docx, html, paragraph, stream, text_at};
use super::planted::SHOWN;

pub struct Innocent {
    pub name: &'static str,
    pub file_name: &'static str,
    pub bytes: Vec<u8>,
    /// What must be in its text.
    pub kept: &'static str,
}

const NOTE: &str = "No bus runs on days with early release.";

pub fn all() -> Vec<Innocent> {
    let mut all = on_pages();
    all.extend(in_word());
    all.extend(in_pdf());
    let given = |(name, file_name, bytes)| Innocent {
        name,
        file_name,
        bytes,
        kept: NOTE,
    };
    all.into_iter().map(given).collect()
}

/// A box with rounded corners, and white for what comes after it.
const ROUND: &str = "0 0.2 0.4 rg 70 490 m 500 490 l 510 490 510 490 510 500 c 510 510 l 510 520 510 520 500 520 c 70 520 l \
                 60 520 60 520 60 510 c 60 500 l 60 490 60 490 70 490 c f 1 g";

type File = (&'static str, &'static str, Vec<u8>);

fn on_pages() -> Vec<File> {
    let page = |head: &str, body: String| html(head, &format!("<h1>Buses</h1><p>{SHOWN}</p>{body}"));
    vec![
        ("white on a dark cell", "bus.html", page(
            "<style>th { background: #003366 } .light { color: #fff }</style>",
            format!("<table><tr><th><span class=light>Rule</span></th></tr><tr><td>{NOTE}</td></tr></table>"),
        )),
        ("a dark page", "bus.html", page(
            "<style>body { background: #111; color: #eee } @media print { body { color: #000; background: #fff } }</style>",
            format!("<main><p style='color:white'>{NOTE} {SHOWN} {SHOWN}</p></main>"),
        )),
        ("a small footnote", "bus.html", page("", format!("<p style='font-size:7pt'>{NOTE}</p>"))),
        ("light grey", "bus.html", page("", format!("<p style='color:#999'>{NOTE}</p>"))),
        ("a figure with its caption", "bus.html", page("", format!(
            "<figure><img src=a.png alt='Bus 7 at the main door'><figcaption>{NOTE}</figcaption></figure>"
        ))),
        ("a sign for a screen", "bus.html", page("", format!(
            "<p><i class=material-icons aria-hidden=true>directions_bus</i> {NOTE}</p>"
        ))),
        ("a title on a photograph", "bus.html", page("", format!(
            "<div style='background:url(bus.png)'><p style='color:white'>{NOTE}</p></div>"
        ))),
        ("colours, pictures and links", "bus.md", format!(
            "# Buses\n\n{SHOWN} \u{1f469}\u{200d}\u{1f3eb}\u{2764}\u{fe0f}\n\n<span style=\"color:navy\">{NOTE}</span>\n\n\
             ![Bus 7](a.png) [Routes](https://a.example \"All routes\")\n\n[map]: https://a.example/map \"Map\"\n"
        ).into_bytes()),
    ]
}

fn in_word() -> Vec<File> {
    let with =
        |more: String, parts: &[(&str, &str)]| docx(&format!("{}{more}", paragraph("", "", SHOWN)), parts);
    let note = |of_paragraph: &str, of_run: &str| with(paragraph(of_paragraph, of_run, NOTE), &[]);
    let cell = |properties: &str, run: &str, text: &str| {
        format!(
            "<w:tc><w:tcPr>{properties}</w:tcPr>{}</w:tc>",
            paragraph("", run, text)
        )
    };
    let contents = format!(
        "<w:p><w:r><w:instrText>TOC \\o \"1-3\" \\h \\z \\u</w:instrText></w:r><w:hyperlink><w:r><w:t>Buses</w:t></w:r>\
         <w:r><w:instrText> PAGEREF _Toc1 \\h </w:instrText></w:r><w:r><w:rPr><w:webHidden/></w:rPr><w:t>12</w:t></w:r>\
         </w:hyperlink></w:p>{}",
        paragraph("", "", NOTE)
    );
    let picture = format!(
        "<w:p><w:r><w:drawing><wp:inline><wp:extent cx='914400' cy='914400'/><wp:docPr id='1' name='Picture' \
         descr='A yellow school bus parked in front of a building Description automatically generated'/></wp:inline>\
         </w:drawing></w:r></w:p>{}",
        paragraph("", "", NOTE)
    );
    let dark_box = format!(
        "<w:p><w:r><w:drawing><wp:anchor><wp:extent cx='914400' cy='914400'/><a:graphic><wps:wsp><wps:spPr><a:solidFill>\
         <a:srgbClr val='003366'/></a:solidFill></wps:spPr><wps:txbx><w:txbxContent>{}</w:txbxContent></wps:txbx></wps:wsp>\
         </a:graphic></wp:anchor></w:drawing></w:r></w:p>",
        paragraph("", "<w:color w:val='FFFFFF'/>", NOTE)
    );
    let properties = "<coreProperties><title>Buses</title><keywords>bus, late bus, routes, stops, times, fares, \
        passes, drivers, schools, maps, holidays, safety, weather</keywords></coreProperties>";
    vec![
        (
            "white on a dark cell",
            "bus.docx",
            with(
                format!(
                    "<w:tbl><w:tr>{}{}</w:tr></w:tbl>",
                    cell(
                        "<w:shd w:val='clear' w:fill='003366'/>",
                        "<w:color w:val='FFFFFF'/>",
                        NOTE
                    ),
                    cell("", "", "7")
                ),
                &[],
            ),
        ),
        ("a small footnote", "bus.docx", note("", "<w:sz w:val='14'/>")),
        (
            "grey, raised and indented",
            "bus.docx",
            note(
                "<w:ind w:left='1440'/>",
                "<w:color w:val='808080'/><w:position w:val='6'/>",
            ),
        ),
        (
            "black on a marker",
            "bus.docx",
            note("", "<w:color w:val='auto'/><w:highlight w:val='yellow'/>"),
        ),
        ("a table of contents", "bus.docx", with(contents, &[])),
        ("a picture that Word described", "bus.docx", with(picture, &[])),
        ("white in a dark box", "bus.docx", with(dark_box, &[])),
        (
            "keywords",
            "bus.docx",
            with(paragraph("", "", NOTE), &[("docProps/core.xml", properties)]),
        ),
    ]
}

fn in_pdf() -> Vec<File> {
    let page = |more: String| Pdf {
        content: format!("{}{more}", text_at(72, 600, SHOWN)),
        ..Pdf::default()
    };
    let note = text_at(72, 500, NOTE);
    let layer = Pdf {
        catalogue: "/OCProperties << /OCGs [10 0 R] /D << /ON [10 0 R] >> >>",
        objects: vec!["<< /Type /OCG /Name (Notes) >>".to_owned()],
        ..page(format!("/OC /Layer BDC {note} EMC"))
    };
    let drawn_form = Pdf {
        page: "",
        objects: vec![stream(
            "/Type /XObject /Subtype /Form /BBox [0 0 612 792]",
            "0 0 1 rg 0 0 10 10 re f",
        )],
        ..page(note.clone())
    };
    let link = Pdf {
        page: "/Annots [10 0 R]",
        objects: vec![
            "<< /Type /Annot /Subtype /Link /Rect [72 500 200 512] /Contents (Routes) >>".to_owned(),
        ],
        ..page(note.clone())
    };
    vec![
        (
            "white on a dark bar",
            "bus.pdf",
            page(format!("0 0.2 0.4 rg 60 490 400 30 re f 1 g {note}")).file(),
        ),
        (
            "white on a rounded box",
            "bus.pdf",
            page(format!("{ROUND} {note}")).file(),
        ),
        (
            "white on a picture",
            "bus.pdf",
            page(format!("q 500 0 0 60 60 480 cm /Picture Do Q 1 g {note}")).file(),
        ),
        (
            "white on a thick line",
            "bus.pdf",
            page(format!("40 w 60 504 m 590 504 l S 1 g {note}")).file(),
        ),
        (
            "a small grey footnote",
            "bus.pdf",
            page(format!("0.6 g BT /F1 7 Tf 72 500 Td ({NOTE}) Tj ET")).file(),
        ),
        (
            "a shadow",
            "bus.pdf",
            page(format!("0.98 g {} 0 g {note}", text_at(73, 499, NOTE))).file(),
        ),
        (
            "a marker over it",
            "bus.pdf",
            page(format!("{note} /Marker gs 1 1 0 rg 60 490 400 30 re f")).file(),
        ),
        (
            "a frame around it",
            "bus.pdf",
            page(format!("{note} 0 g 50 480 500 50 re 52 482 496 46 re f*")).file(),
        ),
        ("a layer that is on", "bus.pdf", layer.file()),
        ("a drawing beside it", "bus.pdf", drawn_form.file()),
        ("a link", "bus.pdf", link.file()),
        (
            "several strings on a line",
            "bus.pdf",
            page(
                "BT /F1 12 Tf 72 500 Td [(No bus runs) -300 (on days)] TJ ( with early release.) Tj ET"
                    .to_owned(),
            )
            .file(),
        ),
    ]
}
