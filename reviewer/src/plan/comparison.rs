//! `metavariable-comparison`: expressions in Python's syntax over what metavariables stand for.
//!
//! The expression is parsed as Python, into the same tree as any code. So one evaluator serves the expression
//! and the code that a metavariable is bound to, which may itself be `60 * 60` or `-1`.

use fancy_regex::Regex;
use rules::review::Located;

use super::expression;
use super::formula::{Bound, Broken};
use crate::lang::{self, Language, Meaning};
use crate::pattern::{Binding, Bindings, Metavariable, Metavariables};
use crate::tree::{self, Constant, Kind, NodeId, Role, Tree, Unit};

/// An expression, ready to evaluate.
#[derive(Debug)]
pub(super) struct Comparison {
    tree: Tree,
    root: NodeId,
    /// The metavariable whose text is read as a number, and in which base.
    number: Option<(Metavariable, u32)>,
    /// What each metavariable in the tree is.
    variables: Vec<(NodeId, Metavariable)>,
    /// The expressions of `re.match` calls, by the call.
    regexes: Vec<(NodeId, Regex)>,
}

/// What an expression can come to.
#[derive(Clone, Debug, PartialEq)]
enum Value {
    Bool(bool),
    Int(i128),
    Float(f64),
    Text(String),
    List(Vec<Value>),
    /// Code that has no value that is known: only `str()` can be taken of it.
    Code(String),
}

/// Deepest expression. Evaluation recurses.
const MAX_DEPTH: u32 = 200;

impl Comparison {
    pub(super) fn new(
        comparison: &Located,
        number: Option<(Metavariable, u32)>,
        bound: &Bound,
        variables: &Metavariables,
    ) -> Result<Comparison, Broken> {
        let broken = |message: String| (comparison.at, message);
        let spelled = Language::Python
            .spell(comparison.text.trim(), false)
            .map_err(|error| broken(error.to_string()))?;
        let text = spelled.into_iter().next().map(|s| s.text);
        let tree = text
            .and_then(|text| Language::Python.parse(text).ok())
            .filter(|tree| tree.errors.is_empty())
            .ok_or_else(|| broken("this comparison is no expression in Python's syntax".into()))?;
        if tree.depth > MAX_DEPTH {
            return Err(broken("this comparison nests too deep".into()));
        }
        let root = tree
            .child(NodeId::ROOT, Role::Stmt)
            .filter(|&only| {
                tree.kind(only) == Kind::ExprStmt && tree.after(only).0 == tree.len() as u32
            })
            .and_then(|statement| tree.child(statement, Role::Value))
            .ok_or_else(|| broken("a comparison is one expression".into()))?;
        let mut found = Comparison {
            root,
            number,
            variables: Vec::new(),
            regexes: Vec::new(),
            tree,
        };
        found.resolve(comparison, bound, variables)?;
        Ok(found)
    }

