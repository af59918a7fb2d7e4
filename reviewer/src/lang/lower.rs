//! From a tree-sitter tree to the uniform [`Tree`](crate::tree::Tree), driven by a table for each language.
//!
//! A row says what becomes of one kind of the grammar: a node, a leaf, nothing, or its children in its
//! place; and which role each field gives to a child. What a row cannot say is a function that schedules
//! the parts itself. The driver keeps its own stack, so depth costs memory and nothing else.

use std::cell::Cell;
use std::ops::ControlFlow;
use std::time::Instant;

use tree_sitter as ts;

use crate::tree::{Builder, Kind, Role, TextRange};

/// What becomes of a kind of the grammar.
#[derive(Clone, Copy)]
pub(super) enum Shape {
    /// A node; anonymous tokens below it are dropped unless they have a row of their own.
    Node(Kind),
    /// A node that keeps its operators and keywords.
    Worded(Kind),
    /// What becomes of a kind without a row, but with roles: it keeps its structure and its words.
    Structure,
    /// A leaf; nothing below is looked at.
    Leaf(Kind),
    /// Its children stand in its place and in its role.
    Splice,
    /// Nothing.
    Skip,
    /// A comment: noted, no node.
    Comment,
    /// What the function schedules.
    Custom(Custom),
}

/// Schedules the parts of one grammar node, in order.
pub(super) type Custom = for<'t> fn(&mut Lower<'t, '_>, ts::Node<'t>, Role);

/// One row of a language's table.
pub(super) struct Row {
    /// Kind in the grammar.
    pub(super) cst: &'static str,
    /// What becomes of it.
    pub(super) shape: Shape,
    /// The role that each field gives to its children.
    pub(super) fields: &'static [(&'static str, Role)],
    /// The role of children without a field; `Child` leaves it to them.
    pub(super) rest: Role,
    /// The role that it takes where its parent gives none.
    pub(super) natural: Role,
}

/// A row with fields.
pub(super) const fn row(
    cst: &'static str,
    shape: Shape,
    fields: &'static [(&'static str, Role)],
) -> Row {
    Row {
        cst,
        shape,
        fields,
        rest: Role::Child,
        natural: Role::Child,
    }
}

/// A row whose children without a field are all in one role.
pub(super) const fn list(cst: &'static str, shape: Shape, rest: Role) -> Row {
    Row {
        cst,
        shape,
        fields: &[],
        rest,
        natural: Role::Child,
    }
}

/// A row without fields.
pub(super) const fn plain(cst: &'static str, shape: Shape) -> Row {
    list(cst, shape, Role::Child)
}

impl Row {
    /// The same row with a natural role.
    pub(super) const fn naturally(mut self, role: Role) -> Row {
        self.natural = role;
        self
    }

    /// The same row, with a role for the children that have no field.
    pub(super) const fn rest(mut self, role: Role) -> Row {
        self.rest = role;
        self
    }
}

/// A language's table, indexed by the numbers of its grammar.
pub(super) struct Grammar {
    pub(super) language: ts::Language,
    rows: Vec<Option<&'static Row>>,
    /// For each kind, the roles by field number.
    roles: Vec<Vec<Option<Role>>>,
    /// Anonymous tokens that say nothing.
    punctuation: Vec<bool>,
}

