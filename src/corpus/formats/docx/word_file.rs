//! What every reading of a Word file begins with: its document, and what says how paragraphs look, how they are numbered
//! and what its diagrams say.

use super::numbering::Numbering;
use super::styles::Styles;
use crate::corpus::extract::ExtractionError;
use crate::corpus::formats::diagrams::Diagrams;
use crate::corpus::formats::package::{Package, broken};
use crate::corpus::formats::xml::Element;

pub(super) struct WordFile<'a> {
    pub package: Package<'a>,
    folder: String,
    pub document: Element,
    pub styles: Styles,
    pub numbering: Numbering,
    pub diagrams: Diagrams,
}

impl<'a> WordFile<'a> {
    pub fn open(bytes: &'a [u8]) -> Result<Self, ExtractionError> {
        let mut package = Package::open(bytes)?;
        let path = package.main_part("word/document.xml")?;
        let document = package
            .part(&path)?
            .ok_or_else(|| broken("it has no document inside"))?;
        let relations = package.relations(&path)?;
        let diagrams = Diagrams::of(&document, &relations, &mut package)?;
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
        let styles = package.part(&format!("{folder}/styles.xml"))?;
        let numbering = package.part(&format!("{folder}/numbering.xml"))?;
        Ok(Self {
            package,
            folder,
            document,
            diagrams,
            styles: styles.map(|part| Styles::read(&part)).unwrap_or_default(),
            numbering: numbering.map(|part| Numbering::read(&part)).unwrap_or_default(),
        })
    }

    /// A part that stands beside the document.
    pub fn beside(&mut self, name: &str) -> Result<Option<Element>, ExtractionError> {
        self.package.part(&format!("{}/{name}", self.folder))
    }

    pub fn notes(&mut self) -> Result<[Option<Element>; 2], ExtractionError> {
        Ok([self.beside("footnotes.xml")?, self.beside("endnotes.xml")?])
    }
}
