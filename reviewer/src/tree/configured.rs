//! Calls and members that read the configuration of a project.
//!
//! Which ones do is data: the tables below.

use std::sync::Arc;

use super::names::Names;
use super::{Constant, Kind, NodeId, Role, Tree};
use crate::configuration::{Configuration, Domain};

/// A function that reads a value by its key.
const FUNCTIONS: [(&str, Domain); 5] = [
    ("System.getProperty", Domain::Settings),
    ("System.getenv", Domain::Environment),
    ("os.getenv", Domain::Environment),
    ("os.environ.get", Domain::Environment),
    ("os.Getenv", Domain::Environment),
];

/// A method that does: the last name of the type of its object, or of what makes or imports that; its own name;
/// how many of its arguments make the key.
const METHODS: [(&str, &str, usize, Domain); 4] = [
    ("Properties", "getProperty", 1, Domain::Settings),
    ("ConfigParser", "get", 2, Domain::Settings),
    ("RawConfigParser", "get", 2, Domain::Settings),
    ("config", "get", 1, Domain::Settings),
];

/// An object whose members are values.
const OBJECTS: [(&str, Domain); 2] = [
    ("os.environ", Domain::Environment),
    ("process.env", Domain::Environment),
];

/// Words, one of which is in every file that reads configuration.
const WORDS: [&str; 6] = [
    "getProperty",
    "getenv",
    "Getenv",
    "environ",
    "process",
    ".get",
];

/// Whether a file with this text may read configuration.
pub(crate) fn may_read(text: &str) -> bool {
    WORDS.iter().any(|word| text.contains(word))
}

impl Names {
    /// These names, in a project with that configuration.
    pub(super) fn configured(mut self, configuration: Arc<Configuration>) -> Names {
        self.configuration = configuration;
        self
    }

    /// The value that a call or member reads from the configuration; `text` says what its arguments come to.
    pub(super) fn setting(
        &self,
        tree: &Tree,
        id: NodeId,
        text: &dyn Fn(NodeId) -> Option<Arc<str>>,
    ) -> Option<Constant> {
        if self.configuration.is_empty() {
            return None;
        }
        let (key, domain) = match tree.kind(id) {
            Kind::Call => self.key_of_call(tree, id, text)?,
            Kind::Member => {
                let name = tree.text_of(tree.child(id, Role::Name)?);
                (name.to_owned(), self.domain_of_object(tree, id)?)
            }
            Kind::Index => {
                let domain = self.domain_of_object(tree, id)?;
                (text(tree.child(id, Role::Index)?)?.to_string(), domain)
            }
            _ => return None,
        };
        self.configuration.get(domain, &key)
    }

    fn key_of_call(
        &self,
        tree: &Tree,
        call: NodeId,
        text: &dyn Fn(NodeId) -> Option<Arc<str>>,
    ) -> Option<(String, Domain)> {
        let callee = tree.child(call, Role::Callee)?;
        let (count, domain) = match self.domain_among(tree, callee, &FUNCTIONS) {
            Some(domain) => (1, domain),
            None => self.key_of_method(tree, callee)?,
        };
        let args = tree.children_as(call, Role::Arg).take(count);
        let parts: Vec<_> = args.map(text).collect::<Option<_>>()?;
        (parts.len() == count).then(|| (parts.join("."), domain))
    }

    /// How many arguments are the key, and where it is looked up.
    fn key_of_method(&self, tree: &Tree, callee: NodeId) -> Option<(usize, Domain)> {
        let name = tree.text_of(tree.child(callee, Role::Name)?);
        let known = || METHODS.iter().filter(|(_, method, ..)| *method == name);
        known().next()?;
        let of = self.kind_of_object(tree, tree.child(callee, Role::Object)?)?;
        let (.., count, domain) = known().find(|(kind, ..)| *kind == of)?;
        Some((*count, *domain))
    }

    /// The last name of the type of an object, or of what makes or imports it.
    fn kind_of_object<'a>(&'a self, tree: &'a Tree, object: NodeId) -> Option<&'a str> {
        if let Some(ty) = self.declared_type(tree, object) {
            return tree.last_name(ty).map(|name| tree.text_of(name));
        }
        if let Some(path) = self.import(tree, object) {
            return path.rsplit('.').next();
        }
        let value = self.initial_value(tree, object)?;
        tree.callee_name(value).map(|name| tree.text_of(name))
    }

    fn domain_of_object(&self, tree: &Tree, member: NodeId) -> Option<Domain> {
        self.domain_among(tree, tree.child(member, Role::Object)?, &OBJECTS)
    }