impl Grammar {
    /// Resolves the names of a table.
    pub(super) fn new(language: ts::Language, table: &'static [Row]) -> Grammar {
        let kinds = language.node_kind_count();
        let fields = language.field_count() + 1;
        let mut grammar = Grammar {
            rows: vec![None; kinds],
            roles: vec![Vec::new(); kinds],
            punctuation: vec![false; kinds],
            language,
        };
        let by_name: std::collections::HashMap<_, _> =
            table.iter().map(|row| (row.cst, row)).collect();
        for id in 0..kinds {
            let name = grammar
                .language
                .node_kind_for_id(id as u16)
                .unwrap_or_default();
            grammar.punctuation[id] = matches!(
                name,
                "(" | ")"
                    | "["
                    | "]"
                    | "{"
                    | "}"
                    | ","
                    | ";"
                    | ":"
                    | "."
                    | "::"
                    | "@"
                    | "#"
                    | "\""
                    | "'"
                    | "|"
                    | "->"
                    | "=>"
                    | ""
            );
            // `await` names a node and a keyword; a row means the node.
            let named = grammar.language.node_kind_is_named(id as u16);
            let keyword = !named && grammar.language.id_for_node_kind(name, true) != 0;
            if let Some(&row) = by_name.get(name).filter(|_| !keyword) {
                grammar.rows[id] = Some(row);
                let mut roles = vec![None; fields];
                for (field, role) in row.fields {
                    if let Some(id) = grammar.language.field_id_for_name(field) {
                        roles[usize::from(id.get())] = Some(*role);
                    }
                }
                grammar.roles[id] = roles;
            }
        }
        grammar
    }

    fn is_punctuation(&self, node: ts::Node<'_>) -> bool {
        self.punctuation
            .get(usize::from(node.kind_id()))
            .copied()
            .unwrap_or(false)
    }

    fn row(&self, node: ts::Node<'_>) -> Option<&'static Row> {
        self.rows
            .get(usize::from(node.kind_id()))
            .copied()
            .flatten()
    }
}

/// Scheduled work.
enum Task<'t> {
    /// A node of the grammar, its role, and how deep it lies.
    Visit(ts::Node<'t>, Role, u32),
    /// A part of the text that has a tree of its own: lowered when its turn comes.
    Embed(Embedded),
    Open(Kind, Role, TextRange),
    Leaf(Kind, Role, TextRange),
    Close,
}

/// A lowering under way.
pub(super) struct Lower<'t, 'b> {
    pub(super) grammar: &'static Grammar,
    pub(super) builder: &'b mut Builder,
    budget: &'b mut Budget,
    part: Part,
    /// How deep the node lies that is looked at.
    level: u32,
    stack: Vec<Task<'t>>,
    next: Vec<Task<'t>>,
    cursor: ts::TreeCursor<'t>,
}

/// A reparsed part of a text.
struct Embedded {
    tree: ts::Tree,
    /// Kind of the node whose children are wanted.
    holder: &'static str,
    part: Part,
}

/// How a part of a file hangs in the whole.
#[derive(Clone, Copy)]
struct Part {
    role: Role,
    /// Added to every position.
    shift: isize,
    /// How many reparsed parts it lies in.
    embedding: usize,
    /// How deep it lies.
    level: u32,
}

/// Deepest nesting of reparsed parts (macros in macros); what lies deeper stays raw.
const MAX_EMBEDDING: usize = 8;

/// Lowers everything below `root` into `builder`.
///
/// # Errors
/// Where parsing parts of it again used up the budget.
pub(super) fn lower(
    grammar: &'static Grammar,
    builder: &mut Builder,
    root: ts::Node<'_>,
    budget: &mut Budget,
) -> Result<(), ParseError> {
    let whole = Part {
        role: Role::Child,
        shift: 0,
        embedding: 0,
        level: 1,
    };
    lower_part(grammar, builder, root, whole, budget);
    budget.cut.map_or(Ok(()), Err)
}

/// Lowers a part of a file. It calls itself for embedded parts only, and no deeper than [`MAX_EMBEDDING`].
fn lower_part(
    grammar: &'static Grammar,
    builder: &mut Builder,
    root: ts::Node<'_>,
    part: Part,
    budget: &mut Budget,
) {
    let mut lower = Lower {
        grammar,
        builder,
        budget,
        part,
        level: part.level,
        stack: Vec::new(),
        next: Vec::new(),
        cursor: root.walk(),
    };
    lower.stack.push(Task::Visit(root, part.role, part.level));
    while let Some(task) = lower.stack.pop() {
        match task {
            Task::Visit(node, role, level) => {
                lower.level = level;
                lower.builder.reaches(level);
                lower.visit_node(node, role);
                let Lower { stack, next, .. } = &mut lower;
                stack.extend(next.drain(..).rev());
            }
            Task::Embed(embedded) => {
                if let Some(holder) = find(embedded.tree.root_node(), embedded.holder) {
                    lower_part(grammar, lower.builder, holder, embedded.part, lower.budget);
                }
            }
            Task::Open(kind, role, range) => lower.builder.open(kind, role, range),
            Task::Leaf(kind, role, range) => lower.builder.leaf(kind, role, range),
            Task::Close => lower.builder.close(),
        }
    }
}

/// The outermost node of a kind, in the order of the source.
fn find<'t>(root: ts::Node<'t>, kind: &str) -> Option<ts::Node<'t>> {
    let mut cursor = root.walk();
    while cursor.node().kind() != kind {
        while !cursor.goto_first_child() && !cursor.goto_next_sibling() {
            loop {
                if !cursor.goto_parent() {
                    return None;
                }
                if cursor.goto_next_sibling() {
                    break;
                }
            }
            if cursor.node().kind() == kind {
                break;
            }
        }
    }
    Some(cursor.node())
}

