// The kinds of programs of the other languages, once each.

// === branches
fn f(flag: bool) {
    let mut value = source();
    if flag {
        value = "a";
        // ok: flow
        sink(value);
    }
    // ruleid: flow
    sink(value);
    let other = if flag { "a" } else { source() };
    // ruleid: flow
    sink(other);
}

// === conditions that are constants
const DEBUG: bool = false;

fn f() {
    let mut value = source();
    let limit = 10;
    if limit * 7 > 60 {
        value = "a";
    }
    // ok: flow
    sink(value);
    if DEBUG {
        // ok: flow
        sink(source());
    }
    // ruleid: flow
    sink(source());
}

// === an early return, and a variable of the same name
fn f(flag: bool) {
    let value = "a";
    if flag {
        let value = source();
        // ruleid: flow
        sink(value);
        return;
    }
    // ok: flow
    sink(value);
}

// === loops that yield, and that run zero times
fn f(rows: &[String]) {
    let mut value = source();
    for row in rows {
        value = "a";
    }
    // ruleid: flow
    sink(value);
    let found = loop {
        break source();
    };
    // ruleid: flow
    sink(found);
    while rows.is_empty() {
        // ruleid: flow
        sink(value);
        value = source();
    }
}

// === match over a constant, and match that binds parts
fn f(kind: Kind) {
    let value = match 2 {
        1 => source(),
        _ => "x",
    };
    // ok: flow
    sink(value);
    match Some(source()) {
        Some(inner) if inner.len() > 3 => {
            // ruleid: flow
            sink(inner)
        }
        _ => {}
    }
    if let Some((a, b)) = Some(("x", source())) {
        // todook: flow
        sink(a);
        // ruleid: flow
        sink(b);
    }
    let Some(inner) = load() else { return };
    // ok: flow
    sink(inner);
}

// === fields by name, and by path
fn f(a: &mut Config) {
    a.user.name = source();
    a.user.kind = "x";
    // ruleid: flow
    sink(a.user.name);
    // ok: flow
    sink(a.user.kind);
    let user = &mut a.user;
    user.name = "x";
    // ok: flow
    sink(a.user.name);
}

// === a structure and its methods
struct Box {
    value: String,
    label: String,
}

impl Box {
    fn new(value: String, label: String) -> Self {
        Self { value, label }
    }

    fn show(&self) {
        // ruleid: flow
        sink(&self.value);
        // ok: flow
        sink(&self.label);
    }
}

fn f() {
    Box::new(source(), "x").show();
}

// === a trait with implementations
trait Loader {
    fn load(&self, value: String) -> String;
}

struct Same;
struct Fixed;

impl Loader for Same {
    fn load(&self, value: String) -> String {
        value
    }
}

impl Loader for Fixed {
    fn load(&self, value: String) -> String {
        "x".into()
    }
}

fn f(any: &dyn Loader, fixed: Fixed) {
    // ruleid: flow
    sink(any.load(source()));
    // ok: flow
    sink(fixed.load(source()));
}

// === indices, pushes and iteration
fn f() {
    let a = ["x", source()];
    // ok: flow
    sink(a[0]);
    // ruleid: flow
    sink(a[1]);
    let mut b = Vec::new();
    b.push(source());
    for value in &b {
        // ruleid: flow
        sink(value);
    }
    let c = vec!["x", source()];
    // ruleid: flow
    sink(c[1]);
}

// === maps
fn f() {
    let mut map = HashMap::new();
    map.insert("a", source());
    // ruleid: flow
    sink(map.get("a").unwrap());
    // ruleid: flow
    sink(map["a"]);
}

// === text that is built
fn f() {
    let value = source();
    // ruleid: flow
    sink(format!("select {}", value));
    // ruleid: flow
    sink(format!("select {value}"));
    // ruleid: flow
    sink("select ".to_string() + &value);
    let mut text = String::from("select ");
    text.push_str(&value);
    // ruleid: flow
    sink(text);
    // ruleid: flow
    sink(value.trim().to_lowercase());
}

// === destructuring
fn f() {
    let (a, b) = (source(), "x");
    // ruleid: flow
    sink(a);
    // ok: flow
    sink(b);
    let Point { x, y: other } = Point { x: source(), y: "y" };
    // ruleid: flow
    sink(x);
    // ok: flow
    sink(other);
}

// === helpers
fn same(value: String) -> String {
    value
}

fn fixed(value: String) -> String {
    "x".to_string()
}

fn half(value: String, flag: bool) -> String {
    if flag { clean(value) } else { value }
}

fn show(value: String) {
    // ruleid: flow
    sink(value);
}

fn f(flag: bool) {
    // ruleid: flow
    sink(same(source()));
    // ok: flow
    sink(fixed(source()));
    // ruleid: flow
    sink(half(source(), flag));
    show(source());
}

// === recursion
fn repeat(value: String, times: u32) -> String {
    if times == 0 {
        return value;
    }
    again(value + "x", times - 1)
}

fn again(value: String, times: u32) -> String {
    repeat(value, times)
}

fn f() {
    // ruleid: flow
    sink(repeat(source(), 3));
}

// === a helper that sets a variable by its reference
fn fill(target: &mut String) {
    *target = source();
}

fn f() {
    let mut value = String::new();
    fill(&mut value);
    // ruleid: flow
    sink(value);
}

// === closures
fn apply(action: impl Fn(String) -> String, value: String) -> String {
    action(value)
}

fn f() {
    let value = source();
    let show = || {
        // ruleid: flow
        sink(&value);
    };
    show();
    // ruleid: flow
    sink(apply(|one| one, source()));
    // ruleid: flow
    sink(Some(source()).map(|one| one + "x").unwrap());
    // todook: flow
    sink(Some(source()).map(|one| "x").unwrap());
}

// === errors that are handed on
fn load() -> Result<String, Error> {
    Ok(source())
}

fn f() -> Result<(), Error> {
    // ruleid: flow
    sink(load()?);
    // ruleid: flow
    sink(load().unwrap_or_default());
    if let Ok(value) = load() {
        // ruleid: flow
        sink(value);
    }
    Ok(())
}

// === async and await
async fn load() -> String {
    source()
}

async fn f() {
    // ruleid: flow
    sink(load().await);
}

// === guards
fn f(flag: bool) {
    let value = source();
    if !is_safe(&value) {
        // ruleid: flow
        sink(&value);
        return;
    }
    // ok: flow
    sink(&value);
    let value = source();
    if flag && is_safe(&value) {
        // ok: flow
        sink(&value);
    }
    let ok = !is_harmful(&value);
    if ok {
        // ok: flow
        sink(&value);
    }
}

// === sanitizers
fn f() {
    let mut value = source();
    // ok: flow
    sink(clean(value));
    // ruleid: flow
    sink(value);
    clean_in_place(&mut value);
    // ok: flow
    sink(value);
}

// === a function of another file
mod texts;

use texts::{fixed, same};

fn f() {
    // ruleid: flow
    sink(same(source()));
    // ok: flow
    sink(fixed(source()));
    // ok: flow
    sink(texts::fixed(source()));
}
// --- texts.rs
pub fn same(value: String) -> String {
    source();
    value
}

pub fn fixed(value: String) -> String {
    source();
    "x".into()
}
