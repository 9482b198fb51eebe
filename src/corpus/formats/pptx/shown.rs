//! A presentation to be looked at: slide by slide what its shapes say, in the order of the shapes.

use super::backdrop;
use crate::corpus::extract::ExtractionError;
use crate::corpus::formats::diagrams::Diagrams;
use crate::corpus::formats::package::{Package, broken};
use crate::corpus::formats::xml::Element;
use crate::corpus::rendition::{Rendition, Writer};

pub(in crate::corpus::formats) fn show(bytes: &[u8]) -> Result<Rendition, ExtractionError> {
    let mut package = Package::open(bytes)?;
    let path = package.main_part("ppt/presentation.xml")?;
    let presentation = package
        .part(&path)?
        .ok_or_else(|| broken("it has no presentation inside"))?;
    let relations = package.relations(&path)?;
    let mut writer = Writer::default();
    let slides = presentation
        .child("sldIdLst")
        .into_iter()
        .flat_map(Element::elements);
    for (slide, number) in slides.zip(1..) {
        let Some(part) = slide.related("id").and_then(|id| relations.by_id(id)) else {
            continue;
        };
        let Some(slide) = package.part(&part.path)? else {
            continue;
        };
        let own = package.relations(&part.path)?;
        let diagrams = Diagrams::of(&slide, &own, &mut package)?;
        let hidden = matches!(slide.attribute("show"), Some("0" | "false"));
        writer.set_page(number);
        writer.begin(if hidden {
            "<section class=\"slide unseen\"><p class=\"place\">"
        } else {
            "<section class=\"slide\"><p class=\"place\">"
        });
        let place = if hidden { "hidden slide" } else { "slide" };
        writer.aside(&format!("{place} {number}"));
        writer.markup("</p>");
        // What the audience never sees is told with the warnings, and is no text here either.
        if let Some(tree) = slide.at(&["cSld", "spTree"]).filter(|_| !hidden) {
            shapes(tree, &diagrams, &mut writer);
        }
        writer.markup("</section>");
    }
    Ok(writer.finish())
}

fn shapes(parent: &Element, diagrams: &Diagrams, writer: &mut Writer) {
    for element in parent.elements() {
        match element.name.as_str() {
            // What stands around every slide is not what this one says.
            "sp" if backdrop::placeholder(element)
                .is_some_and(|own| matches!(backdrop::kind(own), "dt" | "ftr" | "hdr" | "sldNum")) => {}
            "txBody" => {
                for paragraph in element.named("p") {
                    writer.begin("<p>");
                    words(paragraph, writer);
                    writer.markup("</p>");
                }
            }
            "tbl" => table(element, writer),
            "relIds" => diagram(element, diagrams, writer),
            // The old form of what the new form says already.
            "Fallback" => {}
            _ => shapes(element, diagrams, writer),
        }
    }
}

/// What a diagram says, shape by shape; how it looks is not shown.
fn diagram(ids: &Element, diagrams: &Diagrams, writer: &mut Writer) {
    let said = diagrams.said(ids);
    writer.begin("<p><em class=\"left-out\">");
    writer.aside(if said.is_some() { "[diagram:]" } else { "[diagram]" });
    writer.markup("</em></p>");
    for shape in said.unwrap_or_default() {
        writer.begin("<p>");
        writer.say(&shape.line());
        writer.markup("</p>");
    }
}

fn table(table: &Element, writer: &mut Writer) {
    writer.open("<table>");
    for row in table.named("tr") {
        let mut first = true;
        for cell in row.named("tc") {
            if first {
                writer.begin("<tr><td>");
            } else {
                writer.markup("</td><td>");
                writer.space();
            }
            first = false;
            for paragraph in cell.child("txBody").into_iter().flat_map(|body| body.named("p")) {
                words(paragraph, writer);
                writer.markup("<br>");
                writer.space();
            }
        }
        if !first {
            writer.markup("</td></tr>");
        }
    }
    writer.markup("</table>");
}

fn words(parent: &Element, writer: &mut Writer) {
    for element in parent.elements() {
        match element.name.as_str() {
            "fld" if element.attribute("type").is_some_and(|kind| kind == "slidenum") => {}
            "t" => writer.say(&element.raw_text()),
            "br" => {
                writer.markup("<br>");
                writer.space();
            }
            "Fallback" => {}
            _ => words(element, writer),
        }
    }
}