impl<'t> Lower<'t, '_> {
    fn visit_node(&mut self, node: ts::Node<'t>, role: Role) {
        if node.is_missing() {
            self.builder.error(self.range(node));
            return;
        }
        if node.is_error() {
            self.builder.error(self.range(node));
            self.open(Kind::Error, role, node);
            self.each_child(node, Role::Child, true);
            return self.close();
        }
        let Some(row) = self.grammar.row(node) else {
            return self.raw(node, role);
        };
        match row.shape {
            Shape::Skip => {}
            Shape::Comment => self.builder.comment(self.range(node)),
            Shape::Leaf(kind) => self.leaf(kind, role, node),
            Shape::Custom(schedule) => {
                self.note_extras(node);
                schedule(self, node, role);
            }
            Shape::Splice => self.each_child(node, role, false),
            Shape::Node(kind) => self.node(kind, role, node, row, false),
            Shape::Worded(kind) => self.node(kind, role, node, row, true),
            Shape::Structure if node.child_count() == 0 => {
                self.leaf(Kind::Raw(node.kind_id()), role, node);
            }
            Shape::Structure => self.node(Kind::Raw(node.kind_id()), role, node, row, true),
        }
    }

    /// Notes the comments and errors directly below a node whose children a function schedules: it may
    /// leave them out.
    pub(super) fn note_extras(&mut self, node: ts::Node<'t>) {
        self.cursor.reset(node);
        let mut more = self.cursor.goto_first_child();
        while more {
            let child = self.cursor.node();
            if child.is_error() || child.is_missing() {
                self.builder.error(self.range(child));
            } else if child.is_extra()
                && self
                    .grammar
                    .row(child)
                    .is_some_and(|row| matches!(row.shape, Shape::Comment))
            {
                self.builder.comment(self.range(child));
            }
            more = self.cursor.goto_next_sibling();
        }
    }

    fn node(
        &mut self,
        kind: Kind,
        role: Role,
        node: ts::Node<'t>,
        row: &'static Row,
        worded: bool,
    ) {
        self.open(kind, role, node);
        self.each_child(node, row.rest, worded);
        self.close();
    }

    /// A kind without a row keeps its structure and its words.
    pub(super) fn raw(&mut self, node: ts::Node<'t>, role: Role) {
        let kind = Kind::Raw(node.kind_id());
        if node.child_count() == 0 {
            return self.leaf(kind, role, node);
        }
        self.open(kind, role, node);
        self.each_child(node, Role::Child, true);
        self.close();
    }

    /// Schedules the children of `node`. The role of each comes from its field, else from its own row,
    /// else it is `rest`. Anonymous tokens count where they have a row or a field, and, in a `worded`
    /// node, where they are operators or keywords.
    fn each_child(&mut self, node: ts::Node<'t>, rest: Role, worded: bool) {
        let grammar = self.grammar;
        // The kind of an error has a number beyond the grammar's.
        let roles = grammar
            .roles
            .get(usize::from(node.kind_id()))
            .map_or(&[][..], |roles| roles);
        self.cursor.reset(node);
        let mut more = self.cursor.goto_first_child();
        while more {
            let child = self.cursor.node();
            let field = self
                .cursor
                .field_id()
                .and_then(|id| roles.get(usize::from(id.get())).copied().flatten());
            match grammar.row(child) {
                Some(row) => {
                    let natural = (row.natural != Role::Child).then_some(row.natural);
                    self.visit(child, field.or(natural).unwrap_or(rest));
                }
                None if child.is_named() => self.visit(child, field.unwrap_or(rest)),
                None if field.is_some() || worded && !grammar.is_punctuation(child) => {
                    self.leaf(Kind::Op, field.unwrap_or(Role::Op), child);
                }
                None => {}
            }
            more = self.cursor.goto_next_sibling();
        }
    }

    /// The range of a grammar node, in the file.
    pub(super) fn range(&self, node: ts::Node<'_>) -> TextRange {
        self.shifted(node.start_byte(), node.end_byte())
    }

    fn shifted(&self, start: usize, end: usize) -> TextRange {
        TextRange::new(
            start.saturating_add_signed(self.part.shift),
            end.saturating_add_signed(self.part.shift),
        )
    }

    /// The source text of a grammar node.
    pub(super) fn text(&self, node: ts::Node<'_>) -> &str {
        &self.builder.text()[self.range(node).indices()]
    }

    /// Schedules the start of a node over the range of `node`.
    pub(super) fn open(&mut self, kind: Kind, role: Role, node: ts::Node<'_>) {
        let range = self.range(node);
        self.open_over(kind, role, range);
    }

    /// Schedules the start of a node.
    pub(super) fn open_over(&mut self, kind: Kind, role: Role, range: TextRange) {
        self.next.push(Task::Open(kind, role, range));
    }

    /// Schedules the end of the node that was opened last.
    pub(super) fn close(&mut self) {
        self.next.push(Task::Close);
    }

    /// Schedules a leaf.
    pub(super) fn leaf(&mut self, kind: Kind, role: Role, node: ts::Node<'_>) {
        let range = self.range(node);
        self.leaf_over(kind, role, range);
    }

    /// Schedules a leaf over a range.
    pub(super) fn leaf_over(&mut self, kind: Kind, role: Role, range: TextRange) {
        self.next.push(Task::Leaf(kind, role, range));
    }

    /// Schedules a grammar node, in a role.
    pub(super) fn visit(&mut self, node: ts::Node<'t>, role: Role) {
        self.next.push(Task::Visit(node, role, self.level + 1));
    }

    /// Schedules the child in a field, if there is one.
    pub(super) fn visit_field(&mut self, node: ts::Node<'t>, field: &str, role: Role) {
        if let Some(child) = node.child_by_field_name(field) {
            self.visit(child, role);
        }
    }

    /// Parses `before + text[part] + after` and schedules the children of its first `holder`. False, and
    /// nothing scheduled, where that text has a syntax error or lies too deep.
    pub(super) fn reparse(
        &mut self,
        before: &str,
        part: TextRange,
        after: &str,
        holder: &'static str,
        role: Role,
    ) -> bool {
        if self.part.embedding >= MAX_EMBEDDING || self.budget.cut.is_some() {
            return false;
        }
        let text = format!("{before}{}{after}", &self.builder.text()[part.indices()]);
        match parse(&self.grammar.language, &text, self.budget) {
            Ok(tree) if !tree.root_node().has_error() => {
                let shift = part.start as isize - before.len() as isize;
                let part = Part {
                    role,
                    shift,
                    embedding: self.part.embedding + 1,
                    level: self.level + 1,
                };
                self.next.push(Task::Embed(Embedded { tree, holder, part }));
                true
            }
            _ => false,
        }
    }

    /// Schedules a body: a block as it is, a lone statement wrapped into one.
    pub(super) fn body(&mut self, node: ts::Node<'t>, role: Role, block: &str) {
        if node.kind() == block {
            return self.visit(node, role);
        }
        self.open(Kind::Block, role, node);
        self.visit(node, Role::Stmt);
        self.close();
    }
}

