//! Selections by value or by pattern.

use super::Lower;
use super::blocks::Label;
use super::jumps::{Frame, Target};
use super::patterns::case_pattern;
use crate::flow::ir::{InstrId, Local, Op};
use crate::lang::Construct;
use crate::tree::{Kind, NodeId, Role};

impl Lower<'_> {
    /// A switch: the tests of all cases, then their bodies. The value of a case goes to `result`.
    pub(super) fn switch(&mut self, id: NodeId, result: Option<Local>) {
        for init in self.tree.children_as(id, Role::Init) {
            self.statement(init);
        }
        let scrutinee = self
            .child(id, Role::Cond)
            .map(|value| self.scrutinee(value));
        let is_select = self.operator(id) == "select";
        let cases: Vec<_> = self.tree.children_as(id, Role::Case).collect();
        let bodies: Vec<_> = cases.iter().map(|_| self.blocks.label()).collect();
        let exit = self.blocks.label();
        let mut default = None;
        for (&case, &body) in cases.iter().zip(&bodies) {
            if is_select {
                self.either_or_next(body);
            } else if self.is_default(case) {
                default = Some(body);
            } else {
                self.test(case, scrutinee, body);
            }
        }
        self.blocks.goto(default.unwrap_or(exit));
        for (at, (&case, &body)) in cases.iter().zip(&bodies).enumerate() {
            let below = bodies.get(at + 1).copied().unwrap_or(exit);
            self.blocks.begin(body);
            self.frames.push(Frame::Target(Target {
                exit: Some(exit).filter(|_| result.is_some() || self.is_left_by_break()),
                below: Some(below),
                result,
                is_plain: self.is_left_by_break(),
                ..Target::default()
            }));
            if is_select {
                let communications: Vec<_> = self.tree.children_as(case, Role::Left).collect();
                communications.into_iter().for_each(|it| self.statement(it));
            }
            self.case_body(case, result);
            self.frames.pop();
            let is_arrow = self.child(case, Role::Body).is_some();
            let falls = self.tree.language.cases_fall_through() && !is_arrow;
            self.blocks.goto(if falls { below } else { exit });
        }
        self.blocks.begin(exit);
    }

    fn is_left_by_break(&self) -> bool {
        self.tree.language.breaks_leave_switches()
    }

    /// What is selected by. Go's `switch x := v.(type)` declares a variable for it.
    fn scrutinee(&mut self, value: NodeId) -> InstrId {
        if self.kind(value) != Kind::VarDef {
            return self.expr(value);
        }
        self.statement(value);
        match self.child(value, Role::Name) {
            Some(name) => self.read(name),
            None => self.nothing(value),
        }
    }

    fn is_default(&self, case: NodeId) -> bool {
        self.child(case, Role::Left).is_none() && self.child(case, Role::Guard).is_none()
    }

    fn either_or_next(&mut self, body: Label) {
        let next = self.blocks.label();
        self.blocks.either(body, next);
        self.blocks.begin(next);
    }

    /// Goes to the body of a case where one of its labels holds and its guard does.
    fn test(&mut self, case: NodeId, scrutinee: Option<InstrId>, body: Label) {
        let is_guard = |id: NodeId| self.construct(id) == Some(Construct::Filter);
        let (guards, labels): (Vec<_>, Vec<_>) = self
            .tree
            .children_as(case, Role::Left)
            .filter(|&label| self.kind(label) != Kind::Op)
            .partition(|&label| is_guard(label));
        let guard = guards
            .first()
            .and_then(|&guard| self.parts(guard).first().copied())
            .or_else(|| self.child(case, Role::Guard));
        let missed = self.blocks.label();
        let matched = guard.map(|_| self.blocks.label());
        for (at, &label) in labels.iter().enumerate() {
            let next = match at + 1 == labels.len() {
                true => missed,
                false => self.blocks.label(),
            };
            self.label(case, label, scrutinee, matched.unwrap_or(body), next);
            if next != missed {
                self.blocks.begin(next);
            }
        }
        if let (Some(guard), Some(matched)) = (guard, matched) {
            if labels.is_empty() {
                self.blocks.goto(matched);
            }
            self.blocks.begin(matched);
            self.condition(guard, body, missed);
        }
        self.blocks.begin(missed);
    }

    /// Goes to `matched` where one label of a case holds, else to `missed`.
    fn label(
        &mut self,
        case: NodeId,
        label: NodeId,
        scrutinee: Option<InstrId>,
        matched: Label,
        missed: Label,
    ) {
        // The default among other labels.
        if self.kind(label) == Kind::Ident && self.text(label) == "default" {
            return self.blocks.goto(matched);
        }
        let Some(scrutinee) = scrutinee else {
            return self.condition(label, matched, missed);
        };
        let is_pattern = self.tree.language.cases_are_patterns();
        let is_name = self.kind(label) == Kind::Ident;
        let binds_names = self.tree.language.blocks_have_values();
        if binds_names && is_name && self.is_variable(label) {
            self.assign(label, scrutinee);
            return self.blocks.goto(matched);
        }
        let is_constant = !binds_names && (is_name || self.kind(label) == Kind::Member);
        let is_value = !is_pattern || self.kind(label).is_literal() || is_constant;
        if is_value && !self.is_type_switch(case) {
            let value = self.expr(label);
            let equal = Op::Binary("==".into(), scrutinee, value);
            let equal = self.emit(case, equal);
            return self.blocks.branch(equal, matched, missed);
        }
        let binds = self.blocks.label();
        self.blocks.either(binds, missed);
        self.blocks.begin(binds);
        if is_pattern {
            self.bind(label, scrutinee);
        }
        self.blocks.goto(matched);
    }

    /// Whether the cases are types.
    fn is_type_switch(&self, case: NodeId) -> bool {
        let switch = self.tree.parent(case);
        let value = switch.and_then(|switch| self.child(switch, Role::Cond));
        let cast = match value {
            Some(value) if self.kind(value) == Kind::VarDef => self.child(value, Role::Value),
            value => value,
        };
        cast.is_some_and(|cast| self.kind(cast) == Kind::Cast && self.operator(cast) == "type")
    }

    fn case_body(&mut self, case: NodeId, result: Option<Local>) {
        match (self.child(case, Role::Body), result) {
            (Some(body), Some(result)) => self.give_value(body, result),
            (Some(body), None) => self.statement(body),
            (None, _) => {
                let statements: Vec<_> = self.tree.children_as(case, Role::Stmt).collect();
                statements.into_iter().for_each(|it| self.statement(it));
            }
        }
    }

    /// Python's `match`.
    pub(super) fn match_(&mut self, id: NodeId) {
        let parts = self.parts(id);
        let (Some(&value), Some(&block)) = (parts.first(), parts.last()) else {
            return;
        };
        let scrutinee = self.expr(value);
        let exit = self.blocks.label();
        let cases: Vec<_> = self.tree.children(block).collect();
        for case in cases {
            let (body, missed) = (self.blocks.label(), self.blocks.label());
            self.match_case(case, scrutinee, body, missed);
            self.blocks.begin(body);
            if let Some(body) = self.child(case, Role::Body) {
                self.statement(body);
            }
            self.blocks.goto(exit);
            self.blocks.begin(missed);
        }
        self.blocks.goto(exit);
        self.blocks.begin(exit);
    }

    fn match_case(&mut self, case: NodeId, scrutinee: InstrId, body: Label, missed: Label) {
        let Some(pattern) = case_pattern(self.tree, case) else {
            return;
        };
        let guard = self
            .tree
            .children(case)
            .find(|&part| self.construct(part) == Some(Construct::Filter))
            .and_then(|guard| self.parts(guard).first().copied());
        let matched = self.blocks.label();
        let inner = self.inside(pattern);
        match self.kind(inner) {
            kind if kind.is_literal() => {
                let value = self.expr(inner);
                let equal = self.emit(case, Op::Binary("==".into(), scrutinee, value));
                self.blocks.branch(equal, matched, missed);
            }
            // A name alone, or `_`, takes everything.
            Kind::Ident => self.blocks.goto(matched),
            _ if self.tree.is_leaf(inner) || self.text(inner) == "_" => self.blocks.goto(matched),
            _ => self.blocks.either(matched, missed),
        }
        self.blocks.begin(matched);
        self.bind(pattern, scrutinee);
        match guard {
            Some(guard) => self.condition(guard, body, missed),
            None => self.blocks.goto(body),
        }
    }

    /// What stands in patterns that hold nothing else.
    fn inside(&self, pattern: NodeId) -> NodeId {
        let mut at = pattern;
        while self.construct(at) == Some(Construct::Pattern)
            && let [only] = self.parts(at)[..]
        {
            at = only;
        }
        at
    }
}
