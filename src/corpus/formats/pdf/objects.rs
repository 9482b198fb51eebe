//! The file's own objects, where the library does not say what is needed: layers, and what pictures let through.

use std::collections::HashSet;

use unpdf::parser::backend::{ObjectId, ResourceScope};
use unpdf::parser::raw::{PdfDict, PdfObject, RawDocument};

/// A page's ancestors; more are a loop.
const ANCESTORS_MAX: usize = 64;
/// A larger picture is not looked into.
const SMALL_POINTS_MAX: i64 = 4_096;

pub(super) struct Objects {
    document: RawDocument,
    /// The layers that a viewer does not show when it opens the file.
    off: HashSet<ObjectId>,
}

impl Objects {
    /// Read the file's objects; nothing if that cannot be done, which the library then says itself.
    pub fn load(bytes: &[u8]) -> Option<Self> {
        let document = RawDocument::load(bytes).ok()?;
        let off = layers_off(&document).unwrap_or_default();
        Some(Self { document, off })
    }

    pub fn resolve<'o>(&'o self, object: &'o PdfObject) -> &'o PdfObject {
        self.document.resolve(object)
    }

    pub fn dictionary<'o>(&'o self, object: &'o PdfObject) -> Option<&'o PdfDict> {
        let object = self.resolve(object);
        object.as_dict().or_else(|| Some(&object.as_stream()?.dict))
    }

    pub fn object(&self, id: ObjectId) -> Option<&PdfDict> {
        self.dictionary(self.document.get_object(id)?)
    }

    pub fn catalog(&self) -> Option<&PdfDict> {
        self.document.catalog().ok()
    }

    pub fn trailer(&self) -> &PdfDict {
        self.document.trailer()
    }

    /// The entry of a dictionary, references followed.
    pub fn entry<'o>(&'o self, dictionary: &'o PdfDict, key: &[u8]) -> Option<&'o PdfObject> {
        dictionary.get(key).map(|object| self.resolve(object))
    }

    /// Whether the layer that a content stream names is switched off.
    pub fn is_layer_off(&self, scope: ResourceScope, name: &[u8]) -> bool {
        self.resource(scope, b"Properties", name)
            .is_some_and(|layer| self.is_off(layer))
    }

    /// Whether a drawn object belongs to a layer that is switched off.
    pub fn is_object_off(&self, scope: ResourceScope, name: &[u8]) -> bool {
        self.drawn(scope, name)
            .and_then(|object| object.get(b"OC".as_slice()))
            .is_some_and(|layer| self.is_off(layer))
    }

    /// What a name in the resources draws.
    fn drawn(&self, scope: ResourceScope, name: &[u8]) -> Option<&PdfDict> {
        self.dictionary(self.resource(scope, b"XObject", name)?)
    }

    /// Whether a picture has so few points that it may be a colour made to look like a picture.
    pub fn is_small_image(&self, scope: ResourceScope, name: &[u8]) -> bool {
        let points = self.drawn(scope, name).and_then(|image| {
            let side = |key: &[u8]| self.entry(image, key).and_then(PdfObject::as_i64);
            side(b"Width")?.checked_mul(side(b"Height")?)
        });
        points.is_some_and(|points| points <= SMALL_POINTS_MAX)
    }

    /// Whether a picture hides what is below it: it has no mask and is none.
    pub fn is_solid_image(&self, scope: ResourceScope, name: &[u8]) -> bool {
        let Some(image) = self.drawn(scope, name) else {
            return false;
        };
        let is_mask = matches!(self.entry(image, b"ImageMask"), Some(PdfObject::Bool(true)));
        !is_mask && !image.contains_key(b"SMask".as_slice()) && !image.contains_key(b"Mask".as_slice())
    }

    /// Whether a layer, or a group of layers by the rule it names, is switched off.
    pub fn is_off(&self, layer: &PdfObject) -> bool {
        if layer.as_reference().is_some_and(|id| self.off.contains(&id)) {
            return true;
        }
        let Some(group) = self.dictionary(layer) else {
            return false;
        };
        let members: Vec<&PdfObject> = match group.get(b"OCGs".as_slice()) {
            Some(PdfObject::Array(members)) => members.iter().collect(),
            Some(one) => match self.resolve(one) {
                PdfObject::Array(members) => members.iter().collect(),
                _ => vec![one],
            },
            None => return false,
        };
        let is_off = |member: &&PdfObject| member.as_reference().is_some_and(|id| self.off.contains(&id));
        if members.is_empty() {
            return false;
        }
        match self.entry(group, b"P").and_then(PdfObject::as_name) {
            Some(b"AllOn") => members.iter().any(is_off),
            Some(b"AnyOff") => !members.iter().any(is_off),
            Some(b"AllOff") => !members.iter().all(is_off),
            _ => members.iter().all(is_off),
        }
    }

    /// What a name stands for: in the form's resources, else in those of the page or what it inherits from.
    fn resource(&self, scope: ResourceScope, kind: &[u8], name: &[u8]) -> Option<&PdfObject> {
        let form = scope.form.and_then(|form| self.object(form));
        let page = self.object(scope.page);
        let inherited = std::iter::successors(page, |node| self.dictionary(node.get(b"Parent".as_slice())?));
        form.into_iter()
            .chain(inherited.take(ANCESTORS_MAX))
            .find_map(|holder| {
                let resources = self.dictionary(holder.get(b"Resources".as_slice())?)?;
                self.dictionary(resources.get(kind)?)?.get(name)
            })
    }
}

/// The layers off by the file's default configuration (ISO 32000-1, 8.11.4.3).
fn layers_off(document: &RawDocument) -> Option<HashSet<ObjectId>> {
    let dictionary = |dictionary: &PdfDict, key: &[u8]| {
        let found = document.resolve(dictionary.get(key)?).as_dict()?;
        Some(found.clone())
    };
    let listed = |dictionary: &PdfDict, key: &[u8]| -> HashSet<ObjectId> {
        let list = dictionary.get(key).map(|list| document.resolve(list));
        list.and_then(PdfObject::as_array)
            .into_iter()
            .flatten()
            .filter_map(PdfObject::as_reference)
            .collect()
    };
    let properties = dictionary(document.catalog().ok()?, b"OCProperties")?;
    let usual = dictionary(&properties, b"D")?;
    let all_off = usual
        .get(b"BaseState".as_slice())
        .and_then(|state| document.resolve(state).as_name())
        == Some(b"OFF");
    let mut off = listed(&usual, b"OFF");
    if all_off {
        off.extend(listed(&properties, b"OCGs"));
        let on = listed(&usual, b"ON");
        off.retain(|layer| !on.contains(layer));
    }
    Some(off)
}
