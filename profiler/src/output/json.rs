//! Our own JSON: the model itself, field by field, under a schema version.

use serde::{Deserialize, Serialize};

use crate::profile::Profile;

/// Version of the schema. Fields may be added under one version; a change of meaning is a new one.
pub const VERSION: u32 = 1;

/// The JSON schema (draft 2020-12) of the document.
pub const SCHEMA: &str = include_str!("../../profile.schema.json");

/// The document.
#[derive(Debug, Serialize, Deserialize)]
pub struct Document<P> {
    /// The schema version.
    pub hone_profile: u32,
    /// The profile.
    pub profile: P,
}

/// Renders `profile`.
pub fn render(profile: &Profile) -> String {
    let document = Document {
        hone_profile: VERSION,
        profile,
    };
    serde_json::to_string(&document).expect("a profile is plain data with text keys")
}
