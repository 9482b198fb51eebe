//! PowerPoint presentations: slide by slide, each slide a page under its title.
//!
//! Text stands in the order of the shapes, which is the order in which a screen reader says them. What the audience
//! does not see, such as speaker notes and hidden slides, is no text.

mod backdrop;
mod colours;
mod place;
mod shapes;
mod shown;

pub(super) use self::shown::show;

use std::collections::HashMap;
use std::rc::Rc;

use self::backdrop::Backdrop;
use self::shapes::{Slide, Unread};
use super::diagrams::Diagrams;
use super::drawing::Said;
use super::package::{Package, Relations, broken};
use super::xml::Element;
use crate::corpus::blocks::{BlockKind, Parsed, Reader};
use crate::corpus::extract::ExtractionError;
use crate::corpus::extracted::WarningKind;

const MEDIA_TYPE: &str = "application/vnd.openxmlformats-officedocument.presentationml.presentation";
/// So many slides are named in one warning.
const NAMED_MAX: usize = 20;

pub(super) fn read(bytes: &[u8]) -> Result<Parsed, ExtractionError> {
    let mut package = Package::open(bytes)?;
    let path = package.main_part("ppt/presentation.xml")?;
    let presentation = package
        .part(&path)?
        .ok_or_else(|| broken("it has no presentation inside"))?;
    let relations = package.relations(&path)?;
    let title = package.title()?;
    let mut show = Show {
        package,
        size: place::size(&presentation),
        backdrops: HashMap::new(),
        reader: Reader::default(),
        unread: Vec::new(),
        has_comments: false,
    };
    let slides = presentation
        .child("sldIdLst")
        .into_iter()
        .flat_map(Element::elements);
    let mut number = 0;
    for slide in slides {
        number += 1;
        if let Some(part) = slide.related("id").and_then(|id| relations.by_id(id)) {
            show.slide(number, &part.path)?;
        }
    }
    let mut reader = show.finish();
    if reader.blocks().is_empty() && number > 0 {
        return Err(ExtractionError::NoText);
    }
    if reader
        .blocks()
        .iter()
        .all(|block| matches!(block.kind, BlockKind::Heading(_)))
    {
        reader.warn(
            WarningKind::UnreadablePages,
            "The slides have titles and no other text; what pictures show is missing here.",
        );
    }
    Ok(reader.finish(MEDIA_TYPE, title, Some(number)))
}

/// The presentation while its slides go by.
struct Show<'a> {
    package: Package<'a>,
    size: (f64, f64),
    /// By the path of the layout.
    backdrops: HashMap<String, Rc<Backdrop>>,
    reader: Reader,
    unread: Vec<(Unread, u32)>,
    has_comments: bool,
}

impl Show<'_> {
    fn slide(&mut self, number: u32, path: &str) -> Result<(), ExtractionError> {
        let Some(slide) = self.package.part(path)? else {
            return Ok(());
        };
        let relations = self.package.relations(path)?;
        let place = format!("slide {number}");
        if matches!(slide.attribute("show"), Some("0" | "false")) {
            let text = shapes::all_text(&slide);
            let how = format!("on the hidden {place}");
            self.reader.warn_left_out(WarningKind::HiddenText, &how, &text);
            return Ok(());
        }
        let backdrop = self.backdrop(&relations)?;
        let diagrams = Diagrams::of(&slide, &relations, &mut self.package)?;
        self.reader.set_page(number);
        let read = Slide::read(&slide, &backdrop, self.size, &diagrams);
        read.push(&place, number, &mut self.reader);
        self.unread
            .extend(read.unread.into_iter().map(|what| (what, number)));
        self.notes(&relations, &place)?;
        self.has_comments |= relations.path("comments").is_some();
        Ok(())
    }

    /// What the slide is drawn on; the same for all slides of one layout.
    fn backdrop(&mut self, slide: &Relations) -> Result<Rc<Backdrop>, ExtractionError> {
        let Some(path) = slide.path("slideLayout") else {
            return Ok(Rc::default());
        };
        if let Some(known) = self.backdrops.get(path) {
            return Ok(Rc::clone(known));
        }
        let layout = self.package.part(path)?.unwrap_or_default();
        let master_path = self
            .package
            .relations(path)?
            .path("slideMaster")
            .map(str::to_owned);
        let mut master = Element::default();
        let mut theme = Element::default();
        if let Some(master_path) = master_path {
            master = self.package.part(&master_path)?.unwrap_or_default();
            if let Some(theme_path) = self.package.relations(&master_path)?.path("theme") {
                theme = self.package.part(theme_path)?.unwrap_or_default();
            }
        }
        let backdrop = Rc::new(Backdrop::new(layout, master, &theme));
        self.backdrops.insert(path.to_owned(), Rc::clone(&backdrop));
        Ok(backdrop)
    }

    fn notes(&mut self, relations: &Relations, place: &str) -> Result<(), ExtractionError> {
        let Some(path) = relations.path("notesSlide") else {
            return Ok(());
        };
        let notes = self.package.part(path)?.unwrap_or_default();
        let mut text = String::new();
        for body in shapes::of_kind(&notes, "body")
            .into_iter()
            .filter_map(|shape| shape.child("txBody"))
        {
            text.push_str(&Said::read(body, &[], |_| false).line());
            text.push(' ');
        }
        let how = format!("in the speaker notes of {place}");
        self.reader.warn_left_out(WarningKind::HiddenText, &how, &text);
        Ok(())
    }

    fn finish(mut self) -> Reader {
        for what in Unread::ALL {
            let mut slides: Vec<String> = self
                .unread
                .iter()
                .filter(|(unread, _)| *unread == what)
                .map(|(_, number)| number.to_string())
                .collect();
            slides.dedup();
            slides.truncate(NAMED_MAX);
            if !slides.is_empty() {
                let said = format!("{}, and are missing here: {}.", what.spoken(), slides.join(", "));
                self.reader.warn(WarningKind::UnreadablePages, said);
            }
        }
        if self.has_comments {
            self.reader.warn(
                WarningKind::TrackedChanges,
                "The file has comments; they are not part of the text.",
            );
        }
        self.reader
    }
}

#[cfg(test)]
mod tests;
