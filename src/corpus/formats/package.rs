//! The archive an Office file is: parts of XML that find each other by relationships, unpacked within bounds.

use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use super::plain;
use super::xml::{self, Element};
use crate::corpus::extract::ExtractionError;

/// A part may unpack to this much; a small file that says it holds more is a bomb.
const PART_BYTES_MAX: u64 = 64 << 20;
/// All parts that are read together; many parts below the bound of one are a bomb too.
const ALL_PARTS_BYTES_MAX: u64 = 256 << 20;

pub(super) struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    bytes_left: u64,
}

/// One part named by another.
#[derive(Debug)]
pub(super) struct Relation {
    pub id: String,
    /// The last word of the relationship's type: `worksheet`, `notesSlide`.
    pub kind: String,
    /// Where the part is in the archive.
    pub path: String,
}

/// What a part names, in the order in which it does.
#[derive(Debug, Default)]
pub(super) struct Relations(Vec<Relation>);

impl Relations {
    pub fn by_id(&self, id: &str) -> Option<&Relation> {
        self.0.iter().find(|relation| relation.id == id)
    }

    pub fn of_kind<'r>(&'r self, kind: &'r str) -> impl Iterator<Item = &'r Relation> {
        self.0.iter().filter(move |relation| relation.kind == kind)
    }

    /// Where the only or first part of this kind is.
    pub fn path(&self, kind: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|relation| relation.kind == kind)
            .map(|relation| relation.path.as_str())
    }
}

pub(super) fn broken(what: &str) -> ExtractionError {
    ExtractionError::Malformed(what.to_owned())
}

impl<'a> Package<'a> {
    pub fn open(bytes: &'a [u8]) -> Result<Self, ExtractionError> {
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| broken(&error.to_string()))?;
        Ok(Self {
            archive,
            bytes_left: ALL_PARTS_BYTES_MAX,
        })
    }

    /// Where the main part is, by the archive's own list of relationships; `usual` where it has none.
    pub fn main_part(&mut self, usual: &str) -> Result<String, ExtractionError> {
        let relations = self.relations("")?;
        Ok(relations.path("officeDocument").unwrap_or(usual).to_owned())
    }

    /// The title that the file's properties give it.
    pub fn title(&mut self) -> Result<Option<String>, ExtractionError> {
        let properties = self.part("docProps/core.xml")?;
        Ok(properties.and_then(|part| part.child("title").map(Element::raw_text)))
    }

    /// What the part at `path` names; the archive itself where it is empty.
    pub fn relations(&mut self, path: &str) -> Result<Relations, ExtractionError> {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let list = self.part(&joined(folder, &format!("_rels/{name}.rels")))?;
        let relations = list.iter().flat_map(Element::elements).filter_map(|relation| {
            let outside = relation.attribute("TargetMode") == Some("External");
            let kind = relation.attribute("Type")?.rsplit('/').next()?;
            (relation.name == "Relationship" && !outside).then_some(Relation {
                id: relation.attribute("Id")?.to_owned(),
                kind: kind.to_owned(),
                path: joined(folder, relation.attribute("Target")?),
            })
        });
        Ok(Relations(relations.collect()))
    }

    /// One part of the archive as a tree; `None` if there is none of this name.
    pub fn part(&mut self, path: &str) -> Result<Option<Element>, ExtractionError> {
        let Some(text) = self.text(path)? else {
            return Ok(None);
        };
        xml::parse(&text)
            .map(Some)
            .map_err(|what| unreadable(path, &what))
    }

    /// One part as a tree without its elements called `name`, each of which goes to `take` when it is read:
    /// what repeats without end is never in memory as a whole.
    pub fn part_taking(
        &mut self,
        path: &str,
        name: &str,
        take: impl FnMut(Element) -> Result<(), String>,
    ) -> Result<Option<Element>, ExtractionError> {
        let Some(text) = self.text(path)? else {
            return Ok(None);
        };
        xml::parse_taking(&text, name, take)
            .map(Some)
            .map_err(|what| unreadable(path, &what))
    }

    fn text(&mut self, path: &str) -> Result<Option<String>, ExtractionError> {
        let packed = match self.archive.by_name(path.trim_start_matches('/')) {
            Ok(packed) => packed,
            Err(ZipError::FileNotFound) => return Ok(None),
            Err(error) => return Err(broken(&error.to_string())),
        };
        if packed.encrypted() {
            return Err(ExtractionError::Encrypted);
        }
        let bytes_max = PART_BYTES_MAX.min(self.bytes_left);
        let mut bytes = Vec::new();
        packed
            .take(bytes_max + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| broken(&error.to_string()))?;
        let unpacked = bytes.len() as u64;
        if unpacked > bytes_max {
            return Err(broken("its parts unpack to more than any document holds"));
        }
        self.bytes_left -= unpacked;
        Ok(Some(plain::decode(&bytes)?.into_owned()))
    }
}

fn unreadable(path: &str, what: &str) -> ExtractionError {
    broken(&format!("its part {path} cannot be read, {what}"))
}

/// Where `target` leads from `folder`, as a name in the archive.
fn joined(folder: &str, target: &str) -> String {
    let from = if target.starts_with('/') { "" } else { folder };
    let mut steps: Vec<&str> = Vec::new();
    for step in from.split('/').chain(target.split('/')) {
        match step {
            "" | "." => {}
            ".." => {
                steps.pop();
            }
            step => steps.push(step),
        }
    }
    steps.join("/")
}

#[cfg(test)]
pub(super) mod tests {
    use std::io::Write;

    use zip::write::SimpleFileOptions;

    use super::*;

    /// An archive made here, part by part.
    pub fn file(parts: &[(&str, &str)]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in parts {
            writer
                .start_file(*name, SimpleFileOptions::default())
                .expect("part");
            writer.write_all(text.as_bytes()).expect("text");
        }
        writer.finish().expect("file").into_inner()
    }

    #[test]
    fn targets_are_followed_from_the_part_that_names_them() {
        let cases = [
            ("", "ppt/presentation.xml", "ppt/presentation.xml"),
            ("xl", "worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("xl/worksheets", "../comments1.xml", "xl/comments1.xml"),
            ("xl/worksheets", "/xl/tables/table1.xml", "xl/tables/table1.xml"),
            ("xl", "../../../etc/passwd", "etc/passwd"),
        ];
        for (folder, target, wanted) in cases {
            assert_eq!(joined(folder, target), wanted);
        }
    }

    #[test]
    fn what_is_outside_the_file_is_not_named() {
        let list = r#"<Relationships>
            <Relationship Id="r1" Type="http://x/relationships/image" Target="http://x/a.png" TargetMode="External"/>
            <Relationship Id="r2" Type="http://x/relationships/slide" Target="slides/slide1.xml"/></Relationships>"#;
        let bytes = file(&[("ppt/_rels/presentation.xml.rels", list)]);
        let mut package = Package::open(&bytes).expect("an archive");
        let relations = package.relations("ppt/presentation.xml").expect("relations");
        assert_eq!(relations.path("slide"), Some("ppt/slides/slide1.xml"));
        assert!(relations.by_id("r1").is_none());
    }
}
