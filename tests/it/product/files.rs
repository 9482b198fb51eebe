//! Files that nobody should upload, made here so that each is exactly as bad as its test says.

/// The first bytes of a PNG picture.
pub fn picture() -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0\x90wS\xde".to_vec();
    bytes.extend_from_slice(
        b"\0\0\0\x0cIDATx\x9cc\xf8\xcf\xc0\0\0\x03\x01\x01\0\xc9\xfe\x92\xef\0\0\0\0IEND\xaeB`\x82",
    );
    bytes
}

/// The beginning of a Windows program.
pub fn program() -> Vec<u8> {
    let mut bytes = b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0\xb8\0\0\0\0\0\0\0@".to_vec();
    bytes.resize(2_048, 0);
    bytes[0x3c] = 0x80;
    bytes[0x80..0x84].copy_from_slice(b"PE\0\0");
    bytes
}

/// A one-page PDF that asks for a password nobody has.
pub fn encrypted_pdf() -> Vec<u8> {
    let secret = "<0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef>";
    pdf(
        &[
            "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R >>".to_owned(),
            "<< /Length 16 >>\nstream\n0123456789abcdef\nendstream".to_owned(),
            format!("<< /Filter /Standard /V 2 /R 3 /Length 128 /P -44 /O {secret} /U {secret} >>"),
        ],
        "/Encrypt 5 0 R /ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>]",
    )
}

/// A PDF whose page holds arrays in arrays, deep enough to overflow the stack of a parser that follows them.
pub fn nested_pdf() -> Vec<u8> {
    const DEPTH: usize = 200_000;
    pdf(
        &[
            "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
            format!(
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Nest {}{} >>",
                "[".repeat(DEPTH),
                "]".repeat(DEPTH)
            ),
        ],
        "",
    )
}

fn pdf(objects: &[String], trailer: &str) -> Vec<u8> {
    let mut text = "%PDF-1.5\n".to_owned();
    let mut offsets = Vec::new();
    for (place, object) in objects.iter().enumerate() {
        offsets.push(text.len());
        text.push_str(&format!("{} 0 obj\n{object}\nendobj\n", place + 1));
    }
    let table = text.len();
    let size = objects.len() + 1;
    text.push_str(&format!("xref\n0 {size}\n0000000000 65535 f \n"));
    for offset in offsets {
        text.push_str(&format!("{offset:010} 00000 n \n"));
    }
    text.push_str(&format!(
        "trailer\n<< /Size {size} /Root 1 0 R {trailer} >>\nstartxref\n{table}\n%%EOF\n"
    ));
    text.into_bytes()
}

/// A web page nested a hundred thousand deep, with one sentence at the bottom.
pub fn nested_html() -> Vec<u8> {
    const DEPTH: usize = 100_000;
    let (open, close) = ("<div>".repeat(DEPTH), "</div>".repeat(DEPTH));
    format!("<!doctype html><title>Deep</title><body>{open}<p>The office opens at eight.</p>{close}")
        .into_bytes()
}