    /// Finds out what each name means, so that a mistake is known before any file is.
    fn resolve(
        &mut self,
        comparison: &Located,
        bound: &Bound,
        variables: &Metavariables,
    ) -> Result<(), Broken> {
        let tree = &self.tree;
        for id in tree.ids() {
            match (tree.kind(id), lang::meaning(tree.text_of(id))) {
                (Kind::Ident, Some(Meaning::Metavariable(name))) => {
                    let name = Located {
                        at: comparison.at,
                        text: format!("${name}"),
                    };
                    self.variables.push((id, bound.lookup(variables, &name)?));
                }
                (Kind::Call, _) => {
                    let callee = tree.child(id, Role::Callee).map(|id| tree.text_of(id));
                    let first = tree.child(id, Role::Arg);
                    match callee {
                        Some("int" | "str" | "len" | "float") => {}
                        Some("re.match") => {
                            let pattern = first.and_then(|first| literal_text(tree, first));
                            let Some(text) = pattern else {
                                let message = "the first argument of `re.match` is a literal";
                                return Err((comparison.at, message.into()));
                            };
                            let at = comparison.at;
                            let regex = expression::at_start(&Located { at, text })?;
                            self.regexes.push((id, regex));
                        }
                        Some(name) if name.ends_with(".strip") => {}
                        other => {
                            let name = other.unwrap_or_default();
                            let known = "int, float, str, len, strip, re.match";
                            return Err((
                                comparison.at,
                                format!("a comparison cannot call `{name}`; it can call {known}"),
                            ));
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Whether it is true of these bindings. What cannot be evaluated is not.
    pub(super) fn holds(&self, unit: &Unit, bindings: &Bindings) -> bool {
        let evaluator = Evaluator {
            tree: &self.tree,
            scope: Scope::Comparison(self, unit, bindings),
        };
        evaluator.value(self.root) == Some(Value::Bool(true))
    }

    fn bound(&self, id: NodeId, unit: &Unit, bindings: &Bindings) -> Option<Value> {
        let (_, variable) = self.variables.iter().find(|(at, _)| *at == id)?;
        let binding = bindings[usize::from(variable.0)]?;
        if let Some((_, base)) = self.number.filter(|(number, _)| number == variable) {
            let text = &unit.tree.text[binding.range(&unit.tree).indices()];
            return integer_in(text.trim_matches(['"', '\'', '`']), base).map(Value::Int);
        }
        Some(binding_value(unit, binding))
    }
}

/// What is known of the code that a metavariable is bound to.
fn binding_value(unit: &Unit, binding: Binding) -> Value {
    let tree = &unit.tree;
    let code = || tree.text[binding.range(tree).indices()].to_owned();
    match binding {
        // Code is as deep as its author made it.
        Binding::Constant(id) | Binding::Node(id) if tree.after(id).0 - id.0 <= MAX_DEPTH => {
            let evaluator = Evaluator {
                tree,
                scope: Scope::Code(unit),
            };
            evaluator.value(id).unwrap_or_else(|| Value::Code(code()))
        }
        Binding::Text(_) => Value::Text(code()),
        _ => Value::Code(code()),
    }
}

/// What names mean where an expression stands.
enum Scope<'a> {
    /// Metavariables of a comparison.
    Comparison(&'a Comparison, &'a Unit, &'a Bindings),
    /// Constants of a file.
    Code(&'a Unit),
}

struct Evaluator<'a> {
    tree: &'a Tree,
    scope: Scope<'a>,
}

impl Evaluator<'_> {
    /// Recursion is bounded by [`MAX_DEPTH`].
    fn value(&self, id: NodeId) -> Option<Value> {
        let tree = self.tree;
        let text = tree.text_of(id);
        match tree.kind(id) {
            Kind::Int => integer(text).map(Value::Int),
            Kind::Float => text.replace('_', "").parse().ok().map(Value::Float),
            Kind::Bool => Some(Value::Bool(text.eq_ignore_ascii_case("true"))),
            Kind::Str => literal_text(tree, id).map(Value::Text),
            Kind::List | Kind::Tuple => {
                let elements = tree.children(id).map(|element| self.value(element));
                elements.collect::<Option<_>>().map(Value::List)
            }
            Kind::Ident => match &self.scope {
                Scope::Comparison(comparison, unit, bindings) => {
                    comparison.bound(id, unit, bindings)
                }
                Scope::Code(unit) => constant_value(unit, id),
            },
            Kind::Unary => {
                let operand = self.value(tree.child(id, Role::Operand)?)?;
                let operator = tree.child(id, Role::Op).map(|op| tree.text_of(op));
                unary(operator?, operand)
            }
            Kind::Binary => {
                let left = self.value(tree.child(id, Role::Left)?);
                let operator = tree.text_of(tree.child(id, Role::Op)?);
                // The other side of `and` and `or` may have no value.
                match (operator, &left) {
                    ("and" | "&&", Some(Value::Bool(false))) => return left,
                    ("or" | "||", Some(Value::Bool(true))) => return left,
                    _ => {}
                }
                let right = self.value(tree.child(id, Role::Right)?)?;
                binary(operator, left?, right)
            }
            Kind::Call => self.call(id),
            _ => match &self.scope {
                Scope::Comparison(..) => None,
                Scope::Code(unit) => constant_value(unit, id),
            },
        }
    }

    fn call(&self, id: NodeId) -> Option<Value> {
        let comparison = match &self.scope {
            Scope::Comparison(comparison, ..) => comparison,
            Scope::Code(unit) => return constant_value(unit, id),
        };
        let tree = self.tree;
        let callee = tree.child(id, Role::Callee)?;
        let mut arguments = tree.children_as(id, Role::Arg);
        match tree.text_of(callee) {
            "re.match" => {
                let (_, regex) = comparison.regexes.iter().find(|(at, _)| *at == id)?;
                let Value::Text(text) = self.value(arguments.nth(1)?)? else {
                    return None;
                };
                Some(Value::Bool(regex.is_match(&text).unwrap_or(false)))
            }
            "int" => match self.value(arguments.next()?)? {
                Value::Text(text) | Value::Code(text) => {
                    integer(text.trim_matches(['"', '\'', '`'])).map(Value::Int)
                }
                Value::Float(number) => Some(Value::Int(number as i128)),
                number @ Value::Int(_) => Some(number),
                _ => None,
            },
            "float" => match self.value(arguments.next()?)? {
                Value::Text(text) | Value::Code(text) => text.trim().parse().ok().map(Value::Float),
                Value::Int(number) => Some(Value::Float(number as f64)),
                number @ Value::Float(_) => Some(number),
                _ => None,
            },
            "str" => self.value(arguments.next()?)?.text().map(Value::Text),
            "len" => match self.value(arguments.next()?)? {
                Value::Text(text) => Some(Value::Int(text.chars().count() as i128)),
                Value::List(values) => Some(Value::Int(values.len() as i128)),
                _ => None,
            },
            _ => {
                let text = self.value(tree.child(callee, Role::Object)?)?.text()?;
                let around = arguments
                    .next()
                    .and_then(|argument| self.value(argument)?.text());
                Some(Value::Text(match around {
                    Some(around) => text.trim_matches(|c| around.contains(c)).to_owned(),
                    None => text.trim().to_owned(),
                }))
            }
        }
    }
}

/// What code always comes to.
fn constant_value(unit: &Unit, id: NodeId) -> Option<Value> {
    match unit.names().constant_value(&unit.tree, id)? {
        Constant::Text(text) => text.map(|text| Value::Text(text.to_string())),
        Constant::Char(character) => character.map(|c| Value::Text(c.into())),
        Constant::Int(number) => number.map(Value::Int),
        Constant::Float(number) => number.map(Value::Float),
        Constant::Bool(value) => value.map(Value::Bool),
        Constant::Null => None,
    }
}

impl Value {
    /// As `str()` has it.
    fn text(self) -> Option<String> {
        match self {
            Value::Text(text) | Value::Code(text) => Some(text),
            Value::Int(number) => Some(number.to_string()),
            Value::Float(number) => Some(number.to_string()),
            Value::Bool(value) => Some(if value { "True" } else { "False" }.to_owned()),
            Value::List(_) => None,
        }
    }

    fn number(&self) -> Option<f64> {
        match self {
            Value::Int(number) => Some(*number as f64),
            Value::Float(number) => Some(*number),
            _ => None,
        }
    }
}

fn unary(operator: &str, operand: Value) -> Option<Value> {
    match (operator, operand) {
        ("-", Value::Int(number)) => number.checked_neg().map(Value::Int),
        ("-", Value::Float(number)) => Some(Value::Float(-number)),
        ("+", number @ (Value::Int(_) | Value::Float(_))) => Some(number),
        ("~", Value::Int(number)) => Some(Value::Int(!number)),
        ("not" | "!", Value::Bool(value)) => Some(Value::Bool(!value)),
        _ => None,
    }
}

fn binary(operator: &str, left: Value, right: Value) -> Option<Value> {
    if matches!(left, Value::Code(_)) || matches!(right, Value::Code(_)) {
        return None;
    }
    match operator {
        "and" | "&&" | "or" | "||" => match (left, right) {
            (Value::Bool(a), Value::Bool(b)) if operator.starts_with(['a', '&']) => {
                Some(Value::Bool(a && b))
            }
            (Value::Bool(a), Value::Bool(b)) => Some(Value::Bool(a || b)),
            _ => None,
        },
        "==" | "===" => Some(Value::Bool(equal(&left, &right))),
        "!=" | "!==" => Some(Value::Bool(!equal(&left, &right))),
        "in" | "not in" => {
            let inside = match (&left, &right) {
                (_, Value::List(values)) => values.iter().any(|value| equal(value, &left)),
                (Value::Text(part), Value::Text(whole)) => whole.contains(part),
                _ => return Some(Value::Bool(false)),
            };
            Some(Value::Bool(inside == (operator == "in")))
        }
        "<" | "<=" | ">" | ">=" => {
            let order = match (&left, &right) {
                (Value::Int(a), Value::Int(b)) => a.cmp(b),
                _ => left.number()?.partial_cmp(&right.number()?)?,
            };
            Some(Value::Bool(match operator {
                "<" => order.is_lt(),
                "<=" => order.is_le(),
                ">" => order.is_gt(),
                _ => order.is_ge(),
            }))
        }
        _ => arithmetic(operator, &left, &right),
    }
}

fn equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Int(_), Value::Float(_)) | (Value::Float(_), Value::Int(_)) => {
            a.number() == b.number()
        }
        _ => a == b,
    }
}

fn arithmetic(operator: &str, left: &Value, right: &Value) -> Option<Value> {
    if let (Value::Int(a), Value::Int(b)) = (left, right) {
        let (a, b) = (*a, *b);
        let small = |b: i128| u32::try_from(b).ok();
        return match operator {
            "+" => a.checked_add(b),
            "-" => a.checked_sub(b),
            "*" => a.checked_mul(b),
            "/" | "//" => a.checked_div(b),
            "%" => a.checked_rem(b),
            "**" => a.checked_pow(small(b)?),
            "&" => Some(a & b),
            "|" => Some(a | b),
            "^" => Some(a ^ b),
            "<<" => a.checked_shl(small(b)?),
            ">>" => a.checked_shr(small(b)?),
            _ => None,
        }
        .map(Value::Int);
    }
    if let (Value::Text(a), Value::Text(b), "+") = (left, right, operator) {
        return Some(Value::Text(format!("{a}{b}")));
    }
    let (a, b) = (left.number()?, right.number()?);
    match operator {
        "+" => Some(a + b),
        "-" => Some(a - b),
        "*" => Some(a * b),
        "/" => Some(a / b),
        "%" => Some(a % b),
        "**" => Some(a.powf(b)),
        _ => None,
    }
    .map(Value::Float)
}

/// The content of a string, as written.
fn literal_text(tree: &Tree, id: NodeId) -> Option<String> {
    let parts = tree
        .subtree(id)
        .filter(|&part| tree.kind(part) == Kind::StrPart);
    (tree.kind(id) == Kind::Str).then(|| parts.map(|part| tree.text_of(part)).collect())
}

/// The value of an integer literal of any language, with a sign.
fn integer(text: &str) -> Option<i128> {
    match text.trim().strip_prefix('-') {
        Some(digits) => tree::integer(digits).map(|value| -value),
        None => tree::integer(text.trim()),
    }
}

fn integer_in(text: &str, base: u32) -> Option<i128> {
    let text = text.trim().replace('_', "").to_ascii_lowercase();
    let digits = match base {
        16 => text.strip_prefix("0x"),
        8 => text.strip_prefix("0o"),
        2 => text.strip_prefix("0b"),
        _ => None,
    };
    i128::from_str_radix(digits.unwrap_or(&text), base).ok()
}
