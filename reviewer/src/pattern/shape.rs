//! One reading of a pattern: its tree, and what each node stands for.

use fancy_regex::{Regex, RegexBuilder};

use super::{Metavariable, Metavariables, PatternError};
use crate::lang::{self, Language, Spelled, Wrapper};
use crate::tree::{Kind, NodeId, Role, TextRange, Tree};

/// What a node of a pattern stands for.
#[derive(Clone, Debug)]
pub(crate) enum Mark {
    /// Itself.
    Plain,
    /// `$X`: any code, the same wherever the metavariable stands.
    Metavariable(Metavariable),
    /// `$X` as a statement of its own: any statement.
    Statement(Metavariable),
    /// `...` or `$...X`: any number of siblings.
    Ellipsis(Option<Metavariable>),
    /// `<... e ...>`: code that holds `e`, which is the node given.
    Deep(NodeId),
    /// `a. ... .b`, up to the second dot: any chain of calls and members on `a`, which is the node given.
    Chain(NodeId),
    /// `"..."`: any string.
    AnyString,
    /// `"$X"`: any string; its content is bound.
    StringContent(Metavariable),
    /// `"=~/re/"`: a string whose content the expression matches.
    StringRegex(Regex),
    /// A dotted name without metavariables, such as `os.path.join`, which imports may hide.
    Dotted(Box<str>),
}

/// The children of one role.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    pub(crate) role: Role,
    pub(crate) nodes: Vec<NodeId>,
    /// Whether one of them is an ellipsis.
    pub(crate) open: bool,
}

/// Where matching starts.
#[derive(Clone, Debug)]
pub(crate) enum Root {
    /// One node.
    Node(NodeId),
    /// Several statements in a row.
    Statements(Vec<NodeId>),
}

/// The type that a metavariable must have.
#[derive(Debug)]
pub(crate) struct TypeDemand {
    pub(crate) variable: Metavariable,
    pub(crate) text: String,
    /// The type as a pattern, where it has metavariables itself.
    pub(crate) pattern: Option<Shape>,
}

/// One reading of a pattern.
#[derive(Debug)]
pub(crate) struct Shape {
    pub(crate) tree: Tree,
    pub(crate) root: Root,
    marks: Vec<Mark>,
    groups: Vec<Vec<Group>>,
    /// Types that metavariables must have.
    pub(crate) types: Vec<TypeDemand>,
}

/// Most backtracking steps of an expression in a pattern, over one string.
const BACKTRACK_LIMIT: usize = 100_000;

impl Shape {
    /// Reads a spelled pattern inside a surrounding. `None` where that has a syntax error, or is no
    /// expression and no row of statements.
    pub(crate) fn parse(
        language: Language,
        spelled: &Spelled,
        wrapper: &Wrapper,
        variables: &mut Metavariables,
    ) -> Result<Option<Shape>, PatternError> {
        let text = format!("{}{}{}", wrapper.before, spelled.text, wrapper.after);
        let start = wrapper.before.len() + (spelled.text.len() - spelled.text.trim_start().len());
        let hole = TextRange::new(start, wrapper.before.len() + spelled.text.trim_end().len());
        let Ok(tree) = language.parse_strictly(text) else {
            return Ok(None);
        };
        if !tree.errors.is_empty() {
            return Ok(None);
        }
        let Some(root) = root(&tree, hole) else {
            return Ok(None);
        };
        let types = spelled
            .types
            .iter()
            .map(|(name, ty)| TypeDemand {
                variable: variables.intern(&format!("${name}")),
                pattern: type_pattern(language, ty, variables),
                text: ty.clone(),
            })
            .collect();
        let mut shape = Shape {
            root,
            marks: vec![Mark::Plain; tree.len()],
            groups: vec![Vec::new(); tree.len()],
            types,
            tree,
        };
        shape.mark(variables)?;
        shape.group();
        Ok(Some(shape))
    }

    /// Whether another shape reads the same.
    pub(crate) fn same_as(&self, other: &Shape) -> bool {
        match (&self.root, &other.root) {
            (Root::Node(a), Root::Node(b)) => self.tree.same_code(*a, &other.tree, *b),
            (Root::Statements(a), Root::Statements(b)) => {
                a.len() == b.len()
                    && a.iter()
                        .zip(b)
                        .all(|(a, b)| self.tree.same_code(*a, &other.tree, *b))
            }
            _ => false,
        }
    }

    pub(crate) fn mark_of(&self, id: NodeId) -> &Mark {
        &self.marks[id.0 as usize]
    }

