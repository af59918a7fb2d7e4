//! Reads `aws-codeguru-reviewer.yml` and `.codeguru-ignore.yml`.

use rules::yaml::{self, Error, Node, Value};

/// What CodeGuru was told not to report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Suppressions {
    /// `excludeFiles`: globs over whole paths.
    pub files: Vec<String>,
    /// `ExcludeBelowSeverity`.
    pub below: Option<String>,
    /// `ExcludeTags`.
    pub tags: Vec<String>,
    /// `ExcludeById`.
    pub ids: Vec<String>,
    /// `ExcludeRecommendations`.
    pub detectors: Vec<Excluded>,
    /// Keys that CodeGuru does not know.
    pub unknown: Vec<String>,
}

/// A detector that was not to report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Excluded {
    /// Its name, with its version.
    pub detector: String,
    /// Globs of the files where it was not to; none where it was not to anywhere.
    pub locations: Vec<String>,
}

/// Adds what a file says. As in CodeGuru, the case of keys does not matter.
///
/// # Errors
/// Where the text is no YAML, or a value has another shape.
pub fn suppressions(text: &str, to: &mut Suppressions) -> Result<(), Error> {
    for (key, value) in entries(&yaml::parse(text)?, "the file")? {
        match key.to_lowercase().as_str() {
            "version" => {}
            "excludefiles" => to.files.extend(value.texts(key)?),
            "excludebelowseverity" => to.below = Some(value.text(key)?.to_owned()),
            "excludetags" => to.tags.extend(value.texts(key)?),
            "excludebyid" => to.ids.extend(value.texts(key)?),
            "excluderecommendations" => {
                for item in value.items(key)? {
                    to.detectors.push(excluded(item)?);
                }
            }
            _ => to.unknown.push(key.to_owned()),
        }
    }
    Ok(())
}

fn excluded(item: &Node) -> Result<Excluded, Error> {
    let mut excluded = Excluded::default();
    for (key, value) in entries(item, "ExcludeRecommendations")? {
        match key.to_lowercase().as_str() {
            "detectorid" => value.text(key)?.clone_into(&mut excluded.detector),
            "locations" => excluded.locations = value.texts(key)?,
            _ => return Err(Error::new(value.at, format!("unknown key `{key}`"))),
        }
    }
    match excluded.detector.is_empty() {
        true => Err(Error::new(item.at, "`detectorId` is missing")),
        false => Ok(excluded),
    }
}

fn entries<'a>(node: &'a Node, what: &str) -> Result<Vec<(&'a str, &'a Node)>, Error> {
    let Value::Mapping(entries) = &node.value else {
        let message = format!("`{what}` must be a mapping, and this is {}", node.shape());
        return Err(Error::new(node.at, message));
    };
    // A key without a value is as good as none.
    let given = entries.iter().filter(|(_, value)| !is_empty(value));
    Ok(given
        .map(|(key, value)| (key.text.as_str(), value))
        .collect())
}

fn is_empty(node: &Node) -> bool {
    matches!(&node.value, Value::Scalar { text, plain: true } if text.is_empty() || text == "~")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_files_are_read_whatever_the_case_of_their_keys() {
        let mut read = Suppressions::default();
        suppressions("version: 1.0\nexcludeFiles:\n  - \"tst/**\"\n", &mut read).unwrap();
        let text = "version: 1.0\nExcludeById:\n- 'a1'\nExcludeBelowSeverity: 'HIGH'\nexcludeTags:\n  - x\n\
                    ExcludeRecommendations:\n  - detectorId: 'java/a@v1.0'\n    Locations:\n      - 'src/*.java'\n\
                    ExcludeFiles:\n";
        suppressions(text, &mut read).unwrap();
        let expected = Suppressions {
            files: vec!["tst/**".into()],
            below: Some("HIGH".into()),
            tags: vec!["x".into()],
            ids: vec!["a1".into()],
            detectors: vec![Excluded {
                detector: "java/a@v1.0".into(),
                locations: vec!["src/*.java".into()],
            }],
            unknown: Vec::new(),
        };
        assert_eq!(read, expected);
    }

    #[test]
    fn what_cannot_be_read_is_said_with_its_line() {
        let error = suppressions("excludeFiles: {a: b}\n", &mut Suppressions::default());
        assert_eq!(error.unwrap_err().at.line, 1);
        let error = suppressions(
            "ExcludeRecommendations:\n  - Locations: [a]\n",
            &mut Suppressions::default(),
        );
        assert!(error.unwrap_err().message.contains("detectorId"));
    }
}
