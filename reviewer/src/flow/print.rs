//! The intermediate representation as text: for tests, and for people who work on rules and the engine.

use std::fmt::Write;

use super::ir::{
    Block, Body, BodyId, BodyKind, Build, Call, Callee, End, Field, InstrId, Key, Local, Op, Part,
    Program, Takes,
};
use crate::tree::Tree;

/// Longest text of a literal that is printed.
const LONGEST: usize = 40;

/// All bodies of a file, one instruction a line.
pub fn program(tree: &Tree, program: &Program) -> String {
    let mut out = String::new();
    for (at, body) in program.bodies.iter().enumerate() {
        if at > 0 {
            out.push('\n');
        }
        Printer {
            tree,
            program,
            body,
        }
        .body(BodyId(at as u32), &mut out);
    }
    out
}

struct Printer<'a> {
    tree: &'a Tree,
    program: &'a Program,
    body: &'a Body,
}

impl Printer<'_> {
    fn body(&self, id: BodyId, out: &mut String) {
        let body = self.body;
        let kind = match body.kind {
            BodyKind::File => "file",
            BodyKind::Function => "function",
            BodyKind::Lambda => "lambda",
            BodyKind::Class => "class",
        };
        // Writing to a `String` cannot fail.
        let _ = write!(out, "f{} {kind}", id.0);
        if body.is_static {
            out.push_str(" static");
        }
        let name = body.name.as_deref().unwrap_or_default();
        match &body.class {
            Some(class) if body.kind != BodyKind::Class => {
                let _ = write!(out, " {class}.{name}");
            }
            _ if name.is_empty() => {}
            _ => {
                let _ = write!(out, " {name}");
            }
        }
        if !matches!(body.kind, BodyKind::File) {
            let _ = write!(out, "({})", self.params());
        }
        if let Some(result) = &body.result {
            let _ = write!(out, " -> {result}");
        }
        if let Some(outer) = body.outer.filter(|outer| outer.0 > 0) {
            let _ = write!(out, " in f{}", outer.0);
        }
        out.push('\n');
        for (at, block) in body.blocks.iter().enumerate() {
            let _ = write!(out, "  b{at}:");
            if let Some(handler) = block.handler {
                let _ = write!(out, "  handler b{}", handler.0);
            }
            out.push('\n');
            self.block(block, out);
        }
    }

    fn params(&self) -> String {
        let param = |param: &super::ir::Param| {
            let takes = match param.takes {
                Takes::One => "",
                Takes::Rest => "*",
                Takes::Named => "**",
            };
            let ty = param.ty.as_ref().map(|ty| format!(": {ty}"));
            let default = if param.has_default { " = .." } else { "" };
            format!("{takes}{}{}{default}", param.name, ty.unwrap_or_default())
        };
        let params: Vec<_> = self.body.params.iter().map(param).collect();
        params.join(", ")
    }

    fn block(&self, block: &Block, out: &mut String) {
        for id in block.instrs.clone() {
            let _ = writeln!(out, "    v{id} = {}", self.op(InstrId(id)));
        }
        let value = |value: Option<InstrId>| value.map(|value| format!(" v{}", value.0));
        let end = match block.end {
            End::Goto(next) => format!("goto b{}", next.0),
            End::Branch {
                condition,
                then,
                otherwise,
            } => format!("branch v{} ? b{} : b{}", condition.0, then.0, otherwise.0),
            End::Either(one, other) => format!("either b{} b{}", one.0, other.0),
            End::Return(result) => format!("return{}", value(result).unwrap_or_default()),
            End::Throw(thrown) => format!("throw{}", value(thrown).unwrap_or_default()),
            End::Unreachable => "unreachable".to_owned(),
        };
        let _ = writeln!(out, "    {end}");
    }

    /// What an instruction does, with the numbers of the values that it takes.
    fn op(&self, id: InstrId) -> String {
        let instr = self.body.instr(id);
        match &instr.op {
            Op::Literal => format!("literal {}", self.text(instr.node)),
            Op::Param(at) => {
                let name = self.body.params.get(*at as usize).map(|param| &*param.name);
                format!("param {at} {}", name.unwrap_or_default())
                    .trim_end()
                    .to_owned()
            }
            Op::This => "this".to_owned(),
            Op::Get(local) => format!("get {}", local_name(self.body, *local)),
            Op::Set(local, v) => format!("set {} v{}", local_name(self.body, *local), v.0),
            Op::Outer(body, local) => format!("outer {}", self.outer(*body, *local)),
            Op::SetOuter(body, local, v) => {
                format!("set-outer {} v{}", self.outer(*body, *local), v.0)
            }
            Op::Name(name) => format!("name {name}"),
            Op::Load(v, field) => format!("load v{}{}", v.0, self.field(field)),
            Op::Store(object, field, v) => {
                format!("store v{}{} v{}", object.0, self.field(field), v.0)
            }
            Op::Call(call) => self.call(call),
            Op::Binary(operator, a, b) => format!("binary {operator} v{} v{}", a.0, b.0),
            Op::Unary(operator, v) => format!("unary {operator} v{}", v.0),
            Op::Build(build, parts) => self.build(*build, parts),
            Op::Closure(body) => format!("closure f{}", body.0),
            Op::Element(v) => format!("element v{}", v.0),
            Op::Same(v) => format!("same v{}", v.0),
            Op::Cast(ty, v) => format!("cast {ty} v{}", v.0),
            Op::Caught(types) => format!("caught {}", types.join(" ")).trim_end().to_owned(),
            Op::Yield(v) => format!("yield v{}", v.0),
            Op::Enter(v) => format!("enter v{}", v.0),
            Op::Exit(v) => format!("exit v{}", v.0),
            Op::Defer => "defer".to_owned(),
            Op::Opaque(parts) => {
                let parts: Vec<_> = parts.iter().map(|part| format!(" v{}", part.0)).collect();
                format!("opaque{}", parts.concat())
            }
        }
    }

    /// The text of a literal, on one line.
    fn text(&self, node: crate::tree::NodeId) -> String {
        let text = self.tree.text_of(node);
        let text = text[..text.floor_char_boundary(LONGEST)].replace('\n', "\\n");
        text.trim_end().to_owned()
    }

    fn outer(&self, body: BodyId, local: Local) -> String {
        let owner = &self.program.bodies[body.0 as usize];
        format!("f{}.{}", body.0, local_name(owner, local))
    }

    fn field(&self, field: &Field) -> String {
        match field {
            Field::Name(name) => format!(".{name}"),
            Field::Index(index) => format!("[v{}]", index.0),
            Field::Nth(place) => format!("[{place}]"),
            Field::Slice => "[..]".to_owned(),
        }
    }

    fn call(&self, call: &Call) -> String {
        let callee = match &call.callee {
            Callee::Value(v) => format!("v{}", v.0),
            Callee::Method(object, name) => format!("v{}.{name}", object.0),
            Callee::Super(name) => format!("super.{name}"),
        };
        let args = call.args.iter().map(|argument| {
            let name = argument.name.as_ref().map(|name| format!("{name}="));
            let spread = if argument.is_spread { "*" } else { "" };
            format!("{spread}{}v{}", name.unwrap_or_default(), argument.value.0)
        });
        let args: Vec<_> = args.collect();
        let word = if call.is_new { "new" } else { "call" };
        let path = call.path.as_ref().map(|path| format!("  # {path}"));
        format!(
            "{word} {callee}({}){}",
            args.join(", "),
            path.unwrap_or_default()
        )
    }

    fn build(&self, build: Build, parts: &[Part]) -> String {
        let word = match build {
            Build::List => "list",
            Build::Map => "map",
            Build::Text => "text",
        };
        let part = |part: &Part| match &part.key {
            Key::Next => format!(" v{}", part.value.0),
            Key::Name(name) => format!(" {name}: v{}", part.value.0),
            Key::Value(key) => format!(" v{}: v{}", key.0, part.value.0),
            Key::Spread => format!(" *v{}", part.value.0),
        };
        let parts: Vec<_> = parts.iter().map(part).collect();
        format!("{word}{}", parts.concat())
    }
}

/// The name of a variable, or the number of one that the lowering made up.
fn local_name(body: &Body, local: Local) -> String {
    match body.locals.get(local.0 as usize) {
        Some(variable) if !variable.name.is_empty() => variable.name.to_string(),
        _ => format!("${}", local.0),
    }
}