    /// Whether it calls or declares a function of one of these names, or takes one for a type.
    pub(crate) fn calls_one_of(&self, names: &[&str]) -> bool {
        let called = |id: &NodeId| {
            let holder = self.tree.parent(*id).map(|parent| self.tree.kind(parent));
            match self.tree.node(*id).role {
                Role::Callee | Role::Type => self.tree.kind(*id) == Kind::Ident,
                Role::Name => holder == Some(Kind::Function),
                _ => false,
            }
        };
        !names.is_empty()
            && self
                .tree
                .ids()
                .filter(called)
                .any(|id| names.contains(&self.tree.text_of(id)))
    }

    /// Whether this is one node, whose name may be any.
    pub(crate) fn has_free_name(&self) -> bool {
        let Root::Node(root) = self.root else {
            return false;
        };
        let name = self.tree.child(root, Role::Name);
        name.is_some_and(|name| !matches!(self.mark_of(name), Mark::Dotted(_)))
    }

    /// Whether this is one node, and a member of an object.
    pub(crate) fn is_member(&self) -> bool {
        matches!(self.root, Root::Node(root) if self.tree.node(root).role == Role::Elem)
    }

    /// Whether this is one node, of one of these kinds.
    pub(crate) fn is_rooted_in(&self, kinds: &[Kind]) -> bool {
        matches!(self.root, Root::Node(root) if kinds.contains(&self.tree.kind(root)))
    }

    /// The children of a node, role by role.
    pub(crate) fn groups_of(&self, id: NodeId) -> &[Group] {
        &self.groups[id.0 as usize]
    }

    /// Whether this is one node that fits no common construct, or a function without a body.
    pub(crate) fn is_unusual(&self) -> bool {
        match self.root {
            Root::Node(root) => match self.tree.kind(root) {
                Kind::Raw(_) => true,
                Kind::Function => self.tree.child(root, Role::Body).is_none(),
                _ => false,
            },
            Root::Statements(_) => false,
        }
    }

    /// Whether it is read as statements.
    pub(crate) fn is_statement(&self) -> bool {
        match self.root {
            Root::Node(root) => self.tree.node(root).role == Role::Stmt,
            Root::Statements(_) => true,
        }
    }

    /// Finds out what each node stands for. Children come after their parents, so going backwards lets a
    /// parent see what its child became: a statement that is nothing but `...` is an ellipsis itself.
    fn mark(&mut self, variables: &mut Metavariables) -> Result<(), PatternError> {
        for at in (0..self.tree.len() as u32).rev() {
            let id = NodeId(at);
            self.marks[at as usize] = match self.tree.kind(id) {
                Kind::Str => self.string_mark(id, variables)?,
                Kind::StrPart => self.part_mark(id, variables),
                Kind::Block => self.body_mark(id),
                Kind::Call => self.deep_mark(id),
                Kind::Ident => match lang::meaning(self.tree.text_of(id)) {
                    Some(lang::Meaning::Ellipsis) => Mark::Ellipsis(None),
                    Some(lang::Meaning::Variadic(name)) => {
                        Mark::Ellipsis(Some(variables.intern(&format!("$...{name}"))))
                    }
                    Some(lang::Meaning::Metavariable(name)) => {
                        Mark::Metavariable(variables.intern(&format!("${name}")))
                    }
                    None => Mark::Dotted(self.tree.text_of(id).into()),
                },
                Kind::Member | Kind::Path => self.dotted_mark(id),
                Kind::ExprStmt
                | Kind::Param
                | Kind::VarDef
                | Kind::Pair
                | Kind::Keyword
                | Kind::ImportItem
                | Kind::Case
                | Kind::Function => self.holder_mark(id),
                Kind::Catch if self.is_any_handler(id) => Mark::Ellipsis(None),
                Kind::Raw(_) if self.tree.node(id).role == Role::Stmt => self.only_ellipsis(id),
                _ => Mark::Plain,
            };
        }
        Ok(())
    }

    /// Whether a handler is `catch (...)`, which has a type only to be read.
    pub(crate) fn handles_anything(&self, id: NodeId) -> bool {
        let name = self.tree.child(id, Role::Name);
        self.tree.kind(id) == Kind::Catch
            && name.is_some_and(|name| matches!(self.mark_of(name), Mark::Ellipsis(_)))
    }

    /// Whether the handler stands for any, or none: what it handles and does is `...`.
    fn is_any_handler(&self, id: NodeId) -> bool {
        let ellipsis = |part| matches!(self.mark_of(part), Mark::Ellipsis(None));
        let name = self
            .tree
            .child(id, Role::Name)
            .or(self.tree.child(id, Role::Type));
        let body = self.tree.child(id, Role::Body);
        name.is_some_and(ellipsis)
            && body.is_some_and(|body| {
                let mut statements = self.tree.children(body).peekable();
                statements.peek().is_some() && statements.all(ellipsis)
            })
    }

