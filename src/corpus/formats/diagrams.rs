//! SmartArt diagrams: what a diagram says is kept in a part of its own, and how it is drawn in another.

use std::collections::HashMap;

use super::drawing::Said;
use super::package::{Package, Relations};
use super::xml::Element;
use crate::corpus::extract::ExtractionError;

/// The drawings in which Office keeps how its diagrams look, by the relationship of their data.
#[derive(Default)]
pub(super) struct Diagrams(HashMap<String, Element>);

impl Diagrams {
    /// The diagrams of a slide or a document; `relations` are what it names.
    pub fn of(
        owner: &Element,
        relations: &Relations,
        package: &mut Package<'_>,
    ) -> Result<Self, ExtractionError> {
        let mut diagrams = HashMap::new();
        if !owner.contains("relIds") {
            return Ok(Self(diagrams));
        }
        for data in relations.of_kind("diagramData") {
            let part = package.part(&data.path)?;
            let drawn = part
                .as_ref()
                .and_then(drawing_of)
                .and_then(|id| relations.by_id(id));
            if let Some(drawn) = drawn
                && let Some(drawing) = package.part(&drawn.path)?
            {
                diagrams.insert(data.id.clone(), drawing);
            }
        }
        Ok(Self(diagrams))
    }

    /// What the diagram that `ids` stands for says, shape by shape in the order in which they are drawn; nothing where the
    /// file does not say how it is drawn.
    pub fn said(&self, ids: &Element) -> Option<Vec<Said>> {
        let drawing = self.0.get(ids.attribute("dm")?)?;
        let bodies = text_bodies(drawing);
        Some(
            bodies
                .into_iter()
                .map(|body| Said::read(body, &[], |_| false))
                .collect(),
        )
    }
}

/// The relationship of the drawing that a diagram's data names.
fn drawing_of(data: &Element) -> Option<&str> {
    if data.name == "dataModelExt" {
        return data.attribute("relId");
    }
    data.elements().find_map(drawing_of)
}

/// Every text body below, in order.
pub(super) fn text_bodies(element: &Element) -> Vec<&Element> {
    if element.name == "txBody" {
        return vec![element];
    }
    let inner = element.elements().filter(|element| element.name != "Fallback");
    inner.flat_map(text_bodies).collect()
}