    /// Where the values of what is named here are looked up: by what imports say, or by how it is written.
    fn domain_among(&self, tree: &Tree, id: NodeId, known: &[(&str, Domain)]) -> Option<Domain> {
        let written = tree.text_of(id);
        let is = |path: &str| self.means(tree, id, path) || path == written;
        known
            .iter()
            .find(|(path, _)| is(path))
            .map(|(_, domain)| *domain)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::configuration::Reading;
    use crate::lang::Language;
    use crate::source::SourceFile;
    use crate::tree::{Constant, Kind, Role, Unit, may_read};

    fn configuration() -> Reading {
        let file = |name: &str, text: &str| SourceFile {
            text: Some(text.into()),
            ..SourceFile::on_disk(name, name, Language::Regex)
        };
        Reading::of(&[
            file("a.properties", "key=a\n"),
            file("b.ini", "[part]\nkey=b\n"),
            file("config.json", r#"{"deep": {"key": "c"}}"#),
            file(".env", "KEY=e\n"),
        ])
    }

    /// What the argument of the call of `f` comes to.
    fn argument(language: Language, code: &str) -> Option<Constant> {
        assert!(may_read(code), "{code}");
        let tree = language.parse(code.to_owned()).unwrap();
        let unit = Unit::new(tree).with_configuration(Arc::new(configuration().configuration));
        let tree = &unit.tree;
        let is_f = |id: &_| {
            let callee = tree
                .child(*id, Role::Callee)
                .map(|callee| tree.text_of(callee));
            tree.kind(*id) == Kind::Call && callee == Some("f")
        };
        let call = tree.ids().find(is_f).unwrap();
        let argument = tree.child(call, Role::Arg).unwrap();
        assert_eq!(unit.names().coded_value(tree, argument), None, "{code}");
        unit.names().constant_value(tree, argument)
    }

    #[test]
    fn values_are_read_by_their_keys() {
        use Language::{Go, Java, JavaScript, Python};
        let properties = "java.util.Properties p = new java.util.Properties();";
        let cases = [
            (
                Java,
                format!(
                    "class C {{ void g() {{ {properties} f(p.getProperty(\"key\", \"x\")); }} }}"
                ),
                "a",
            ),
            (
                Java,
                format!(
                    "class C {{ void g() {{ {properties} f(p.getProperty(\"k\" + \"ey\")); }} }}"
                ),
                "a",
            ),
            (
                Java,
                "class C { void g() { f(System.getProperty(\"key\")); } }".to_owned(),
                "a",
            ),
            (
                Java,
                "class C { void g() { f(System.getenv(\"KEY\")); } }".to_owned(),
                "e",
            ),
            (Python, "import os\nf(os.environ['KEY'])".to_owned(), "e"),
            (
                Python,
                "from os import environ as e\nf(e.get('KEY', 'x'))".to_owned(),
                "e",
            ),
            (
                Python,
                "import os\nname = os.getenv('KEY')\nf(name)".to_owned(),
                "e",
            ),
            (
                Python,
                "p = ConfigParser()\nf(p.get('part', 'key'))".to_owned(),
                "b",
            ),
            (JavaScript, "f(process.env.KEY)".to_owned(), "e"),
            (JavaScript, "f(process.env['KEY'])".to_owned(), "e"),
            (
                JavaScript,
                "const c = require('config'); f(c.get('deep.key'))".to_owned(),
                "c",
            ),
            (
                Go,
                "package p\nimport \"os\"\nfunc g() { f(os.Getenv(\"KEY\")) }".to_owned(),
                "e",
            ),
        ];
        for (language, code, expected) in cases {
            assert_eq!(
                argument(language, &code),
                Some(Constant::text(expected)),
                "{code}"
            );
        }
    }

    #[test]
    fn what_is_no_reading_has_no_value() {
        use Language::{Java, JavaScript, Python};
        let cases = [
            (
                Java,
                "class C { void g(Other p) { f(p.getProperty(\"key\")); } }",
            ),
            (
                Java,
                "class C { void g() { f(System.getProperty(\"absent\", \"x\")); } }",
            ),
            (
                Java,
                "class C { void g(String k) { f(System.getProperty(k)); } }",
            ),
            (Java, "class C { void g() { f(System.getenv(\"key\")); } }"),
            (Python, "f(p.get('part', 'key'))"),
            (Python, "p = ConfigParser()\nf(p.get('key'))"),
            (JavaScript, "f(process.KEY)"),
        ];
        for (language, code) in cases {
            assert_eq!(argument(language, code), None, "{code}");
        }
    }
}
