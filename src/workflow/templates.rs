//! Issue templates of newsletters: which sections an issue has, and what each is about.

use serde::{Deserialize, Serialize};

const TEMPLATES: &str = include_str!("templates.toml");

/// A newsletter's plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    pub id: String,
    pub name: String,
    #[serde(rename = "section")]
    pub sections: Vec<TemplateSection>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateSection {
    pub heading: String,
    pub topics: String,
}

#[derive(Deserialize)]
struct Templates {
    template: Vec<Template>,
}

/// The templates this product comes with.
pub fn templates() -> Vec<Template> {
    toml::from_str::<Templates>(TEMPLATES)
        .map(|templates| templates.template)
        .unwrap_or_default()
}

/// The template with this id.
pub fn template(id: &str) -> Option<Template> {
    templates().into_iter().find(|template| template.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_templates_can_be_read_and_have_sections() {
        let templates = templates();
        assert!(templates.len() >= 3);
        assert!(templates.iter().all(|template| !template.sections.is_empty()));
        assert!(template("family-weekly").is_some() && template("none").is_none());
    }
}