/// The named children that are no comments. What could not be parsed is one of them.
pub(super) fn named_children<'t>(node: ts::Node<'t>) -> Vec<ts::Node<'t>> {
    node.named_children(&mut node.walk())
        .filter(|child| !child.is_extra() || child.is_error())
        .collect()
}

/// Why a text has no tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// The step budget ran out.
    #[error("parsing took more than its budget of steps, and was given up")]
    Budget,
    /// The wall-clock backstop cut it.
    #[error("parsing took more than 2 seconds, and was given up")]
    Time,
}

/// What parsing one file may cost, the parts that are parsed again included. It is counted in what the parser
/// asks for, so that it does not depend on the machine; the wall clock is only a backstop.
pub(super) struct Budget {
    /// The parser calls back every hundred or so operations.
    calls: u64,
    /// It reads the text in pieces, and again what it lexes again: an unterminated comment, to the end of the
    /// file from each `/*`.
    reads: u64,
    started: Instant,
    cut: Option<ParseError>,
}

/// Bytes that are handed to the parser at once.
const PIECE: usize = 4096;

impl Budget {
    /// The budget for a text of that many bytes.
    ///
    /// Over 1,500 files of Flask, Commons Lang and Tokio, parsing takes at most 0.022 calls and 0.005 reads
    /// for a byte, and 40 calls and 12 reads in files below 2,000 bytes. Nesting 100,000 levels deep takes
    /// 0.05 calls for a byte. The scanner of Python looks ahead over all comments that follow, at each of them: a
    /// thousand lines of comments take 6,000 reads.
    pub(super) fn new(bytes: usize) -> Self {
        Budget {
            calls: 2_000 + bytes as u64 / 4,
            reads: 6_000 + bytes as u64 / 50,
            started: Instant::now(),
            cut: None,
        }
    }

