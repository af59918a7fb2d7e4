//! Which function a place lies in.

use super::{Kind, NodeId, Role, TextRange, Tree};

/// A function or class that has a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// Its name behind the names of what it lies in, as `Shop.price`.
    pub name: String,
    /// All of it.
    pub range: TextRange,
    /// Whether it is a function.
    pub is_function: bool,
}

/// The named functions and classes of a file.
#[derive(Debug, Default)]
pub(crate) struct Scopes {
    /// By their starts; what contains one stands before it.
    scopes: Vec<Scope>,
    /// The innermost one around each.
    around: Vec<Option<usize>>,
}

impl Scopes {
    pub(crate) fn of(tree: &Tree) -> Scopes {
        let mut scopes = Scopes::default();
        for id in tree.ids() {
            let kind = tree.kind(id);
            let Some(name) = name(tree, id) else {
                continue;
            };
            let range = tree.range(id);
            let around = scopes.innermost(range);
            let name = match around {
                Some(outer) => format!("{}.{name}", scopes.scopes[outer].name),
                None => name.to_owned(),
            };
            scopes.scopes.push(Scope {
                // Absurd nesting would make names whose lengths add up to the square of its depth.
                name: name[..name.floor_char_boundary(MAX_NAME)].to_owned(),
                range,
                is_function: kind != Kind::Class,
            });
            scopes.around.push(around);
        }
        scopes
    }

    /// The innermost function that contains `range`.
    pub(crate) fn function(&self, range: TextRange) -> Option<&Scope> {
        let mut index = self.innermost(range)?;
        while !self.scopes[index].is_function {
            index = self.around[index]?;
        }
        Some(&self.scopes[index])
    }

    /// The innermost scope that contains `range`.
    fn innermost(&self, range: TextRange) -> Option<usize> {
        let before = self
            .scopes
            .partition_point(|scope| scope.range.start <= range.start);
        let mut index = before.checked_sub(1)?;
        while !self.scopes[index].range.contains(range) {
            index = self.around[index]?;
        }
        Some(index)
    }
}

/// Longest name of a scope, in bytes.
const MAX_NAME: usize = 300;

/// The name of a function or class. That of a function expression is the variable that it is the value of, or the call that
/// takes it with a text before it: `it("adds", () => …)`, `app.get("/", (req, res) => …)`.
fn name(tree: &Tree, id: NodeId) -> Option<&str> {
    let named = match tree.kind(id) {
        Kind::Function | Kind::Class => {
            let name = tree
                .child(id, Role::Name)
                .or_else(|| tree.child(id, Role::Type))?;
            return Some(tree.text_of(name));
        }
        Kind::Lambda => tree.parent(id)?,
        _ => return None,
    };
    if tree.kind(named) == Kind::Call {
        let text = tree.child(named, Role::Arg)?;
        let head = tree.range(named).start as usize..tree.range(text).end as usize;
        return (tree.kind(text) == Kind::Str).then(|| &tree.text[head]);
    }
    [Role::Name, Role::Left, Role::Key]
        .into_iter()
        .find_map(|role| tree.child(named, role))
        .filter(|name| *name != id && tree.is_leaf(*name))
        .map(|name| tree.text_of(name))
}

#[cfg(test)]
mod tests {
    use crate::lang::Language;

    use super::*;

    fn function(language: Language, text: &str) -> Option<String> {
        let at = text.find("HERE").unwrap();
        let scopes = Scopes::of(&language.parse(text.to_owned()).unwrap());
        let function = scopes.function(TextRange::new(at, at + 4));
        function.map(|scope| scope.name.clone())
    }

    #[test]
    fn a_place_lies_in_the_innermost_named_function() {
        let name = |name: &str| Some(name.to_owned());
        let python =
            "class A:\n    def f(self):\n        pass\n    def g(self, x=HERE):\n        pass\n";
        assert_eq!(function(Language::Python, python), name("A.g"));
        let java = "class A { int x = HERE; void f() {} }";
        assert_eq!(function(Language::Java, java), None);
        let script = "const f = (a) => { g(() => HERE); };";
        assert_eq!(function(Language::JavaScript, script), name("f"));
        let test = "describe('a', () => { it('adds', function () { HERE; }); });";
        assert_eq!(
            function(Language::JavaScript, test),
            name("describe('a'.it('adds'")
        );
        let rust = "impl A { fn f() { HERE } }";
        assert_eq!(function(Language::Rust, rust), name("A.f"));
        let go = "package p\nfunc (a *A) F() { HERE }";
        assert_eq!(function(Language::Go, go), name("F"));
        assert_eq!(function(Language::Python, "HERE"), None);
    }
}
