//! Colours by name, so that the same colour has the same name however it is written.

use std::collections::HashMap;

use crate::corpus::formats::xml::Element;

#[derive(Debug, Default)]
pub struct Colours {
    /// The theme's colours: `lt1` and what it is.
    of_theme: HashMap<String, String>,
    /// What slides call them: `bg1` for `lt1`.
    names: HashMap<String, String>,
}

impl Colours {
    pub fn read(theme: &Element, master: &Element) -> Self {
        let scheme = theme.at(&["themeElements", "clrScheme"]);
        let of_theme = scheme
            .into_iter()
            .flat_map(Element::elements)
            .filter_map(|colour| {
                let value = colour
                    .elements()
                    .find_map(|value| value.attribute("lastClr").or_else(|| value.attribute("val")));
                Some((colour.name.clone(), value?.to_ascii_uppercase()))
            });
        let map = master.child("clrMap");
        let names = ["bg1", "tx1", "bg2", "tx2"]
            .into_iter()
            .filter_map(|name| Some((name.to_owned(), map?.attribute(name)?.to_owned())));
        Self {
            of_theme: of_theme.collect(),
            names: names.collect(),
        }
    }

    /// The colour inside a fill or a reference; `None` if it is none that can be told.
    pub fn of(&self, fill: &Element) -> Option<String> {
        let colour = fill.elements().find(|element| element.name.ends_with("Clr"))?;
        let value = colour.attribute("val").unwrap_or_default();
        let plain = match colour.name.as_str() {
            "srgbClr" => value.to_ascii_uppercase(),
            "sysClr" => colour.attribute("lastClr").unwrap_or(value).to_ascii_uppercase(),
            "schemeClr" => {
                let name = self.names.get(value).map_or(value, String::as_str);
                self.of_theme.get(name).cloned()?
            }
            "prstClr" if value == "white" => "FFFFFF".into(),
            "prstClr" if value == "black" => "000000".into(),
            _ => return None,
        };
        let changes = colour
            .elements()
            .filter(|change| change.name != "alpha")
            .map(|change| format!(" {} {}", change.name, change.attribute("val").unwrap_or_default()));
        Some(plain + &changes.collect::<String>())
    }
}