    /// The mark of a node that only carries an ellipsis, in the spelling that its position needed.
    fn holder_mark(&self, id: NodeId) -> Mark {
        let role = match self.tree.kind(id) {
            Kind::ExprStmt => Role::Value,
            // `...: $X` is no ellipsis; `...: ...` is one.
            // `default: ...` is none either.
            Kind::Pair | Kind::Case | Kind::Keyword => return self.only_ellipsis(id),
            // A parameter that is nothing but a type.
            Kind::Param if self.tree.child(id, Role::Name).is_none() => Role::Type,
            // `function ...(...) { ... }` is a function of any name or none.
            Kind::Function
                if self.tree.child(id, Role::Param).is_some()
                    || self.tree.child(id, Role::Body).is_some() =>
            {
                return Mark::Plain;
            }
            _ => Role::Name,
        };
        let statement = self.tree.kind(id) == Kind::ExprStmt;
        match self.tree.child(id, role).map(|child| self.mark_of(child)) {
            Some(Mark::Ellipsis(variable)) => Mark::Ellipsis(*variable),
            Some(Mark::Metavariable(variable)) if statement => Mark::Statement(*variable),
            // Any statement that holds the code.
            Some(Mark::Deep(inner)) if statement => Mark::Deep(*inner),
            _ => Mark::Plain,
        }
    }

    /// The mark of a part of a string, and of the text of an element.
    fn part_mark(&self, id: NodeId, variables: &mut Metavariables) -> Mark {
        let text = self.tree.text_of(id);
        if text == "..." {
            return Mark::Ellipsis(None);
        }
        let holder = self.tree.parent(id).map(|parent| self.tree.kind(parent));
        let whole = matches!(holder, Some(Kind::Template | Kind::Regex));
        match lang::meaning(text) {
            Some(lang::Meaning::Ellipsis) => Mark::Ellipsis(None),
            Some(lang::Meaning::Variadic(name)) => {
                Mark::Ellipsis(Some(variables.intern(&format!("$...{name}"))))
            }
            Some(lang::Meaning::Metavariable(name)) => {
                Mark::Metavariable(variables.intern(&format!("${name}")))
            }
            None if whole && text.strip_prefix("$...").is_some_and(is_variable_name) => {
                Mark::Ellipsis(Some(variables.intern(text)))
            }
            None if whole && text.strip_prefix('$').is_some_and(is_variable_name) => {
                Mark::Metavariable(variables.intern(text))
            }
            None => Mark::Plain,
        }
    }

    /// An arrow's `...` stands for any body.
    fn body_mark(&self, id: NodeId) -> Mark {
        let mut statements = self.tree.children(id);
        match (statements.next(), statements.next()) {
            (Some(only), None)
                if self.tree.kind(only) == Kind::Return
                    && self.tree.range(only) == self.tree.range(id)
                    && self.tree.child(only, Role::Value).is_some_and(|value| {
                        matches!(self.mark_of(value), Mark::Ellipsis(None))
                    }) =>
            {
                Mark::Ellipsis(None)
            }
            _ => Mark::Plain,
        }
    }

    /// The mark of a node that is an ellipsis where all of its children are.
    fn only_ellipsis(&self, id: NodeId) -> Mark {
        let ellipsis = |child| matches!(self.mark_of(child), Mark::Ellipsis(None));
        let mut children = self.tree.children(id);
        let heads = children
            .clone()
            .any(|child| self.tree.node(child).role != Role::Stmt);
        match heads && children.all(ellipsis) {
            true => Mark::Ellipsis(None),
            false => Mark::Plain,
        }
    }

    /// Whether the header of the loop `id` is nothing but `...`.
    pub(crate) fn has_open_header(&self, id: NodeId) -> bool {
        let mut header = self
            .tree
            .children(id)
            .filter(|&part| self.tree.node(part).role != Role::Body)
            .peekable();
        header.peek().is_some()
            && header.all(|part| matches!(self.mark_of(part), Mark::Ellipsis(_)))
    }

    fn deep_mark(&self, id: NodeId) -> Mark {
        let callee = self
            .tree
            .child(id, Role::Callee)
            .map(|callee| self.tree.text_of(callee));
        match self.tree.child(id, Role::Arg) {
            Some(inner) if callee == Some(lang::DEEP) => Mark::Deep(inner),
            _ => Mark::Plain,
        }
    }

    fn dotted_mark(&self, id: NodeId) -> Mark {
        if let (Some(object), Some(name)) = (
            self.tree.child(id, Role::Object),
            self.tree.child(id, Role::Name),
        ) && self.tree.text_of(name) == lang::CHAIN
        {
            return Mark::Chain(object);
        }
        let part = |role| match self.mark_of(self.tree.child(id, role)?) {
            Mark::Dotted(path) => Some(path),
            _ => None,
        };
        match (part(Role::Object), part(Role::Name)) {
            (Some(object), Some(name)) => Mark::Dotted(format!("{object}.{name}").into()),
            _ => Mark::Plain,
        }
    }

