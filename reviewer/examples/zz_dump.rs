use reviewer::lang::Language;
use reviewer::pattern::{Metavariables, Pattern};
fn main() {
    let mut args = std::env::args().skip(1);
    let language = Language::named(&args.next().unwrap()).next().unwrap();
    let text = args.next().unwrap();
    let pattern = Pattern::compile(language, &text, &mut Metavariables::default());
    let s = format!("{pattern:#?}");
    for l in s.lines() { if ["text:", "kind:", "NodeId", "Ellipsis", "Statements", "Node("].iter().any(|k| l.contains(k)) { println!("{}", l.trim()); } }
}
