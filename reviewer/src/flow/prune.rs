//! Leaves out of a graph what nothing can flow through: nodes that nothing from outside reaches, and nodes that lead
//! nowhere.

use super::facts::{Action, Function, Node, Target};

impl Function {
    /// The same function without nodes that cannot matter.
    pub(super) fn pruned(mut self) -> Function {
        self.edges.sort_unstable();
        self.edges.dedup();
        let forward = self.reached(&self.starts(), |edge| (edge.from, edge.to));
        let backward = self.reached(&self.ends(), |edge| (edge.to, edge.from));
        let mut kept: Vec<bool> = forward
            .iter()
            .zip(&backward)
            .map(|(a, b)| *a && *b)
            .collect();
        for (node, _) in &self.closures {
            kept[node.0 as usize] = true;
        }
        for call in &self.calls {
            kept[call.result.0 as usize] = true;
            for (_, node) in call.args.iter().chain(&call.outs) {
                kept[node.0 as usize] = true;
            }
            if let Target::Value(node) = call.target {
                kept[node.0 as usize] = true;
            }
        }
        for (_, node) in &self.entries {
            kept[node.0 as usize] = true;
        }
        self.keep(&kept);
        self.shrink();
        self
    }

    /// Gives back what the lists have taken beyond what is in them: facts stay until all files are linked.
    fn shrink(&mut self) {
        self.params.shrink_to_fit();
        self.ranges.shrink_to_fit();
        self.types.shrink_to_fit();
        self.edges.shrink_to_fit();
        self.entries.shrink_to_fit();
        self.exits.shrink_to_fit();
        self.actions.shrink_to_fit();
        self.reads.shrink_to_fit();
        self.writes.shrink_to_fit();
        self.closures.shrink_to_fit();
        self.calls.shrink_to_fit();
        for call in &mut self.calls {
            call.args.shrink_to_fit();
            call.outs.shrink_to_fit();
        }
    }

    /// Where values come from.
    fn starts(&self) -> Vec<Node> {
        let mut starts: Vec<_> = self.entries.iter().map(|(_, node)| *node).collect();
        starts.extend(self.reads.iter().map(|(node, _)| *node));
        starts.extend(self.closures.iter().map(|(node, _)| *node));
        for call in &self.calls {
            starts.push(call.result);
            starts.extend(call.outs.iter().map(|(_, node)| *node));
        }
        let sources = self.actions.iter();
        starts.extend(
            sources
                .filter_map(|(node, action)| matches!(action, Action::Source(_)).then_some(*node)),
        );
        starts
    }

    /// Where values go.
    fn ends(&self) -> Vec<Node> {
        let mut ends: Vec<_> = self.exits.iter().map(|(node, _)| *node).collect();
        ends.extend(self.writes.iter().map(|(node, _)| *node));
        for call in &self.calls {
            ends.extend(call.args.iter().map(|(_, node)| *node));
            if let Target::Value(node) = call.target {
                ends.push(node);
            }
        }
        let sinks = self.actions.iter();
        ends.extend(
            sinks.filter_map(|(node, action)| matches!(action, Action::Sink(_)).then_some(*node)),
        );
        ends
    }

    /// The nodes that are reached from some, along edges or against them.
    fn reached(
        &self,
        from: &[Node],
        along: impl Fn(&super::facts::Edge) -> (Node, Node),
    ) -> Vec<bool> {
        let mut pairs: Vec<_> = self.edges.iter().map(&along).collect();
        pairs.sort_unstable();
        let mut reached = vec![false; self.ranges.len()];
        let mut waiting = Vec::new();
        for node in from {
            if !std::mem::replace(&mut reached[node.0 as usize], true) {
                waiting.push(*node);
            }
        }
        while let Some(node) = waiting.pop() {
            let first = pairs.partition_point(|(from, _)| *from < node);
            for (_, to) in pairs[first..].iter().take_while(|(from, _)| *from == node) {
                if !std::mem::replace(&mut reached[to.0 as usize], true) {
                    waiting.push(*to);
                }
            }
        }
        reached
    }

    /// Keeps these nodes, numbered anew.
    fn keep(&mut self, kept: &[bool]) {
        let mut numbers = Vec::with_capacity(kept.len());
        let mut next = 0;
        for &keep in kept {
            numbers.push(keep.then_some(Node(next)));
            next += u32::from(keep);
        }
        let new = |node: Node| numbers[node.0 as usize];
        let filter = |(range, keep): (_, &bool)| keep.then_some(range);
        self.ranges = self.ranges.drain(..).zip(kept).filter_map(filter).collect();
        let filter = |(ty, keep): (_, &bool)| keep.then_some(ty);
        self.types = self.types.drain(..).zip(kept).filter_map(filter).collect();
        self.edges.retain_mut(|edge| {
            let Some((from, to)) = new(edge.from).zip(new(edge.to)) else {
                return false;
            };
            (edge.from, edge.to) = (from, to);
            true
        });
        self.edges.sort_unstable();
        fn renumber<T>(
            list: &mut Vec<T>,
            place: impl Fn(&mut T) -> &mut Node,
            new: &dyn Fn(Node) -> Option<Node>,
        ) {
            list.retain_mut(|item| {
                let node = place(item);
                new(*node).map(|number| *node = number).is_some()
            });
        }
        renumber(&mut self.entries, |(_, node)| node, &new);
        renumber(&mut self.exits, |(node, _)| node, &new);
        renumber(&mut self.reads, |(node, _)| node, &new);
        renumber(&mut self.writes, |(node, _)| node, &new);
        renumber(&mut self.actions, |(node, _)| node, &new);
        renumber(&mut self.closures, |(node, _)| node, &new);
        for call in &mut self.calls {
            call.result = new(call.result).unwrap_or(call.result);
            renumber(&mut call.args, |(_, node)| node, &new);
            renumber(&mut call.outs, |(_, node)| node, &new);
            if let Target::Value(node) = &mut call.target {
                *node = new(*node).unwrap_or(*node);
            }
        }
    }
}
