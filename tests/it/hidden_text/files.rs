//! Files made here, small enough to be read by eye.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;

/// A page with this body, and this in its head.
pub fn html(head: &str, body: &str) -> Vec<u8> {
    format!("<!doctype html><html><head><title>Buses</title>{head}</head><body>{body}</body></html>")
        .into_bytes()
}

/// A Word file with this body and these further parts.
pub fn docx(body: &str, parts: &[(&str, &str)]) -> Vec<u8> {
    let document = format!(
        "<w:document xmlns:w=\"w\" xmlns:w14=\"w14\" xmlns:wp=\"wp\" xmlns:a=\"a\" xmlns:wps=\"wps\" xmlns:mc=\"mc\">\
         <w:body>{body}</w:body></w:document>"
    );
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let all = std::iter::once(("word/document.xml", document.as_str())).chain(parts.iter().copied());
    for (name, text) in all {
        writer
            .start_file(name, SimpleFileOptions::default())
            .expect("a part");
        writer.write_all(text.as_bytes()).expect("its text");
    }
    writer.finish().expect("a file").into_inner()
}

/// A paragraph with these properties of itself and of its run.
pub fn paragraph(of_paragraph: &str, of_run: &str, text: &str) -> String {
    format!("<w:p><w:pPr>{of_paragraph}</w:pPr><w:r><w:rPr>{of_run}</w:rPr><w:t>{text}</w:t></w:r></w:p>")
}

/// What a PDF of one page holds beside its content stream.
#[derive(Default)]
pub struct Pdf<'a> {
    pub content: String,
    /// Further entries of the page, of the catalogue and of the trailer.
    pub page: &'a str,
    pub catalogue: &'a str,
    pub trailer: &'a str,
    /// Objects from number 10 on.
    pub objects: Vec<String>,
}

impl Pdf<'_> {
    /// The file: a font `F1`, a clear state `Clear`, a picture `Picture`, and a layer `Layer` (object 10, if given).
    pub fn file(&self) -> Vec<u8> {
        let mut objects = vec![
            format!("<< /Type /Catalog /Pages 2 0 R {} >>", self.catalogue),
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
            format!(
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R {} /Resources << /Font << /F1 5 0 R \
                 /F2 7 0 R >> /ExtGState << /Clear << /ca 0 >> /Marker << /BM /Multiply >> >> /XObject << /Picture 6 0 R >> \
                 /Properties << /Layer 10 0 R >> >> >>",
                self.page
            ),
            stream("", &self.content),
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
            stream(
                "/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8",
                "~",
            ),
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 8 0 R >>".to_owned(),
            stream("", NOTHING_SHOWN),
            "null".to_owned(),
        ];
        objects.extend(self.objects.iter().cloned());
        let mut file = "%PDF-1.7\n".to_owned();
        let mut offsets = Vec::new();
        for (number, object) in objects.iter().enumerate() {
            offsets.push(file.len());
            file.push_str(&format!("{} 0 obj\n{object}\nendobj\n", number + 1));
        }
        let start = file.len();
        file.push_str(&format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1));
        for offset in offsets {
            file.push_str(&format!("{offset:010} 00000 n \n"));
        }
        file.push_str(&format!(
            "trailer\n<< /Size {} /Root 1 0 R {} >>\nstartxref\n{start}\n%%EOF",
            objects.len() + 1,
            self.trailer
        ));
        file.into_bytes()
    }
}

/// Gives the letters A and B of the font `F2` two characters that show nothing.
const NOTHING_SHOWN: &str = "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def\n\
    1 begincodespacerange <00> <FF> endcodespacerange\n\
    2 beginbfchar <41> <200B> <42> <200C> endbfchar\n\
    endcmap CMapName currentdict /CMap defineresource pop end end";

pub fn stream(entries: &str, content: &str) -> String {
    format!(
        "<< {entries} /Length {} >>\nstream\n{content}\nendstream",
        content.len()
    )
}

/// Twelve-point text at a place.
pub fn text_at(x: i32, y: i32, text: &str) -> String {
    format!("BT /F1 12 Tf {x} {y} Td ({text}) Tj ET ")
}