    fn spend_call(&mut self) -> ControlFlow<()> {
        self.calls = self.calls.saturating_sub(1);
        if self.calls == 0 || self.reads == 0 {
            self.cut = Some(ParseError::Budget);
        } else if self.started.elapsed().as_secs() >= 2 {
            self.cut = Some(ParseError::Time);
        }
        match self.cut {
            Some(_) => ControlFlow::Break(()),
            None => ControlFlow::Continue(()),
        }
    }
}

/// Parses `text`.
pub(super) fn parse(
    grammar: &ts::Language,
    text: &str,
    budget: &mut Budget,
) -> Result<ts::Tree, ParseError> {
    let mut parser = ts::Parser::new();
    parser
        .set_language(grammar)
        .expect("the grammars are built for this parser");
    let bytes = text.as_bytes();
    let reads = Cell::new(budget.reads);
    let mut read = |offset: usize, _| {
        reads.set(reads.get().saturating_sub(1));
        let piece = bytes.get(offset..).unwrap_or_default();
        &piece[..piece.len().min(PIECE)]
    };
    let mut progress = |_: &ts::ParseState| {
        budget.reads = reads.get();
        budget.spend_call()
    };
    let options = ts::ParseOptions::new().progress_callback(&mut progress);
    let tree = parser.parse_with_options(&mut read, None, Some(options));
    tree.ok_or(budget.cut.unwrap_or(ParseError::Budget))
}