    fn string_mark(&self, id: NodeId, variables: &mut Metavariables) -> Result<Mark, PatternError> {
        let mut parts = self.tree.children(id);
        let (Some(part), None) = (parts.next(), parts.next()) else {
            return Ok(Mark::Plain);
        };
        if self.tree.kind(part) != Kind::StrPart {
            return Ok(Mark::Plain);
        }
        let text = self.tree.text_of(part);
        if text == "..." {
            // Beside another literal, it stands for any number of them.
            let joined = self
                .tree
                .parent(id)
                .is_some_and(|parent| self.tree.kind(parent) == Kind::Str);
            return Ok(if joined {
                Mark::Ellipsis(None)
            } else {
                Mark::AnyString
            });
        }
        if let Some((regex, flags)) = text
            .strip_prefix("=~/")
            .and_then(|rest| rest.rsplit_once('/'))
            .filter(|(_, flags)| flags.chars().all(|flag| "imsx".contains(flag)))
        {
            let pattern = match flags {
                "" => regex.to_owned(),
                flags => format!("(?{flags}){regex}"),
            };
            return RegexBuilder::new(&pattern)
                .backtrack_limit(BACKTRACK_LIMIT)
                .build()
                .map(Mark::StringRegex)
                .map_err(|error| PatternError::Regex(error.to_string()));
        }
        let whole = text.strip_prefix('$').is_some_and(is_variable_name);
        Ok(if whole {
            Mark::StringContent(variables.intern(text))
        } else {
            Mark::Plain
        })
    }

    fn group(&mut self) {
        for id in self.tree.ids() {
            let mut groups: Vec<Group> = Vec::new();
            let open_handler = self.handles_anything(id);
            for child in self.tree.children(id) {
                let role = self.tree.node(child).role;
                if open_handler && matches!(role, Role::Type | Role::Name) {
                    continue;
                }
                let open = matches!(self.mark_of(child), Mark::Ellipsis(_));
                match groups.iter_mut().find(|group| group.role == role) {
                    Some(group) => {
                        group.nodes.push(child);
                        group.open |= open;
                    }
                    None => groups.push(Group {
                        role,
                        nodes: vec![child],
                        open,
                    }),
                }
            }
            self.groups[id.0 as usize] = groups;
        }
    }
}

/// Whether `name` is that of a metavariable, without its `$`.
fn is_variable_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase() || c == '_')
        && name
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
}

/// The type with metavariables as a pattern. `None` where it has none, or cannot be read.
fn type_pattern(language: Language, ty: &str, variables: &mut Metavariables) -> Option<Shape> {
    let wrapper = language.type_wrapper().filter(|_| ty.contains('$'))?;
    let spelled = language.spell(ty, false).ok()?.into_iter().next()?;
    Shape::parse(language, &spelled, wrapper, variables).ok()?
}

/// The topmost nodes that fill the hole of a surrounding: one node, or a row of statements.
fn root(tree: &Tree, hole: TextRange) -> Option<Root> {
    // Parents come first, so the first node inside is a topmost one.
    let first = tree
        .ids()
        .skip(1)
        .find(|&id| hole.contains(tree.range(id)))?;
    let holder = tree.parent(first)?;
    let inside: Vec<_> = tree
        .children(holder)
        .filter(|&child| hole.contains(tree.range(child)))
        .collect();
    let filled = tree.range(*inside.first()?).to(tree.range(*inside.last()?));
    // A language without a statement terminator in this pattern may leave one out of the node. A comment says
    // nothing.
    let rest = |range: TextRange| {
        let code = |at: &(usize, char)| {
            let at = range.start + at.0 as u32;
            !tree
                .comments
                .iter()
                .any(|comment| comment.start <= at && at < comment.end)
        };
        tree.text[range.indices()]
            .char_indices()
            .filter(code)
            .all(|(_, c)| c.is_whitespace() || ";()".contains(c))
    };
    let outside = [
        TextRange {
            end: filled.start,
            ..hole
        },
        TextRange {
            start: filled.end.min(hole.end),
            ..hole
        },
    ];
    if !outside.into_iter().all(rest) {
        return None;
    }
    let statements = inside
        .iter()
        .all(|&child| tree.node(child).role == Role::Stmt);
    match inside[..] {
        [only] => {
            // An expression that happens to stand as a statement is meant wherever it stands.
            let expression =
                tree.kind(only) == Kind::ExprStmt && !tree.text_of(only).ends_with(';');
            Some(Root::Node(if expression {
                tree.child(only, Role::Value)?
            } else {
                only
            }))
        }
        _ if statements => Some(Root::Statements(inside)),
        _ => None,
    }
}
