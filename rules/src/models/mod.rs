//! What is known about libraries, for all rules about how values move: `rules/models/<language>/<library>.yaml`.
//!
//! ```yaml
//! languages: [python]
//! library: Flask
//! sources:
//!   http-request:                    # rules say `use: http-request`
//!     - pattern: flask.request.args
//! calls:
//!   - call: list.append              # what a call does to the values that go in
//!     flow: ["0 -> this[+]"]
//! ```

mod flow;
mod read;
mod resolve;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::review::{Guard, Propagator, Sanitizer, Sink, Source};
pub use read::load;
pub use resolve::resolve;

/// What is known about a library.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Model {
    /// Language names as rules write them.
    pub languages: Vec<String>,
    /// What it is about.
    pub library: String,
    /// Lists that rules `use`, by name.
    pub sources: BTreeMap<String, Vec<Source>>,
    /// The same.
    pub propagators: BTreeMap<String, Vec<Propagator>>,
    /// The same.
    pub sanitizers: BTreeMap<String, Vec<Sanitizer>>,
    /// The same.
    pub guards: BTreeMap<String, Vec<Guard>>,
    /// The same.
    pub sinks: BTreeMap<String, Vec<Sink>>,
    /// What calls do.
    pub calls: Vec<CallModel>,
}

/// What a call does to the values that go in. A call without a model passes them all on to its result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CallModel {
    /// The dotted path of what is called: `os.path.join`; a method behind its type: `java.util.List.add`, or behind
    /// `*` for any type; a constructor as `new java.util.ArrayList`. A receiver whose type is not known may be of
    /// any type.
    pub call: String,
    /// Fewest and most arguments, where that tells it from another.
    pub args: Option<(u32, u32)>,
    /// What flows; nothing where the list is empty.
    pub flow: Vec<Flow>,
    /// The type of the result, as its last name (`int`, `boolean`, `String`), where that is known.
    pub returns: Option<String>,
}

/// One way that values take through a call: `FROM -> TO`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flow {
    /// From where.
    pub from: Port,
    /// To where. What was there stays, except where a place is given by a constant key.
    pub to: Port,
    /// Whether both are the same object (`this = return`), so that what happens to one happens to the other.
    pub same: bool,
}

/// Where values go into a call, and come out of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Port {
    /// Which value.
    pub end: PortEnd,
    /// What part of it, outermost first.
    pub path: Vec<PortField>,
}

/// Which value of a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PortEnd {
    /// `this`: what the method is called on.
    Receiver,
    /// `0`: an argument by position.
    Argument(u32),
    /// `name=`: an argument by name.
    Keyword(String),
    /// `*`: each argument.
    Arguments,
    /// `return`.
    Result,
    /// `0(1)`: the parameter 1 of the function that argument 0 is.
    CallbackParam(u32, u32),
    /// `0()`: what the function that argument 0 is returns.
    CallbackResult(u32),
    /// `-`, only behind the arrow: the place before it is emptied or forgotten (`this[$0] -> -`).
    Nothing,
}

/// What part of a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PortField {
    /// `.name`.
    Name(String),
    /// `[$0]`: the element whose key or index is argument 0.
    At(u32),
    /// `[3]`: the element with this index.
    Index(u32),
    /// `[+]`: a new element at the end.
    Push,
    /// `[+$0]`: a new element before the index that argument 0 is; those from there on move up.
    Insert(u32),
    /// `[*]`: every element.
    Any,
}
