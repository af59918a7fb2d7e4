//! Interned texts.

use rustc_hash::FxHashMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

super::id!(
    /// A text of a [`Strings`] table. Id 0 is always the empty text.
    StringId
);

/// Every distinct text once; ids count from 0, which is the empty text (as in pprof).
#[derive(Clone, Debug)]
pub struct Strings {
    texts: Vec<Box<str>>,
    ids: FxHashMap<Box<str>, StringId>,
}

impl Strings {
    /// The id of `text`, new or old.
    pub fn intern(&mut self, text: &str) -> StringId {
        if let Some(&id) = self.ids.get(text) {
            return id;
        }
        let id = StringId(self.texts.len() as u32);
        self.texts.push(text.into());
        self.ids.insert(text.into(), id);
        id
    }

    /// The text of an id that this table gave out.
    pub fn get(&self, id: StringId) -> &str {
        &self.texts[id.index()]
    }

    /// All texts, in the order of their ids.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        self.texts.iter().map(|text| &**text)
    }
}

impl Default for Strings {
    fn default() -> Self {
        let mut strings = Strings {
            texts: Vec::new(),
            ids: FxHashMap::default(),
        };
        strings.intern("");
        strings
    }
}

impl Serialize for Strings {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.texts.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Strings {
    /// Fails where the table does not start with the empty text or repeats one: ids would not survive.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let texts = Vec::<Box<str>>::deserialize(deserializer)?;
        let mut strings = Strings::default();
        for (at, text) in texts.iter().enumerate() {
            if strings.intern(text).index() != at {
                return Err(serde::de::Error::custom(format!(
                    "string {at} is out of place: the table starts with \"\" and repeats nothing"
                )));
            }
        }
        Ok(strings)
    }
}
